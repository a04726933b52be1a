package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A Rotator that has failed is offered the same name again, but only for the same file, and
// only if nobody else has put anything there: in whatever form the Rotator makes it.

// fickle are Rotators that fail while broken is set.
func fickle(broken *atomic.Bool) map[string]func(src, dst string) error {
	copied := func(src, dst string) error {
		text, err := os.ReadFile(src)
		return errors.Join(err, os.WriteFile(dst, text, 0o600))
	}
	unless := func(f func(src, dst string) error) func(src, dst string) error {
		return func(src, dst string) error {
			if broken.Load() {
				return errTest
			}
			return f(src, dst)
		}
	}
	return map[string]func(src, dst string) error{
		"renames":   unless(os.Rename),
		"truncates": unless(func(src, dst string) error { return errors.Join(copied(src, dst), os.Truncate(src, 0)) }),
		"packs":     unless(func(src, dst string) error { return errors.Join(copied(src, dst+".gz"), os.Remove(src)) }),
		"removes": func(src, dst string) error {
			if err := copied(src, dst); err != nil || broken.Load() {
				return errors.Join(err, errTest)
			}
			return os.Remove(src)
		},
	}
}

// wantAll fails unless each text is once in the files of a directory.
func wantAll(t *testing.T, dir string, texts ...string) {
	t.Helper()
	var all string
	for _, name := range namesIn(t, dir) {
		all += read(t, filepath.Join(dir, name))
	}
	for _, text := range texts {
		if n := strings.Count(all, text+"\n"); n != 1 {
			t.Errorf("%q is there %d times in %q", text, n, namesIn(t, dir))
		}
	}
}

func TestRotatorsOfTwoSinks(t *testing.T) {
	var broken atomic.Bool
	for archive, o := range map[string]RotatingOptions{"numbered": {Backups: 5}, "growing": {Archive: Growing{}}} {
		for name, rotator := range fickle(&broken) {
			t.Run(archive+", "+name, func(t *testing.T) {
				switch name {
				case "removes":
					t.Skip("its copies are there twice")
				case "packs":
					skipOnWine(t, keepsNames)
				}
				o.Shared, o.Rotator, o.OnError = true, rotator, func(error) {}
				path := filepath.Join(t.TempDir(), "app.log")
				ffs := clocked(march)
				a, b := made(t)(newRotating(ffs, path, 9, &o)), made(t)(newRotating(clocked(march), path, 9, &o))
				emit(t, a, "record 0")
				broken.Store(true)
				emit(t, a, "record 1")
				broken.Store(false)
				emit(t, b, "record 2")
				ffs.SetNow(march.Add(time.Hour))
				emit(t, a, "record 3", "record 4")
				wantAll(t, filepath.Dir(path), "record 0", "record 1", "record 2", "record 3", "record 4")
			})
		}
	}
}

// The file is moved away, or deleted as its copy is there, before the Rotator has succeeded:
// the next one is another file.
func TestOfferOfAFileThatHasGone(t *testing.T) {
	var broken atomic.Bool
	for name, rotator := range fickle(&broken) {
		for _, a := range []Archive{Growing{}, Dated{Layout: byDay, Location: time.UTC}} {
			t.Run(fmt.Sprintf("%s, %T", name, a), func(t *testing.T) {
				skipOnWine(t, keepsNames)
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				ffs := clocked(march)
				s := made(t)(newRotatingWith(ffs, path, nil, &RotatingOptions{Archive: a, Rotator: rotator, Options: Options{OnError: func(error) {}}}))
				emit(t, s, "first")
				broken.Store(true)
				_ = s.Rotate()
				broken.Store(false)
				if name == "removes" {
					remove(t, path)
				} else if err := os.Rename(path, filepath.Join(dir, "moved")); err != nil {
					t.Fatal(err)
				}
				ffs.SetNow(march.Add(72 * time.Hour))
				if err := s.Reopen(); err != nil {
					t.Fatal(err)
				}
				emit(t, s, "second")
				if err := s.Rotate(); err != nil {
					t.Fatal(err)
				}
				wantAll(t, dir, "first", "second")
				if _, dated := a.(Dated); dated && !strings.Contains(strings.Join(namesIn(t, dir), " "), "app.log.2024-03-04") {
					t.Errorf("%q", namesIn(t, dir))
				}
			})
		}
	}
}

// Somebody else has put a compressed file where a Rotator has made nothing.
func TestOfferOfANameThatIsTakenMeanwhile(t *testing.T) {
	for _, ext := range []string{"", ".gz"} {
		var broken atomic.Bool
		path := filepath.Join(t.TempDir(), "app.log")
		s := rotating(t, path, 0, RotatingOptions{Archive: Growing{}, Rotator: fickle(&broken)["renames"], Options: Options{OnError: func(error) {}}})
		emit(t, s, "ours")
		broken.Store(true)
		_ = s.Rotate()
		broken.Store(false)
		write(t, path+".1"+ext, "theirs\n")
		if err := s.Rotate(); err != nil {
			t.Fatal(err)
		}
		wantAll(t, filepath.Dir(path), "ours", "theirs")
		wantNames(t, filepath.Dir(path), "app.log", "app.log.1"+ext, "app.log.2")
	}
}

// A hook that the worker calls may log while as many files wait as may.
func TestOnRotateThatLogsWhileManyWait(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes thousands of files")
	}
	var s *Rotating
	var refused, failed atomic.Int64
	s = rotating(t, filepath.Join(t.TempDir(), "app.log"), 100, RotatingOptions{
		Backups: 50,
		OnRotate: func(string, string) {
			if s.Emit(line("from the hook")) != nil {
				refused.Add(1)
			}
		},
		Options: Options{Sync: SyncNever, OnError: func(error) { failed.Add(1) }},
	})
	for _, text := range numberedLines("", 30*maxWaiting) {
		emit(t, s, text)
	}
	if n := refused.Load(); n > 0 {
		t.Errorf("%d records of hooks were refused", n)
	}
	closeSink(t, s)
	settled(s)
}

// Where old files come faster than they get their places, whoever logs waits, and no file
// becomes too large.
func TestLimitWhileTheWorkerIsSlow(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes thousands of files")
	}
	const limit = 100
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), limit, RotatingOptions{Backups: 50, Options: Options{Sync: SyncNever}})
	for _, text := range numberedLines("", 40*maxWaiting) {
		emit(t, s, text)
	}
	if n := s.Stats().FailedRotations; n > 0 {
		t.Errorf("%d rotations failed", n)
	}
	closeSink(t, s)
	settled(s)
	for _, name := range namesIn(t, filepath.Dir(s.Path())) {
		if n := len(read(t, filepath.Join(filepath.Dir(s.Path()), name))); n > limit {
			t.Errorf("%s has %d bytes", name, n)
		}
	}
}

// Of many files that cannot be deleted each has its turn.
func TestRetentionOfAFileThatCanBeDeletedLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	const stuck = 3 * maxFailures
	for i := range stuck + 1 {
		touch(t, filepath.Dir(path), fmt.Sprint("app.log.", i+1))
	}
	d := &undeletable{below: stuck + 2}
	s := made(t)(newRotating(d, path, 2, &RotatingOptions{Archive: Growing{}, Backups: 3, Options: Options{OnError: func(error) {}}}))
	for _, text := range numberedLines("", 7) { // until all have been tried
		emit(t, s, text)
		settled(s)
	}
	d.below = stuck + 1
	for _, text := range numberedLines("", 10) {
		emit(t, s, text)
		settled(s)
	}
	if _, err := os.Stat(fmt.Sprint(path, ".", stuck+1)); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("it is still there: %v", err)
	}
}
