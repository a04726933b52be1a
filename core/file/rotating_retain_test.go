package file

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// crowd is a directory with the old files of five sinks, ten of each.
type crowd struct {
	dir   string
	dates []string
}

// crowds are live files and their namers.
var crowds = map[string]func(name string) string{
	"a.b.log":   nil,
	"a.b.c.log": nil,
	// The suffix goes in front of the extension.
	"d.e.log":   func(name string) string { return strings.Replace(name, ".log", "", 1) + ".log" },
	"d.e.f.log": func(name string) string { return strings.Replace(name, ".log", "", 1) + ".log" },
	// Everything is renamed.
	"g.log": func(name string) string { return "g" + strings.TrimPrefix(name, "g.log.") + ".oldlog" },
}

func newCrowd(t *testing.T) *crowd {
	c := &crowd{dir: t.TempDir()}
	for i := range 10 {
		c.dates = append(c.dates, march.Add(time.Duration(i)*5*time.Second).Format(bySecond))
	}
	for base, namer := range crowds {
		for _, date := range c.dates {
			touch(t, c.dir, c.name(base, date, namer))
		}
	}
	return c
}

func (c *crowd) name(base, date string, namer func(string) string) string {
	if namer == nil {
		return base + "." + date
	}
	return namer(base + "." + date)
}

// Three of ten old files are too many, and of no other sink.
func TestTimedDeletionCandidates(t *testing.T) {
	for base, namer := range crowds {
		t.Run(base, func(t *testing.T) {
			c := newCrowd(t)
			var want []string
			for _, date := range c.dates[:3] {
				want = append(want, filepath.Join(c.dir, c.name(base, date, namer)))
			}
			opts := RotatingOptions{Backups: 7, Namer: namer, Options: Options{Lazy: true}}
			schedule := Calendar{When: Seconds, Interval: 5, Location: time.UTC}
			wantExpired(t, c.dir, want, func() *Rotating {
				return made(t)(newTimedRotating(clocked(march.Add(time.Hour)), filepath.Join(c.dir, base), schedule, &opts))
			})
		})
	}
}

