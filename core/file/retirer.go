package file

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// maxRetired is how many files may wait to be made durable before nothing is rotated.
const maxRetired = 8

// retirer closes old files. To make one durable takes long, so a goroutine of its own
// does that.
type retirer struct {
	worker worker

	mu       sync.Mutex
	files    []fsys.File
	taken    uint64        // how many files have come
	done     uint64        // how many of them are closed
	progress chan struct{} // closed when done grows
	err      error         // of the first that could not be made durable; nobody was told
}

func newRetirer() *retirer {
	r := &retirer{progress: make(chan struct{})}
	r.worker.run = r.syncAll
	return r
}

// take closes f, at once if it need not be made durable before.
func (r *retirer) take(f fsys.File, dirty bool) error {
	if f == nil {
		return nil
	}
	if !dirty {
		return f.Close()
	}
	r.mu.Lock()
	r.files = append(r.files, f)
	r.taken++
	r.mu.Unlock()
	r.worker.kick()
	return nil
}

// full tells whether that many wait.
func (r *retirer) full() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.files) >= maxRetired
}

// syncAll makes the files durable and closes them.
func (r *retirer) syncAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.files) > 0 {
		f := r.files[0]
		r.mu.Unlock()
		err := errors.Join(f.Sync(), f.Close())
		r.mu.Lock()
		r.files = r.files[1:]
		r.err = cmp.Or(r.err, err)
		r.done++
		close(r.progress)
		r.progress = make(chan struct{})
	}
}

// closed returns when the files that have come by now are closed.
func (r *retirer) closed(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for all := r.taken; r.done < all; {
		progress := r.progress
		r.mu.Unlock()
		var err error
		select {
		case <-progress:
		case <-ctx.Done():
			err = ctx.Err()
		}
		r.mu.Lock()
		if err != nil {
			return err
		}
	}
	return nil
}

// wait returns when all that has come by now is durable, or what was not.
func (r *retirer) wait(ctx context.Context) error {
	if err := r.closed(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.err
	r.err = nil
	return err
}
