package file

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

// huffman is Gzip that needs little memory.
func huffman(w io.Writer) (io.WriteCloser, error) {
	return gzip.NewWriterLevel(w, gzip.HuffmanOnly)
}

// busyOptions are sinks with every goroutine and timer that there is.
var busyOptions = map[string]RotatingOptions{
	"numbered, compressed": {Backups: 3, Compress: huffman},
	"everything": {
		Archive: Growing{}, Backups: 3, Compress: huffman, MaxAge: time.Hour, MaxTotal: 1 << 20, RollIdle: true,
		Watched: true, Also: On(Calendar{When: Hours}), OnRotate: func(string, string) {},
		Namer:   func(name string) string { return name + ".old" },
		Options: Options{BufferSize: 64, Header: text("#\n"), Footer: text("=\n"), OnOpen: func(string) {}, OnClose: func(string) {}},
	},
	"shared":  {Archive: Growing{}, Backups: 3, Compress: huffman, Shared: true},
	"rotator": {Archive: Growing{}, Backups: 3, Rotator: func(src, dst string) error { return os.Rename(src, dst) }},
	"discard": {DiscardOld: true},
}

// baseline waits until there are as many goroutines and open files as before, or fails.
func baseline(t *testing.T, goroutines, files int) {
	t.Helper()
	for range 500 {
		if runtime.NumGoroutine() <= goroutines && openFiles(t) <= files {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines and %d files before, now %d and %d", goroutines, files, runtime.NumGoroutine(), openFiles(t))
}

func TestB03AThousandSinksLeaveNothingBehind(t *testing.T) {
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	n := 1000
	if testing.Short() {
		n = 50
	}
	var names []string
	for name := range busyOptions {
		names = append(names, name)
	}
	parent := t.TempDir()
	for i := range n {
		o := busyOptions[names[i%len(names)]]
		dir := filepath.Join(parent, "logs")
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		s, err := newRotating(quick(), filepath.Join(dir, "app.log"), 10, &o)
		if err != nil {
			t.Fatal(err)
		}
		emit(t, s, "aaaaaaaa", "bbbbbbbb")
		closeSink(t, s)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	baseline(t, goroutines, files)
}

func TestRotatingCloseEndsEverything(t *testing.T) {
	for name, o := range busyOptions {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := openFiles(t)
			synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
				ffs := quick()
				s, err := newRotating(ffs, filepath.Join(dir, "app.log"), 4, &o)
				if err != nil {
					t.Fatal(err)
				}
				emit(t, s, "a", "b", "c", "d", "e")
				closeSink(t, s)
				synctest.Wait()
				done := len(ffs.History())
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				closeSink(t, s)
				if h := ffs.History(); len(h) != done {
					t.Errorf("after Close: %q", h[done:])
				}
			})
			if now := openFiles(t); now > files {
				t.Errorf("%d files open before, %d after", files, now)
			}
		})
	}
}

func TestRotatingAfterClose(t *testing.T) {
	for name, o := range busyOptions {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 4, o)
			emit(t, s, "a")
			closeSink(t, s)
			_, batch := s.EmitBatch([]core.Record{line("x")})
			for what, err := range map[string]error{
				"Emit": s.Emit(line("x")), "EmitBatch": batch, "Rotate": s.Rotate(),
				"Reopen": s.Reopen(), "Flush": s.Flush(t.Context()),
			} {
				if !errors.Is(err, core.ErrClosed) {
					t.Errorf("%s: %v", what, err)
				}
			}
			closeSink(t, s)
			if _, err := s.Expired(); err != nil {
				t.Errorf("Expired: %v", err)
			}
		})
	}
}

// hanging is a compression that waits until it is let go.
type hanging struct {
	begun, let chan struct{}
	once       sync.Once
}

func newHanging() *hanging { return &hanging{begun: make(chan struct{}), let: make(chan struct{})} }

func (h *hanging) compress(w io.Writer) (io.WriteCloser, error) {
	h.once.Do(func() { close(h.begun) })
	<-h.let
	return Gzip(w)
}

func TestCloseDoesNotWaitForACompressionThatHangs(t *testing.T) {
	skipOnWine(t, keepsNames)
	h := newHanging()
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	opts := RotatingOptions{Archive: Growing{}, Compress: h.compress, Options: Options{CloseTimeout: 50 * time.Millisecond}}
	first := made(t)(newRotating(quick(), path, 2, &opts))
	emit(t, first, "a", "b")
	<-h.begun
	emit(t, first, "c") // another old file waits now
	start := time.Now()
	closeSink(t, first)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("Close took %v", took)
	}

	opts.Compress, opts.CloseTimeout = Gzip, 0
	second := made(t)(newRotating(quick(), path, 2, &opts))
	emit(t, second, "d")
	settled(second)
	wantRecords(t, second, "a", "b", "c", "d")
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz")
	close(h.let)
	settled(first)
	wantRecords(t, second, "a", "b", "c", "d")
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz")
}

// Once Close has given up, the old files belong to whoever comes next.
func TestNothingIsRenamedAfterCloseHasGivenUp(t *testing.T) {
	for name, o := range map[string]RotatingOptions{"numbered": {Backups: 9}, "growing": {Archive: Growing{}, Backups: 1}} {
		t.Run(name, func(t *testing.T) {
			h := newHanging()
			dir := t.TempDir()
			o.Compress, o.CloseTimeout = h.compress, 20*time.Millisecond
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &o))
			emit(t, s, "a", "b")
			<-h.begun
			emit(t, s, "c", "d")
			closeSink(t, s)
			before := namesIn(t, dir)
			close(h.let)
			settled(s)
			if after := namesIn(t, dir); !slices.Equal(after, before) {
				t.Errorf("before\n  %q\nafter\n  %q", before, after)
			}
			o.Compress, o.CloseTimeout = Gzip, 0
			s = made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &o))
			closeSink(t, s)
			if name == "numbered" {
				wantRecords(t, s, "a", "b", "c", "d")
			} else {
				wantRecords(t, s, "c", "d")
			}
			for _, n := range namesIn(t, dir) {
				if n != "app.log" && !strings.HasSuffix(n, ".gz") {
					t.Errorf("left behind: %s", n)
				}
			}
		})
	}
}

// A second Close does not touch files that may be another sink's by then.
func TestSecondCloseTouchesNothing(t *testing.T) {
	for name, o := range busyOptions {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 4, o)
			emit(t, s, "a", "b", "c")
			closeSink(t, s)
			touch(t, dir, "app.log.1", "app.log.7", "app.log.8", "app.log.9", "app.log.rotating-99", "app.log.1.gz.tmp")
			before := namesIn(t, dir)
			closeSink(t, s)
			settled(s)
			if after := namesIn(t, dir); !slices.Equal(after, before) {
				t.Errorf("before\n  %q\nafter\n  %q", before, after)
			}
		})
	}
}

// What the worker reports while Close waits for it has arrived when Close returns.
func TestCloseWaitsForReports(t *testing.T) {
	var c collector
	var calls atomic.Int64
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{
		Archive: Growing{}, Compress: func(io.Writer) (io.WriteCloser, error) {
			calls.Add(1)
			return nil, errTest
		}, Options: Options{OnError: func(err error) {
			time.Sleep(20 * time.Millisecond)
			c.add(err)
		}},
	})
	emit(t, s, "a", "b")
	closeSink(t, s)
	if n := calls.Load(); n == 0 || len(c.all()) != 1 {
		t.Errorf("%d tries, reported: %v", n, c.all())
	}
}
