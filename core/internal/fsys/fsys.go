// Package fsys is what the sinks need of a disk, small enough to be put in front
// of a disk that fails: package faultfs makes any operation fail.
package fsys

import (
	"io"
	"io/fs"
	"os"
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
	// MkdirAll is os.MkdirAll.
	MkdirAll(name string, perm fs.FileMode) error
	// SyncDir makes the names in a directory durable. It does nothing where the
	// platform has no such operation.
	SyncDir(name string) error
}

// File is an open file. Its methods are those of os.File, but for Stat.
type File interface {
	io.Writer
	io.ReaderAt
	io.Seeker
	io.Closer
	Sync() error
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
	Stat() (Info, error)
}

// Info is what is known of a file.
type Info struct {
	Size  int64
	Mode  fs.FileMode
	Links uint64 // names that the file has; 1 where the platform does not tell
	id    identity
}

// Same tells whether a and b are about the same file, whatever its name.
func (a Info) Same(b Info) bool { return a.id.same(b.id) }

// OS is the file system of the operating system.
type OS struct{}

// OpenFile is FS's.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := open(name, flag&^NoFollow, flag&NoFollow != 0, perm)
	if err != nil {
		return nil, err
	}
	return &osFile{f}, nil
}

// Stat is FS's.
func (OS) Stat(name string) (Info, error) { return stat(name) }

// MkdirAll is FS's.
func (OS) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// SyncDir is FS's.
func (OS) SyncDir(name string) error { return syncDir(name) }

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
