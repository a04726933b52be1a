package file

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Nothing that has failed, or is slow, stands in the way for longer than it has to.

// A Flush waits for the files that were rotated before it, not for those that others go on
// rotating.
func TestFlushEndsWhileOthersRotate(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 20, RotatingOptions{Archive: Growing{}, Options: Options{OnError: func(error) {}}})
	ctx, cancel := context.WithTimeout(t.Context(), watchdog)
	defer cancel()
	var done atomic.Bool
	var logging sync.WaitGroup
	for range 2 {
		logging.Go(func() {
			for !done.Load() {
				_ = s.Emit(line("record"))
			}
		})
	}
	for range 5 {
		if err := s.Flush(ctx); err != nil {
			t.Errorf("Flush: %v", err)
		}
	}
	done.Store(true)
	logging.Wait()
}

func TestFlushAfterAClose(t *testing.T) {
	d := newStall(t, "sync", 0)
	s := d.sink(t, 2, RotatingOptions{Archive: Growing{}, Options: Options{CloseTimeout: 20 * time.Millisecond, OnError: func(error) {}}})
	for _, text := range []string{"a", "b"} {
		if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
			t.Error(err)
		}
	}
	<-d.hangs
	_ = d.call(t, "Close", s.Close)
	if err := d.call(t, "Flush", func() error { return s.Flush(context.Background()) }); err != core.ErrClosed {
		t.Errorf("Flush after Close: %v", err)
	}
}

// A record that waits for room while Close gives up moves nothing any more.
func TestCloseWhileARotationWaitsForRoom(t *testing.T) {
	d := newStall(t, "sync", 0)
	s := d.sink(t, 2, RotatingOptions{Archive: Growing{}, Options: Options{CloseTimeout: 20 * time.Millisecond, OnError: func(error) {}}})
	for _, text := range numberedLines("", maxRetired+1) {
		if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
			t.Error(err)
		}
	}
	waiting := make(chan error, 1)
	go func() { waiting <- s.Emit(line("late")) }()
	for !s.roller.hook.Load() {
		time.Sleep(time.Millisecond)
	}
	_ = d.call(t, "Close", s.Close)
	d.mu.Lock()
	d.over = true
	d.mu.Unlock()
	d.release()
	if err := <-waiting; err == nil {
		t.Error("a record was accepted after Close")
	}
	s.roller.retired.worker.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.late) > 0 {
		t.Errorf("after Close: %q", d.late)
	}
}

// Some files that cannot be deleted do not keep the others.
func TestRetentionBesideFilesThatCannotBeDeleted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	const stuck = 2 * maxFailures
	for i := range stuck {
		touch(t, dir, fmt.Sprint("app.log.", i+1))
	}
	var c collector
	s := made(t)(newRotating(&undeletable{below: stuck + 1}, path, 2, &RotatingOptions{Archive: Growing{}, Backups: 3, Options: Options{OnError: c.add}}))
	for _, text := range numberedLines("", 30) {
		emit(t, s, text)
		settled(s)
	}
	if n := len(namesIn(t, dir)); n != stuck+3+1 {
		t.Errorf("%d files", n)
	}
	wantReports(t, s, &c, 1, "operation not permitted")
}

// undeletable is a disk whose old files below a number cannot be deleted.
type undeletable struct {
	unsynced
	below int
}

func (d *undeletable) Remove(name string) error {
	if n, ok := number(strings.TrimPrefix(filepath.Ext(name), ".")); ok && n < d.below {
		return &os.PathError{Op: "remove", Path: name, Err: syscall.EPERM}
	}
	return d.unsynced.Remove(name)
}

// When as many files wait for their places as may, and can have them again, they get them.
func TestAThousandFilesThatWait(t *testing.T) {
	for name, o := range map[string]RotatingOptions{"worker": {Backups: 3}, "inline": {Backups: 3, Shared: true}} {
		t.Run(name, func(t *testing.T) {
			ffs := clocked(march)
			o.OnError = func(error) {}
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &o))
			emit(t, s, "first")
			ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log.1", Err: syscall.EPERM, Persistent: true})
			for _, text := range numberedLines("", maxWaiting+3) {
				emit(t, s, text)
			}
			if n := s.Stats().Rotations; n != maxWaiting {
				t.Errorf("%d rotations", n)
			}
			ffs.Arm(faultfs.Fault{})
			for i := range 3 {
				ffs.SetNow(march.Add(time.Duration(i+1) * time.Hour))
				emit(t, s, fmt.Sprint("after ", i))
				settled(s)
			}
			if n := s.Stats().Rotations; n <= maxWaiting {
				t.Errorf("%d rotations at last", n)
			}
			if n := len(namesIn(t, filepath.Dir(s.Path()))); n > 6 {
				t.Errorf("%d files at last", n)
			}
		})
	}
}

// Each trouble is told, once, also while another one goes on.
func TestTwoTroublesAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1")
	var c collector
	s := made(t)(newRotating(&unreadable{below: 2}, path, 2, &RotatingOptions{Archive: Growing{}, Compress: huffman, Options: Options{OnError: c.add}}))
	settled(s)
	write(t, path+".2", "plain\n")
	write(t, path+".2.gz", zipped(t, "other\n"))
	for _, text := range numberedLines("", 20) {
		emit(t, s, text)
	}
	closeSink(t, s)
	s.waitReported()
	told := map[string]int{}
	for _, err := range c.all() {
		for _, what := range []string{"permission denied", "are not the same"} {
			if strings.Contains(err.Error(), what) {
				told[what]++
			}
		}
	}
	if told["permission denied"] != 1 || told["are not the same"] != 1 || len(c.all()) != 2 {
		t.Errorf("reported: %v", c.all())
	}
}

// While the directory of shared files cannot be read, this is not told with each record.
func TestTotalInADirectoryThatCannotBeRead(t *testing.T) {
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 20, &RotatingOptions{
		Archive: Growing{}, MaxTotal: 60, Shared: true, Options: Options{OnError: c.add},
	}))
	emit(t, s, "0", "1", "2")
	settled(s)
	ffs.Arm(faultfs.Fault{Op: "readdir", Err: syscall.EMFILE, Persistent: true})
	for i := range 100 {
		emit(t, s, fmt.Sprint("record ", i))
	}
	s.waitReported()
	if n := len(c.all()); n > 4 {
		t.Errorf("%d reports, the first: %v", n, c.all()[0])
	}
}
