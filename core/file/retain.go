package file

import (
	"errors"
	"slices"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// tooMany returns the files that are to be deleted, oldest first but for those that are
// only too old.
func (k *keeper) tooMany(l listing, live int64) (gone []found) {
	over := 0
	if k.backups > 0 {
		over = len(l.old) - k.backups
	}
	kept := make([]found, 0, len(l.old)+len(l.waiting))
	for i, f := range l.old {
		if i < over || k.tooOld(f) {
			gone = append(gone, f)
		} else {
			kept = append(kept, f)
		}
	}
	if k.opts.MaxTotal == 0 {
		return gone
	}
	kept = append(kept, l.waiting...)
	total := live
	for _, f := range kept {
		total += f.size()
	}
	for len(kept) > 0 && total > k.opts.MaxTotal {
		gone = append(gone, kept[0])
		total -= kept[0].size()
		kept = kept[1:]
	}
	return gone
}

func (k *keeper) tooOld(f found) bool {
	age := k.opts.MaxAge
	return age > 0 && k.since(&f).Before(k.fs.Now().Add(-age))
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
	l, err := k.inOrder()
	if err != nil {
		return nil, err
	}
	gone := l.waiting
	if !k.opts.DiscardOld {
		l.old, l.waiting = append(l.old, l.waiting...), nil // they will have got their places
		gone = k.tooMany(l, k.liveSize())
	}
	for _, f := range gone {
		for name := range f.forms(k.ext) {
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
		l, err := k.inOrder()
		if err != nil {
			return err
		}
		return k.expelAll(k.tooMany(l, k.liveSize()))
	})
}

// expelAll deletes old files. Of those that could not be deleted before it tries a few, in
// turn, and all as soon as one can. It tells of few.
func (k *keeper) expelAll(gone []found) error {
	k.passes++
	retry, works := k.retries(gone), false
	failed := map[string]int{}
	var errs []error
	for _, f := range gone {
		for name, id := range f.forms(k.ext) {
			tried, again := k.undeletable[name]
			if again && !works && !retry[name] {
				failed[name] = tried
				continue
			}
			err := k.expel(name, id)
			if errors.Is(err, errStopped) {
				return err
			}
			works = works || again && err == nil
			if err != nil {
				failed[name] = k.passes
			}
			if err != nil && len(errs) < maxFailures {
				errs = append(errs, err)
			}
		}
	}
	k.undeletable = failed
	return errors.Join(errs...)
}

// retries returns some names of files that could not be deleted: those that were not tried
// for longest.
func (k *keeper) retries(gone []found) map[string]bool {
	var names []string
	for _, f := range gone {
		for name := range f.forms(k.ext) {
			if _, again := k.undeletable[name]; again {
				names = append(names, name)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return k.undeletable[a] - k.undeletable[b] })
	retry := map[string]bool{}
	for _, name := range names[:min(len(names), maxFailures)] {
		retry[name] = true
	}
	return retry
}

// expel deletes an old file, unless somebody has given its name to another one since it
// was looked at: numbered files may move up at any time.
func (k *keeper) expel(name string, id fsys.Info) error {
	return k.exclusive(func() error {
		if !k.has(name, id) {
			return nil
		}
		if k.stopped.Load() {
			return errStopped
		}
		return k.discard(name)
	})
}

// remove deletes an old file.
func (k *keeper) remove(name string) error {
	return k.exclusive(func() error { return k.discard(name) })
}

// discard deletes an old file, which may have gone already. It is called within exclusive.
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
	if k.looking.note(err, k.complain); err != nil {
		return
	}
	k.stock.set(l, k.ext)
}

// free deletes the oldest files until what is left and the live file, with this
// size, are no more than MaxTotal. The goroutine that logs calls it.
func (k *keeper) free(live int64) {
	limit := k.opts.MaxTotal - live
	if k.stock.sum.Load() <= limit {
		return
	}
	k.moving.Lock()
	defer k.moving.Unlock()
	if k.lock != nil && !k.stock.sticks() {
		k.recount() // others may have compressed files
	}
	for k.stock.sum.Load() > limit {
		name, ok := k.stock.oldest()
		if !ok {
			return
		}
		err := k.discard(name)
		if err == nil && name == k.revealed {
			k.report(k.discard(name + k.ext))
		}
		if err != nil && k.stock.fail(name) {
			k.report(err)
			return // it may be possible at the next record; if not, another one goes
		}
	}
}
