package file

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// What is known of a file says nothing of another one that takes its place.

// moveAway moves the live file to another directory.
func moveAway(t *testing.T, s *Rotating) {
	t.Helper()
	if err := os.Rename(s.Path(), filepath.Join(t.TempDir(), "moved.log")); err != nil {
		t.Fatal(err)
	}
}

// A rotation that has failed is not owed by the file that somebody else has begun since.
func TestRotationIsNotOwedByAnotherFile(t *testing.T) {
	for name, c := range map[string]struct {
		opts     RotatingOptions
		exchange func(t *testing.T, s *Rotating)
		files    []string
	}{
		"another process rotates": {RotatingOptions{Shared: true}, func(t *testing.T, s *Rotating) {
			other := rotating(t, s.Path(), 8, RotatingOptions{Backups: 3, Shared: true})
			emit(t, other, "other")
			closeSink(t, other)
		}, []string{"app.log.1=first;failed;", "app.log.lock=", "app.log=other;a;"}},
		"watched": {RotatingOptions{Watched: true}, func(t *testing.T, s *Rotating) {
			moveAway(t, s)
		}, []string{"app.log=a;"}},
		"reopened": {RotatingOptions{}, func(t *testing.T, s *Rotating) {
			moveAway(t, s)
			if err := s.Reopen(); err != nil {
				t.Error(err)
			}
		}, []string{"app.log=a;"}},
	} {
		t.Run(name, func(t *testing.T) {
			var errs collector
			c.opts.Backups, c.opts.OnError = 3, errs.add
			ffs := clocked(march)
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 8, &c.opts))
			emit(t, s, "first")
			ffs.Arm(faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true})
			emit(t, s, "failed")
			ffs.Arm(faultfs.Fault{})
			c.exchange(t, s)
			ffs.SetNow(march.Add(lastPause))
			emit(t, s, "a")
			wantFiles(t, s, c.files...)
			wantReports(t, s, &errs, 1, "permission denied")
		})
	}
}

// … and is kept to its own limit at once.
func TestLimitOfAnotherFileDuringAPause(t *testing.T) {
	var errs collector
	ffs := clocked(march)
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 8, &RotatingOptions{Backups: 9, Watched: true, Options: Options{OnError: errs.add}}))
	emit(t, s, "first")
	ffs.Arm(faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true})
	emit(t, s, "failed")
	ffs.Arm(faultfs.Fault{})
	moveAway(t, s)
	emit(t, s, "aaaa", "bbbb", "cccc")
	wantFiles(t, s, "app.log.1=bbbb;", "app.log.2=aaaa;", "app.log=cccc;")
}

// What MaxTotal counts is the file that was moved, whosever it is.
func TestTotalAfterAnExchange(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 0, RotatingOptions{Archive: Growing{}, MaxTotal: 100})
	emit(t, s, strings.Repeat("x", 59))
	moveAway(t, s)
	write(t, s.Path(), "theirs\n")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if got := s.roller.keeper.stock.sum.Load(); got != int64(len("theirs\n")) {
		t.Errorf("%d bytes are counted", got)
	}
	emit(t, s, strings.Repeat("y", 79))
	wantFiles(t, s, "app.log.1=theirs;", "app.log="+strings.Repeat("y", 79)+";")
}

// A file that holds only a header is empty, also when it was opened again.
func TestReopenOfAFileWithNothingButAHeader(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 20, RotatingOptions{Backups: 3, Options: Options{Header: text("#header\n")}})
	emit(t, s, "a")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := s.Reopen(); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "0123456789012345")
	wantFiles(t, s, "app.log.1=#header;a;", "app.log=#header;0123456789012345;")
}

// A Rotator may leave something in the file: that is where the next period begins.
func TestRotatorThatLeavesSomething(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Hours, Location: time.UTC}, RotatingOptions{Rotator: func(src, dst string) error {
		text, err := os.ReadFile(src)
		if err != nil {
			return err
		}
		return errors.Join(os.WriteFile(dst, text, 0o600), os.WriteFile(src, []byte("#\n"), 0o600))
	}})
	tt.at(march, "first")
	tt.after(time.Hour, "b", "c", "d")
	tt.after(time.Hour-time.Second, "e")
	wantRotations(t, tt.s, 1)
	tt.after(time.Second, "f")
	wantRotations(t, tt.s, 2)
}

// At the start nothing happens before the first record, also with RollIdle.
func TestAtStartWaitsForARecord(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{Also: AtStart{}})
	tt.at(march, "a")
	tt.reopen()
	if _, err := tt.s.roller.rollIdle(); err != nil {
		t.Error(err)
	}
	wantRotations(t, tt.s, 0)
	tt.at(march.Add(time.Hour), "b")
	wantRotations(t, tt.s, 1)
}
