package commit

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// signal is what a waiter is woken for.
type signal uint32

const (
	_      signal = iota // not told anything yet
	parked               // nor looking: has to be woken
	lead                 // your job is the next one, and it is you who does it
	done                 // somebody did it
	check                // nothing moves: is it you who everybody waits for?
)

// waiter is a goroutine that waits for its record, or for its turn.
type waiter struct {
	state   atomic.Uint32 // a signal; check is never stored
	checked bool          // a check has been sent; guarded by the Direct's lock
	err     error         // the verdict, set before done

	// How it is woken: by the channel, with room for a check besides the lead that
	// ends the wait, or else by the condition. That one may be used in one synctest
	// bubble after the other, which a channel may not; but it knows no context.
	wake  chan signal
	mu    sync.Mutex
	asked bool // by a check
	news  sync.Cond
}

func newWaiter() *waiter {
	w := new(waiter)
	w.news.L = &w.mu
	return w
}

// tell ends the wait with s, which is lead or done.
func (w *waiter) tell(s signal) {
	if signal(w.state.Swap(uint32(s))) == parked {
		w.ring(s)
	}
}

// ring wakes w, to be told s.
func (w *waiter) ring(s signal) {
	if w.wake != nil {
		w.wake <- s
		return
	}
	w.mu.Lock()
	w.asked = w.asked || s == check
	w.mu.Unlock()
	w.news.Signal()
}

// wait returns what the waiter is told. It looks once more after letting others
// run, since a batch is often written by then, and parking and waking cost more
// than the look.
func (w *waiter) wait() signal {
	if s := w.told(); s > parked {
		return s
	}
	runtime.Gosched()
	w.park()
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		if s := w.told(); s > parked {
			return s
		}
		if w.asked {
			w.asked = false
			return check
		}
		w.news.Wait()
	}
}

// park announces that the waiter is going to sleep, and reports false where it has
// been told already.
func (w *waiter) park() bool { return w.state.CompareAndSwap(0, uint32(parked)) }

func (w *waiter) told() signal { return signal(w.state.Load()) }

// rest is where waiters rest between two records.
type rest struct{ pool sync.Pool }

func (r *rest) get() *waiter {
	if w, ok := r.pool.Get().(*waiter); ok {
		return w
	}
	return newWaiter()
}

// verdict returns the error of w's record and lets w rest.
func (r *rest) verdict(w *waiter) error {
	err := w.err
	if w.checked {
		return err // a check may still come: not to the next one
	}
	w.err = nil
	w.state.Store(0)
	r.pool.Put(w)
	return err
}
