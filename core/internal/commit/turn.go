package commit

import (
	"context"
	"fmt"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// pop takes the first job off the queue. The lock is held.
func (d *Direct) pop() *job {
	j := d.queue[0]
	copy(d.queue, d.queue[1:])
	d.queue[len(d.queue)-1] = nil
	d.queue = d.queue[:len(d.queue)-1]
	return j
}

// turn waits until the caller leads, for a purpose of its own. It returns early
// when ctx ends, and refuses to wait for itself.
func (d *Direct) turn(ctx context.Context) error {
	d.mu.Lock()
	if d.busy {
		d.mu.Unlock()
		if insideLead(0) {
			return guard.ErrReentrant
		}
		d.mu.Lock()
	}
	if !d.busy {
		d.busy = true
		d.mu.Unlock()
		return nil
	}
	w := newWaiter()
	j := &job{turn: true, waiters: []*waiter{w}}
	d.queue = append(d.queue, j)
	d.mu.Unlock()
	for told := !w.park(); !told; {
		select {
		case s := <-w.wake:
			told = s == lead
		case <-ctx.Done():
			return d.giveUp(j, ctx.Err())
		}
	}
	d.begin()
	return nil
}

// begin takes a turn off the queue that has been told to lead.
func (d *Direct) begin() {
	d.mu.Lock()
	d.pop()
	d.mu.Unlock()
}

// giveUp leaves the queue, or passes on the lead that has come meanwhile.
func (d *Direct) giveUp(j *job, err error) error {
	d.mu.Lock()
	if !j.called {
		for i := range d.queue {
			if d.queue[i] == j {
				d.queue = append(d.queue[:i], d.queue[i+1:]...)
				break
			}
		}
		d.mu.Unlock()
		return err
	}
	d.mu.Unlock()
	for s := check; s != lead; {
		s = <-j.waiters[0].wake
	}
	d.begin()
	d.release(nil, tally{})
	return err
}

// alone runs f as the leader. When ctx ends first, f goes on by itself.
func (d *Direct) alone(ctx context.Context, f func() error) error {
	if err := d.turn(ctx); err != nil {
		return err
	}
	result := make(chan error, 1)
	if ctx.Done() == nil {
		d.leadOperation(f, result)
		return <-result
	}
	go d.leadOperation(f, result)
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Direct) leadOperation(f func() error, result chan<- error) {
	err := guard.Call(f)
	d.release(nil, tally{})
	result <- err
}

// WriteBatch is Writer's.
func (d *Direct) WriteBatch(buf []byte, ends []int) (n int, err error) {
	if d.refused() {
		return 0, guard.ErrClosed
	}
	if err := d.turn(context.Background()); err != nil {
		return 0, err
	}
	d.mu.Lock()
	d.atwork = len(ends)
	d.mu.Unlock()
	if perr := guard.Call(func() error { n, err = d.leadBatch(buf, ends); return nil }); perr != nil {
		n, err = 0, perr
	}
	t := tally{delivered: n}
	if n > 0 {
		t.bytes = ends[n-1]
	}
	if err != nil {
		t.failed = 1
	}
	d.release(nil, t)
	return n, err
}

func (d *Direct) leadBatch(buf []byte, ends []int) (int, error) {
	if err := d.target.Begin(); err != nil {
		return 0, err
	}
	n, err := send(d.target, buf, 0, ends)
	if n == 0 {
		return 0, err
	}
	if err := d.finish(); err != nil {
		return 0, err
	}
	return n, err
}

// Flush is Writer's.
func (d *Direct) Flush(ctx context.Context, after func() error) error {
	if d.isClosed() {
		return guard.ErrClosed
	}
	return d.alone(ctx, after)
}

// Close is Writer's.
func (d *Direct) Close(limit time.Duration, after func() error, force func()) error {
	if insideLead(0) {
		return guard.ErrReentrant
	}
	d.mu.Lock()
	first := !d.closed
	d.closed = true
	d.mu.Unlock()
	if !first {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := d.alone(ctx, after)
	if ctx.Err() == nil {
		return err
	}
	force()
	return fmt.Errorf("%w: %d records were still being written", ErrStuck, d.pending())
}

// refused tells whether a record comes too late, and counts it then.
func (d *Direct) refused() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		d.counts.Failed++
	}
	return d.closed
}

func (d *Direct) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}
