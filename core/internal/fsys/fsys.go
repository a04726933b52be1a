// Package fsys is what the sinks need of a disk, small enough to be put in front
// of a disk that fails: package faultfs makes any operation fail.
package fsys

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// NoFollow is a flag of OpenFile, besides those of package os: the last element
// of the path must not be a symbolic link.
const NoFollow = 1 << 30

// FS is a file system.
type FS interface {
	// OpenFile is os.OpenFile with three differences: opening a pipe does not wait
	// for a reader, a flag NoFollow, and on Windows the file may be renamed and
	// deleted while it is open.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Stat tells about what is at name, at the end of symbolic links.
	Stat(name string) (Info, error)
	// Lstat tells about what is at name, be it a symbolic link.
	Lstat(name string) (Info, error)
	// Birth returns when the file at name, at the end of symbolic links, was
	// created; the zero time where the platform or its file system does not tell.
	// Windows gives a file that gets the name of one that was renamed or removed a
	// few seconds ago that one's time.
	Birth(name string) (time.Time, error)
	// Chtimes sets when the file at name was modified.
	Chtimes(name string, mod time.Time) error
	// MkdirAll is os.MkdirAll.
	MkdirAll(name string, perm fs.FileMode) error
	// SyncDir makes the names in a directory durable. It does nothing where the
	// platform has no such operation.
	SyncDir(name string) error
	// Rename is os.Rename: it replaces what is at newname. On Windows that may be
	// open if it is in the same directory and was opened by OpenFile; what is at
	// oldname may be open if it was opened by OpenFile.
	Rename(oldname, newname string) error
	// Remove is os.Remove.
	Remove(name string) error
	// ReadDir returns what is in a directory, in any order.
	ReadDir(dir string) ([]Entry, error)
	// Symlink is os.Symlink.
	Symlink(target, name string) error
	// Readlink is os.Readlink.
	Readlink(name string) (string, error)
	// Lock opens the lock file at name, or creates it; it does not follow a symbolic
	// link there. It does not take the lock. The error is errors.ErrUnsupported
	// where the platform has no advisory locks.
	Lock(name string, perm fs.FileMode) (Lock, error)
	// Now is time.Now.
	Now() time.Time
}

// Entry is a name in a directory.
type Entry struct {
	Name string
	Type fs.FileMode // only the type bits
}

// Lock is an open lock file. Two of the same file exclude each other, be they of
// two processes or of one. The end of a process frees its locks.
type Lock interface {
	// TryLock takes the lock exclusively if nobody else holds it.
	TryLock() (bool, error)
	// Unlock frees the lock. It does no harm if it is not held.
	Unlock() error
	// Stat tells about the open file, which the path may not lead to any more.
	Stat() (Info, error)
	// Chmod is os.File's.
	Chmod(mode fs.FileMode) error
	// Close frees the lock, too.
	Close() error
}

// File is an open file. Its methods are those of os.File, but for Stat and the
// locks.
type File interface {
	io.Reader
	io.Writer
	io.ReaderAt
	io.Seeker
	io.Closer
	Sync() error
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
	// Chown is os.File's; Windows has none, which is errors.ErrUnsupported.
	Chown(uid, gid int) error
	Stat() (Info, error)
	// TryLock takes an advisory lock on the file if nobody's lock is against it.
	// Exclusive locks are against all others, shared ones against those. A lock that
	// this file already holds becomes the new one, but not in one step: another may
	// come between. If TryLock does not return true, the file holds no lock at all.
	// Windows locks no file that may be appended to, but not be read.
	TryLock(exclusive bool) (bool, error)
	// Unlock frees the lock. It does no harm if none is held.
	Unlock() error
}

// Info is what is known of a file.
type Info struct {
	Size  int64
	Mode  fs.FileMode
	Links uint64 // names that the file has; 1 where the platform does not tell
	Mod   time.Time
	UID   int // -1 where the platform has none
	GID   int // the same
	id    identity
}

// Same tells whether a and b are about the same file, whatever its name.
func (a Info) Same(b Info) bool { return a.id.same(b.id) }

// OS is the file system of the operating system.
type OS struct{}

// OpenFile implements FS.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := open(name, flag&^NoFollow, flag&NoFollow != 0, perm)
	if err != nil {
		return nil, err
	}
	return &osFile{f}, nil
}

// Stat implements FS.
func (OS) Stat(name string) (Info, error) { return stat(name) }

// Lstat implements FS.
func (OS) Lstat(name string) (Info, error) { return lstat(name) }

// Birth implements FS.
func (OS) Birth(name string) (time.Time, error) { return birth(name) }

// Chtimes implements FS.
func (OS) Chtimes(name string, mod time.Time) error { return os.Chtimes(name, time.Time{}, mod) }

// MkdirAll implements FS.
func (OS) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// SyncDir implements FS.
func (OS) SyncDir(name string) error { return syncDir(name) }

// Rename implements FS.
func (OS) Rename(oldname, newname string) error { return rename(oldname, newname) }

// Remove implements FS.
func (OS) Remove(name string) error { return os.Remove(name) }

// ReadDir implements FS.
func (OS) ReadDir(dir string) ([]Entry, error) {
	found, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(found))
	for i, e := range found {
		entries[i] = Entry{e.Name(), e.Type()}
	}
	return entries, nil
}

// Symlink implements FS.
func (OS) Symlink(target, name string) error { return os.Symlink(target, name) }

// Readlink implements FS.
func (OS) Readlink(name string) (string, error) { return os.Readlink(name) }

// Now implements FS.
func (OS) Now() time.Time { return time.Now() }

// Busy tells whether a rename or a removal was refused because the file is open
// somewhere, so that it may succeed later. Only Windows refuses that, and in the
// same words as what is not permitted: Busy cannot tell them apart.
func Busy(err error) bool { return busy(err) }

// osFile is used by pointer: its promoted methods are jumps then, not calls.
type osFile struct{ *os.File }

func (f *osFile) Stat() (Info, error) {
	fi, err := f.File.Stat()
	if err != nil {
		return Info{}, err
	}
	return infoOf(fi), nil
}

var (
	_ FS   = OS{}
	_ File = (*osFile)(nil)
)
