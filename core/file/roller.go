package file

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core/internal/commit"
	"github.com/logsinks/logsinks/core/internal/fsys"
)

// The pauses after which a rotation that has failed is tried again.
const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
)

// roller stands in front of the disk of a sink that rotates: it looks at each record
// whether the file is to be rotated first. Only the goroutine that writes touches
// it (see package commit).
type roller struct {
	*disk
	opts    RotatingOptions
	trigger Trigger
	period  func(*Live) time.Time // when the period that the file is for has begun
	timed   bool                  // the trigger looks at times
	dated   bool                  // it does, or the archive
	steady  bool                  // but for the size, it says the same of all records of a batch
	limit   int64                 // the size beyond which it is due then
	plain   bool                  // nothing but the size counts
	keeper  *keeper
	retired *retirer
	lock    *sharedLock // nil: the file is not shared
	idle    idleTimer

	asked int  // the offset in the batch of the last record that the trigger was asked about; -1: none
	yes   bool // what it said

	live    Live
	known   fsys.Info     // of the file that live is about
	begun   bool          // a rotation has begun the file
	tried   chan struct{} // of the rotation that somebody waits for; nil: nobody does
	inPlace bool          // a moment ago the path led to the file
	rolling bool          // this process begins the new file
	strayed *job          // the file could not get its name back; nil: it has it
	retry   time.Time     // before it no rotation is tried; zero: none has failed
	pause   time.Duration // the last one
	gone    error         // why there is no file that anybody could find; nil: there is

	rotations, failures atomic.Uint64 // see core.Stats
}

