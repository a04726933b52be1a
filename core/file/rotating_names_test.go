package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestRotatingNamerWithASuffix(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{
		Backups: 2, Namer: func(name string) string { return name + ".test" },
	})
	emit(t, s, "a")
	wantFiles(t, s, "app.log=a;")
	emit(t, s, "b")
	wantFiles(t, s, "app.log.1.test=a;", "app.log=b;")
	emit(t, s, "c")
	wantFiles(t, s, "app.log.1.test=b;", "app.log.2.test=a;", "app.log=c;")
	emit(t, s, "d")
	wantFiles(t, s, "app.log.1.test=c;", "app.log.2.test=b;", "app.log=d;")
}

// logged is a list that functions of the user's append to.
type logged struct {
	mu    sync.Mutex
	calls []string
}

func (l *logged) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, fmt.Sprintf(format, args...))
}

// take returns what was added since the last call.
func (l *logged) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.Join(l.calls, " ")
	l.calls = nil
	return text
}

func TestRotatingNamerIsCalledAsInPython(t *testing.T) {
	for name, c := range map[string]struct {
		backups int
		calls   string
	}{
		"1": {1, "app.log.1"},
		"2": {2, "app.log.1 app.log.2 app.log.1"},
		"4": {4, "app.log.3 app.log.4 app.log.2 app.log.3 app.log.1 app.log.2 app.log.1"},
	} {
		t.Run(name, func(t *testing.T) {
			var l logged
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{
				Backups: c.backups, Namer: func(name string) string { l.add("%s", name); return name },
				Options: Options{Sync: SyncNever},
			})
			emit(t, s, "a")
			for _, text := range []string{"b", "c", "d"} {
				settled(s)
				l.take()
				emit(t, s, text)
				settled(s)
				if got := l.take(); got != c.calls {
					t.Errorf("the namer was called with\n  %s\nwant\n  %s", got, c.calls)
				}
			}
		})
	}
}

func TestTimedNamerIsCalledOncePerRotation(t *testing.T) {
	var l logged
	now := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	ffs := clocked(now)
	s := made(t)(newTimedRotating(ffs, filepath.Join(t.TempDir(), "app.log"), Calendar{Location: time.UTC}, &RotatingOptions{
		Namer: func(name string) string { l.add("%s", name); return name },
	}))
	emit(t, s, "a")
	ffs.SetNow(now.Add(time.Hour))
	l.take()
	emit(t, s, "b")
	if got := l.take(); got != "app.log.2024-03-01_10" {
		t.Errorf("the namer was called with %s", got)
	}
}

func TestRotatingNamerAndRotator(t *testing.T) {
	var l logged
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	s := rotating(t, path, 2, RotatingOptions{
		Backups: 3,
		Namer:   func(name string) string { return strings.Replace(name, "app.log.", "old-", 1) },
		Rotator: func(src, dst string) error {
			l.add("%s>%s", filepath.Base(src), filepath.Base(dst))
			if filepath.Dir(src) != dir || filepath.Dir(dst) != dir {
				t.Errorf("%s and %s are not in %s", src, dst, dir)
			}
			return os.Rename(src, dst)
		},
	})
	emit(t, s, "a", "b", "c", "d")
	if got := l.take(); got != "app.log>old-1 app.log>old-1 app.log>old-1" {
		t.Errorf("the rotator was called with %s", got)
	}
	wantFiles(t, s, "app.log=d;", "old-1=c;", "old-2=b;", "old-3=a;")
}

// badNames are what a namer must not return.
func badNames() map[string]string {
	bad := map[string]string{
		"empty": "", "base": "app.log", "parent": "..", "this": ".", "path": "old/app.log",
		"up": "../app.log.1", "absolute": "/app.log.1",
	}
	if runtime.GOOS == "windows" {
		bad["backslash"], bad["device"], bad["volume"] = `old\app.log`, "NUL", "c:app.log"
	}
	return bad
}

func TestRotatingBadNamerLosesNothing(t *testing.T) {
	for archive, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{}} {
		for name, bad := range badNames() {
			t.Run(archive+" "+name, func(t *testing.T) {
				var c collector
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				opts := RotatingOptions{Archive: a, Backups: 9, Options: Options{OnError: c.add}}
				opts.Namer = func(string) string { return bad }
				s := rotating(t, path, 2, opts)
				emit(t, s, "a", "b", "c")
				closeSink(t, s)
				wantRecords(t, s, "a", "b", "c")
				wantReports(t, s, &c, 1, "not a file name without a directory")

				opts.Namer = nil
				s = rotating(t, path, 2, opts)
				emit(t, s, "d")
				closeSink(t, s)
				wantRecords(t, s, "a", "b", "c", "d")
				wantReports(t, s, &c, 1, "")
			})
		}
	}
}

