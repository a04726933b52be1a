package commit

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Buffered collects records in one buffer while its goroutine, the flusher,
// writes the other one. A write that fails keeps its records: they are tried
// again after the interval, and with each record for which there is no room.
type Buffered struct {
	sender
	hooked Hooked // the target, if it is one
	config BufferConfig

	flusher uint64 // its goroutine; guarded by mu

	mu      sync.Mutex
	closed  bool
	given   bool         // Close has given up
	active  *batch       // collects
	full    *batch       // is being written, or waits for it; nil: none
	spare   *batch       // empty; nil while full is not
	due     bool         // the interval has passed since active's first record
	starved bool         // somebody waits for room in active
	looking bool         // and one of them is still awake
	ops     []*operation // what wants to run alone, after all that came before
	begun   uint64       // rounds of the flusher that have begun
	ended   uint64       // and ended
	err     error        // how the last one ended
	news    sync.Cond    // there is room, or a round has failed
	counts  Counts

	timer *time.Timer
	wake  chan struct{} // the flusher has something to do
	done  chan struct{} // closed by the flusher as it ends
	over  chan struct{} // closed when Close is over; nil: it is
}

// BufferConfig says how a Buffered buffers.
type BufferConfig struct {
	Size     int           // bytes of each buffer
	Interval time.Duration // how long a record may wait in a buffer
	Report   func(error)   // told when a write fails; must not block
}

// operation runs on the flusher's goroutine.
type operation struct {
	run    func() error
	anyway bool // it runs whether writing went well or not, and its error is its own
	last   bool // it runs whether writing went well or not, and the flusher ends after it
	result chan error
}

// NewBuffered returns a writer to t and starts its goroutine, which Close ends.
func NewBuffered(t Target, config BufferConfig) *Buffered {
	b := &Buffered{
		sender: newSender(t),
		config: config,
		active: &batch{buf: make([]byte, 0, config.Size)},
		spare:  &batch{buf: make([]byte, 0, config.Size)},
		wake:   make(chan struct{}, 1),
		done:   make(chan struct{}),
		over:   make(chan struct{}),
	}
	b.hooked, _ = t.(Hooked)
	b.news.L = &b.mu
	b.timer = time.AfterFunc(config.Interval, b.expire)
	b.timer.Stop()
	go b.leadRounds()
	return b
}

// Write implements Writer.
func (b *Buffered) Write(p, term []byte) error {
	if !b.mu.TryLock() {
		b.acquire()
	}
	if b.closed || len(b.active.buf)+len(p)+len(term) > b.config.Size {
		if err := b.makeRoom(len(p) + len(term)); err != nil {
			b.counts.Failed++
			b.mu.Unlock()
			return err
		}
	}
	if len(b.active.ends) == 0 {
		b.timer.Reset(b.config.Interval)
	}
	b.active.add(p, term)
	b.counts.Accepted++
	b.mu.Unlock()
	return nil
}

// yields is how often a producer gives way before it sleeps. The lock is held for some
// nanoseconds; whoever sleeps on it must be woken by each who gives it back, which takes
// several times as long as all that is done under it.
const yields = 8

// acquire takes the lock, which somebody had just now.
func (b *Buffered) acquire() {
	for range yields {
		runtime.Gosched()
		if b.mu.TryLock() {
			return
		}
	}
	b.mu.Lock()
}

// makeRoom returns when n bytes may be added to the active buffer: an empty one
// takes a record of any size. It fails when a try to write the full buffer that
// began after the call has failed. The lock is held, and given up to wait.
func (b *Buffered) makeRoom(n int) error {
	next := b.begun + 1
	for try := 0; ; try++ {
		switch {
		case b.closed:
			return guard.ErrClosed
		case len(b.active.ends) == 0 || len(b.active.buf)+n <= b.config.Size:
			return nil
		case b.full == nil:
			b.swap()
			b.kick()
			return nil
		case b.ended >= next && b.err != nil:
			return fmt.Errorf("buffer is full: %w", b.err)
		case try == 0:
			if b.mine() {
				return guard.ErrReentrant
			}
		default:
			b.await(try == 1)
		}
	}
}

