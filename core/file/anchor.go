package file

import (
	"errors"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// What is known of a live file when it is opened.

// periodOf returns the function that tells when a file's period has begun.
func periodOf(t Trigger) func(*Live) time.Time {
	for _, s := range schedules(t) {
		if c, ok := s.schedule.(Calendar); ok {
			return func(f *Live) time.Time { return c.begin(s.end(f.Since)) }
		}
	}
	return func(f *Live) time.Time { return f.Since }
}

// anchor notes what is known of a file that was opened; found says that it was there
// before.
func (r *roller) anchor(found bool) {
	r.gone = nil
	first, same := r.live.Since.IsZero(), r.known.Same(r.info)
	r.known = r.info
	r.report(r.claim())
	if same {
		return
	}
	if r.opts.RollIdle {
		defer func() { r.idle.again(r.untilDue()) }()
	}
	if !r.rolling {
		r.retry, r.pause = time.Time{}, 0 // what has failed was about another file
	}
	if stray := r.strayed; stray != nil {
		if info, err := r.fs.Lstat(r.keeper.path(stray.name)); err == nil {
			stray.size = info.Size
		}
		r.hand(*stray) // the path was opened anew, not by a rotation
		r.strayed = nil
	}
	if r.lock != nil && !r.rolling {
		r.keeper.surveyed.Store(false) // it was another process that has rotated last
		r.keeper.recount()
	}
	r.begun = false
	if r.opts.Rotator != nil {
		r.keeper.offered = nil // it was for another file, whose number this one may have
	}
	r.live.Found = first && found
	r.live.Since = r.now()
	if !found || !r.dated {
		return
	}
	if r.info.Mod.Before(r.live.Since) || first {
		r.live.Since = r.info.Mod
	}
	r.live.Since = born(r.fs, r.path, r.live.Since)
}

// born returns when the file at path was begun: when it was made, if that is known and
// not later than the time given, and otherwise that.
func born(fs fsys.FS, path string, latest time.Time) time.Time {
	birth, err := fs.Birth(path)
	if err != nil || birth.IsZero() || birth.After(latest) {
		return latest
	}
	if at, now := birth.Add(stampLag), fs.Now().Round(0); at.Before(now) {
		return at
	}
	return latest
}

// stampLag is how far at most the clock that files are stamped with is behind the one that
// programs see. Without it a file that was begun as a period began would seem to be one of
// the period before, and be due at once when the program is restarted.
const stampLag = 20 * time.Millisecond

// claim says that this process writes to the file, so that no other one compresses
// it, and has the link lead there.
func (r *roller) claim() error {
	var errs []error
	if r.lock != nil && r.opts.Compress != nil {
		_, err := r.file.TryLock(false)
		errs = append(errs, err)
	}
	if r.opts.Link != "" {
		errs = append(errs, link(r.fs, r.opts.Link, r.path))
	}
	return errors.Join(errs...)
}
