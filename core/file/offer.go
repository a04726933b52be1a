package file

import (
	"errors"
	"io/fs"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// The names that a Rotator is given: again, if it has failed, and what goes when it has not.

// offer is a name that a Rotator was given, but has not brought the live file to.
type offer struct {
	name string
	at   Place
	made [2]*fsys.Info // what the Rotator has left there, not compressed and compressed; nil: nothing
}

// refused notes that a Rotator has left the live file where it was.
func (k *keeper) refused(name string, j *job) {
	o := &offer{name: name, at: j.at}
	for i, ext := range []string{"", k.ext} {
		if info, err := k.fs.Lstat(k.path(name + ext)); err == nil {
			o.made[i] = &info
		}
	}
	k.offered = o
}

// offerAgain returns the name that a Rotator was given for nothing, if there is still at
// most what it has made there: that is worth nothing, and each try would make another one.
// It is of the same live file: with another one, anchor forgets the offer.
func (k *keeper) offerAgain(j *job) (string, bool) {
	o := k.offered
	if o == nil {
		return "", false
	}
	if !k.asLeft(o.name, o.made[0]) || !k.asLeft(o.name+k.ext, o.made[1]) {
		k.offered = nil
		return "", false
	}
	j.at = o.at
	return o.name, true
}

// asLeft tells whether at most this file has the name, unchanged; nil: none has.
func (k *keeper) asLeft(name string, file *fsys.Info) bool {
	now, err := k.fs.Lstat(k.path(name))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return file != nil && now.Same(*file) && now.Size == file.Size && now.Mod.Equal(file.Mod)
}

// arrived notes that a Rotator has brought the live file to this name.
func (k *keeper) arrived(name string) {
	k.offered = nil
	if k.numbered && k.backups == 1 {
		k.report(k.exclusive(func() error { return k.supersede(name) })) // nothing has moved up to do it
	}
}

// supersede deletes the compressed form of an old file that has got its place, if it is there:
// a Rotator may have made that form itself. It is called within exclusive.
func (k *keeper) supersede(name string) error {
	if there, err := k.there(name); !there {
		return err
	}
	return k.clear(name + k.ext)
}