// await returns when there may be room, or a round has failed. The lock is held,
// and given up to wait.
func (b *Buffered) await(first bool) {
	b.starved = true
	if b.begun == b.ended {
		b.kick()
	}
	if first && !b.looking {
		b.look()
		return
	}
	b.news.Wait()
}

// looks is how often the first who waits looks before it sleeps. To write a buffer
// takes the flusher about as long as to wake a sleeper, so that it pays to be
// awake; who comes later has longer to wait, and sleeps.
const looks = 500

// look waits without sleeping, for a while.
func (b *Buffered) look() {
	b.looking = true
	ended := b.ended
	for i := 0; i < looks && b.starved && b.ended == ended; i++ {
		b.mu.Unlock()
		runtime.Gosched()
		b.mu.Lock()
	}
	b.looking = false
}

// mine tells whether the caller is the flusher itself, or what that waits for: a
// function of the user's that logs. The lock is held.
func (b *Buffered) mine() bool { return same(b.hooked, b.flusher) }

// WriteBatch implements Writer.
func (b *Buffered) WriteBatch(buf []byte, ends []int) (int, error) {
	start := 0
	for i, end := range ends {
		if err := b.Write(buf[start:end], nil); err != nil {
			return i, err
		}
		start = end
	}
	return len(ends), nil
}

// swap makes the active buffer the full one, and lets in those who wait for room.
// The lock is held.
func (b *Buffered) swap() {
	b.full, b.active, b.spare = b.active, b.spare, nil
	if b.starved {
		b.starved = false
		b.news.Broadcast()
	}
}

// kick makes the flusher look.
func (b *Buffered) kick() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// expire is called by the timer.
func (b *Buffered) expire() {
	b.mu.Lock()
	b.due = true
	b.mu.Unlock()
	b.kick()
}

// Flush implements Writer.
func (b *Buffered) Flush(ctx context.Context, after func() error) error {
	return b.operate(ctx, &operation{run: after, result: make(chan error, 1)})
}

// Alone implements Writer.
func (b *Buffered) Alone(ctx context.Context, f func() error) error {
	return b.operate(ctx, &operation{run: f, anyway: true, result: make(chan error, 1)})
}

// operate has op run, and waits for it.
func (b *Buffered) operate(ctx context.Context, op *operation) error {
	if err := b.enqueue(op); err != nil {
		return err
	}
	select {
	case err := <-op.result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Buffered) enqueue(op *operation) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return guard.ErrClosed
	}
	if b.mine() {
		return guard.ErrReentrant
	}
	if op.last {
		b.closed = true
		b.news.Broadcast()
	}
	b.ops = append(b.ops, op)
	b.kick()
	return nil
}

// Close implements Writer.
func (b *Buffered) Close(limit time.Duration, after func() error, force func()) error {
	op := &operation{run: after, last: true, result: make(chan error, 1)}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	if err := b.enqueue(op); err == guard.ErrClosed {
		b.awaitClose(timer)
		return nil
	} else if err != nil {
		return err
	}
	defer b.closeOver()
	select {
	case err := <-op.result:
		<-b.done
		return err
	case <-timer.C:
		left := b.giveUp()
		force()
		return fmt.Errorf("%w: %d records stayed behind", ErrStuck, left)
	}
}

// awaitClose waits for another call of Close, unless that waits for this one.
func (b *Buffered) awaitClose(timer *time.Timer) {
	b.mu.Lock()
	over, mine := b.over, b.mine()
	b.mu.Unlock()
	if over == nil || mine {
		return
	}
	select {
	case <-over:
	case <-timer.C:
	}
}

// closeOver says that Close is over.
func (b *Buffered) closeOver() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.over)
	b.over = nil
}

// giveUp says that nothing is written any more, and returns how many records that
// leaves behind.
func (b *Buffered) giveUp() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.given = true
	return b.counts.pending()
}

// Counts implements Writer.
func (b *Buffered) Counts() Counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counts
	c.Pending = c.pending()
	return c
}

var _ Writer = (*Buffered)(nil)
