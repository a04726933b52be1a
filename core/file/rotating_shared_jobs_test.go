package file

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Processes find places for each other's old files, and each knows only what it has seen.

func TestSharedKeepsNoneOfWhatIsDiscarded(t *testing.T) {
	skipOnWine(t, keepsNames)
	for name, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			o := RotatingOptions{Shared: true, DiscardOld: true, Archive: a}
			s, other := rotating(t, path, 4, o), rotating(t, path, 4, o)
			for i := range 10 {
				emit(t, s, fmt.Sprint("a", i))
				emit(t, other, fmt.Sprint("b", i))
			}
			settled(s)
			settled(other)
			wantNames(t, dir, "app.log", "app.log.lock")
		})
	}
}

// A file that one process could not place another one has: for it nothing moves up again.
func TestSharedFileThatAnotherHasPlaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1", "app.log.2")
	o := RotatingOptions{Backups: 5, Shared: true, Options: Options{OnError: func(error) {}}}
	ffs := quick()
	a := made(t)(newRotating(ffs, path, 2, &o))
	b := made(t)(newRotating(quick(), path, 2, &o))
	emit(t, a, "0")
	ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log.1", Err: syscall.EACCES, Persistent: true})
	emit(t, a, "1")
	ffs.Arm(faultfs.Fault{})
	emit(t, b, "2") // and gives both their places
	emit(t, a, "3")
	wantFiles(t, a, "app.log.1=2;", "app.log.2=1;", "app.log.3=0;", "app.log.4=app.log.1;", "app.log.5=app.log.2;",
		"app.log.lock=", "app.log=3;")
}

// What two processes could not place gets its places in the order in which it came.
func TestSharedOrderOfWhatTwoCouldNotPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	o := RotatingOptions{Backups: 5, Shared: true, Options: Options{OnError: func(error) {}}}
	fa, fb := quick(), quick()
	a, b := made(t)(newRotating(fa, path, 2, &o)), made(t)(newRotating(fb, path, 2, &o))
	emit(t, a, "0")
	for _, ffs := range []*faultfs.FS{fa, fb} {
		ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log.1", Err: syscall.EACCES, Persistent: true})
	}
	emit(t, a, "1")
	emit(t, b, "2")
	fa.Arm(faultfs.Fault{})
	emit(t, a, "3")
	wantFiles(t, a, "app.log.1=2;", "app.log.2=1;", "app.log.3=0;", "app.log.lock=", "app.log=3;")
}

// A dry run lists what waits as well when nothing is kept.
func TestExpiredOfWhatIsDiscarded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log", "app.log.1", "app.log.rotating-1")
	o := RotatingOptions{DiscardOld: true}
	if paths, err := Expired(path, nil, &o); err != nil || len(paths) != 1 || paths[0] != path+".rotating-1" {
		t.Errorf("Expired: %q, %v", paths, err)
	}
	closeSink(t, rotating(t, path, 2, o))
	wantNames(t, dir, "app.log", "app.log.1")
}
