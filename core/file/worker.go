package file

import (
	"context"
	"sync"
)

// worker runs a function on a goroutine that lives only while there is work.
type worker struct {
	run func() // does what there is to do

	mu   sync.Mutex
	more bool          // kick was called since run began
	idle chan struct{} // closed when the goroutine ends; nil: there is none
}

// kick has run called once more, soon.
func (w *worker) kick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.more = true
	if w.idle == nil {
		w.idle = make(chan struct{})
		go w.work()
	}
}

// kicked tells whether kick was called since run was.
func (w *worker) kicked() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.more
}

func (w *worker) work() {
	for w.next() {
		w.run()
	}
}

// next tells whether there is work; if there is none, who asks is the one who ends.
func (w *worker) next() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.more {
		w.more = false
		return true
	}
	close(w.idle)
	w.idle = nil
	return false
}

// wait returns when there is nothing more to do.
func (w *worker) wait() {
	for idle := w.busy(); idle != nil; idle = w.busy() {
		<-idle
	}
}

// waitFor is wait that ends with ctx.
func (w *worker) waitFor(ctx context.Context) error {
	for idle := w.busy(); idle != nil; idle = w.busy() {
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (w *worker) busy() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.idle
}
