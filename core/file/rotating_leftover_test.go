package file

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Files that a process which was killed has left without their places.

// A file that another process has left while this one lives is older than the next one
// that this one gives up, and gets its place before it.
func TestSharedLeftoverGetsItsPlaceFirst(t *testing.T) {
	for name, c := range map[string]struct {
		next string   // what the killed process has begun after it; "": nothing
		left []string // what it has left before
		want []string
	}{
		"killed before it could begin a new file": {"", nil, []string{"a", "c", "d"}},
		"killed when it had":                      {"b\n", nil, []string{"a", "b", "c", "d"}},
		"two are left":                            {"b\n", []string{"app.log.rotating-2"}, []string{"a", "app.log.rotating-2", "b", "c", "d"}},
	} {
		for kind, o := range map[string]RotatingOptions{"plain": {}, "compressed": {Compress: huffman}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				o.Backups, o.Shared = 9, true
				o.OnError = func(err error) { t.Errorf("reported: %v", err) }
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				s := made(t)(newRotating(quick(), path, 0, &o))
				emit(t, s, "a")
				settled(s)
				if err := os.Rename(path, path+".rotating-1"); err != nil {
					t.Fatal(err)
				}
				touch(t, dir, c.left...)
				if c.next != "" {
					write(t, path, c.next)
				}
				emit(t, s, "c")
				if err := s.Rotate(); err != nil {
					t.Fatal(err)
				}
				emit(t, s, "d")
				wantRecords(t, s, c.want...)
				closeSink(t, s)
				wantRecords(t, s, c.want...)
				if l, err := s.roller.keeper.list(); err != nil || len(l.waiting) > 0 || len(l.old) != 2+len(c.left) {
					t.Errorf("old %v, waiting %v, %v", l.old, l.waiting, err)
				}
			})
		}
	}
}

// bornAt is a disk on which each file was created at a time.
type bornAt struct {
	unsynced
	time time.Time
}

func (b bornAt) Birth(string) (time.Time, error) { return b.time, nil }

// A file that waits is named by the period that it was for, as if nobody had been killed:
// neither by its birth, which may be on the next day, nor by its last record.
func TestTimedLeftoverIsNamedByItsPeriod(t *testing.T) {
	const tuesday, monday = 5, 4
	for name, c := range map[string]struct {
		calendar Calendar
		day      int
		old      string
	}{
		"midnight":        {Calendar{When: Midnight}, tuesday, "2024-03-05"},
		"time of day":     {Calendar{When: Midnight, At: At(3, 0, 0)}, tuesday, "2024-03-04"},
		"every other day": {Calendar{When: Midnight, At: At(3, 0, 0), Interval: 2}, tuesday, "2024-03-04"},
		"weekly":          {Calendar{When: Mondays, At: At(3, 0, 0)}, monday, "2024-02-26"},
		"weekly, later":   {Calendar{When: Mondays, At: At(3, 0, 0)}, tuesday, "2024-03-04"},
		"days":            {Calendar{When: Days}, tuesday, "2024-03-05"},
	} {
		for kind, o := range map[string]RotatingOptions{"plain": {}, "aged": {MaxAge: 1000 * time.Hour}, "shared": {Shared: true}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				begun := time.Date(2024, 3, c.day, 1, 0, 0, 0, time.UTC)
				path := filepath.Join(t.TempDir(), "app.log")
				write(t, path+".rotating-1", "old\n")
				age(t, begun.AddDate(0, 0, 1), path+".rotating-1")
				ffs := quick()
				ffs.FS = bornAt{time: begun}
				ffs.SetNow(begun.AddDate(0, 0, 2))
				c.calendar.Location = time.UTC
				s := made(t)(newTimedRotating(ffs, path, c.calendar, &o))
				closeSink(t, s)
				names := []string{"app.log", "app.log." + c.old}
				if o.Shared {
					names = append(names, "app.log.lock")
				}
				wantNames(t, filepath.Dir(path), names...)
				want(t, path+"."+c.old, "old\n")
			})
		}
	}
}
