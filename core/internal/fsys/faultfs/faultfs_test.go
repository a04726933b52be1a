package faultfs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

var errFault = errors.New("fault")

// scene is a directory with a file in it, and both of it open.
type scene struct {
	fs   *faultfs.FS
	dir  string
	name string
	file fsys.File
	lock fsys.Lock
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{fs: &faultfs.FS{FS: fsys.OS{}}, dir: t.TempDir()}
	s.name = filepath.Join(s.dir, "app.log")
	if err := os.WriteFile(s.name, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	var ferr, lerr error
	s.file, ferr = s.fs.OpenFile(s.name, os.O_RDWR|os.O_APPEND, 0)
	s.lock, lerr = s.fs.Lock(s.name+".lock", 0o600)
	if err := errors.Join(ferr, lerr); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.fs.Arm(faultfs.Fault{})
		for _, c := range []interface{ Close() error }{s.file, s.lock} {
			if err := c.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
				t.Errorf("Close: %v", err)
			}
		}
	})
	return s
}

// drop gives an operation's error alone.
func drop[T any](_ T, err error) error { return err }

// operations is every operation there is, under the name by which it is told.
// Those that need what others leave come after them.
var operations = []struct {
	op  string
	run func(s *scene) error
}{
	{"open", func(s *scene) error {
		f, err := s.fs.OpenFile(s.name, os.O_RDONLY, 0)
		if err == nil {
			err = f.Close()
		}
		return err
	}},
	{"stat", func(s *scene) error { return drop(s.fs.Stat(s.name)) }},
	{"lstat", func(s *scene) error { return drop(s.fs.Lstat(s.name)) }},
	{"birth", func(s *scene) error { return drop(s.fs.Birth(s.name)) }},
	{"chtimes", func(s *scene) error { return s.fs.Chtimes(s.name, time.Now()) }},
	{"mkdir", func(s *scene) error { return s.fs.MkdirAll(s.dir, 0o700) }},
	{"syncdir", func(s *scene) error { return s.fs.SyncDir(s.dir) }},
	{"readdir", func(s *scene) error { return drop(s.fs.ReadDir(s.dir)) }},
	{"rename", func(s *scene) error { return s.fs.Rename(s.name, s.name+".1") }},
	{"remove", func(s *scene) error { return s.fs.Remove(s.name) }},
	{"symlink", func(s *scene) error { return s.fs.Symlink("app.log", s.name+".link") }},
	{"readlink", func(s *scene) error { return drop(s.fs.Readlink(s.name + ".link")) }},
	{"lockfile", func(s *scene) error {
		l, err := s.fs.Lock(s.name+".lock", 0o600)
		if err == nil {
			err = l.Close()
		}
		return err
	}},
	{"write", func(s *scene) error { return drop(s.file.Write([]byte("new"))) }},
	{"readfile", func(s *scene) error { return drop(s.file.Read(make([]byte, 1))) }},
	{"read", func(s *scene) error { return drop(s.file.ReadAt(make([]byte, 1), 0)) }},
	{"seek", func(s *scene) error { return drop(s.file.Seek(0, 0)) }},
	{"sync", func(s *scene) error { return s.file.Sync() }},
	{"truncate", func(s *scene) error { return s.file.Truncate(0) }},
	{"chmod", func(s *scene) error { return s.file.Chmod(0o600) }},
	{"chown", func(s *scene) error { return s.file.Chown(os.Getuid(), os.Getgid()) }},
	{"flock", func(s *scene) error { return drop(s.file.TryLock(true)) }},
	{"unlock", func(s *scene) error { return s.file.Unlock() }},
	{"fstat", func(s *scene) error { return drop(s.file.Stat()) }},
	{"close", func(s *scene) error { return s.file.Close() }},
	{"lock", func(s *scene) error { return drop(s.lock.TryLock()) }},
	{"unlock", func(s *scene) error { return s.lock.Unlock() }},
	{"fstat", func(s *scene) error { return drop(s.lock.Stat()) }},
	{"close", func(s *scene) error { return s.lock.Close() }},
}

func TestEveryOperationFails(t *testing.T) {
	for _, o := range operations {
		t.Run(o.op, func(t *testing.T) {
			s := newScene(t)
			s.fs.Arm(faultfs.Fault{Op: o.op, Err: errFault})
			if err := o.run(s); !errors.Is(err, errFault) {
				t.Errorf("got %v", err)
			}
			if s.fs.Fired() != 1 {
				t.Errorf("%d operations have failed", s.fs.Fired())
			}
		})
	}
}

