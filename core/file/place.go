package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// arrange gives every file that waits its place, while no other process does.
func (k *keeper) arrange() {
	k.uniteTwins()
	err := k.locked(func() error { k.settleAll(guard.Hook); return nil })
	if err := ignoreMissing(err); err != nil {
		k.complain(err)
	}
}

// target returns the name that the live file is to get: its place, or one to wait
// under where that is not for the caller to give.
func (k *keeper) target(j *job) (name string, err error) {
	if k.inline && !k.numbered && !k.opts.DiscardOld {
		j.placed = true
		return k.vacantName(j)
	}
	if k.numbered && k.namer != nil {
		if j.up, err = k.upward(); err != nil {
			return "", err // better now than when the file waits
		}
	}
	for {
		name = k.waitingName(int(k.serial.Add(1)))
		if k.surveyed.Load() && k.lock == nil {
			return name, nil // nobody else gives such names
		}
		if there, err := k.there(name); err != nil || !there {
			return name, err
		}
	}
}

// makeRoom makes room for a file and returns the name that it is to get.
func (k *keeper) makeRoom(j *job) (string, error) {
	if name, ok := k.offerAgain(j); ok {
		return name, nil
	}
	if !k.numbered {
		return k.vacantName(j)
	}
	if k.vacant {
		return k.vacantNumber(j)
	}
	up := j.up
	if up == nil {
		var err error
		if up, err = k.upward(); err != nil {
			return "", err
		}
	}
	j.up = nil
	if err := k.shift(up.steps); err != nil {
		return "", err
	}
	k.vacant = true
	return up.first, nil
}

// vacantNumber is makeRoom for a number that was freed before, unless something has
// taken it since.
func (k *keeper) vacantNumber(j *job) (string, error) {
	first, err := k.number(1)
	if err != nil {
		return "", err
	}
	taken, err := k.taken(first)
	if err != nil || !taken {
		return first, err
	}
	k.vacant = false
	return k.makeRoom(j)
}

var errUnread = errors.New("the directory cannot be read")

// maxTries is how many names an archive is asked for.
const maxTries = 10000

// vacantName returns a name that nothing in the directory has.
func (k *keeper) vacantName(j *job) (string, error) {
	if k.takeOver(); !k.surveyed.Load() && !k.dated {
		return "", errUnread // its number would be too low: the newest would be deleted as the oldest
	}
	j.old.Last = k.last
	for try := range maxTries {
		own, err := k.next(j.old, try)
		if err != nil {
			return "", err
		}
		name, err := k.given(own)
		if err != nil {
			return "", err
		}
		j.at, _ = k.known(own)
		taken, err := k.taken(name)
		if err != nil {
			return "", err
		}
		if !taken {
			k.noteOwn(name)
			return name, nil
		}
	}
	return "", errors.New("the archive has no name that is not taken")
}

// taken tells whether something has the name, or will have it when it is compressed.
func (k *keeper) taken(name string) (bool, error) {
	there, err := k.there(name)
	if there || err != nil {
		return there, err
	}
	return k.there(name + k.ext)
}

// there tells whether something has the name.
func (k *keeper) there(name string) (bool, error) {
	_, err := k.fs.Lstat(k.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// sizeOf returns the size of a new old file, if somebody wants to know: a Rotator
// may have changed it, or somebody has put another file in its place.
func (k *keeper) sizeOf(j job, size int64) int64 {
	if k.opts.MaxTotal == 0 || j.name == "" {
		return size
	}
	info, err := k.fs.Lstat(k.path(j.name))
	if err != nil {
		return size
	}
	return info.Size
}

// settleAll gives every file that waits its place, in the order in which they came.
// The first failure is reported; then they go on waiting.
func (k *keeper) settleAll(call func(func() error) error) {
	if k.takeOver(); !k.surveyed.Load() {
		k.stuck.Store(true)
		k.wakeAll()
		return
	}
	for {
		j, ok := k.first()
		if !ok {
			return
		}
		err := errStopped
		if !k.stopped.Load() {
			err = k.settle(&j)
		}
		k.done(j, err)
		if errors.Is(err, errStopped) {
			k.wakeAll()
			return
		}
		k.stuck.Store(err != nil)
		k.placing.note(err, func(err error) { k.report(fmt.Errorf("the old file keeps a temporary name: %w", err)) })
		if err != nil {
			k.wakeAll()
			return
		}
		k.vacant = false
		k.noteNewest(j)
		k.report(k.callOnRotate(j, call))
	}
}

// noteNewest notes a file that has got its place.
func (k *keeper) noteNewest(j job) {
	if j.name == "" {
		return
	}
	if k.ahead(k.last) || j.at.Compare(k.last) > 0 || k.last == (Place{}) {
		k.last = j.at
	}
}

// first returns the first job.
func (k *keeper) first() (job, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.jobs) == 0 {
		return job{}, false
	}
	return k.jobs[0], true
}

// wakeAll tells whoever waits for a job that it has to wait.
func (k *keeper) wakeAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range k.jobs {
		k.jobs[i].wake()
	}
}

// wake says that the job was tried.
func (j *job) wake() {
	if j.tried != nil {
		close(j.tried)
		j.tried = nil
	}
}

// done removes the first job, unless it has failed.
func (k *keeper) done(j job, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	j.wake()
	if k.jobs[0] = j; err == nil {
		k.jobs = slices.Delete(k.jobs, 0, 1)
	}
}

// settle gives a file its place. How far it came is known to j, should it fail.
func (k *keeper) settle(j *job) error {
	if j.placed {
		return nil
	}
	if k.opts.DiscardOld {
		return k.rename(j, "")
	}
	if j.name != "" {
		there, err := k.there(j.name)
		if err != nil {
			return err
		}
		if !there {
			k.stock.rename(j.name, "")
			j.name, j.placed = "", true // somebody has taken it away: nothing moves up for it
			return nil
		}
	}
	name, err := k.makeRoom(j)
	if err != nil {
		return err
	}
	return k.rename(j, name)
}

// rename gives a file its place; "": deletes it.
func (k *keeper) rename(j *job, name string) error {
	err := k.renameNow(j, name)
	if fsys.Busy(err) {
		_ = k.closes.closed(context.Background()) // it may be the one who has the file open
		err = k.renameNow(j, name)
	}
	return err
}

func (k *keeper) renameNow(j *job, name string) error {
	return k.exclusive(func() error {
		if j.name == "" {
			j.placed = true // somebody has taken it away
			return nil
		}
		if name != "" && k.numbered && k.backups == 1 {
			if err := k.makeWay(step{j.name, name}); err != nil { // nothing has moved up to do it
				return err
			}
		}
		err := k.renameOrRemove(j.name, name)
		if errors.Is(err, fs.ErrNotExist) {
			err, name = nil, "" // the same, just now
		}
		if err != nil {
			return err
		}
		k.stock.rename(j.name, name)
		j.name, j.placed = name, true
		return nil
	})
}

// renameOrRemove renames a file, or deletes it.
func (k *keeper) renameOrRemove(from, to string) error {
	if to == "" {
		return k.fs.Remove(k.path(from))
	}
	return k.fs.Rename(k.path(from), k.path(to))
}

// callOnRotate calls OnRotate.
func (k *keeper) callOnRotate(j job, call func(func() error) error) error {
	if k.opts.OnRotate == nil {
		return nil
	}
	old := ""
	if j.name != "" {
		old = k.path(j.name)
	}
	err := call(func() error { k.opts.OnRotate(old, k.live); return nil })
	if err != nil {
		err = fmt.Errorf("OnRotate: %w", err)
	}
	return err
}
