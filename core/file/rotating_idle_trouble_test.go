package file

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// What RollIdle meets: files that are opened late, deleted, or no files, and rotations
// that take long.

func TestRollIdleOfAFileThatIsOpenedLate(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := idler(t, dir, Calendar{When: Seconds, Location: time.UTC}, RotatingOptions{Options: Options{Lazy: true}})
		pass(s, 90*time.Second)
		emit(t, s, "a")
		pass(s, time.Second)
		wantRotations(t, s, 1)
		closeSink(t, s)
	})
}

// After the file was deleted, and cannot be made anew, no record is accepted that nobody
// would find.
func TestRollIdleOfAFileThatWasDeleted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var c collector
		s := idler(t, dir, Calendar{When: Minutes, Location: time.UTC}, RotatingOptions{Options: Options{OnError: c.add}})
		emit(t, s, "a")
		if err := os.RemoveAll(dir); err != nil {
			t.Skip(err) // on Windows it is in use
		}
		pass(s, time.Minute)
		for range 2 {
			if err := s.Emit(line("nowhere")); err == nil {
				t.Error("a record is accepted that nobody can find")
			}
		}
		wantReports(t, s, &c, 1, "rotation failed")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		pass(s, lastPause)
		emit(t, s, "b")
		wantTree(t, dir, "app.log=b;")
		closeSink(t, s)
	})
}

// A rotation that takes longer than CloseTimeout is no failure, and the next one is in time.
func TestRollIdleThatTakesLong(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var c collector
		s := idler(t, dir, Calendar{When: Minutes, Location: time.UTC}, RotatingOptions{
			Options: Options{CloseTimeout: time.Second, OnError: c.add},
			Rotator: func(src, dst string) error {
				time.Sleep(5 * time.Second)
				return os.Rename(src, dst)
			},
		})
		for i := range 3 {
			emit(t, s, "a")
			pass(s, time.Minute+10*time.Second)
			wantRotations(t, s, uint64(i+1))
		}
		wantReports(t, s, &c, 0, "")
		closeSink(t, s)
	})
}
