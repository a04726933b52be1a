package commit

import (
	"fmt"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// leadRounds is the flusher: one round each time that it is woken.
func (b *Buffered) leadRounds() {
	defer close(b.done)
	b.mu.Lock()
	b.flusher = guard.Goroutine()
	b.mu.Unlock()
	for range b.wake {
		if b.leadRound() {
			return
		}
	}
}

// leadRound writes what there is to write and runs the operations that wait. It
// reports whether the last one was among them.
func (b *Buffered) leadRound() (last bool) {
	ops, err := b.leadWrites()
	for _, op := range ops {
		last = b.leadOperation(op, err) || last
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
	b.ended = b.begun
	switch {
	case last:
		b.news.Broadcast()
	case err != nil:
		b.timer.Reset(b.config.Interval)
		b.news.Broadcast()
	case b.starved:
		b.kick()
	}
	return last
}

// leadWrites writes the full buffer and, where the interval has passed, an
// operation waits or a record finds no room, the active one too. It returns these
// operations. It does not go on as long as there are records, or no operation
// would ever be answered while many log.
func (b *Buffered) leadWrites() (ops []*operation, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begun++
	ops, b.ops = b.ops, nil
	if b.full != nil {
		err = b.leadFull()
	}
	if b.given {
		return ops, guard.ErrClosed
	}
	if err == nil && len(b.active.ends) > 0 && (b.due || b.starved || len(ops) > 0) {
		b.due = false
		b.swap()
		err = b.leadFull()
	}
	if err != nil {
		b.due = false // the timer will be set again
	}
	return ops, err
}

// leadFull writes the full buffer and keeps what could not be written. The lock
// is held, and given up to write.
func (b *Buffered) leadFull() error {
	if b.given {
		return guard.ErrClosed
	}
	full := b.full
	done, err := b.leadBatch(full)
	if done > 0 {
		b.counts.Delivered += uint64(done)
		b.counts.Bytes += uint64(full.ends[done-1])
		full.drop(done)
	}
	if err != nil {
		b.config.Report(err)
	}
	if len(full.ends) == 0 {
		full.empty(b.config.Size)
		b.full, b.spare = nil, full
		return nil
	}
	return err
}

// leadBatch hands one buffer to the target. The lock is held, and given up to write.
func (b *Buffered) leadBatch(full *batch) (done int, err error) {
	b.mu.Unlock()
	defer b.mu.Lock()
	defer guard.Recover(&err)
	defer b.end()
	if err := b.target.Begin(); err != nil {
		return 0, err
	}
	return b.send(full.buf, 0, full.ends)
}

// leadOperation runs op unless the writes before it failed with err, and gives
// the answer. It reports whether op was the last one.
func (b *Buffered) leadOperation(op *operation, err error) (last bool) {
	if op.last {
		err = b.lose(err)
	}
	if op.anyway && err != guard.ErrClosed {
		err = nil
		defer b.kick() // what could not be written before, perhaps can now
	}
	if err == nil || op.last {
		if after := guard.Call(op.run); err == nil {
			err = after
		}
	}
	op.result <- err
	return op.last
}

// lose counts what is left in the buffers at Close, because of err.
func (b *Buffered) lose(err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.timer.Stop()
	left := len(b.active.ends)
	if b.full != nil {
		left += len(b.full.ends)
	}
	b.counts.Lost += uint64(left)
	if left == 0 {
		return nil
	}
	return fmt.Errorf("%d records stayed behind: %w", left, err)
}
