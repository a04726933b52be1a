package file

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a worker that hangs keeps waiting, and what not.

// However many files are rotated while one cannot get its place: all get theirs in the
// end.
func TestRecordsWhileTheWorkerHangs(t *testing.T) {
	for kind, o := range map[string]RotatingOptions{
		"rename": {Backups: 100}, "syncdir": {Archive: Growing{}, Compress: huffman}, "remove": {DiscardOld: true},
		"write": {Archive: Growing{}, Compress: huffman, MaxTotal: 1 << 20},
	} {
		t.Run(kind, func(t *testing.T) {
			d := newStall(t, kind, 0)
			s := d.sink(t, 4, o)
			emit := func(text string) {
				if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
					t.Errorf("Emit: %v", err)
				}
			}
			emit("000")
			emit("001")
			<-d.hangs
			records := numberedLines("", 50)
			for _, text := range records[2:] {
				emit(text)
			}
			d.release()
			closeSink(t, s)
			if o.DiscardOld {
				records = records[49:]
			}
			wantRecords(t, s, records...)
			wantRotations(t, s, 49)
		})
	}
}

// Old files that are not durable yet wait, and whoever logs does not: when too many do,
// the live file is kept until there is room.
func TestRecordsWhileOldFilesAreNotDurable(t *testing.T) {
	for _, kind := range []string{"sync", "close"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var c collector
			d := newStall(t, kind, 0)
			s := d.sink(t, 4, RotatingOptions{Archive: Growing{}, Options: Options{OnError: c.add}})
			records := numberedLines("", 5*maxRetired)
			for _, text := range records {
				if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
					t.Errorf("Emit: %v", err)
				}
			}
			wantReports(t, s, &c, 1, "too many old files wait")
			wantRotations(t, s, maxRetired)
			d.release()
			s.roller.retired.worker.wait()
			if err := s.Rotate(); err != nil {
				t.Errorf("Rotate: %v", err)
			}
			closeSink(t, s)
			wantRecords(t, s, records...)
			wantRotations(t, s, maxRetired+1)
		})
	}
}

// sink makes a sink on the disk. Its worker may hang at once.
func (d *stall) sink(t *testing.T, maxBytes int64, o RotatingOptions) (s *Rotating) {
	t.Helper()
	if err := d.call(t, "the constructor", func() (err error) {
		s, err = newRotating(d, filepath.Join(t.TempDir(), "app.log"), maxBytes, &o)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.release()
		s.Close()
	})
	return s
}

// Rotate waits for the place of the old file, but no longer than Close would.
func TestRotateWhileTheWorkerHangs(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 9}, "compressed": {Backups: 9, Compress: huffman}, "buffered": {Backups: 9, Options: Options{BufferSize: 100}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.CloseTimeout = 500 * time.Millisecond // which Rotate also needs for itself
			d := newStall(t, "readdir", 0)
			s := d.sink(t, 0, o)
			<-d.hangs // the worker looks at the directory
			for _, text := range []string{"a", "b"} {
				if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
					t.Errorf("Emit: %v", err)
				}
				if err := d.call(t, "Rotate", s.Rotate); err != nil {
					t.Errorf("Rotate: %v", err)
				}
			}
			d.release()
			settled(s)
			wantRecords(t, s, "a", "b")
			wantRotations(t, s, 2)
		})
	}
}

// A second Close, such as a deferred one while a signal handler's is at work, waits for
// the first, or at least does not keep the old files from their places.
func TestTwoClosesAtOnce(t *testing.T) {
	for name, size := range map[string]int{"direct": 0, "buffered": 4096} {
		for archive, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
			t.Run(name+" "+archive, func(t *testing.T) {
				var w told
				d := newStall(t, "sync", 0)
				s := d.sink(t, 4, RotatingOptions{Archive: a, Backups: 20, Compress: huffman, OnRotate: w.add, Options: Options{
					BufferSize: size, CloseTimeout: watchdog,
				}})
				records := numberedLines("", 6)
				for _, text := range records {
					if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
						t.Errorf("Emit: %v", err)
					}
				}
				closeTwice(t, s, d)
				if n := len(strings.Fields(w.all())); n != 5 {
					t.Errorf("OnRotate was called %d times: %s", n, w.all())
				}
				for _, name := range namesIn(t, filepath.Dir(s.Path())) {
					if name != "app.log" && !strings.HasSuffix(name, ".gz") {
						t.Errorf("%s is not compressed", name)
					}
				}
				wantRecords(t, s, records...)
			})
		}
	}
}

// closeTwice calls Close twice at once while the disk hangs, which goes on when one of
// them has returned, or neither does.
func closeTwice(t *testing.T, s *Rotating, d *stall) {
	t.Helper()
	var both sync.WaitGroup
	errs := make(chan error, 2)
	for range 2 {
		both.Go(func() { errs <- s.Close() })
	}
	<-d.hangs
	select {
	case err := <-errs:
		if errs <- err; err != nil {
			t.Errorf("Close: %v", err)
		}
	case <-time.After(20 * time.Millisecond):
	}
	d.release()
	both.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

// A Flush waits for old files to be durable, those who log meanwhile do not.
func TestFlushWhileOldFilesAreNotDurable(t *testing.T) {
	for name, size := range map[string]int{"direct": 0, "buffered": 4096} {
		t.Run(name, func(t *testing.T) {
			d := newStall(t, "sync", 0)
			s := d.sink(t, 4, RotatingOptions{Archive: Growing{}, Options: Options{BufferSize: size}})
			flush := func(limit time.Duration) error {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				return d.call(t, "Flush", func() error { return s.Flush(ctx) })
			}
			emit := func(text string) {
				if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
					t.Errorf("Emit: %v", err)
				}
			}
			emit("aaa")
			if err := d.call(t, "Rotate", s.Rotate); err != nil {
				t.Errorf("Rotate: %v", err)
			}
			<-d.hangs
			for _, text := range []string{"bbb", "ccc"} {
				emit(text)
				if err := flush(100 * time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Flush after %s: %v", text, err)
				}
			}
			d.release()
			if err := flush(watchdog); err != nil {
				t.Errorf("Flush: %v", err)
			}
			wantRecords(t, s, "aaa", "bbb", "ccc")
		})
	}
}
