package faultfs

import (
	"fmt"
	"io/fs"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// faultFile fails like its FS.
type faultFile struct {
	fsys.File
	fs   *FS
	name string
}

func (f *faultFile) Write(p []byte) (n int, err error) {
	names := []string{f.name}
	fault, failing := f.fs.count("write", names)
	if !failing {
		return f.File.Write(p)
	}
	if fault.Short {
		if n, err = f.File.Write(p[:len(p)/2]); err != nil {
			return n, fmt.Errorf("while failing: %w", err)
		}
	}
	return n, fault.strike("write", names)
}

func (f *faultFile) Read(p []byte) (int, error) {
	if err := f.fs.hit("readfile", f.name); err != nil {
		return 0, err
	}
	return f.File.Read(p)
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

func (f *faultFile) Chown(uid, gid int) error {
	if err := f.fs.hit("chown", f.name); err != nil {
		return err
	}
	return f.File.Chown(uid, gid)
}

func (f *faultFile) TryLock(exclusive bool) (bool, error) {
	if err := f.fs.hit("flock", f.name); err != nil {
		return false, err
	}
	return f.File.TryLock(exclusive)
}

func (f *faultFile) Unlock() error {
	if err := f.fs.hit("unlock", f.name); err != nil {
		return err
	}
	return f.File.Unlock()
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

// faultLock fails like its FS.
type faultLock struct {
	fsys.Lock
	fs   *FS
	name string
}

func (l *faultLock) TryLock() (bool, error) {
	if err := l.fs.hit("lock", l.name); err != nil {
		return false, err
	}
	return l.Lock.TryLock()
}

func (l *faultLock) Unlock() error {
	if err := l.fs.hit("unlock", l.name); err != nil {
		return err
	}
	return l.Lock.Unlock()
}

func (l *faultLock) Stat() (fsys.Info, error) {
	if err := l.fs.hit("fstat", l.name); err != nil {
		return fsys.Info{}, err
	}
	return l.Lock.Stat()
}

func (l *faultLock) Chmod(mode fs.FileMode) error {
	if err := l.fs.hit("chmod", l.name); err != nil {
		return err
	}
	return l.Lock.Chmod(mode)
}

// Close closes the lock file in any case, as a faultFile's does.
func (l *faultLock) Close() error {
	err := l.fs.hit("close", l.name)
	if cerr := l.Lock.Close(); err == nil {
		err = cerr
	}
	return err
}
