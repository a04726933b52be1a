package file

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// The clock of a bubble begins at midnight, UTC.

// idler is a sink with RollIdle in a bubble.
func idler(t *testing.T, dir string, schedule Schedule, o RotatingOptions) *Rotating {
	t.Helper()
	o.RollIdle = true
	s := made(t)(newTimedRotating(&faultfs.FS{FS: ageless{}}, filepath.Join(dir, "app.log"), schedule, &o))
	synctest.Wait()
	return s
}

// pass lets time pass, and the sink do what is due then.
func pass(s *Rotating, d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
	settled(s)
}

func TestB21NoWritesAcrossMidnight(t *testing.T) {
	midnight := Calendar{When: Midnight, Location: time.UTC}
	for name, idle := range map[string]bool{"option on": true, "option off": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := made(t)(newTimedRotating(&faultfs.FS{FS: ageless{}}, filepath.Join(dir, "app.log"), midnight, &RotatingOptions{RollIdle: idle}))
				synctest.Wait()
				day := time.Now().UTC().Format(byDay)
				emit(t, s, "a")
				pass(s, 24*time.Hour-time.Nanosecond)
				wantTree(t, dir, "app.log=a;")
				pass(s, time.Nanosecond)
				if idle {
					wantTree(t, dir, "app.log."+day+"=a;", "app.log=")
				} else {
					wantTree(t, dir, "app.log=a;")
				}
				emit(t, s, "b")
				wantTree(t, dir, "app.log."+day+"=a;", "app.log=b;")
				wantRotations(t, s, 1)
				closeSink(t, s)
			})
		})
	}
}

func TestRollIdleLeavesEmptyFilesAlone(t *testing.T) {
	for name, header := range map[string]func() []byte{"empty": nil, "header": text("#\n")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{Options: Options{Header: header}})
				emit(t, s, "a")
				pass(s, 100*time.Hour)
				wantRotations(t, s, 1)
				emit(t, s, "b")
				pass(s, 59*time.Minute)
				wantRotations(t, s, 1) // the period has begun when the last one had nothing in it
				pass(s, time.Minute)
				wantRotations(t, s, 2)
				closeSink(t, s)
			})
		})
	}
}

func TestRollIdleOfASinkThatWritesNothing(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{})
		pass(s, 5*time.Hour)
		wantTree(t, dir, "app.log=")
		wantRotations(t, s, 0)
		closeSink(t, s)
	})
}

// It is in time, not only with the next look at the clock.
func TestRollIdleIsInTime(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Seconds, Interval: 7, Location: time.UTC}, RotatingOptions{})
		emit(t, s, "a")
		pass(s, 7*time.Second-time.Nanosecond)
		wantRotations(t, s, 0)
		pass(s, time.Nanosecond)
		wantRotations(t, s, 1)
		closeSink(t, s)
	})
}

func TestRollIdleOfALazySink(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{Options: Options{Lazy: true}})
		pass(s, 3*time.Hour)
		wantTree(t, dir)
		emit(t, s, "a")
		pass(s, time.Hour)
		wantRotations(t, s, 1)
		closeSink(t, s)
	})
}

func TestRollIdleWritesWhatIsBufferedFirst(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{
			Options: Options{BufferSize: 100, FlushInterval: 24 * time.Hour},
		})
		name := "app.log." + time.Now().UTC().Format(byHour)
		emit(t, s, "a")
		pass(s, time.Second)
		wantTree(t, dir, "app.log=")
		pass(s, time.Hour)
		wantTree(t, dir, name+"=a;", "app.log=")
		closeSink(t, s)
	})
}

// Who watches does not give up a file that somebody else has moved away.
func TestRollIdleWatched(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{Watched: true})
		emit(t, s, "a")
		if err := os.Rename(s.Path(), s.Path()+".mine"); err != nil {
			t.Fatal(err)
		}
		pass(s, time.Hour)
		wantTree(t, dir, "app.log.mine=a;", "app.log=")
		wantRotations(t, s, 0)
		closeSink(t, s)
	})
}

func TestRollIdleTriesAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var c collector
		ffs := &faultfs.FS{FS: ageless{}}
		s := made(t)(newTimedRotating(ffs, filepath.Join(dir, "app.log"), Calendar{When: Hours, Location: time.UTC},
			&RotatingOptions{RollIdle: true, Options: Options{OnError: c.add}}))
		emit(t, s, "a")
		ffs.Arm(faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true})
		pass(s, time.Hour)
		pass(s, 10*time.Minute)
		wantReports(t, s, &c, 1, "rotation failed")
		if n := ffs.Fired(); n < 5 || n > 30 {
			t.Errorf("%d tries in ten minutes", n)
		}
		ffs.Arm(faultfs.Fault{})
		pass(s, time.Minute)
		wantRotations(t, s, 1)
		closeSink(t, s)
	})
}

// While nobody logs, the sink looks at the clock, and at nothing else.
func TestRollIdleNeedsNoDisk(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ffs := &faultfs.FS{FS: ageless{}}
		s := made(t)(newTimedRotating(ffs, filepath.Join(dir, "app.log"), Calendar{When: Midnight, Location: time.UTC}, &RotatingOptions{RollIdle: true}))
		pass(s, time.Second)
		ffs.Arm(faultfs.Fault{})
		pass(s, 20*time.Hour)
		if h := ffs.History(); len(h) > 0 {
			t.Errorf("operations %q", h)
		}
		closeSink(t, s)
	})
}

func TestRollIdleEndsWithClose(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{})
		emit(t, s, "a")
		closeSink(t, s)
		pass(s, 24*time.Hour)
		wantTree(t, dir, "app.log=a;")
		s.roller.idle.mu.Lock()
		defer s.roller.idle.mu.Unlock()
		if s.roller.idle.timer != nil {
			t.Error("the timer goes on")
		}
	})
}

// A schedule and a limit of the size: both rotate, the timer only by the first.
func TestRollIdleAndBySize(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{Also: MaxBytes(4)})
		emit(t, s, "a", "b", "c")
		wantRotations(t, s, 1)
		pass(s, time.Hour)
		wantRotations(t, s, 2)
		pass(s, 10*time.Hour)
		wantRotations(t, s, 2)
		names := namesIn(t, dir)
		if len(names) != 3 || !slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, ".1") }) {
			t.Errorf("files %q", names)
		}
		closeSink(t, s)
	})
}

func TestRollIdleNeedsASchedule(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	_, err := NewRotating(path, 0, &RotatingOptions{Backups: 1, RollIdle: true})
	if err == nil || !strings.Contains(err.Error(), "RollIdle needs a schedule") {
		t.Errorf("NewRotating: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was created: %v", err)
	}
}
