package file

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// maxLinks is how many symbolic links are followed, one after the other.
const maxLinks = 40

// resolve returns the absolute path of the file that path leads to: a live file that
// is a symbolic link is rotated where it is, and the link stays.
func resolve(fsys fsys.FS, path string, noFollow bool) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("file: %w", err)
	}
	end, err := fsys.Stat(path)
	if noFollow || err == nil && !end.Mode.IsRegular() {
		return path, nil // to open it will fail, or there is nothing to rotate
	}
	for range maxLinks {
		info, err := fsys.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode&fs.ModeSymlink == 0 {
			return path, nil
		}
		if err != nil {
			return "", fmt.Errorf("file: %w", err)
		}
		to, err := fsys.Readlink(path)
		if err != nil {
			return "", fmt.Errorf("file: %w", err)
		}
		if !filepath.IsAbs(to) {
			// What .. is counted from is where the directory is, not what it is called.
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", fmt.Errorf("file: %w", err)
			}
			to = filepath.Join(dir, to)
		}
		path = to
	}
	return "", fmt.Errorf("file: %s: too many symbolic links", path)
}

// linkPath returns the absolute path of Options.Link, which nothing else may have.
func linkPath(path string, o *RotatingOptions) (string, error) {
	if o.Link == "" {
		return "", nil
	}
	name, err := filepath.Abs(o.Link)
	if err != nil {
		return "", fmt.Errorf("file: %w", err)
	}
	names := newNames(filepath.Base(path), o)
	kind, _, _ := names.parse(filepath.Base(name))
	if name == path || name == path+lockExt || kind != foreign && filepath.Dir(name) == filepath.Dir(path) {
		return "", wrong("Link %q is a name of the files themselves", o.Link)
	}
	return name, nil
}

// link makes a symbolic link at name that leads to path. It takes the place of another
// symbolic link, and of nothing else.
func link(fsys fsys.FS, name, path string) error {
	info, err := fsys.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fsys.Symlink(path, name)
	case err != nil:
		return err
	case info.Mode&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is no symbolic link, and stays", name)
	}
	if to, err := fsys.Readlink(name); err != nil || to == path {
		return err
	}
	next := name + temporary
	switch info, err := fsys.Lstat(next); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.Mode&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is no symbolic link, and stays", next)
	default:
		if err := fsys.Remove(next); err != nil {
			return err
		}
	}
	if err := fsys.Symlink(path, next); err != nil {
		return err
	}
	return fsys.Rename(next, name)
}
