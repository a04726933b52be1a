package file

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// Where only names tell which files are the newest, as after a restart or where processes
// share them, a clock that shows times twice does not cost the newest files.

// again ends the sink and makes another one, as a restart does, unless files are shared.
func again(t *testing.T, s *Rotating, c Calendar, o RotatingOptions) *Rotating {
	t.Helper()
	if o.Shared {
		return s
	}
	fs := s.disk.fs
	closeSink(t, s)
	return made(t)(newTimedRotating(fs, s.Path(), c, &o))
}

func TestRetentionInAnHourThatOccursTwice(t *testing.T) {
	berlin := calZone(t, "Europe/Berlin")
	first := time.Date(2024, 10, 27, 0, 0, 0, 0, time.UTC) // 02:00 for the first time
	for name, shared := range map[string]bool{"restarts": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			o := RotatingOptions{Backups: 3, Shared: shared}
			c := Calendar{When: Minutes, Location: berlin}
			ffs := clocked(first.Add(-3 * time.Minute))
			s := made(t)(newTimedRotating(ffs, filepath.Join(t.TempDir(), "app.log"), c, &o))
			for i := -3; i < 8; i++ {
				at := first.Add(time.Duration(i) * time.Minute)
				ffs.SetNow(at)
				emit(t, s, fmt.Sprint(i))
				settled(s)
				age(t, at, s.Path())
				s = again(t, s, c, o)
			}
			wantRecords(t, s, "4", "5", "6", "7")
		})
	}
}

func TestRetentionAfterAClockWasPutBackALittle(t *testing.T) {
	for name, shared := range map[string]bool{"restart": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			o := RotatingOptions{Backups: 4, Shared: shared}
			c := Calendar{When: Minutes, Location: time.UTC}
			ffs := clocked(march)
			s := made(t)(newTimedRotating(ffs, filepath.Join(t.TempDir(), "app.log"), c, &o))
			for i := range 6 {
				ffs.SetNow(march.Add(time.Duration(i) * time.Minute))
				emit(t, s, fmt.Sprint(i))
				settled(s)
				age(t, ffs.Now(), s.Path())
			}
			ffs.SetNow(march.Add(3 * time.Minute))
			s = again(t, s, c, o)
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "after")
			wantRecords(t, s, "2", "3", "4", "5", "after")
		})
	}
}
