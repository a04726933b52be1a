// Package faultfs puts an fsys.FS in front of another one that fails when it is
// told to. Counting its operations and failing each in turn finds every place
// where an error was forgotten, and new code is covered the day it is written.
// Killing the process at each in turn does the same for what a crash leaves.
package faultfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// FS fails operations of the file system behind it. The zero value of everything
// but FS lets all succeed.
type FS struct {
	FS fsys.FS

	mu      sync.Mutex
	n       int      // operations so far
	fault   Fault    // what goes wrong
	history []string // operations since the last Arm
	fired   int      // how often something went wrong since then
	ever    int      // how often altogether
	now     time.Time
}

// Fault says what goes wrong. Op and Name choose the operations that count.
type Fault struct {
	At         int    // the operation that fails, counted from 0 since Arm
	Err        error  // how; nil: nothing fails, unless there is a Stop
	Persistent bool   // every later operation fails, too
	Op         string // only operations of this kind count and fail; "": all
	Name       string // only those on files whose name ends like this; "": all
	Short      bool   // a failing Write writes half before it fails
	// Stop is called instead of the operation that fails, to end the process there.
	// If it returns, the operation fails with Err, or with ErrStopped if that is nil.
	Stop func(op, name string)
}

// ErrStopped is how an operation fails whose Stop has returned.
var ErrStopped = errors.New("stopped")

// Arm sets what goes wrong from now on.
func (f *FS) Arm(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.n, f.fired, f.history = fault, 0, 0, nil
}

// Fired returns how many operations have failed since Arm.
func (f *FS) Fired() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// FiredEver returns how many operations have failed altogether.
func (f *FS) FiredEver() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ever
}

// History returns the operations since Arm, as "write app.log".
func (f *FS) History() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.history...)
}

// SetNow sets what Now returns from now on; the zero time: the time of the file
// system behind.
func (f *FS) SetNow(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
}

// Now implements fsys.FS. It is no operation: it neither counts nor fails.
func (f *FS) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now.IsZero() {
		return f.FS.Now()
	}
	return f.now
}

// hit counts an operation and returns its error if it is to fail. Some operations
// have two names.
func (f *FS) hit(op string, names ...string) error {
	fault, failing := f.count(op, names)
	if !failing {
		return nil
	}
	return fault.strike(op, names)
}

// strike makes an operation fail. It holds no lock: Stop may call FS's methods.
func (t Fault) strike(op string, names []string) error {
	if t.Stop != nil {
		t.Stop(op, names[0])
	}
	err := t.Err
	if err == nil {
		err = ErrStopped
	}
	if len(names) == 2 {
		return &os.LinkError{Op: op, Old: names[0], New: names[1], Err: err}
	}
	return &fs.PathError{Op: op, Path: names[0], Err: err}
}

// count counts an operation and tells whether and how it is to fail.
func (f *FS) count(op string, names []string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	entry := op
	for _, name := range names {
		entry += " " + filepath.Base(name)
	}
	f.history = append(f.history, entry)
	if !f.fault.concerns(op, names) {
		return Fault{}, false
	}
	i := f.n
	f.n++
	if !f.fault.fails(i) {
		return Fault{}, false
	}
	f.fired++
	f.ever++
	return f.fault, true
}

// concerns tells whether an operation counts.
func (t Fault) concerns(op string, names []string) bool {
	if t.Op != "" && t.Op != op {
		return false
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return strings.HasSuffix(filepath.Base(name), t.Name)
	})
}

// fails tells whether operation i is to fail.
func (t Fault) fails(i int) bool {
	if t.Err == nil && t.Stop == nil {
		return false
	}
	return i == t.At || i > t.At && t.Persistent
}

// OpenFile implements fsys.FS.
func (f *FS) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	if err := f.hit("open", name); err != nil {
		return nil, err
	}
	file, err := f.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultFile{File: file, fs: f, name: name}, nil
}

// Stat implements fsys.FS.
func (f *FS) Stat(name string) (fsys.Info, error) {
	if err := f.hit("stat", name); err != nil {
		return fsys.Info{}, err
	}
	return f.FS.Stat(name)
}

// Lstat implements fsys.FS.
func (f *FS) Lstat(name string) (fsys.Info, error) {
	if err := f.hit("lstat", name); err != nil {
		return fsys.Info{}, err
	}
	return f.FS.Lstat(name)
}

// Birth implements fsys.FS.
func (f *FS) Birth(name string) (time.Time, error) {
	if err := f.hit("birth", name); err != nil {
		return time.Time{}, err
	}
	return f.FS.Birth(name)
}

// Chtimes implements fsys.FS.
func (f *FS) Chtimes(name string, mod time.Time) error {
	if err := f.hit("chtimes", name); err != nil {
		return err
	}
	return f.FS.Chtimes(name, mod)
}

// MkdirAll implements fsys.FS.
func (f *FS) MkdirAll(name string, perm fs.FileMode) error {
	if err := f.hit("mkdir", name); err != nil {
		return err
	}
	return f.FS.MkdirAll(name, perm)
}

// SyncDir implements fsys.FS.
func (f *FS) SyncDir(name string) error {
	if err := f.hit("syncdir", name); err != nil {
		return err
	}
	return f.FS.SyncDir(name)
}

// Rename implements fsys.FS.
func (f *FS) Rename(oldname, newname string) error {
	if err := f.hit("rename", oldname, newname); err != nil {
		return err
	}
	return f.FS.Rename(oldname, newname)
}

// Remove implements fsys.FS.
func (f *FS) Remove(name string) error {
	if err := f.hit("remove", name); err != nil {
		return err
	}
	return f.FS.Remove(name)
}

// ReadDir implements fsys.FS.
func (f *FS) ReadDir(dir string) ([]fsys.Entry, error) {
	if err := f.hit("readdir", dir); err != nil {
		return nil, err
	}
	return f.FS.ReadDir(dir)
}

// Symlink implements fsys.FS.
func (f *FS) Symlink(target, name string) error {
	if err := f.hit("symlink", target, name); err != nil {
		return err
	}
	return f.FS.Symlink(target, name)
}

// Readlink implements fsys.FS.
func (f *FS) Readlink(name string) (string, error) {
	if err := f.hit("readlink", name); err != nil {
		return "", err
	}
	return f.FS.Readlink(name)
}

// Lock implements fsys.FS.
func (f *FS) Lock(name string, perm fs.FileMode) (fsys.Lock, error) {
	if err := f.hit("lockfile", name); err != nil {
		return nil, err
	}
	lock, err := f.FS.Lock(name, perm)
	if err != nil {
		return nil, err
	}
	return &faultLock{Lock: lock, fs: f, name: name}, nil
}

var _ fsys.FS = (*FS)(nil)
