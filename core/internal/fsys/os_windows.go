package fsys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// identity is what os.SameFile needs: the volume and the file's index on it.
type identity struct{ fi fs.FileInfo }

func (a identity) same(b identity) bool {
	return a.fi != nil && b.fi != nil && os.SameFile(a.fi, b.fi)
}

// errSymlink is what opening a symbolic link with NoFollow gives.
var errSymlink = errors.New("is a symbolic link")

// open goes through an os.Root, which shares the file for deletion: others may
// rename and delete it while it is open.
func open(name string, flag int, nofollow bool, perm fs.FileMode) (*os.File, error) {
	if fi, err := os.Lstat(name); err == nil && fi.Mode()&fs.ModeSymlink != 0 {
		if nofollow {
			return nil, &fs.PathError{Op: "open", Path: name, Err: errSymlink}
		}
		// A Root does not follow a link out of its directory: follow it first.
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	base := filepath.Base(name)
	if flag&os.O_APPEND != 0 && flag&os.O_WRONLY != 0 {
		// What is open only for appending cannot be locked.
		f, err := root.OpenFile(base, flag&^os.O_WRONLY|os.O_RDWR, perm)
		if !busy(err) {
			return f, err
		}
	}
	return root.OpenFile(base, flag, perm)
}

func stat(name string) (Info, error) { return identified(os.Stat(name)) }

func lstat(name string) (Info, error) { return identified(os.Lstat(name)) }

// identified is infoOf for what was asked by name. Package os would look at the
// name again for the identity, when it is first compared: that may be too late.
func identified(fi fs.FileInfo, err error) (Info, error) {
	if err != nil {
		return Info{}, err
	}
	os.SameFile(fi, fi)
	return infoOf(fi), nil
}

func infoOf(fi fs.FileInfo) Info {
	return Info{
		Size:  fi.Size(),
		Mode:  fi.Mode(),
		Links: 1,
		Mod:   fi.ModTime(),
		UID:   -1,
		GID:   -1,
		id:    identity{fi},
	}
}

func birth(name string) (time.Time, error) {
	fi, err := os.Stat(name)
	if err != nil {
		return time.Time{}, err
	}
	created := fi.Sys().(*syscall.Win32FileAttributeData).CreationTime
	if created.LowDateTime == 0 && created.HighDateTime == 0 {
		return time.Time{}, nil // this file system keeps no such time
	}
	return time.Unix(0, created.Nanoseconds()), nil
}

// rename goes through an os.Root, which asks for POSIX semantics: the file that
// is replaced may be open. os.Rename does not ask, but can move between
// directories.
func rename(oldname, newname string) error {
	dir := filepath.Dir(oldname)
	if filepath.Dir(newname) != dir {
		return os.Rename(oldname, newname)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	err = root.Rename(filepath.Base(oldname), filepath.Base(newname))
	var link *os.LinkError
	if errors.As(err, &link) {
		return &os.LinkError{Op: "rename", Old: oldname, New: newname, Err: link.Err}
	}
	return err
}

func busy(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED) ||
		errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// syncDir does nothing: Windows cannot sync a directory, and NTFS logs its names.
func syncDir(string) error { return nil }
