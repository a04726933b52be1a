package file

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// stamped is a disk that says when the live file was made.
type stamped struct {
	unsynced
	birth *time.Time
}

func (d stamped) Birth(string) (time.Time, error) { return *d.birth, nil }

// The clock that files are stamped with ticks some hundred times a second: a file that is
// begun right at midnight seems to have been made the day before.
func TestTimedFileThatIsStampedLate(t *testing.T) {
	midnight := time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC)
	for name, o := range map[string]RotatingOptions{"alone": {}, "shared": {Shared: true}, "lazy": {Options: Options{Lazy: true}}} {
		t.Run(name, func(t *testing.T) {
			birth := midnight.Add(-4 * time.Millisecond)
			ffs := &faultfs.FS{FS: stamped{birth: &birth}}
			path := filepath.Join(t.TempDir(), "app.log")
			for i, modified := range []time.Duration{-4 * time.Millisecond, time.Hour, 23 * time.Hour} {
				write(t, path, "a\n")
				age(t, midnight.Add(modified), path)
				now := midnight.Add(modified + time.Minute)
				ffs.SetNow(now)
				s := made(t)(newTimedRotating(ffs, path, Calendar{When: Midnight, Location: time.UTC}, &o))
				emit(t, s, "b")
				wantRotations(t, s, 0)
				if i == 2 {
					ffs.SetNow(midnight.Add(24 * time.Hour))
					emit(t, s, "c")
					want(t, path+".2024-03-02", "a\nb\n")
					want(t, path, "c\n")
				}
				closeSink(t, s)
			}
		})
	}
}

// One that was made well before midnight is of the day before.
func TestTimedFileThatWasMadeTheDayBefore(t *testing.T) {
	midnight := time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC)
	birth := midnight.Add(-time.Second)
	ffs := &faultfs.FS{FS: stamped{birth: &birth}}
	ffs.SetNow(midnight.Add(time.Hour))
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "a\n")
	age(t, midnight.Add(time.Minute), path)
	s := made(t)(newTimedRotating(ffs, path, Calendar{When: Midnight, Location: time.UTC}, nil))
	emit(t, s, "b")
	wantFiles(t, s, "app.log.2024-03-01=a;", "app.log=b;")
}