// wantExpired fails unless Expired returns these paths, and just these are deleted when
// the sink is made. Meanwhile the directory stands elsewhere, as a sink deletes at once.
func wantExpired(t *testing.T, dir string, paths []string, construct func() *Rotating) {
	t.Helper()
	before := namesIn(t, dir)
	aside := dir + ".aside"
	if err := errors.Join(os.Rename(dir, aside), os.Mkdir(dir, 0o750)); err != nil {
		t.Fatal(err)
	}
	s := construct()
	settled(s)
	if err := errors.Join(os.RemoveAll(dir), os.Rename(aside, dir)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Expired()
	if err != nil || !slices.Equal(got, paths) {
		t.Errorf("Expired: %q, %v\nwant %q", got, err, paths)
	}
	if after := namesIn(t, dir); !slices.Equal(after, before) {
		t.Errorf("Expired has changed the directory to %q", after)
	}
	closeSink(t, s)
	closeSink(t, construct())
	left := slices.DeleteFunc(before, func(name string) bool { return slices.Contains(paths, filepath.Join(dir, name)) })
	if after := namesIn(t, dir); !slices.Equal(after, left) {
		t.Errorf("left are\n  %q\nwant\n  %q", after, left)
	}
}

func TestTimedSameBaseWithOtherExtensions(t *testing.T) {
	dir := t.TempDir()
	for _, date := range []string{"2024-03-01", "2024-03-02", "2024-03-03"} {
		touch(t, dir, "a.log."+date, "a.log.b."+date, "a.log."+date+".c", "a.log."+date+".c."+date, "a."+date)
	}
	strangers := namesIn(t, dir)
	for _, base := range []string{"a.log", "a.log.b"} {
		schedule := Calendar{When: Midnight, Location: time.UTC}
		s := made(t)(newTimedRotating(clocked(march.AddDate(0, 0, 5)), filepath.Join(dir, base), schedule, &RotatingOptions{Backups: 1, Options: Options{Lazy: true}}))
		closeSink(t, s)
		strangers = slices.DeleteFunc(strangers, func(name string) bool {
			return name == base+".2024-03-01" || name == base+".2024-03-02"
		})
		wantNames(t, dir, strangers...)
	}
}

func TestExpiredIsWhatIsDeleted(t *testing.T) {
	now := time.Date(2024, 3, 10, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		opts    RotatingOptions
		expired []string
	}{
		"nothing": {RotatingOptions{}, nil},
		"backups": {RotatingOptions{Backups: 3}, []string{"1", "2", "3.gz"}},
		"age":     {RotatingOptions{MaxAge: 7 * 24 * time.Hour}, []string{"1", "2"}},
		"total":   {RotatingOptions{MaxTotal: 50}, []string{"1", "2", "3.gz", "4"}},
		"most":    {RotatingOptions{Backups: 5, MaxAge: 6 * 24 * time.Hour, MaxTotal: 1000}, []string{"1", "2", "3.gz"}},
		"all":     {RotatingOptions{MaxAge: time.Hour}, []string{"1", "2", "3.gz", "4", "4.gz", "5", "6"}},
		"keep":    {RotatingOptions{Backups: KeepAll}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			days := []string{"1", "2", "3.gz", "4", "5", "6"}
			if name == "all" {
				days = append(days, "4.gz")
			}
			for _, day := range days {
				touch(t, dir, "a.log.2024-03-0"+day) // 17 or 20 bytes
				age(t, now.AddDate(0, 0, int(day[0]-'0')-10), filepath.Join(dir, "a.log.2024-03-0"+day))
			}
			var paths []string
			for _, day := range c.expired {
				paths = append(paths, filepath.Join(dir, "a.log.2024-03-0"+day))
			}
			wantExpired(t, dir, paths, func() *Rotating {
				c.opts.Lazy = true
				schedule := Calendar{When: Midnight, Location: time.UTC}
				return made(t)(newTimedRotating(clocked(now), filepath.Join(dir, "a.log"), schedule, &c.opts))
			})
		})
	}
}

func TestExpiredOfAMissingDirectory(t *testing.T) {
	s := made(t)(NewRotating(filepath.Join(t.TempDir(), "none", "app.log"), 0, &RotatingOptions{
		Archive: Growing{}, Backups: 1, Options: Options{Lazy: true},
	}))
	if paths, err := s.Expired(); len(paths) > 0 || err != nil {
		t.Errorf("Expired: %q, %v", paths, err)
	}
}

func TestExpiredTellsTheErrorOfTheDisk(t *testing.T) {
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 0, &RotatingOptions{Archive: Growing{}, Backups: 1}))
	settled(s)
	ffs.Arm(faultfs.Fault{Op: "readdir", Err: syscall.EIO})
	if _, err := s.Expired(); !errors.Is(err, syscall.EIO) || !strings.HasPrefix(err.Error(), "file: ") {
		t.Errorf("Expired: %v", err)
	}
}

func TestB17AgeIsExactInEveryZone(t *testing.T) {
	now := time.Date(2024, 3, 10, 4, 30, 0, 0, time.UTC)
	for name, loc := range map[string]*time.Location{
		"UTC": time.UTC, "UTC+8": time.FixedZone("", 8*3600), "UTC-8": time.FixedZone("", -8*3600), "UTC+5:45": time.FixedZone("", 20700),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			named := func(ago time.Duration) string { return "app.log." + now.Add(-ago).In(loc).Format(bySecond) }
			const limit = 24 * time.Hour
			young, exact, old := named(limit-time.Second), named(limit), named(limit+time.Second)
			touch(t, dir, young, exact, old)
			age(t, now.AddDate(-1, 0, 0), filepath.Join(dir, young), filepath.Join(dir, exact), filepath.Join(dir, old))
			s := made(t)(newTimedRotating(clocked(now), filepath.Join(dir, "app.log"),
				Calendar{When: Seconds, Location: loc}, &RotatingOptions{MaxAge: limit, Options: Options{Lazy: true}}))
			closeSink(t, s)
			wantNames(t, dir, young, exact)
		})
	}
}

