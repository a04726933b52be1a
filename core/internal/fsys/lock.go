package fsys

import (
	"errors"
	"io/fs"
	"os"
)

// osLock is an open lock file.
type osLock struct{ osFile }

// Lock implements FS.
func (OS) Lock(name string, perm fs.FileMode) (Lock, error) {
	if !canLock {
		return nil, &fs.PathError{Op: "lock", Path: name, Err: errors.ErrUnsupported}
	}
	f, err := open(name, os.O_RDWR|os.O_CREATE, true, perm)
	if err != nil {
		return nil, err
	}
	return &osLock{osFile{f}}, nil
}

// TryLock implements Lock.
func (l *osLock) TryLock() (bool, error) { return l.osFile.TryLock(true) }

// TryLock implements File.
func (f *osFile) TryLock(exclusive bool) (locked bool, err error) {
	err = f.control("lock", func(fd uintptr) (err error) {
		locked, err = tryLock(fd, exclusive)
		return err
	})
	return locked, err
}

// Unlock is File's and Lock's.
func (f *osFile) Unlock() error { return f.control("unlock", unlock) }

// control calls do with the file's descriptor, which stays open meanwhile.
func (f *osFile) control(op string, do func(fd uintptr) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	if raw.Control(func(fd uintptr) { err = do(fd) }) != nil {
		err = fs.ErrClosed // there is no other reason, but it is named otherwise
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: f.Name(), Err: err}
	}
	return nil
}
