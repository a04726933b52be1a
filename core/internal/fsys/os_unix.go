//go:build unix

package fsys

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// identity is a file's device and inode.
type identity struct{ dev, ino uint64 }

func (a identity) same(b identity) bool { return a == b }

func open(name string, flag int, nofollow bool, perm fs.FileMode) (*os.File, error) {
	if nofollow {
		flag |= syscall.O_NOFOLLOW
	}
	return os.OpenFile(name, flag|syscall.O_NONBLOCK, perm)
}

// stat is os.Stat with fewer allocations: watching a file asks at every write.
func stat(name string) (Info, error) {
	var st syscall.Stat_t
	for {
		err := syscall.Stat(name, &st)
		if err == nil {
			return infoOfStat(&st), nil
		}
		if err != syscall.EINTR {
			return Info{}, &fs.PathError{Op: "stat", Path: name, Err: err}
		}
	}
}

func lstat(name string) (Info, error) {
	fi, err := os.Lstat(name)
	if err != nil {
		return Info{}, err
	}
	return infoOf(fi), nil
}

func rename(oldname, newname string) error { return os.Rename(oldname, newname) }

func busy(error) bool { return false }

func infoOf(fi fs.FileInfo) Info {
	st := fi.Sys().(*syscall.Stat_t)
	info := infoOfStat(st)
	info.Mode = fi.Mode()
	return info
}

// infoOfStat leaves nothing out of the mode but the sticky, setuid and setgid bits.
func infoOfStat(st *syscall.Stat_t) Info {
	mode := fs.FileMode(st.Mode & 0o777)
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
	case syscall.S_IFDIR:
		mode |= fs.ModeDir
	case syscall.S_IFIFO:
		mode |= fs.ModeNamedPipe
	default:
		mode |= fs.ModeIrregular
	}
	return Info{
		Size:  st.Size,
		Mode:  mode,
		Links: uint64(st.Nlink),
		Mod:   modTime(st),
		UID:   int(st.Uid),
		GID:   int(st.Gid),
		id:    identity{uint64(st.Dev), uint64(st.Ino)},
	}
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if errors.Is(err, fs.ErrPermission) {
		return nil // writable, but not readable: there is no way to sync it
	} else if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil // this file system does not sync directories
}
