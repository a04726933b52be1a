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
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

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
	for !s.disk.InHook() {
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
				// A sink that flushes in the background may have them both open.
				err := os.Rename(s.Path(), s.Path()+".1")
				if err != nil && !errors.Is(err, fs.ErrNotExist) && !isBusy(err) {
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
