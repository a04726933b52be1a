package file

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A Rotator that fails again and again costs no old file.

// emitHourly emits records an hour apart, so that each tries what has failed before.
func emitHourly(t *testing.T, s *Rotating, ffs *faultfs.FS, n int) (texts []string) {
	t.Helper()
	for i := range n {
		text := fmt.Sprintf("record %d", i)
		emit(t, s, text)
		ffs.SetNow(ffs.Now().Add(time.Hour))
		texts = append(texts, text)
	}
	return texts
}

// It has made a copy, but could not empty the file.
func TestRotatorThatCopiesButCannotTruncate(t *testing.T) {
	for name, c := range map[string]struct {
		opts RotatingOptions
		old  []string
	}{
		"numbered": {RotatingOptions{Backups: 4}, []string{"2", "1", "0"}},
		"growing":  {RotatingOptions{Archive: Growing{}, Backups: 4}, []string{"0", "1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			for i := range 3 {
				write(t, fmt.Sprint(path, ".", i+1), fmt.Sprint(i, "\n"))
			}
			ffs := clocked(march)
			var broken atomic.Bool
			broken.Store(true)
			c.opts.OnError = func(error) {}
			c.opts.Rotator = func(src, dst string) error {
				text, err := os.ReadFile(src)
				if err == nil {
					err = os.WriteFile(dst, text, 0o600)
				}
				if err == nil && broken.Load() {
					return errTest
				}
				return os.Truncate(src, 0)
			}
			s := made(t)(newRotating(ffs, path, 9, &c.opts))
			texts := emitHourly(t, s, ffs, 6)
			if n := len(namesIn(t, dir)); n != 5 {
				t.Errorf("%d files: %q", n, namesIn(t, dir))
			}
			broken.Store(false)
			emit(t, s, "last")
			settled(s)
			wantRecords(t, s, append(append(c.old, texts...), "last")...)
		})
	}
}

// One of the files that have to move up for it cannot be renamed.
func TestRotatorWhoseShiftFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1", "app.log.2", "app.log.3", "app.log.4")
	ffs := clocked(march)
	s := made(t)(newRotating(ffs, path, 9, &RotatingOptions{Backups: 5, Rotator: os.Rename, Options: Options{OnError: func(error) {}}}))
	ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log.1", Err: syscall.EPERM, Persistent: true})
	texts := emitHourly(t, s, ffs, 6)
	for i := 2; i <= 4; i++ {
		want(t, fmt.Sprint(path, ".", i+1), fmt.Sprintf("app.log.%d\n", i))
	}
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "last")
	wantRecords(t, s, append(append([]string{"app.log.4", "app.log.3", "app.log.2", "app.log.1"}, texts...), "last")...)
}

// halted is a disk on which the worker halts between its look at the directory, at old
// files that are too many, and their deletion.
type halted struct {
	unsynced
	reads    *atomic.Int64
	halt, on chan struct{}
}

func (d halted) ReadDir(dir string) ([]fsys.Entry, error) {
	d.reads.Add(1)
	return d.unsynced.ReadDir(dir)
}

func (d halted) Stat(name string) (fsys.Info, error) {
	if d.reads.CompareAndSwap(2, 3) {
		close(d.halt)
		<-d.on
	}
	return d.unsynced.Stat(name)
}

// Numbered files move up for a Rotator while the worker is about to delete one: it does
// not delete another one that has its name by then.
func TestRetentionWhileARotatorMovesFilesUp(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1", "app.log.2", "app.log.3")
	age(t, time.Now().Add(-30*time.Hour), filepath.Join(dir, "app.log.3"))
	d := halted{reads: new(atomic.Int64), halt: make(chan struct{}), on: make(chan struct{})}
	s := made(t)(newRotating(d, path, 9, &RotatingOptions{Backups: 5, MaxAge: 24 * time.Hour, Rotator: os.Rename}))
	<-d.halt
	emit(t, s, "record 0", "record 1")
	close(d.on)
	settled(s)
	want(t, path+".3", "app.log.2\n")
	want(t, path+".2", "app.log.1\n")
}
