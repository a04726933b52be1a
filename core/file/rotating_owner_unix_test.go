//go:build unix

package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Who owns the files, what may be done with them, and what becomes of a rotation when
// that is refused.

func TestRotatingKeepsTheOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may give files away")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "old\n")
	if err := os.Chown(path, 1234, 2345); err != nil {
		t.Fatal(err)
	}
	s := rotating(t, path, 2, RotatingOptions{Backups: 3, Compress: Gzip})
	emit(t, s, "a", "b")
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz")
	for _, name := range namesIn(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if st := info.Sys().(*syscall.Stat_t); st.Uid != 1234 || st.Gid != 2345 {
			t.Errorf("%s belongs to %d:%d", name, st.Uid, st.Gid)
		}
	}
}

func TestB13PermissionsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		opts    RotatingOptions
		reports int
	}{
		"live file":      {RotatingOptions{Backups: 3, Options: Options{Perm: 0o666}}, 2},
		"compressed too": {RotatingOptions{Backups: 3, Compress: Gzip, Options: Options{Perm: 0o666}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var errs collector
			c.opts.OnError = errs.add
			ffs := quick()
			ffs.Arm(faultfs.Fault{Op: "chmod", Err: syscall.EPERM, Persistent: true})
			dir := t.TempDir()
			withUmask(0o077, func() {
				s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 2, &c.opts))
				emit(t, s, "a")
				// What is compressed has other permissions than its source, had that its own.
				if err := os.Chmod(s.Path(), 0o644); err != nil {
					t.Fatal(err)
				}
				emit(t, s, "b")
				closeSink(t, s)
				wantRecords(t, s, "a", "b")
				wantReports(t, s, &errs, c.reports, "operation not permitted")
				wantRotations(t, s, 1)
			})
		})
	}
}

// bequeathed is a disk on which the file that was there belongs to somebody else.
type bequeathed struct {
	fsys.FS
	inode *fsys.Info // of that file
}

func (b bequeathed) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	f, err := b.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return bequeathedFile{f, b}, nil
}

type bequeathedFile struct {
	fsys.File
	disk bequeathed
}

func (f bequeathedFile) Stat() (fsys.Info, error) {
	info, err := f.File.Stat()
	if err == nil && info.Same(*f.disk.inode) {
		info.UID++
	}
	return info, err
}

func TestB13OwnerThatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		opts    RotatingOptions
		reports int
	}{
		"live file":      {RotatingOptions{Backups: 3}, 1},
		"compressed too": {RotatingOptions{Backups: 3, Compress: Gzip}, 2},
		"shared":         {RotatingOptions{Backups: 3, Shared: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var errs collector
			c.opts.OnError = errs.add
			path := filepath.Join(t.TempDir(), "app.log")
			write(t, path, "a\n")
			info, err := fsys.OS{}.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			ffs := &faultfs.FS{FS: bequeathed{unsynced{}, &info}}
			ffs.Arm(faultfs.Fault{Op: "chown", Err: syscall.EPERM, Persistent: true})
			s := made(t)(newRotating(ffs, path, 2, &c.opts))
			emit(t, s, "b")
			closeSink(t, s)
			wantRecords(t, s, "a", "b")
			wantReports(t, s, &errs, c.reports, "operation not permitted")
			wantRotations(t, s, 1)
		})
	}
}

// The new file is like the old one also if it is not made by the rotation.
func TestRotatingKeepsPermissionsOfAFileThatWasNotOpen(t *testing.T) {
	copied := func(src, dst string) error {
		text, err := os.ReadFile(src)
		return errors.Join(err, os.WriteFile(dst, text, 0o600), os.Remove(src))
	}
	for name, o := range map[string]RotatingOptions{
		"lazy": {Backups: 2, Options: Options{Lazy: true}}, "rotator": {Backups: 2, Rotator: copied},
	} {
		t.Run(name, func(t *testing.T) {
			ffs := clocked(march)
			path := filepath.Join(t.TempDir(), "app.log")
			write(t, path, "old\n")
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			o.OnError = func(error) {}
			s := made(t)(newRotating(ffs, path, 100, &o))
			if o.Rotator != nil {
				ffs.Arm(faultfs.Fault{Op: "open", Err: syscall.EMFILE, Persistent: true})
			}
			if err := s.Rotate(); (err != nil) != (o.Rotator != nil) {
				t.Errorf("Rotate: %v", err)
			}
			ffs.Arm(faultfs.Fault{})
			emit(t, s, "new")
			wantPerm(t, path, 0o600)
			want(t, path, "new\n")
		})
	}
}

// Nothing but a file is given to a Rotator.
func TestRotateOfAPipeWithARotator(t *testing.T) {
	path, _ := pipe(t)
	s := rotating(t, path, 100, RotatingOptions{Backups: 2, Rotator: os.Rename})
	emit(t, s, "a")
	if err := s.Rotate(); !errors.Is(err, errIrregular) {
		t.Errorf("Rotate: %v", err)
	}
	wantNames(t, filepath.Dir(path), "app.log")
}
