package file

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Files whose names are dates yet to come are older than all that came since.

// newestOf returns the names of the live file and of the last n old ones, which are
// compressed or not.
func newestOf(old []string, n int, ext string) []string {
	names := []string{"app.log"}
	for _, name := range old[max(0, len(old)-n):] {
		names = append(names, name+ext)
	}
	return names
}

// packings are how old files may be kept, with the extension that they get then.
var packings = map[string]struct {
	opts RotatingOptions
	ext  string
}{
	"plain":      {RotatingOptions{}, ""},
	"compressed": {RotatingOptions{Compress: huffman}, ".gz"},
	"shared":     {RotatingOptions{Shared: true}, ""},
	"aged":       {RotatingOptions{MaxAge: 1 << 62}, ""},
}

// The clock is a month ahead for four rotations, then right again.
func TestDatesYetToComeGoFirst(t *testing.T) {
	for name, p := range packings {
		for _, backups := range []int{1, 2, 3, 6} {
			t.Run(name+" "+itoa(backups), func(t *testing.T) {
				o := p.opts
				o.Backups = backups
				ahead := march.AddDate(0, 1, 0)
				tt := startTimed(t, ahead, Calendar{Location: time.UTC}, o)
				var old []string // in the order in which they were given up
				for _, first := range []time.Time{ahead, march} {
					tt.at(first, "first")
					for i := range 4 {
						old = append(old, "app.log."+tt.now.Format(byHour))
						tt.after(time.Hour, itoa(i))
						settled(tt.s)
						names := newestOf(old, backups, p.ext)
						if o.Shared {
							names = append(names, "app.log.lock")
						}
						wantNames(t, filepath.Dir(tt.path), names...)
					}
				}
			})
		}
	}
}

// The clock is right, but after a restart files are named by the zone of another place.
func TestDatesYetToComeOfAnotherZone(t *testing.T) {
	east, west := time.FixedZone("", 12*3600), time.FixedZone("", -11*3600)
	tt := startTimed(t, march, Calendar{Location: east}, RotatingOptions{Backups: 3})
	var old []string
	tt.at(march, "first")
	for i := range 8 {
		zone := east
		if i >= 4 {
			zone = west
		}
		old = append(old, "app.log."+tt.now.In(zone).Format(byHour))
		tt.after(time.Hour, itoa(i))
		settled(tt.s)
		wantNames(t, filepath.Dir(tt.path), newestOf(old, 3, "")...)
		if i == 3 {
			tt.schedule = Calendar{Location: west}
			tt.reopen()
		}
	}
}

// A file whose date is yet to come is as old as its last modification.
func TestDatesYetToComeAndMaxAge(t *testing.T) {
	const limit = 2 * time.Hour
	dir := t.TempDir()
	old, young, exact := "app.log.2024-04-01_10", "app.log.2024-04-01_11.gz", "app.log.9999-12-31_23"
	touch(t, dir, old, young, exact)
	age(t, march.Add(-limit-time.Second), filepath.Join(dir, old))
	age(t, march.Add(-limit+time.Second), filepath.Join(dir, young))
	age(t, march.Add(-limit), filepath.Join(dir, exact))
	want := []string{filepath.Join(dir, old)}
	wantExpired(t, dir, want, func() *Rotating {
		return made(t)(newTimedRotating(clocked(march), filepath.Join(dir, "app.log"), Calendar{Location: time.UTC},
			&RotatingOptions{MaxAge: limit, Options: Options{Lazy: true}}))
	})
}

