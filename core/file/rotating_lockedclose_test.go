package file

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Only who holds the lock of a shared file gives old ones their places: a Close that
// cannot get it leaves them to the next start.
func TestSharedCloseWithoutTheLockGivesNoPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		limit time.Duration
		held  bool
		err   string // of Close
	}{
		"Close gives up":    {30 * time.Millisecond, true, core.ErrStuck.Error()},
		"the lock gives up": {3 * lockLimit, true, errLocked.Error()},
		"nobody holds it":   {30 * time.Millisecond, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			synctest.Test(t, func(t *testing.T) {
				ffs := quick()
				o := RotatingOptions{Backups: 3, Shared: true, Options: Options{CloseTimeout: c.limit, OnError: func(error) {}}}
				s := made(t)(newRotating(ffs, path, 2, &o))
				settled(s)
				ffs.Arm(faultfs.Fault{Op: "rename", Name: "app.log.1", Err: syscall.EACCES, Persistent: true})
				emit(t, s, "a", "b")
				settled(s)
				ffs.Arm(faultfs.Fault{})
				if c.held {
					defer hold(t, path).Close()
				}
				err := s.Close()
				if err == nil && c.held || err != nil && (!c.held || !strings.Contains(err.Error(), c.err)) {
					t.Errorf("Close: %v, want %q", err, c.err)
				}
				pass(s, time.Minute) // whatever goes on
				if c.held {
					wantNoMoves(t, ffs)
					wantTree(t, filepath.Dir(path), "app.log.lock=", "app.log.rotating-1=a;", "app.log=b;")
				} else {
					wantTree(t, filepath.Dir(path), "app.log.1=a;", "app.log.lock=", "app.log=b;")
				}
			})
		})
	}
}

// wantNoMoves fails if a file was renamed or deleted.
func wantNoMoves(t *testing.T, ffs *faultfs.FS) {
	t.Helper()
	for _, op := range ffs.History() {
		if strings.HasPrefix(op, "rename ") || strings.HasPrefix(op, "remove ") {
			t.Errorf("Close did %q", op)
		}
	}
}
