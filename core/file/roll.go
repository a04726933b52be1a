package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// roll rotates: the file becomes an old one. When that fails, it is written to as
// before.
func (r *roller) roll() error { return r.counted(r.tryRoll()) }

// counted counts the outcome of a rotation if it has failed.
func (r *roller) counted(err error) error {
	if err != nil {
		r.failures.Add(1)
	}
	return err
}

func (r *roller) tryRoll() error {
	if err := r.admit(); err != nil {
		return err
	}
	if !r.info.Mode.IsRegular() {
		return fmt.Errorf("%s: %w", r.path, errIrregular)
	}
	job := r.describe()
	var err error
	switch {
	case r.strayed != nil:
		job = *r.strayed // only the new file is missing
		job.tried = r.tried
	case r.opts.Rotator != nil:
		err = r.bring(&job)
	default:
		err = r.move(&job)
	}
	if err != nil {
		return err
	}
	r.moved = true
	f, info, err := r.openPath()
	r.moved = false
	if err != nil {
		return errors.Join(err, r.moveBack(job))
	}
	return r.change(job, f, info)
}

// change lets go of the open file, which was moved away, for f.
func (r *roller) change(job job, f fsys.File, info fsys.Info) error {
	r.rolling, r.strayed = true, nil
	defer func() { r.rolling = false }()
	if err := r.giveUp(); err != nil {
		r.report(fmt.Errorf("ending the old file: %w", err))
	}
	job.size = r.keeper.sizeOf(job, r.size)
	same := info.Same(r.info)
	if err := r.adopt(f, info); err != nil {
		return err
	}
	r.begun = info.Size == 0
	if r.begun || same {
		r.live.Since = r.live.Now // even if an earlier try has made the file
	}
	r.rotations.Add(1)
	r.hand(job)
	if r.empty {
		r.report(r.writeHeader()) // if it fails, Write tries again
	}
	return nil
}

// How long a rotation waits for there to be room for another old file.
const (
	admitLimit = time.Second
	admitPause = time.Millisecond
)

var errFull = errors.New("too many old files wait for their places, or for the disk")

// admit waits until there is room for another old file. If that takes long, if those that
// wait cannot get their places, or if Close has no more time, nothing is rotated now. A
// hook that somebody waits for is not kept waiting.
func (r *roller) admit() error {
	if r.abandoned() {
		return core.ErrClosed
	}
	if r.keeper.full() {
		r.placeOld()
	}
	if !r.crowded() {
		return nil
	}
	defer r.hook.Store(r.hook.Swap(true))
	for waited := time.Duration(0); waited < admitLimit && !r.keeper.hopeless(); waited += admitPause {
		time.Sleep(admitPause)
		if r.abandoned() {
			return core.ErrClosed
		}
		if !r.crowded() {
			return nil
		}
	}
	return errFull
}

// crowded tells whether as many old files wait as may.
func (r *roller) crowded() bool { return r.retired.full() || r.keeper.full() }

// describe returns what is known of the file that is to be rotated.
func (r *roller) describe() job {
	now := r.now()
	r.live.Now = now
	return job{size: r.size, tried: r.tried, old: Old{
		Base: filepath.Base(r.path), Begun: r.live.Since, Ended: now, Period: r.period(&r.live),
	}}
}

// move gives the live file the name of an old one. The sink still has it open.
func (r *roller) move(j *job) error {
	name, err := r.named(j, r.keeper.target)
	if err != nil {
		return err
	}
	if !r.inPlace {
		if info, err := r.fs.Stat(r.path); err == nil && !info.Mode.IsRegular() {
			return fmt.Errorf("%s: %w", r.path, errIrregular)
		}
	}
	to := filepath.Join(r.dir, name)
	err = r.fs.Rename(r.path, to)
	if fsys.Busy(err) {
		err = r.moveClosed(to)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // somebody has deleted it, or moved it
	case err != nil:
		return err
	}
	j.name = name
	return nil
}

// named returns what ask says that the file is to be called.
func (r *roller) named(j *job, ask func(*job) (string, error)) (name string, err error) {
	err = r.callArchive(func() (err error) {
		name, err = ask(j)
		return err
	})
	return name, err
}

// errIrregular says that the path does not lead to a file that could be rotated.
var errIrregular = errors.New("not a regular file")

// moveClosed moves the live file where that is refused as long as it is open.
func (r *roller) moveClosed(to string) error {
	if err := r.endLine(); err != nil {
		return err
	}
	if err := r.replace(nil).Close(); err != nil {
		r.lost = errors.Join(r.lost, err)
	}
	from := r.path
	err := r.fs.Rename(r.path, to)
	if err == nil {
		from = to // its footer is still to be written
	}
	old, operr := r.fs.OpenFile(from, os.O_WRONLY|os.O_APPEND, 0)
	if operr == nil {
		r.replace(old) // what is to be synced is synced through it
		return err
	}
	if r.dirty && r.opts.Sync != SyncNever {
		r.lost = errors.Join(r.lost, operr)
	}
	return err // if there is one, Write opens the file again
}

