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
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Two sinks of one process exclude each other as those of two processes do.

func TestB29TwoSinksShareAFile(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"growing":    {Archive: Growing{}},
		"numbered":   {Backups: 400},
		"compressed": {Archive: Growing{}, Compress: huffman},
		"buffered":   {Archive: Growing{}, Options: Options{BufferSize: 500}},
	} {
		t.Run(name, func(t *testing.T) {
			const sinks, goroutines, each, limit = 3, 4, 50, 200
			o.Shared = true
			o.OnError = func(err error) { t.Errorf("reported: %v", err) }
			path := filepath.Join(t.TempDir(), "app.log")
			var all []*Rotating
			for range sinks {
				all = append(all, made(t)(newRotating(quick(), path, limit, &o)))
			}
			var wg sync.WaitGroup
			for i, s := range all {
				wg.Go(func() { produceFrom(t, s, i*goroutines, goroutines, each) })
			}
			wg.Wait()
			for _, s := range all {
				closeSink(t, s)
			}
			texts := generations(t, all[0])
			for i, text := range texts {
				if len(text) > limit {
					t.Errorf("file %d has %d bytes", i, len(text))
				}
			}
			checkNumbered(t, strings.Join(texts, ""), sinks*goroutines, each)
			rotations := uint64(0)
			for _, s := range all {
				rotations += s.Stats().Rotations
			}
			if rotations != uint64(len(texts)-1) {
				t.Errorf("%d rotations for %d files", rotations, len(texts))
			}
		})
	}
}

// Sinks that do not share their file know nothing of each other, as the documentation
// says: one goes on in the file that the other has given up, but no record is torn.
func TestB29TwoSinksThatDoNotShare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	a := rotating(t, path, 0, RotatingOptions{Archive: Growing{}})
	b := rotating(t, path, 0, RotatingOptions{Archive: Growing{}})
	emit(t, a, "a1")
	emit(t, b, "b1")
	if err := a.Rotate(); err != nil {
		t.Fatal(err)
	}
	emit(t, a, "a2")
	emit(t, b, "b2")
	wantFiles(t, a, "app.log.1=a1;b1;b2;", "app.log=a2;")
}

// What a process that was killed has left does no harm: the system frees its lock.
func TestB28LockFileThatWasLeftBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path+".lock", "4711\n")
	s := rotating(t, path, 2, RotatingOptions{Backups: 2, Shared: true})
	emit(t, s, "a", "b")
	closeSink(t, s)
	wantFiles(t, s, "app.log.1=a;", "app.log.lock=4711;", "app.log=b;")
	// One that does not share the file has no use for it.
	alone := rotating(t, path, 2, RotatingOptions{Backups: 2})
	emit(t, alone, "c")
	wantFiles(t, alone, "app.log.1=b;", "app.log.2=a;", "app.log.lock=4711;", "app.log=c;")
}

// hold takes the lock of a shared file as another process would.
func hold(t *testing.T, path string) fsys.Lock {
	t.Helper()
	lock, err := fsys.OS{}.Lock(path+".lock", 0o640)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close() })
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	return lock
}

func TestSharedWaitsForTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	s := rotating(t, path, 0, RotatingOptions{Backups: 2, Shared: true})
	emitLocked(t, s, "x")
	want(t, path, "x\n")
}

// emitLocked emits a record while another process holds the lock for a moment.
func emitLocked(t *testing.T, s *Rotating, text string) {
	t.Helper()
	lock := hold(t, s.Path())
	done := make(chan error, 1)
	go func() { done <- s.Emit(line(text)) }()
	select {
	case err := <-done:
		t.Errorf("%s was written under somebody else's lock: %v", text, err)
		return
	case <-time.After(20 * time.Millisecond):
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("Emit: %v", err)
	}
}

func TestSharedCloseWhileAnotherKeepsTheLock(t *testing.T) {
	files := openFiles(t)
	path := filepath.Join(t.TempDir(), "app.log")
	ffs := quick()
	s := made(t)(newRotating(ffs, path, 0, &RotatingOptions{Backups: 2, Shared: true, Options: Options{CloseTimeout: 30 * time.Millisecond}}))
	emit(t, s, "a")
	settled(s)
	lock := hold(t, path)
	ffs.Arm(faultfs.Fault{})
	done := make(chan error, 1)
	go func() { done <- s.Emit(line("x")) }()
	for !slices.Contains(ffs.History(), "lock app.log.lock") {
		runtime.Gosched()
	}
	if err := s.Close(); !errors.Is(err, core.ErrStuck) {
		t.Errorf("Close: %v", err)
	}
	if err := <-done; !errors.Is(err, core.ErrClosed) {
		t.Errorf("Emit: %v", err)
	}
	want(t, path, "a\n")
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if now := openFiles(t); now > files {
		t.Errorf("%d files open before, %d after", files, now)
	}
}

