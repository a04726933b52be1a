package file

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A half line that another process has left in a shared file as it was killed is ended
// before the next record, whatever this one does in between.

// tear leaves half a line at the end of a file.
func tear(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("half a rec"); err != nil {
		t.Fatal(err)
	}
}

func TestSharedTornRecordAndALookOfRollIdle(t *testing.T) {
	for name, c := range map[string]struct {
		fault   faultfs.Fault
		idle    time.Duration
		reports int
	}{
		"not due":    {faultfs.Fault{}, 2 * idleLook, 0},
		"it fails":   {faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true}, time.Hour, 1},
		"fails long": {faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true}, 3 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				var errs collector
				ffs := &faultfs.FS{FS: ageless{}}
				s := made(t)(newTimedRotating(ffs, filepath.Join(dir, "app.log"), Calendar{When: Hours, Location: time.UTC},
					&RotatingOptions{Shared: true, RollIdle: true, Options: Options{OnError: errs.add}}))
				emit(t, s, "a")
				pass(s, time.Second)
				tear(t, s.Path())
				ffs.Arm(c.fault)
				pass(s, c.idle)
				emit(t, s, "b", "c")
				wantTree(t, dir, "app.log.lock=", "app.log=a;half a rec;b;c;")
				wantReports(t, s, &errs, c.reports, "rotation failed")
				closeSink(t, s)
			})
		})
	}
}

func TestSharedTornRecordAndARotateThatFails(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 3}, "growing": {Archive: Growing{}}, "compressed": {Backups: 3, Compress: huffman},
		"buffered": {Backups: 3, Options: Options{BufferSize: 100}}, "size": {Backups: 3, Also: MaxBytes(1000)},
	} {
		for _, op := range []string{"rename", "open"} {
			t.Run(name+" "+op, func(t *testing.T) {
				o.Shared = true
				ffs := quick()
				s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 0, &o))
				emit(t, s, "a")
				if err := s.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				tear(t, s.Path())
				ffs.Arm(faultfs.Fault{Op: op, Err: syscall.EACCES, Persistent: true})
				for range 2 {
					if err := s.Rotate(); !errors.Is(err, syscall.EACCES) {
						t.Errorf("Rotate: %v", err)
					}
				}
				ffs.Arm(faultfs.Fault{})
				emit(t, s, "b", "c")
				closeSink(t, s)
				wantRecords(t, s, "a", "half a rec", "b", "c")
			})
		}
	}
}

func TestSharedTornRecordAndARotateThatSucceeds(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 3}, "growing": {Archive: Growing{}}, "rotator": {Backups: 3, Rotator: os.Rename},
	} {
		t.Run(name, func(t *testing.T) {
			o.Shared = true
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 0, o)
			emit(t, s, "a")
			tear(t, s.Path())
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, s, "app.log.1=a;half a rec;", "app.log.lock=", "app.log=")
			emit(t, s, "b")
			wantFiles(t, s, "app.log.1=a;half a rec;", "app.log.lock=", "app.log=b;")
		})
	}
}

// To look at the other's last line takes no descriptor: without one, an empty line would
// be written before each record.
func TestSharedLinesOfAnotherWithoutDescriptors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	ffs := quick()
	a := made(t)(newRotating(ffs, path, 100, &RotatingOptions{Backups: 2, Shared: true}))
	b := made(t)(newRotating(ffs, path, 100, &RotatingOptions{Backups: 2, Shared: true}))
	emit(t, a, "a0")
	emit(t, b, "b0")
	ffs.Arm(faultfs.Fault{Op: "open", Err: syscall.EMFILE, Persistent: true})
	emit(t, a, "a1")
	emit(t, b, "b1")
	want(t, path, "a0\nb0\na1\nb1\n")
}
