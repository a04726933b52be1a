package file

import (
	"errors"
	"fmt"
)

// tooMany returns the files that are to be deleted, oldest first.
func (k *keeper) tooMany(l listing, live int64) []found {
	o := k.opts
	old := append(l.old[:len(l.old):len(l.old)], l.waiting...)
	n := 0
	if !k.numbered && o.Backups > 0 {
		n = max(n, len(l.old)-o.Backups)
	}
	if o.MaxAge > 0 {
		oldest := k.fs.Now().Add(-o.MaxAge)
		for n < len(l.old) && l.old[n].since().Before(oldest) {
			n++
		}
	}
	if o.MaxTotal > 0 {
		total := live
		for _, f := range old {
			total += f.size()
		}
		for i := range old {
			if total > o.MaxTotal {
				n = max(n, i+1)
			}
			total -= old[i].size()
		}
	}
	return old[:n]
}

// liveSize returns the size of the live file.
func (k *keeper) liveSize() int64 {
	info, err := k.fs.Stat(k.live)
	if err != nil {
		return 0
	}
	return info.Size
}

// expired returns the paths of what retain would delete.
func (k *keeper) expired() (paths []string, err error) {
	l, err := k.list()
	if err != nil {
		return nil, err
	}
	for _, f := range k.tooMany(l, k.liveSize()) {
		for _, name := range f.files(k.ext) {
			paths = append(paths, k.path(name))
		}
	}
	return paths, nil
}

// retain deletes the old files that are too many.
func (k *keeper) retain() error {
	if o := k.opts; o.MaxAge == 0 && o.MaxTotal == 0 && (k.numbered || o.Backups == 0) {
		return nil
	}
	return k.locked(func() error {
		l, err := k.list()
		if err != nil {
			return err
		}
		var errs []error
		for _, f := range k.tooMany(l, k.liveSize()) {
			for _, name := range f.files(k.ext) {
				errs = append(errs, k.remove(name))
			}
		}
		return errors.Join(errs...)
	})
}

// remove deletes an old file.
func (k *keeper) remove(name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.discard(name)
}

// discard deletes an old file, which may have gone already. The lock is held.
func (k *keeper) discard(name string) error {
	if err := ignoreMissing(k.fs.Remove(k.path(name))); err != nil {
		return err
	}
	k.stock.rename(name, "")
	return nil
}

// recount finds out what MaxTotal counts.
func (k *keeper) recount() {
	if k.opts.MaxTotal == 0 {
		return
	}
	l, err := k.list()
	if err != nil {
		k.report(fmt.Errorf("file: archive: %w", err))
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stock.set(l, k.ext)
}

// free deletes the oldest files until what is left and the live file, with this
// size, are no more than MaxTotal. The goroutine that logs calls it.
func (k *keeper) free(live int64) {
	limit := k.opts.MaxTotal - live
	if k.stock.sum.Load() <= limit {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.stock.sum.Load() > limit && len(k.stock.files) > 0 {
		if err := k.discard(k.stock.files[0].name); err != nil {
			if !k.stock.stuck {
				k.report(err)
			}
			k.stock.stuck = true
			return
		}
		k.stock.stuck = false
	}
}
