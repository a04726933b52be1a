package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A file that is given up is durable first, so that Flush may say so of all.
func TestFileThatIsGivenUpIsSynced(t *testing.T) {
	for policy, want := range map[SyncPolicy]bool{SyncOnFlush: true, SyncNever: false, SyncEach: true} {
		for _, watched := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), "app.log")
			ffs := &faultfs.FS{FS: fsys.OS{}}
			e, err := scenario{opts: Options{Sync: policy}, watched: watched}.construct(ffs, path)
			if err != nil {
				t.Fatal(err)
			}
			emit(t, e, "a")
			if err := os.Rename(path, path+".1"); err != nil {
				t.Fatal(err)
			}
			if !watched {
				if err := e.Reopen(); err != nil {
					t.Fatal(err)
				}
			}
			emit(t, e, "b")
			history := strings.Join(ffs.History(), " ")
			first, _, _ := strings.Cut(history, "close app.log")
			if got := strings.Contains(first, "sync app.log"); got != want {
				t.Errorf("policy %d, watched %v: %s", policy, watched, history)
			}
			closeSink(t, e)
		}
	}
}

// Once a sync has failed, no later one may say that all is durable: the kernel may
// have dropped what it could not write.
func TestB58FailedSyncStaysFailed(t *testing.T) {
	ffs := &faultfs.FS{FS: fsys.OS{}}
	s, err := newSink(ffs, filepath.Join(t.TempDir(), "app.log"), &Options{OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "sync", Err: syscall.EIO})
	for range 2 {
		if err := s.Flush(t.Context()); !errors.Is(err, syscall.EIO) {
			t.Errorf("Flush: %v", err)
		}
	}
	if err := s.Close(); !errors.Is(err, syscall.EIO) || strings.Count(err.Error(), "input/output") != 1 {
		t.Errorf("Close: %v", err)
	}
}

// gone is a file system whose files can no longer be written to, as those of a disk
// that was taken away; new ones can.
type gone struct {
	fsys.FS
	generation atomic.Int64
}

type goneFile struct {
	fsys.File
	fs  *gone
	own int64
}

func (g *gone) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	f, err := g.FS.OpenFile(name, flag, perm)
	return &goneFile{f, g, g.generation.Load()}, err
}

func (f *goneFile) Write(p []byte) (int, error) {
	if f.own != f.fs.generation.Load() {
		return 0, syscall.EIO
	}
	return f.File.Write(p)
}

// Reopen leaves a file that cannot be written to, with a buffer and without, and
// what is in the buffer comes along.
func TestReopenLeavesABrokenFile(t *testing.T) {
	for _, size := range []int{0, 4096} {
		path := filepath.Join(t.TempDir(), "app.log")
		g := &gone{FS: fsys.OS{}}
		s, err := newSink(g, path, &Options{BufferSize: size, OnError: func(error) {}})
		if err != nil {
			t.Fatal(err)
		}
		g.generation.Add(1)
		if err := s.Emit(line("a")); (err == nil) != (size > 0) {
			t.Errorf("buffer %d: Emit: %v", size, err)
		}
		if err := s.Reopen(); err != nil {
			t.Errorf("buffer %d: Reopen: %v", size, err)
		}
		emit(t, s, "b")
		closeSink(t, s)
		if got := read(t, path); !strings.HasSuffix(got, "b\n") || strings.Contains(got, "a") != (size > 0) {
			t.Errorf("buffer %d: %q", size, got)
		}
	}
}

func TestFooters(t *testing.T) {
	text := func(s string) func() []byte { return func() []byte { return []byte(s) } }
	for name, c := range map[string]struct {
		before string
		opts   Options
		do     func(s *Sink)
		want   string
	}{
		"without a record": {"", Options{Header: text("[\n"), Footer: text("]\n")}, func(*Sink) {}, "[\n]\n"},
		"never opened":     {"", Options{Lazy: true, Header: text("[\n"), Footer: text("]\n")}, func(*Sink) {}, ""},
		"reopened": {"", Options{Header: text("[\n"), Footer: text("]\n")}, func(s *Sink) {
			if err := s.Reopen(); err != nil {
				t.Error(err)
			}
			emit(t, s, "x")
		}, "[\nx\n]\n"},
		"torn, reopened": {"torn", Options{}, func(s *Sink) {
			if err := s.Reopen(); err != nil {
				t.Error(err)
			}
			emit(t, s, "x")
		}, "torn\nx\n"},
	} {
		path := filepath.Join(t.TempDir(), "app.log")
		write(t, path, c.before)
		s, err := New(path, &c.opts)
		if err != nil {
			t.Fatal(err)
		}
		c.do(s)
		closeSink(t, s)
		if got := read(t, path); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A footer is durable like what stands before it, and whole or not there.
func TestFooterIsWholeAndSynced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	ffs := &faultfs.FS{FS: fsys.OS{}}
	s, err := newSink(ffs, path, &Options{Footer: func() []byte { return []byte("-- end --\n") }, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	emit(t, s, "a")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	ffs.Arm(faultfs.Fault{Op: "write", Err: syscall.ENOSPC, Short: true})
	if err := s.Reopen(); err != nil {
		t.Error(err)
	}
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "b")
	closeSink(t, s)
	want(t, path+".1", "a\n")
	want(t, path, "b\n-- end --\n")
	if h := strings.Join(ffs.History(), " "); !strings.HasSuffix(h, "write app.log sync app.log close app.log") {
		t.Errorf("Close did %s", h)
	}
}

// What is wrong with the file that was given up, the next Flush says.
func TestB58SyncThatFailsWhileReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	ffs := &faultfs.FS{FS: fsys.OS{}}
	s, err := newSink(ffs, path, &Options{OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "sync", Err: syscall.EIO})
	if err := s.Reopen(); err != nil {
		t.Errorf("Reopen: %v", err)
	}
	ffs.Arm(faultfs.Fault{})
	if err := s.Flush(t.Context()); !errors.Is(err, syscall.EIO) {
		t.Errorf("Flush: %v", err)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Errorf("Flush again: %v", err)
	}
	closeSink(t, s)
}