// Where names do not tell it, a file is as old as its last modification.
func TestB17AgeOfNumberedFiles(t *testing.T) {
	now := time.Date(2024, 3, 10, 4, 30, 0, 0, time.UTC)
	for name, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			touch(t, dir, "app.log.1", "app.log.2", "app.log.3")
			first, last := "app.log.1", "app.log.3"
			if name == "numbered" {
				first, last = last, first
			}
			age(t, now.Add(-time.Hour-time.Second), filepath.Join(dir, first))
			age(t, now.Add(-time.Hour), filepath.Join(dir, "app.log.2"), filepath.Join(dir, last))
			s := made(t)(newRotating(clocked(now), filepath.Join(dir, "app.log"), 0, &RotatingOptions{
				Archive: a, Backups: 5, MaxAge: time.Hour, Options: Options{Lazy: true},
			}))
			closeSink(t, s)
			wantNames(t, dir, "app.log.2", last)
		})
	}
}

// A file that somebody has written to since its period ended is as young as that.
func TestMaxAgeOfAFileThatWasModifiedLate(t *testing.T) {
	now := time.Date(2024, 3, 10, 4, 30, 0, 0, time.UTC)
	dir := t.TempDir()
	touch(t, dir, "app.log.2024-03-01", "app.log.2024-03-02", "app.log.2024-03-03")
	age(t, now.AddDate(0, 0, -5), filepath.Join(dir, "app.log.2024-03-01"), filepath.Join(dir, "app.log.2024-03-03"))
	age(t, now.Add(-time.Hour), filepath.Join(dir, "app.log.2024-03-02"))
	s := made(t)(newTimedRotating(clocked(now), filepath.Join(dir, "app.log"), Calendar{When: Midnight, Location: time.UTC},
		&RotatingOptions{MaxAge: 4 * 24 * time.Hour, Options: Options{Lazy: true}}))
	closeSink(t, s)
	wantNames(t, dir, "app.log.2024-03-02")
}

func TestMaxAgeIsLookedAtAfterEachRotation(t *testing.T) {
	start := time.Now().UTC().Truncate(time.Hour) // the names tell no more
	tt := startTimed(t, start, Calendar{Location: time.UTC}, RotatingOptions{MaxAge: 2 * time.Hour})
	for i := range 6 {
		tt.at(start.Add(time.Duration(i)*time.Hour), itoa(i))
		settled(tt.s)
	}
	tt.wantFiles("app.log."+start.Add(3*time.Hour).Format(byHour)+"=003;", "app.log."+start.Add(4*time.Hour).Format(byHour)+"=004;", "app.log=005;")
}

func TestDiscardOldKeepsNothing(t *testing.T) {
	var told []string
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 4, RotatingOptions{
		DiscardOld: true, OnRotate: func(old, _ string) { told = append(told, old) },
	})
	emit(t, s, "a", "b", "c", "d", "e")
	closeSink(t, s)
	wantTree(t, dir, "app.log=e;")
	wantRotations(t, s, 2)
	if len(told) != 2 || told[0] != "" || told[1] != "" {
		t.Errorf("OnRotate was told of %q", told)
	}
}

// What earlier settings have left is not the business of DiscardOld.
func TestDiscardOldLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	touch(t, dir, "app.log.1", "app.log.2")
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{DiscardOld: true})
	emit(t, s, "a", "b")
	closeSink(t, s)
	wantTree(t, dir, "app.log.1=app.log.1;", "app.log.2=app.log.2;", "app.log=b;")
}
