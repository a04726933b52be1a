//go:build unix

package file

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// eager are sinks that each record would have rotate, if the file were a regular one.
var eager = map[string]func(ffs *faultfs.FS, path string) (*Rotating, error){
	"size": func(ffs *faultfs.FS, path string) (*Rotating, error) {
		return newRotating(ffs, path, 1, &RotatingOptions{Backups: 2})
	},
	"time": func(ffs *faultfs.FS, path string) (*Rotating, error) {
		return newTimedRotating(ffs, path, Calendar{When: Seconds}, nil)
	},
	"any": func(ffs *faultfs.FS, path string) (*Rotating, error) {
		return newRotatingWith(ffs, path, &asked{say: func(*Live, int64) bool { return true }}, &RotatingOptions{Backups: 2, Also: AtStart{}})
	},
}

func TestRotatingDeviceNeverRolls(t *testing.T) {
	for _, name := range []string{"size", "any"} {
		t.Run(name, func(t *testing.T) { deviceNeverRolls(t, name) })
	}
}

func TestTimedDeviceNeverRolls(t *testing.T) { deviceNeverRolls(t, "time") }

// harmless is a disk on which nothing can be done to a device, nor to what is beside
// it, but to write to it: a sink that is wrong, run by root, would take the device away
// from everybody.
type harmless struct {
	fsys.FS
	device string

	mu    sync.Mutex
	tried []string
}

func (h *harmless) refuse(op string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tried = append(h.tried, op)
	return syscall.EPERM
}

func (h *harmless) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	if name != h.device {
		return nil, h.refuse("open " + name)
	}
	f, err := h.FS.OpenFile(name, flag&^(os.O_CREATE|os.O_TRUNC), perm)
	if err != nil {
		return nil, err
	}
	return harmlessFile{f, h}, nil
}

func (h *harmless) Rename(oldname, newname string) error { return h.refuse("rename " + oldname) }
func (h *harmless) Remove(name string) error             { return h.refuse("remove " + name) }
func (h *harmless) Symlink(_, name string) error         { return h.refuse("symlink " + name) }
func (h *harmless) MkdirAll(string, fs.FileMode) error   { return h.refuse("mkdir") }

func (h *harmless) Lock(name string, _ fs.FileMode) (fsys.Lock, error) {
	return nil, h.refuse("lock " + name)
}

type harmlessFile struct {
	fsys.File
	h *harmless
}

func (f harmlessFile) Truncate(int64) error    { return f.h.refuse("truncate") }
func (f harmlessFile) Chmod(fs.FileMode) error { return f.h.refuse("chmod") }
func (f harmlessFile) Chown(int, int) error    { return f.h.refuse("chown") }

func deviceNeverRolls(t *testing.T, name string) {
	now := time.Now()
	h := &harmless{FS: ageless{}, device: os.DevNull}
	ffs := &faultfs.FS{FS: h}
	ffs.SetNow(now)
	s := made(t)(eager[name](ffs, os.DevNull))
	for i := range 5 {
		ffs.SetNow(now.Add(time.Duration(i) * time.Hour))
		emit(t, s, "into nothing", "and again")
	}
	wantRotations(t, s, 0)
	closeSink(t, s)
	if len(h.tried) > 0 {
		t.Errorf("the sink has tried to %q", h.tried)
	}
}

func TestRotatingPipeNeverRollsAndTheRecordArrives(t *testing.T) {
	for name, construct := range eager {
		t.Run(name, func(t *testing.T) {
			path, r := pipe(t)
			dir := filepath.Dir(path)
			now := time.Now()
			ffs := clocked(now)
			s := made(t)(construct(ffs, path))
			lines := bufio.NewReader(r)
			for i := range 3 {
				ffs.SetNow(now.Add(time.Duration(i) * time.Hour))
				emit(t, s, "through the pipe")
				if got, err := lines.ReadString('\n'); got != "through the pipe\n" {
					t.Errorf("read %q, %v", got, err)
				}
			}
			wantRotations(t, s, 0)
			wantNames(t, dir, "app.log")
		})
	}
}

func wantPerm(t *testing.T, path string, perm fs.FileMode) {
	t.Helper()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != perm {
		t.Errorf("%s: %v, %v; want %v", filepath.Base(path), info.Mode().Perm(), err, perm)
	}
}

func TestB14PermissionsUnderAStrictUmask(t *testing.T) {
	for _, perm := range []fs.FileMode{0o640, 0o666} {
		dir := t.TempDir()
		path := filepath.Join(dir, "app.log")
		withUmask(0o077, func() {
			s := rotating(t, path, 2, RotatingOptions{Backups: 3, Compress: Gzip, Options: Options{Perm: perm}})
			emit(t, s, "a", "b", "c")
			closeSink(t, s)
			s = rotating(t, path, 2, RotatingOptions{Backups: 3, Options: Options{Perm: perm}})
			emit(t, s, "d")
			closeSink(t, s)
		})
		wantNames(t, dir, "app.log", "app.log.1", "app.log.2.gz", "app.log.3.gz")
		for _, name := range namesIn(t, dir) {
			wantPerm(t, filepath.Join(dir, name), perm)
		}
	}
}

func TestRotatingKeepsPermissions(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "old\n")
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	withUmask(0o077, func() {
		s := rotating(t, path, 2, RotatingOptions{Backups: 3, Compress: Gzip})
		emit(t, s, "a", "b")
		closeSink(t, s)
	})
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz")
	for _, name := range namesIn(t, dir) {
		wantPerm(t, filepath.Join(dir, name), 0o604)
	}
}

func TestB27SymbolicLinkAsLiveName(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	target, link := filepath.Join(elsewhere, "data.log"), filepath.Join(dir, "app.log")
	write(t, target, "old\n")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	s := rotating(t, link, 4, RotatingOptions{Backups: 2})
	emit(t, s, "new")
	closeSink(t, s)
	wantTree(t, elsewhere, "data.log.1=old;", "data.log=new;")
	wantNames(t, dir, "app.log")
	if to, err := os.Readlink(link); err != nil || to != target {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if _, err := NewRotating(link, 4, &RotatingOptions{Backups: 2, Options: Options{NoFollow: true}}); !errors.Is(err, syscall.ELOOP) && !errors.Is(err, syscall.EMLINK) {
		t.Errorf("NoFollow: %v", err)
	}
}

func TestB27DanglingAndRelativeLinks(t *testing.T) {
	dir := t.TempDir()
	for name, to := range map[string]string{"app.log": "one", "one": "sub/data.log", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{Backups: 2, Options: Options{MkdirAll: true}})
	emit(t, s, "a", "b")
	wantFiles(t, s, "data.log.1=a;", "data.log=b;")
	if s.Path() != filepath.Join(dir, "sub", "data.log") {
		t.Errorf("path %s", s.Path())
	}
	if _, err := NewRotating(filepath.Join(dir, "loop"), 2, &RotatingOptions{Backups: 2}); err == nil || !strings.Contains(err.Error(), "too many symbolic links") {
		t.Errorf("a loop: %v", err)
	}
}
