package fsys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	return root.OpenFile(filepath.Base(name), flag, perm)
}

func stat(name string) (Info, error) {
	fi, err := os.Stat(name)
	if err != nil {
		return Info{}, err
	}
	return infoOf(fi), nil
}

func infoOf(fi fs.FileInfo) Info {
	return Info{Size: fi.Size(), Mode: fi.Mode(), Links: 1, id: identity{fi}}
}

// syncDir does nothing: Windows cannot sync a directory, and NTFS logs its names.
func syncDir(string) error { return nil }