// MaxTotal deletes those first, whoever does it.
func TestDatesYetToComeAndMaxTotal(t *testing.T) {
	dir := t.TempDir()
	touch(t, dir, "app.log.2024-02-29", "app.log.2024-03-07", "app.log.9999-12-31") // 19 bytes
	schedule := Calendar{When: Midnight, Location: time.UTC}
	s := made(t)(newTimedRotating(clocked(march), filepath.Join(dir, "app.log"), schedule, &RotatingOptions{MaxTotal: 4 * 19}))
	for _, names := range [][]string{
		{"app.log", "app.log.2024-02-29", "app.log.2024-03-07", "app.log.9999-12-31"},
		{"app.log", "app.log.2024-02-29", "app.log.9999-12-31"},
		{"app.log", "app.log.2024-02-29"},
	} {
		emit(t, s, "eighteen bytes are")
		settled(s)
		wantNames(t, dir, names...)
	}
}

// The last year that there is neither stops nor breaks anything.
func TestDatesYetToComeUpToYear9999(t *testing.T) {
	for name, p := range packings {
		t.Run(name, func(t *testing.T) {
			o := p.opts
			o.Shared = false
			tt := startTimed(t, march, Calendar{Location: time.UTC}, o)
			dir := filepath.Dir(tt.path)
			tt.at(march, "a")
			settled(tt.s) // or it would compress what is not there yet
			touch(t, dir, "app.log.9999-12-31_23.1")
			tt.after(time.Hour, "b")
			tt.reopen()
			tt.after(time.Hour, "c")
			tt.after(time.Hour, "d")
			settled(tt.s)
			wantNames(t, dir, newestOf([]string{
				"app.log.9999-12-31_23.1", "app.log.2024-03-01_10", "app.log.2024-03-01_11", "app.log.2024-03-01_12",
			}, 4, p.ext)...)
			wantRecords(t, tt.s, "app.log.9999-12-31_23.1", "a", "b", "c", "d")
		})
	}
}

// After the clock was ahead once, several files of one date get counters and stay in
// their order.
func TestDatesYetToComeAndFilesOfOneDate(t *testing.T) {
	for name, p := range packings {
		t.Run(name, func(t *testing.T) {
			o := p.opts
			o.Backups, o.Archive = 2, Dated{Layout: byHour, Location: time.UTC}
			ffs := clocked(march.AddDate(0, 1, 0))
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &o))
			emit(t, s, "aaa", "bbb", "ccc")
			settled(s)
			ffs.SetNow(march)
			for _, text := range numberedLines("", 9) {
				emit(t, s, text)
				settled(s)
			}
			wantRecords(t, s, "006", "007", "008")
		})
	}
}

// The date of a file from when the clock was ahead may have come by now: it is older than
// the one that is given up, all the same.
func TestDatesThatComeAgain(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{Backups: 1})
	tt.at(march, "one")
	tt.after(24*time.Hour, "two")
	tt.at(march.AddDate(0, 0, -1), "three")
	tt.wantFiles("app.log.2024-03-01=one;", "app.log=two;three;")
	tt.after(24*time.Hour, "four")
	tt.wantFiles("app.log.2024-02-29=two;three;", "app.log=four;")
}

// hurried is a disk on which something happens as soon as the live file has moved.
type hurried struct {
	*faultfs.FS
	moved func()
}

func (d *hurried) Rename(from, to string) error {
	err := d.FS.Rename(from, to)
	if filepath.Base(from) == "app.log" {
		d.moved()
	}
	return err
}

// The worker may look at any time, even when a file has its name but nobody has said so.
func TestFilesOfAClockThatWasPutBack(t *testing.T) {
	disk := &hurried{FS: clocked(march), moved: func() {}}
	s := made(t)(newTimedRotating(disk, filepath.Join(t.TempDir(), "app.log"),
		Calendar{When: Midnight, Location: time.UTC}, &RotatingOptions{Backups: 1}))
	disk.moved = func() {
		s.roller.keeper.worker.kick()
		settled(s)
	}
	for i, day := range []int{0, 1, 2, -30, -29, -28, -27, 3, -10, -9} {
		disk.SetNow(march.AddDate(0, 0, day))
		emit(t, s, itoa(i))
		if err := s.Rotate(); err != nil {
			t.Fatal(err)
		}
		settled(s)
		wantRecords(t, s, itoa(i))
	}
}