// moveBack gives a moved file its name back. Where that fails the records go to it
// under the name it has.
func (r *roller) moveBack(j job) error {
	if j.name == "" {
		return nil
	}
	if r.opts.Rotator != nil {
		return r.findable(j)
	}
	if _, err := r.fs.Lstat(r.path); err == nil {
		r.strayed = &j // the new one was made, or it is somebody else's
		return nil
	}
	r.strayed = nil
	err := r.fs.Rename(filepath.Join(r.dir, j.name), r.path)
	if err != nil {
		r.strayed = &j
	}
	return err
}

// bring has the user's Rotator bring the live file to its new name. As in Python the
// file is ended before.
func (r *roller) bring(j *job) error {
	name, err := r.named(j, r.keeper.makeRoom)
	if err != nil {
		return err
	}
	to := filepath.Join(r.dir, name)
	before, cut := r.size, r.cut
	if err := r.endFile(true); err != nil {
		return err
	}
	added := int(r.size - before)
	if info, err := r.file.Stat(); err == nil {
		r.size = info.Size // others may have appended
	}
	err = r.callUser(func() error { return r.opts.Rotator(r.path, to) })
	if empty := r.size == 0; !r.brought() && (err != nil || !empty) {
		r.keeper.refused(name, j)
		if added > 0 {
			r.cut = cut
			r.Undo(added)
		}
		return errors.Join(errors.New("the Rotator has left the file where it was"), err)
	}
	r.report(err)
	r.keeper.arrived(name)
	j.name, j.placed = name, true
	return nil
}

// findable lets go of a file that the Rotator has removed: nobody would find what is
// written to it. Where it has renamed the file, records go there.
func (r *roller) findable(j job) error {
	if info, err := r.fs.Lstat(r.path); err == nil && info.Same(r.info) {
		return nil // it was only emptied
	}
	r.strayed = &j
	if info, err := r.fs.Lstat(filepath.Join(r.dir, j.name)); err == nil && info.Same(r.info) {
		return nil
	}
	return r.retired.take(r.release(), false)
}

// brought tells whether the live file has gone, or was emptied if there was something in it.
func (r *roller) brought() bool {
	info, err := r.fs.Stat(r.path)
	return err != nil || !info.Same(r.info) || info.Size < r.size
}

// giveUp ends the old file and has it closed, durable if the options ask for that,
// by somebody who has time. Under SyncEach its records are waited for.
func (r *roller) giveUp() error {
	if r.file == nil {
		return nil
	}
	err := r.endFile(r.opts.Rotator == nil)
	dirty := r.dirty && r.suspect == nil && r.opts.Sync != SyncNever
	if dirty && r.opts.Sync == SyncEach {
		r.lost = errors.Join(r.lost, r.file.Sync())
		dirty = false
	}
	return errors.Join(err, r.retired.take(r.release(), dirty))
}

// forRotator tells whether there is a file that the Rotator has to bring away.
func (r *roller) forRotator() bool {
	_, err := r.fs.Stat(r.path)
	return err == nil && r.opts.Rotator != nil
}

// rollUnopened rotates a file that this sink was never asked to open. A new one is
// left to the first record.
func (r *roller) rollUnopened() error {
	if info, err := r.fs.Stat(r.path); err == nil {
		r.live.Since, r.size, r.info = born(r.fs, r.path, info.Mod), info.Size, info
	}
	job := r.describe()
	if err := r.move(&job); err != nil {
		return err
	}
	r.live.Since = time.Time{}
	r.rotations.Add(1)
	r.hand(job)
	return nil
}

// hand gives the old file to its keeper.
func (r *roller) hand(j job) {
	r.keeper.add(j)
	r.placeOld()
}

// placeOld has the old files get their places, here or by the worker.
func (r *roller) placeOld() {
	if r.keeper.inline {
		r.settleAll()
	}
	r.keeper.wake()
}

// settleAll has the keeper give every old file its place, here and now.
func (r *roller) settleAll() {
	r.report(r.callArchive(func() error { r.keeper.settleAll(r.callUser); return nil }))
}

// callArchive calls f, which calls the archive and the namer. If one of them is the user's, it
// may log.
func (r *roller) callArchive(f func() error) error {
	if r.keeper.ours && r.opts.Namer == nil {
		return guard.Call(f)
	}
	return r.callUser(f)
}
