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

// turn waits until the caller leads, for a purpose of its own; last is that of
// Close. It returns early when ctx ends, and refuses to wait for itself.
func (d *Direct) turn(ctx context.Context, last bool) error {
	d.mu.Lock()
	switch {
	case d.ended && !last:
		d.mu.Unlock()
		return guard.ErrClosed
	case d.busy && d.mine():
		d.mu.Unlock()
		return guard.ErrReentrant
	case !d.busy:
		d.busy = true
		d.mu.Unlock()
		return nil
	}
	w := newWaiter()
	w.wake = make(chan signal, 2)
	j := &job{turn: true, waiters: []*waiter{w}}
	d.queue = append(d.queue, j)
	d.guardWait()
	d.mu.Unlock()
	for told := !w.park(); !told; {
		select {
		case s := <-w.wake:
			if told = s == lead; !told && insideLead(0) && d.withdraw(w) {
				return guard.ErrReentrant
			}
		case <-ctx.Done():
			return d.giveUp(j, ctx.Err())
		}
	}
	return d.begin(last)
}

// begin takes a turn off the queue that has been told to lead. It gives the lead
// up again if there is nothing to be done any more.
func (d *Direct) begin(last bool) error {
	d.mu.Lock()
	d.pop()
	ended := d.ended && !last
	d.mu.Unlock()
	if ended {
		d.release(nil, tally{})
		return guard.ErrClosed
	}
	return nil
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
	if d.begin(true) == nil {
		d.release(nil, tally{})
	}
	return err
}

// alone runs f as the leader. When ctx ends first, f goes on by itself.
func (d *Direct) alone(ctx context.Context, last bool, f func() error) error {
	if err := d.turn(ctx, last); err != nil {
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
	err := guard.ErrGone // unless it returns
	defer func() {
		d.release(nil, tally{})
		result <- err
	}()
	err = guard.Call(f)
}

// WriteBatch implements Writer.
func (d *Direct) WriteBatch(buf []byte, ends []int) (n int, err error) {
	if err := d.turn(context.Background(), false); err != nil {
		d.fail()
		return 0, err
	}
	d.mu.Lock()
	closed := d.closed
	d.atwork = len(ends)
	d.mu.Unlock()
	if err = guard.ErrClosed; !closed {
		err = guard.ErrGone // unless it returns
	}
	defer func() {
		t := tally{delivered: n}
		if n > 0 {
			t.bytes = ends[n-1]
		}
		if err != nil {
			t.failed = 1
		}
		d.release(nil, t)
	}()
	if closed {
		return 0, err
	}
	return d.leadBatch(buf, ends)
}

func (d *Direct) leadBatch(buf []byte, ends []int) (n int, err error) {
	defer guard.Recover(&err)
	defer d.end()
	if err := d.target.Begin(); err != nil {
		return 0, err
	}
	n, err = d.send(buf, 0, ends)
	if n == 0 {
		return 0, err
	}
	if err := d.finishBatch(); err != nil {
		return 0, err
	}
	return n, err
}

// Flush implements Writer.
func (d *Direct) Flush(ctx context.Context, after func() error) error {
	d.mu.Lock()
	closed := d.closed
	d.mu.Unlock()
	if closed {
		return guard.ErrClosed
	}
	return d.alone(ctx, false, after)
}

// Alone implements Writer: nothing ever waits to be tried again.
func (d *Direct) Alone(ctx context.Context, f func() error) error { return d.Flush(ctx, f) }

// Close implements Writer. A second call waits for the first, and does nothing.
func (d *Direct) Close(limit time.Duration, after func() error, force func()) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if first, err := d.close(ctx); !first {
		return err
	}
	var verdict error
	err := d.alone(ctx, true, func() error {
		defer d.finishOff()
		verdict = after()
		return verdict
	})
	d.mu.Lock()
	ended, left := d.ended, d.pendingNow()
	d.ended = d.ended || err != guard.ErrReentrant
	d.closed = d.ended // or it was never tried
	close(d.closing)
	d.closing = nil
	d.mu.Unlock()
	switch {
	case ended && err == ctx.Err():
		return verdict // at the last moment
	case ended || err == guard.ErrReentrant:
		return err
	}
	force()
	return fmt.Errorf("%w: %d records were still being written", ErrStuck, left)
}

// close begins Close, and reports false where there is nothing to close.
func (d *Direct) close(ctx context.Context) (first bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.closing != nil && ctx.Err() == nil && !d.mine() {
		closing := d.closing
		d.mu.Unlock()
		select {
		case <-closing:
		case <-ctx.Done():
		}
		d.mu.Lock()
	}
	switch {
	case d.closed:
		return false, nil
	case d.busy && d.mine():
		return false, guard.ErrReentrant
	}
	d.closed, d.closing = true, make(chan struct{})
	return true, nil
}

// finishOff says that nothing is done any more.
func (d *Direct) finishOff() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
}

// fail counts a record that was refused.
func (d *Direct) fail() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counts.Failed++
}
