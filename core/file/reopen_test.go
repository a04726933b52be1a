package file

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A file that is given up is durable first, so that Flush may say so of all.
func TestFileThatIsGivenUpIsSynced(t *testing.T) {
	for policy, want := range map[SyncPolicy]bool{SyncOnFlush: true, SyncNever: false, SyncEach: true} {
		for _, watched := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), "app.log")
			ffs := &faultfs.FS{FS: fsys.OS{}}
			e, err := newEngine(ffs, path, &Options{Sync: policy}, watched)
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

// Whatever a batch does at the time of Close, the file stays closed.
func TestB47CloseDuringBatches(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	for range 300 {
		ffs := &faultfs.FS{FS: fsys.OS{}}
		s, err := newSink(ffs, path, &Options{Sync: SyncNever})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for {
					if _, err := s.EmitBatch([]core.Record{line("x")}); err != nil {
						if !errors.Is(err, core.ErrClosed) {
							t.Errorf("EmitBatch: %v", err)
						}
						return
					}
				}
			})
		}
		time.Sleep(50 * time.Microsecond)
		closeSink(t, s)
		wg.Wait()
		if h := ffs.History(); !strings.HasPrefix(h[len(h)-1], "close") {
			t.Fatalf("after Close: %q", h[len(h)-1])
		}
	}
}

// Records that come while the first one opens the file wait for it, and no longer.
func TestRecordsDuringAHook(t *testing.T) {
	dir := t.TempDir()
	for range 200 {
		s, err := New(filepath.Join(dir, "app.log"), &Options{
			Lazy: true, Sync: SyncNever, OnOpen: func(string) { time.Sleep(50 * time.Microsecond) },
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { emit(t, s, "x") })
		}
		wg.Wait()
		closeSink(t, s)
	}
}

// A hook may close another sink, and its own once more.
func TestHookThatClosesSinks(t *testing.T) {
	dir := t.TempDir()
	other, err := New(filepath.Join(dir, "other.log"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var s *Sink
	var errs error
	s, err = New(filepath.Join(dir, "app.log"), &Options{OnClose: func(string) { errs = errors.Join(other.Close(), s.Close()) }})
	if err != nil {
		t.Fatal(err)
	}
	closeSink(t, s)
	if errs != nil || !errors.Is(other.Emit(line("late")), core.ErrClosed) {
		t.Errorf("Close in OnClose: %v", errs)
	}
}

// A record at FlushLevel is in the file although it has come through another sink.
func TestFlushLevelBehindAStream(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	s, err := New(path, &Options{BufferSize: 4096, FlushInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	outer, err := core.NewStream(core.NewWriter(s, &core.WriterOptions{Level: core.LevelError}), nil)
	if err != nil {
		t.Fatal(err)
	}
	emit(t, outer, "an error")
	want(t, path, "an error\n")
	closeSink(t, s)
}

func TestBufferOfNoSensibleSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	if _, err := New(path, &Options{BufferSize: math.MaxInt}); err == nil || !strings.Contains(err.Error(), "BufferSize") {
		t.Errorf("New: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was created: %v", err)
	}
}

// The error of a Close that gave up is ErrStuck.
func TestCloseThatGivesUpIsErrStuck(t *testing.T) {
	block := make(chan struct{})
	s, err := New(filepath.Join(t.TempDir(), "app.log"), &Options{
		Lazy: true, CloseTimeout: 20 * time.Millisecond, OnOpen: func(string) { <-block },
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Emit(line("x")) }()
	for s.disk.Hook() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); !errors.Is(err, core.ErrStuck) || !strings.Contains(err.Error(), "1 records") {
		t.Errorf("Close: %v", err)
	}
	close(block)
	<-done
	if err := s.Flush(context.Background()); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Flush: %v", err)
	}
}

// Hooks of two sinks may log into both, whoever waits for whom.
func TestB56HooksThatLogCrosswise(t *testing.T) {
	for _, size := range []int{0, 64} {
		dir := t.TempDir()
		var both *core.Multi
		made := func(name string) *Watched {
			s, err := NewWatched(filepath.Join(dir, name), &Options{
				BufferSize: size, Sync: SyncNever, OnError: func(error) {},
				OnOpen: func(path string) {
					if both != nil {
						_ = both.Emit(line("opened " + path))
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		a, b := made("a.log"), made("b.log")
		both = core.NewMulti(a, b)
		for round := range 50 {
			for _, s := range []*Watched{a, b} {
				if err := os.Rename(s.Path(), s.Path()+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				var wg sync.WaitGroup
				for range 1 + round%3 {
					wg.Go(func() { _ = both.Emit(line("x")) })
				}
				wg.Wait()
			}()
			select {
			case <-done:
			case <-time.After(30 * time.Second):
				t.Fatalf("buffer %d, round %d: somebody waits for ever", size, round)
			}
		}
		if err := both.Close(); err != nil {
			t.Error(err)
		}
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

// late is a file system whose writes return when they are let go.
type late struct {
	fsys.FS
	gate          chan struct{}
	opens, writes atomic.Int64
}

type lateFile struct {
	fsys.File
	fs *late
}

func (l *late) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	l.opens.Add(1)
	f, err := l.FS.OpenFile(name, flag, perm)
	return &lateFile{f, l}, err
}

func (f *lateFile) Write(p []byte) (int, error) {
	f.fs.writes.Add(1)
	<-f.fs.gate
	return f.File.Write(p)
}

// Once Close has given up, the path belongs to whoever comes next.
func TestNothingIsOpenedAfterCloseHasGivenUp(t *testing.T) {
	for _, size := range []int{0, 8} {
		path := filepath.Join(t.TempDir(), "app.log")
		l := &late{FS: fsys.OS{}, gate: make(chan struct{})}
		var hooks atomic.Int64
		s, err := newWatched(l, path, &Options{
			BufferSize: size, CloseTimeout: 20 * time.Millisecond, OnError: func(error) {},
			OnOpen: func(string) { hooks.Add(1) }, OnClose: func(string) { hooks.Add(1) },
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { _ = s.Emit(line("12345678")) })
		}
		wg.Go(func() { _ = s.Reopen() })
		for l.writes.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		opened, called := l.opens.Load(), hooks.Load()
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); !errors.Is(err, core.ErrStuck) {
			t.Errorf("Close: %v", err)
		}
		close(l.gate)
		wg.Wait()
		time.Sleep(20 * time.Millisecond)
		if l.opens.Load() != opened || hooks.Load() != called {
			t.Errorf("buffer %d: %d opens and %d hooks after Close", size, l.opens.Load()-opened, hooks.Load()-called)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("buffer %d: the path was created: %v", size, err)
		}
	}
}