// A write that returns after Close has given up leaves no lock behind.
func TestSharedCloseDuringAWriteThatHangs(t *testing.T) {
	files := openFiles(t)
	l := &late{FS: fsys.OS{}, gate: make(chan struct{})}
	s := made(t)(newRotating(l, filepath.Join(t.TempDir(), "app.log"), 0, &RotatingOptions{
		Backups: 2, Shared: true, Options: Options{CloseTimeout: 20 * time.Millisecond, OnError: func(error) {}},
	}))
	done := make(chan error, 1)
	go func() { done <- s.Emit(line("x")) }()
	for l.writes.Load() == 0 {
		runtime.Gosched()
	}
	if err := s.Close(); !errors.Is(err, core.ErrStuck) {
		t.Errorf("Close: %v", err)
	}
	close(l.gate)
	<-done
	if now := openFiles(t); now > files {
		t.Errorf("%d files open before, %d after", files, now)
	}
}

// Whoever finds the lock file gone does not lock what others do not see.
func TestSharedLockFileIsDeleted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be deleted for good here")
	}
	path := filepath.Join(t.TempDir(), "app.log")
	a := rotating(t, path, 4, RotatingOptions{Archive: Growing{}, Shared: true})
	b := rotating(t, path, 4, RotatingOptions{Archive: Growing{}, Shared: true})
	emit(t, a, "a")
	remove(t, path+".lock")
	emit(t, b, "b")
	emit(t, a, "c")
	emitLocked(t, a, "d")
	emitLocked(t, b, "e")
	wantRecords(t, a, "a", "b", "c", "d", "e")
}

func TestSharedWhereThereAreNoLocks(t *testing.T) {
	ffs := quick()
	ffs.Arm(faultfs.Fault{Op: "lockfile", Err: errors.ErrUnsupported})
	dir := t.TempDir()
	if _, err := newRotating(ffs, filepath.Join(dir, "app.log"), 2, &RotatingOptions{Backups: 2, Shared: true}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("newRotating: %v", err)
	}
	wantNames(t, dir)
}

// Somebody else's half record is ended before one's own begins.
func TestSharedTornRecordOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	s := rotating(t, path, 0, RotatingOptions{Backups: 2, Shared: true})
	emit(t, s, "a")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("half a rec"); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "b")
	want(t, path, "a\nhalf a rec\nb\n")
}

// What another process writes counts.
func TestSharedSizeIsThatOfAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	var all []*Rotating
	for range 3 {
		all = append(all, rotating(t, path, 6, RotatingOptions{Archive: Growing{}, Shared: true}))
	}
	for i := range 12 {
		emit(t, all[i%3], fmt.Sprint(i%10))
	}
	wantRecords(t, all[0], "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "1")
	for i, text := range generations(t, all[0]) {
		if len(text) != 6 {
			t.Errorf("file %d holds %q", i, text)
		}
	}
}

// A file that another process still writes to is not compressed yet.
func TestSharedFileInUseIsNotCompressed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	opts := RotatingOptions{Archive: Growing{}, Compress: Gzip, Shared: true}
	a, b := rotating(t, path, 0, opts), rotating(t, path, 0, opts)
	emit(t, a, "a")
	emit(t, b, "b") // b has the file open, and does not know yet that a gives it up
	if err := a.Rotate(); err != nil {
		t.Fatal(err)
	}
	settled(a)
	wantNames(t, dir, "app.log", "app.log.1", "app.log.lock")
	emit(t, b, "c")
	closeSink(t, b)
	closeSink(t, a)
	closeSink(t, rotating(t, path, 0, opts)) // the next start is another occasion
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.lock")
	wantRecords(t, a, "a", "b", "c")
}

func TestSharedRollsOnceByTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	ffs := clocked(march)
	var all []*Rotating
	for range 3 {
		all = append(all, made(t)(newTimedRotating(ffs, path, Calendar{When: Midnight, Location: time.UTC}, &RotatingOptions{Shared: true})))
	}
	for i, s := range all {
		emit(t, s, fmt.Sprint("old ", i))
	}
	next := march.AddDate(0, 0, 1)
	ffs.SetNow(next)
	for i, s := range all {
		emit(t, s, fmt.Sprint("new ", i))
		age(t, next, path)
	}
	wantFiles(t, all[0], "app.log.2024-03-01=old 0;old 1;old 2;", "app.log.lock=", "app.log=new 0;new 1;new 2;")
}