func TestRotatingNamerThatPanics(t *testing.T) {
	var c collector
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{
		Archive: Growing{}, Namer: func(string) string { panic(errTest) }, Options: Options{OnError: c.add},
	})
	emit(t, s, "a", "b", "c")
	wantRecords(t, s, "a", "b", "c")
	wantReports(t, s, &c, 1, "namer: panic: test trouble")
}

// A namer that whoever logs waits for does not get its own records into the sink.
func TestRotatingNamerThatLogs(t *testing.T) {
	var s *Rotating
	var errs []error
	logs := func(name string) string {
		errs = append(errs, s.Emit(line("from the namer")))
		return name
	}
	s = rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{
		Archive: Growing{}, Namer: logs, OnRotate: func(string, string) { errs = append(errs, s.Emit(line("from OnRotate"))) },
	})
	emit(t, s, "a", "b", "c")
	closeSink(t, s)
	for _, err := range errs {
		if !errors.Is(err, core.ErrReentrant) {
			t.Errorf("Emit: %v", err)
		}
	}
	if len(errs) != 4 {
		t.Errorf("%d records from within, want one of the namer and one of OnRotate, twice", len(errs))
	}
}

// letters is an archive of the user's: app.log-a, app.log-b …
type letters struct{}

func (letters) Name(old Old, try int) string {
	return old.Base + "-" + string(rune('a'+old.Last.Number+try))
}

func (letters) Place(base, name string) (Place, bool) {
	letter, ok := strings.CutPrefix(name, base+"-")
	if !ok || len(letter) != 1 || letter < "a" || letter > "z" {
		return Place{}, false
	}
	return Place{Number: int(letter[0]-'a') + 1}, true
}

func TestRotatingArchiveOfTheUsers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log-b", "app.log-aa", "app.log-A", "app.log.1")
	s := rotating(t, path, 2, RotatingOptions{Archive: letters{}, Backups: 2})
	emit(t, s, "x", "y", "z")
	closeSink(t, s)
	wantFiles(t, s, "app.log-A=app.log-A;", "app.log-aa=app.log-aa;", "app.log-c=x;", "app.log-d=y;", "app.log.1=app.log.1;", "app.log=z;")
}

// broken is an archive of the user's that panics.
type broken struct{ letters }

func (broken) Name(Old, int) string { panic(errTest) }

func TestRotatingArchiveThatPanics(t *testing.T) {
	var c collector
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{Archive: broken{}, Options: Options{OnError: c.add}})
	emit(t, s, "a", "b", "c")
	wantRecords(t, s, "a", "b", "c")
	wantReports(t, s, &c, 1, "test trouble")
}

// stuckArchive always gives the same name.
type stuckArchive struct{ letters }

func (stuckArchive) Name(old Old, _ int) string { return old.Base + "-a" }

func TestRotatingArchiveWithoutAnotherName(t *testing.T) {
	var c collector
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{Archive: stuckArchive{}, Options: Options{OnError: c.add}})
	emit(t, s, "a", "b", "c", "d")
	wantFiles(t, s, "app.log-a=a;", "app.log=b;c;d;")
	wantReports(t, s, &c, 1, "no name that is not taken")
}

func TestRotatingKeepExt(t *testing.T) {
	for base, names := range map[string][]string{
		"app.log":    {"app.1.log", "app.2.log", "app.log"},
		"app":        {"app", "app.1", "app.2"},
		".hidden":    {".hidden", ".hidden.1", ".hidden.2"},
		"app.tar.gz": {"app.tar.1.gz", "app.tar.2.gz", "app.tar.gz"},
		"app..":      {"app..", "app..1.", "app..2."},
	} {
		t.Run(base, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasSuffix(base, ".") {
				t.Skip("no name ends with a dot here")
			}
			for _, a := range []Archive{Numbered{KeepExt: true}, Growing{KeepExt: true}} {
				dir := t.TempDir()
				s := rotating(t, filepath.Join(dir, base), 2, RotatingOptions{Archive: a, Backups: 5})
				emit(t, s, "a", "b", "c")
				closeSink(t, s)
				if got := namesIn(t, dir); !slices.Equal(got, names) {
					t.Errorf("%T: %q, want %q", a, got, names)
				}
			}
		})
	}
}
