package file

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

func TestRotatingHeaderAndFooterOfEachFile(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"renamed": {Backups: 3}, "growing": {Archive: Growing{}}, "rotator": {Backups: 3, Rotator: os.Rename},
		"shared": {Backups: 3, Shared: true}, "watched": {Backups: 3, Watched: true},
		"buffered": {Backups: 3, Options: Options{BufferSize: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			o.Header = func() []byte { n++; return []byte("# " + strconv.Itoa(n) + "\n") }
			o.Footer = func() []byte { return []byte("= " + strconv.Itoa(n) + "\n") }
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 8, o)
			emit(t, s, "aa", "bb", "cc")
			closeSink(t, s)
			want := []string{"# 1\naa\n= 1\n", "# 2\nbb\n= 2\n", "# 3\ncc\n= 3\n"}
			if o.Shared {
				want[2] = "# 3\ncc\n" // others may go on with it
			}
			if got := generations(t, s); strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestRotatingFooterThatCannotBeWritten(t *testing.T) {
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{
		Backups: 3, Options: Options{Footer: text("=\n"), OnError: c.add},
	}))
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "write", Err: errTest})
	emit(t, s, "b")
	wantFiles(t, s, "app.log.1=a;", "app.log=b;")
	wantReports(t, s, &c, 1, "ending the old file: footer")
}

// A record whose file has got no header yet is refused: no file is without.
func TestRotatingHeaderThatCannotBeWritten(t *testing.T) {
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{
		Backups: 3, Options: Options{Header: text("#\n"), OnError: c.add},
	}))
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "write", Err: errTest, Persistent: true})
	if err := s.Emit(line("b")); !errors.Is(err, errTest) {
		t.Errorf("Emit: %v", err)
	}
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "c")
	wantFiles(t, s, "app.log.1=#;a;", "app.log=#;c;")
}

// told is what OnRotate was called with.
type told struct {
	mu    sync.Mutex
	pairs []string
}

func (w *told) add(old, new string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if old != "" {
		old = filepath.Base(old)
	}
	w.pairs = append(w.pairs, old+">"+filepath.Base(new))
}

func (w *told) all() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.pairs, " ")
}

func TestOnRotateIsToldBothPaths(t *testing.T) {
	for name, c := range map[string]struct {
		opts RotatingOptions
		want string
	}{
		"numbered":   {RotatingOptions{Backups: 3}, "app.log.1>app.log app.log.1>app.log"},
		"growing":    {RotatingOptions{Archive: Growing{}}, "app.log.1>app.log app.log.2>app.log"},
		"compressed": {RotatingOptions{Archive: Growing{}, Compress: Gzip}, "app.log.1>app.log app.log.2>app.log"},
		"rotator":    {RotatingOptions{Archive: Growing{}, Rotator: os.Rename}, "app.log.1>app.log app.log.2>app.log"},
		"namer": {RotatingOptions{Archive: Growing{}, Namer: func(name string) string { return name + ".x" }},
			"app.log.1.x>app.log app.log.2.x>app.log"},
		"discarded": {RotatingOptions{DiscardOld: true}, ">app.log >app.log"},
		"shared":    {RotatingOptions{Archive: Growing{}, Shared: true}, "app.log.1>app.log app.log.2>app.log"},
	} {
		t.Run(name, func(t *testing.T) {
			var w told
			dir := t.TempDir()
			c.opts.OnRotate = func(old, new string) {
				if new != filepath.Join(dir, "app.log") || old != "" && filepath.Dir(old) != dir {
					t.Errorf("%q and %q are not in %s", old, new, dir)
				}
				if _, err := os.Stat(old); old != "" && err != nil && c.opts.Compress == nil {
					t.Errorf("the old file is not there yet: %v", err)
				}
				w.add(old, new)
			}
			s := rotating(t, filepath.Join(dir, "app.log"), 2, c.opts)
			emit(t, s, "a")
			for _, text := range []string{"b", "c"} {
				emit(t, s, text)
				settled(s)
			}
			if got := w.all(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestOnRotateThatFails(t *testing.T) {
	for name, f := range map[string]func(old, new string){
		"panics": func(string, string) { panic(errTest) },
		"exits":  func(string, string) { runtime.Goexit() },
	} {
		for archive, a := range map[string]Archive{"inline": Growing{}, "by the worker": Numbered{}} {
			t.Run(name+" "+archive, func(t *testing.T) {
				var c collector
				s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{
					Archive: a, Backups: 5, OnRotate: f, Options: Options{OnError: c.add},
				})
				emit(t, s, "a", "b", "c")
				wantRecords(t, s, "a", "b", "c")
				wantReports(t, s, &c, 2, "OnRotate")
			})
		}
	}
}

// OnRotate that logs into its own sink gets an answer.
func TestB56OnRotateThatLogs(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"inline":   {Archive: Growing{}},
		"worker":   {Archive: Growing{}, Compress: Gzip},
		"buffered": {Archive: Growing{}, Options: Options{BufferSize: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			var s *Rotating
			errs := make(chan error, 1)
			o.OnError = func(error) {}
			o.OnRotate = func(string, string) {
				select {
				case errs <- s.Emit(line("from OnRotate")):
				default:
				}
			}
			s = rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, o)
			emit(t, s, "a", "b")
			closeSink(t, s)
			select {
			case err := <-errs:
				if err != nil && !errors.Is(err, core.ErrReentrant) && !errors.Is(err, core.ErrClosed) {
					t.Errorf("Emit: %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Error("nobody has called OnRotate")
			}
		})
	}
}

func TestRotatingOnOpenAndOnClose(t *testing.T) {
	var l logged
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{Backups: 3, Options: Options{
		OnOpen:  func(path string) { l.add("open:%s", filepath.Base(path)) },
		OnClose: func(path string) { l.add("close:%s", filepath.Base(path)) },
	}})
	emit(t, s, "a", "b")
	closeSink(t, s)
	if got := l.take(); got != "open:app.log close:app.log open:app.log close:app.log" {
		t.Error(got)
	}
}
