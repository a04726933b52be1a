// Package report brings errors that no caller can receive to somebody who can:
// the user's OnError function or, without one, standard error.
package report

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// queued is how many errors wait for a slow handler; the others are counted.
const queued = 16

// Reporter calls a handler from a goroutine of its own, so that a handler that
// blocks, panics or logs into the very sink it is told about cannot hurt that
// sink. The goroutine lives only while there is something to report.
type Reporter struct {
	handle  func(error)
	drainer atomic.Uint64 // the goroutine that calls it, or that did last

	mu     sync.Mutex
	queue  []error
	missed int           // errors that found the queue full
	last   error         // the last of them
	idle   chan struct{} // closed when the goroutine ends; nil while there is none
}

// New returns a reporter to handle, or to standard error if handle is nil: at
// most one line a second, with the number of those left out.
func New(handle func(error)) *Reporter {
	if handle == nil {
		handle = NewLimiter(os.Stderr, time.Second).Print
	}
	return &Reporter{handle: handle}
}

// Report hands err to the handler, soon. It never blocks. A nil err is ignored,
// and so is one that the handler itself has caused, by logging into the sink
// whose failure it was told: it would go on for ever.
func (r *Reporter) Report(err error) {
	if err == nil || r.inHandler() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == queued {
		r.missed++
		r.last = err
		return
	}
	r.queue = append(r.queue, err)
	if r.idle == nil {
		r.idle = make(chan struct{})
		go r.drain()
	}
}

// inHandler tells whether the caller is the handler, or was called by it.
func (r *Reporter) inHandler() bool { return guard.On(r.drainer.Load()) }

func (r *Reporter) drain() {
	r.drainer.Store(guard.Goroutine())
	finished := false
	defer func() {
		if !finished {
			go r.drain() // the handler has ended this goroutine
		}
	}()
	for err := r.next(); err != nil; err = r.next() {
		_ = guard.Call(func() error { r.handle(err); return nil })
	}
	finished = true
}

// next returns the next error to report. When there is none, the goroutine that
// asked is the one that ends.
func (r *Reporter) next() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) > 0 {
		err := r.queue[0]
		r.queue = r.queue[1:]
		return err
	}
	if r.missed > 0 {
		err := fmt.Errorf("%d more errors, the last: %w", r.missed, r.last)
		r.missed, r.last = 0, nil
		return err
	}
	close(r.idle)
	r.idle, r.queue = nil, nil
	return nil
}

// Wait returns when everything is reported, or after limit; at once if it is the
// handler who calls.
func (r *Reporter) Wait(limit time.Duration) {
	r.mu.Lock()
	idle := r.idle
	r.mu.Unlock()
	if idle == nil || r.inHandler() {
		return
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
