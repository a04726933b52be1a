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
	parked               // nor looking: has to be woken through the channel
	lead                 // your job is the next one, and it is you who does it
	done                 // somebody did it
	check                // nothing moves: is it you who everybody waits for?
)

// waiter is a goroutine that waits for its record, or for its turn.
type waiter struct {
	state   atomic.Uint32 // a signal; check is never stored
	wake    chan signal   // room for a check besides the lead or done that ends the wait
	checked bool          // a check has been sent; guarded by the Direct's lock
	err     error         // the verdict, set before done
}

func newWaiter() *waiter { return &waiter{wake: make(chan signal, 2)} }

// tell ends the wait with s, which is lead or done.
func (w *waiter) tell(s signal) {
	if signal(w.state.Swap(uint32(s))) == parked {
		w.wake <- s
	}
}

// wait returns what the waiter is told. It looks once more after letting others
// run, since a batch is often written by then, and parking and waking cost more
// than the look.
func (w *waiter) wait() signal {
	if s := w.told(); s > parked {
		return s
	}
	runtime.Gosched()
	if w.park() || w.told() == parked {
		return <-w.wake
	}
	return w.told()
}

// park announces that the waiter is going to listen on its channel, and reports
// false where it has been told already.
func (w *waiter) park() bool { return w.state.CompareAndSwap(0, uint32(parked)) }

func (w *waiter) told() signal { return signal(w.state.Load()) }

// rest is where waiters rest between two records. Each Direct has its own, since
// a channel may not leave the synctest bubble that it was made in.
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
		// A check may still lie in the channel: do not hand it to the next one.
		return err
	}
	w.err = nil
	w.state.Store(0)
	r.pool.Put(w)
	return err
}
