// Package faultfs puts an fsys.FS in front of another one that fails when it is
// told to. Counting its operations and failing each in turn finds every place
// where an error was forgotten, and new code is covered the day it is written.
package faultfs

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

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
}

// Fault says what goes wrong.
type Fault struct {
	At         int    // the operation that fails, counted from 0 since Arm
	Err        error  // how; nil: nothing fails
	Persistent bool   // every later operation fails, too
	Op         string // only operations of this kind count and fail; "": all
	Short      bool   // a failing Write writes half before it fails
}

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

// hit counts an operation and returns its error if it is to fail.
func (f *FS) hit(op, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history = append(f.history, op+" "+filepath.Base(name))
	if f.fault.Op != "" && f.fault.Op != op {
		return nil
	}
	i := f.n
	f.n++
	if f.fault.Err == nil || i < f.fault.At || i > f.fault.At && !f.fault.Persistent {
		return nil
	}
	f.fired++
	f.ever++
	return &fs.PathError{Op: op, Path: name, Err: f.fault.Err}
}

func (f *FS) short() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fault.Short
}

// OpenFile is fsys.FS's.
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

// Stat is fsys.FS's.
func (f *FS) Stat(name string) (fsys.Info, error) {
	if err := f.hit("stat", name); err != nil {
		return fsys.Info{}, err
	}
	return f.FS.Stat(name)
}

// MkdirAll is fsys.FS's.
func (f *FS) MkdirAll(name string, perm fs.FileMode) error {
	if err := f.hit("mkdir", name); err != nil {
		return err
	}
	return f.FS.MkdirAll(name, perm)
}

// SyncDir is fsys.FS's.
func (f *FS) SyncDir(name string) error {
	if err := f.hit("syncdir", name); err != nil {
		return err
	}
	return f.FS.SyncDir(name)
}

// faultFile fails like its FS.
type faultFile struct {
	fsys.File
	fs   *FS
	name string
}

func (f *faultFile) Write(p []byte) (int, error) {
	err := f.fs.hit("write", f.name)
	if err == nil {
		return f.File.Write(p)
	}
	if !f.fs.short() {
		return 0, err
	}
	n, werr := f.File.Write(p[:len(p)/2])
	if werr != nil {
		return n, fmt.Errorf("while failing: %w", werr)
	}
	return n, err
}

func (f *faultFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.fs.hit("read", f.name); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *faultFile) Seek(offset int64, whence int) (int64, error) {
	if err := f.fs.hit("seek", f.name); err != nil {
		return 0, err
	}
	return f.File.Seek(offset, whence)
}

func (f *faultFile) Sync() error {
	if err := f.fs.hit("sync", f.name); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultFile) Truncate(size int64) error {
	if err := f.fs.hit("truncate", f.name); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *faultFile) Chmod(mode fs.FileMode) error {
	if err := f.fs.hit("chmod", f.name); err != nil {
		return err
	}
	return f.File.Chmod(mode)
}

func (f *faultFile) Stat() (fsys.Info, error) {
	if err := f.fs.hit("fstat", f.name); err != nil {
		return fsys.Info{}, err
	}
	return f.File.Stat()
}

// Close closes the file in any case: a failing close gives up its descriptor.
func (f *faultFile) Close() error {
	err := f.fs.hit("close", f.name)
	if cerr := f.File.Close(); err == nil {
		err = cerr
	}
	return err
}

var _ fsys.FS = (*FS)(nil)