// init makes r the target of e.
func (r *roller) init(e *engine, trigger Trigger, o *RotatingOptions) error {
	r.disk, r.opts = e.disk, *o
	r.trigger = bind(Any(trigger, o.Also), &user{call: r.callUser, report: r.report})
	r.period = periodOf(r.trigger)
	r.timed = timed(r.trigger)
	_, numbered := o.Archive.(Numbered)
	_, growing := o.Archive.(Growing)
	r.dated = r.timed || !numbered && !growing
	r.limit, r.steady = sizeLimit(r.trigger)
	if o.MaxTotal > 0 {
		r.limit = min(r.limit, o.MaxTotal)
	}
	_, r.plain = r.trigger.(MaxBytes)
	r.plain = r.plain && o.MaxTotal == 0
	r.live.Path = r.path
	r.inherit, r.watched = true, o.Watched || o.Shared
	r.opened = r.anchor
	r.retired = newRetirer()
	r.shared = o.Shared
	e.target = r
	if o.Shared {
		e.target = sharing{r}
		r.lock = &sharedLock{
			fs: r.fs, path: r.path + lockExt, perm: cmp.Or(o.Perm, defaultPerm), exact: o.Perm != 0, mkdir: o.MkdirAll, abandoned: r.abandoned,
			hook: &r.hook, held: new(atomic.Bool), wants: new(atomic.Bool),
		}
		if err := r.lock.open(); err != nil && !(o.Lazy && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	r.keeper = newKeeper(r, periodOf(bind(Any(trigger, o.Also), nil)))
	return nil
}

// Begin implements commit.Target.
func (r *roller) Begin() error {
	if err := r.disk.Begin(); err != nil {
		return err
	}
	r.look()
	r.asked = -1
	return nil
}

// now returns the time of day, which somebody may set: it is not to be compared by the
// time that passes.
func (r *roller) now() time.Time { return r.fs.Now().Round(0) }

// look brings what the trigger is told up to date.
func (r *roller) look() {
	if r.timed {
		r.live.Now = r.now()
	}
	r.live.Size, r.live.Empty = r.size, r.size <= r.headed
}

// Portion implements commit.Portioned: the records that go to the file before it is
// rotated.
func (r *roller) Portion(base int, ends []int) int {
	if n := int64(ends[len(ends)-1] - base); r.plain && !r.cut && r.retry.IsZero() && r.size+n <= r.limit {
		return len(ends) // as below, but quickly
	}
	r.look()
	start := base
	if r.cut {
		base -= len(r.term) // it goes in front of the first record
	}
	if first := int64(ends[0] - base); r.verdict(start, first) {
		r.rollDue(first)
	}
	n := r.fitting(base, ends)
	r.spend(int64(ends[n-1] - base))
	r.live.Found = false
	return n
}

// fitting returns how many records the file takes, at least one.
func (r *roller) fitting(base int, ends []int) int {
	switch {
	case len(ends) == 1 || !r.retry.IsZero() || !r.info.Mode.IsRegular():
		return len(ends)
	case r.steady:
		n := sort.Search(len(ends), func(i int) bool { return r.live.Size+int64(ends[i]-base) > r.limit })
		return max(n, 1)
	}
	before := r.live.Size
	defer func() { r.live.Size = before }()
	r.live.Empty, r.live.Found = false, false
	for i := 1; i < len(ends); i++ {
		r.live.Size = before + int64(ends[i-1]-base)
		if r.verdict(ends[i-1], int64(ends[i]-ends[i-1])) {
			return i
		}
	}
	return len(ends)
}

// verdict tells whether the file is to be rotated before the record of n bytes that
// begins at this offset of the batch. A trigger may count what it is asked about, so it
// is asked once about each.
func (r *roller) verdict(at int, n int64) bool {
	if at > r.asked {
		r.asked, r.yes = at, r.due(n)
	}
	return at == r.asked && r.yes
}

// due tells whether the file is to be rotated before n bytes are written.
func (r *roller) due(n int64) bool {
	owed := !r.retry.IsZero() && !r.live.Empty // it was due, and has failed
	if !r.trigger.Due(&r.live, n) && !r.overspent(n) && !owed {
		return false
	}
	if !r.info.Mode.IsRegular() || r.file == nil {
		return false
	}
	if r.begun && r.live.Empty {
		r.live.Since = r.live.Now // there is nothing in it to rotate
		return false
	}
	return r.retry.IsZero() || r.gone != nil || !r.fs.Now().Before(r.retry)
}

// overspent tells whether the live file alone would be more than all may have.
func (r *roller) overspent(n int64) bool {
	total := r.opts.MaxTotal
	return total > 0 && !r.live.Empty && r.live.Size+n > total
}

// spend makes room for n bytes by deleting old files.
func (r *roller) spend(n int64) {
	if r.opts.MaxTotal > 0 && r.info.Mode.IsRegular() {
		r.keeper.free(r.live.Size + n)
	}
}

// rollDue rotates, unless it is not what it was thought to be: somebody
// may have truncated it. Whatever happens, the record can be written.
func (r *roller) rollDue(n int64) {
	info, err := r.fs.Stat(r.path)
	r.inPlace = err == nil && info.Same(r.info)
	if !r.inPlace {
		info, err = r.file.Stat() // somebody has moved or deleted it
	}
	if err == nil && info.Size != r.size {
		r.size = info.Size
		r.cut = r.cut && info.Size > 0
		if r.look(); r.steady && !r.due(n) || r.live.Empty && !r.steady {
			return
		}
	}
	r.try()
}

// try rotates, and notes how that has ended.
func (r *roller) try() {
	err := r.roll()
	r.noteOutcome(err)
	r.inPlace = false
	if err != nil && r.file != nil {
		if info, serr := r.file.Stat(); serr == nil && info.Links == 0 {
			r.gone = err // records would go with the file
		}
	}
	r.look()
}

// noteOutcome notes how a rotation has ended: after a failure there is a pause before
// the next one, and only the first failure is reported.
func (r *roller) noteOutcome(err error) {
	if err == nil {
		r.retry, r.pause = time.Time{}, 0
		if r.opts.RollIdle {
			r.idle.again(r.untilDue())
		}
		return
	}
	if r.pause == 0 {
		r.report(fmt.Errorf("rotation failed, going on with the old file: %w", err))
	}
	r.pause = min(max(2*r.pause, firstPause), lastPause)
	r.retry = r.fs.Now().Add(r.pause)
}

// Write implements commit.Target.
func (r *roller) Write(p []byte) (int, error) {
	if r.gone != nil {
		return 0, r.gone
	}
	if r.file == nil || r.empty {
		// A rotation could not open the file again, or write the header.
		if err := r.disk.Begin(); err != nil {
			return 0, err
		}
	}
	return r.disk.Write(p)
}

// alone runs f as a batch of its own.
func (r *roller) alone(f func() error) error {
	if err := r.lock.take(); err != nil {
		return err
	}
	defer r.lock.free()
	return f()
}

// open implements target.
func (r *roller) open() error { return r.alone(r.disk.open) }

// reopenNow implements target.
func (r *roller) reopenNow() error { return r.alone(r.disk.reopenNow) }

// finish implements target: what a rotation has left behind in the middle of the batch
// counts as well.
func (r *roller) finish() error {
	lost := r.lost
	r.lost = nil
	return errors.Join(lost, r.disk.finish())
}

// rotateNow rotates because somebody asks for it, and waits until tried is
// closed if it succeeds.
func (r *roller) rotateNow(tried chan struct{}) error {
	r.tried = tried
	defer func() { r.tried = nil }()
	return r.alone(func() error {
		if r.file == nil && r.first && !r.forRotator() {
			return r.counted(r.rollUnopened())
		}
		if err := r.disk.Begin(); err != nil {
			return err
		}
		r.look()
		err := r.roll()
		if err == nil {
			r.noteOutcome(nil)
		}
		return err
	})
}

// close implements target.
func (r *roller) close() error {
	r.idle.stop()
	locked := r.lock.take()
	err := errors.Join(locked, r.disk.close(), r.retired.wait(context.Background()))
	if r.keeper.inline && locked == nil {
		r.settleAll() // what has failed before may succeed now
	}
	return errors.Join(err, r.lock.close())
}

// abandon implements target.
func (r *roller) abandon() {
	r.idle.stop()
	r.disk.abandon()
}

var _ commit.Portioned = (*roller)(nil)