// The error that an operation gives by itself is of the file system behind, or
// there is none.
func TestNothingFailsUnlessTold(t *testing.T) {
	for _, o := range operations {
		t.Run(o.op, func(t *testing.T) {
			s := newScene(t)
			s.fs.Arm(faultfs.Fault{At: 1, Op: o.op, Err: errFault})
			if err := o.run(s); errors.Is(err, errFault) {
				t.Error("the operation after it was to fail")
			}
			if h := s.fs.History(); s.fs.Fired() != 0 || !hasOp(h, o.op) {
				t.Errorf("%d have failed of %q", s.fs.Fired(), h)
			}
		})
	}
}

func hasOp(history []string, op string) bool {
	return slices.ContainsFunc(history, func(h string) bool { return len(h) > len(op) && h[:len(op)+1] == op+" " })
}

func TestFailingOperationsDoNotHappen(t *testing.T) {
	s := newScene(t)
	s.fs.Arm(faultfs.Fault{Err: errFault, Persistent: true})
	for _, o := range operations {
		if o.op != "close" {
			_ = o.run(s)
		}
	}
	s.fs.Arm(faultfs.Fault{})
	entries, err := s.fs.ReadDir(s.dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
	if got, err := os.ReadFile(s.name); string(got) != "content" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	other, err := s.fs.Lock(s.name+".lock", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if locked, err := other.TryLock(); !locked || err != nil {
		t.Errorf("TryLock: %v, %v", locked, err)
	}
}

func TestFailingLockIsNotTaken(t *testing.T) {
	s := newScene(t)
	s.fs.Arm(faultfs.Fault{Err: errFault, Persistent: true})
	if locked, err := s.lock.TryLock(); locked || !errors.Is(err, errFault) {
		t.Errorf("Lock: %v, %v", locked, err)
	}
	if locked, err := s.file.TryLock(false); locked || !errors.Is(err, errFault) {
		t.Errorf("File: %v, %v", locked, err)
	}
}

func TestNameChoosesWhatFails(t *testing.T) {
	for name, want := range map[string]error{
		"":          errFault,
		"app.log":   errFault,
		"app.log.1": errFault,
		".1":        errFault,
		"app":       nil,
		"app.log.2": nil,
	} {
		s := newScene(t)
		s.fs.Arm(faultfs.Fault{Name: name, Err: errFault})
		if err := s.fs.Rename(s.name, s.name+".1"); !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNameCountsAlone(t *testing.T) {
	s := newScene(t)
	s.fs.Arm(faultfs.Fault{At: 1, Name: ".lock", Err: errFault})
	for _, f := range []interface{ Unlock() error }{s.lock, s.file, s.file} {
		if err := f.Unlock(); err != nil {
			t.Error(err)
		}
	}
	if err := s.lock.Unlock(); !errors.Is(err, errFault) {
		t.Errorf("the second of the lock file: %v", err)
	}
	want := []string{"unlock app.log.lock", "unlock app.log", "unlock app.log", "unlock app.log.lock"}
	if got := s.fs.History(); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}

func TestErrorsTellBothNames(t *testing.T) {
	s := newScene(t)
	s.fs.Arm(faultfs.Fault{Err: errFault})
	var link *os.LinkError
	if err := s.fs.Rename("/a/old", "/b/new"); !errors.As(err, &link) || link.Old != "/a/old" || link.New != "/b/new" {
		t.Errorf("%v", err)
	}
	if got := s.fs.History(); !slices.Equal(got, []string{"rename old new"}) {
		t.Errorf("history %q", got)
	}
}

func TestNow(t *testing.T) {
	s := newScene(t)
	past := time.Now().Add(-time.Hour)
	s.fs.Arm(faultfs.Fault{Err: errFault, Persistent: true})
	s.fs.SetNow(past)
	if got := s.fs.Now(); !got.Equal(past) {
		t.Errorf("got %v, want %v", got, past)
	}
	s.fs.SetNow(time.Time{})
	if got := s.fs.Now(); time.Since(got).Abs() > time.Minute {
		t.Errorf("not the real time again: %v", got)
	}
	if n := s.fs.Fired(); n != 0 || len(s.fs.History()) != 0 {
		t.Errorf("it counts: %d, %q", n, s.fs.History())
	}
}
