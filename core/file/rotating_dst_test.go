package file

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// change is a weekend on which the clocks of a zone are changed: what Python stops at,
// or loses records at.
type change struct {
	zone string
	from string // by the clock on the wall
}

var changes = []change{
	{"America/New_York", "2024-11-02 21:00:00"},    // back at 2
	{"America/New_York", "2024-03-09 21:00:00"},    // forward at 2
	{"Europe/Berlin", "2024-10-26 21:00:00"},       // back at 3
	{"Europe/Berlin", "2024-03-30 21:00:00"},       // forward at 2
	{"Australia/Lord_Howe", "2024-04-06 21:00:00"}, // back at 2, by half an hour
	{"Australia/Lord_Howe", "2024-10-05 21:00:00"}, // forward at 2, by half an hour
	{"Europe/Dublin", "2024-10-26 21:00:00"},       // winter is what its rules call DST
	{"Europe/Dublin", "2024-03-30 21:00:00"},
	{"Asia/Beirut", "2024-03-30 21:00:00"},  // forward at midnight
	{"Asia/Beirut", "2024-10-26 21:00:00"},  // back at midnight
	{"Pacific/Apia", "2011-12-29 21:00:00"}, // a day is left out
	{"Pacific/Apia", "2011-04-01 21:00:00"}, // back at 4
	{"Pacific/Apia", "2011-09-23 21:00:00"}, // forward at 3
}

// simulate logs each step of a duration into a sink that rotates by the calendar, and
// returns when the records of each file came, oldest file first. It goes by what is in
// the files: by name, what a repeated minute has left stands beside its first time.
func simulate(t *testing.T, c Calendar, from time.Time, step, length time.Duration) (files [][]time.Time) {
	t.Helper()
	dir := t.TempDir()
	ffs := clocked(from)
	s := made(t)(newTimedRotating(ffs, filepath.Join(dir, "app.log"), c, nil))
	var all []time.Time
	for at := from; at.Before(from.Add(length)); at = at.Add(step) {
		ffs.SetNow(at)
		all = append(all, at)
		emit(t, s, fmt.Sprint(at.Unix()))
	}
	closeSink(t, s)
	for _, text := range generations(t, s) {
		files = append(files, times(t, text, from.Location()))
	}
	slices.SortFunc(files, func(a, b []time.Time) int { return a[0].Compare(b[0]) })
	if got := slices.Concat(files...); !slices.EqualFunc(got, all, time.Time.Equal) {
		t.Errorf("%d records were logged, but there are %d, or they are in another order", len(all), len(got))
	}
	if n := len(namesIn(t, dir)); n != len(files) {
		t.Errorf("%d files in the archive, but %d in the directory", len(files), n)
	}
	wantRotations(t, s, uint64(len(files)-1))
	return files
}

func times(t *testing.T, text string, loc *time.Location) (all []time.Time) {
	t.Helper()
	for _, field := range strings.Fields(text) {
		var unix int64
		if _, err := fmt.Sscan(field, &unix); err != nil {
			t.Fatal(err)
		}
		all = append(all, time.Unix(unix, 0).In(loc))
	}
	return all
}

func TestTimedUnitsThroughChangesOfTheClock(t *testing.T) {
	for _, c := range changes {
		for _, u := range []struct {
			when         When
			step, length time.Duration
			interval     int
		}{
			{Hours, 12 * time.Minute, 12 * time.Hour, 1},
			{Minutes, 100 * time.Second, 12 * time.Hour, 5},
		} {
			t.Run(fmt.Sprintf("%s %s %s", c.zone, c.from[:7], u.when), func(t *testing.T) {
				t.Parallel()
				loc := calZone(t, c.zone)
				period := time.Hour
				if u.when == Minutes {
					period = time.Duration(u.interval) * time.Minute
				}
				files := simulate(t, Calendar{When: u.when, Interval: u.interval, Location: loc}, calAt(t, loc, c.from), u.step, u.length)
				if len(files) != int(u.length/period) {
					t.Errorf("%d files, want %d", len(files), u.length/period)
				}
				for _, f := range files {
					if len(f) != int(period/u.step) || f[len(f)-1].Sub(f[0]) >= period {
						t.Errorf("a file of %d records from %v to %v", len(f), f[0], f[len(f)-1])
					}
				}
			})
		}
	}
}

func TestTimedDaysThroughChangesOfTheClock(t *testing.T) {
	for _, c := range changes {
		t.Run(c.zone+" "+c.from[:7], func(t *testing.T) {
			t.Parallel()
			loc := calZone(t, c.zone)
			from := calAt(t, loc, c.from)
			files := simulate(t, Calendar{When: Midnight, Location: loc}, from, 10*time.Minute, 75*time.Hour)
			var days []string
			for _, f := range files {
				days = append(days, f[0].Format(byDay))
				for _, at := range f {
					if at.Format(byDay) != f[0].Format(byDay) {
						t.Errorf("a file from %v has a record of %v", f[0], at)
					}
				}
			}
			last := files[len(files)-1]
			want := civilDays(from, last[len(last)-1])
			if strings.Join(days, " ") != strings.Join(want, " ") {
				t.Errorf("files of %v, want %v", days, want)
			}
		})
	}
}

// A week ends on its day and at its time, whatever happens to the clock within it.
func TestTimedWeeksThroughChangesOfTheClock(t *testing.T) {
	weeks := map[string]Calendar{
		"W6": {When: Sundays}, "W5 at 2:30": {When: Saturdays, At: At(2, 30, 0)}, "W4 at 0": {When: Fridays, At: At(0, 0, 0)},
	}
	for _, c := range changes {
		for name, calendar := range weeks {
			t.Run(fmt.Sprintf("%s %s %s", c.zone, c.from[:7], name), func(t *testing.T) {
				t.Parallel()
				calendar.Location = calZone(t, c.zone)
				from := calAt(t, calendar.Location, c.from)
				files := simulate(t, calendar, from, 30*time.Minute, 22*24*time.Hour)
				if len(files) != 4 && len(files) != 5 {
					t.Errorf("%d files in 22 days", len(files))
				}
				for i, f := range files[1:] {
					last, next := civil(files[i][len(files[i])-1]), civil(f[0])
					if due := lastDue(calendar, next); !last.Before(due) || next.Sub(due) > 25*time.Hour {
						t.Errorf("a file ends %v, and the next begins %v, but %v is due", last, next, due)
					}
				}
			})
		}
	}
}

// civil returns the time in UTC at which a clock shows what the time's own does.
func civil(at time.Time) time.Time {
	_, offset := at.Zone()
	return at.Add(time.Duration(offset) * time.Second).UTC()
}

// lastDue returns the last moment of the calendar's that a clock has shown which shows
// this now.
func lastDue(c Calendar, shown time.Time) time.Time {
	day, at := map[When]time.Weekday{Sundays: time.Monday, Saturdays: time.Saturday, Fridays: time.Friday}[c.When], time.Duration(0)
	if c.At != nil {
		at = time.Duration(c.At.Hour)*time.Hour + time.Duration(c.At.Minute)*time.Minute
	}
	due := shown.Truncate(24 * time.Hour).Add(at)
	for due.Weekday() != day || due.After(shown) {
		due = due.Add(-24 * time.Hour)
	}
	return due
}

// civilDays returns the dates that the clock shows between two times.
func civilDays(from, to time.Time) (days []string) {
	for at := from; !at.After(to); at = at.Add(10 * time.Minute) {
		if day := at.Format(byDay); len(days) == 0 || days[len(days)-1] != day {
			days = append(days, day)
		}
	}
	return days
}

// D ends at the same time of day, however long the day was.
func TestTimedDDoesNotDrift(t *testing.T) {
	for _, c := range changes {
		t.Run(c.zone+" "+c.from[:7], func(t *testing.T) {
			t.Parallel()
			loc := calZone(t, c.zone)
			files := simulate(t, Calendar{When: Days, Location: loc}, calAt(t, loc, c.from), 30*time.Minute, 7*24*time.Hour)
			for _, f := range files {
				if shown := f[0].Format("15:04:05"); shown != c.from[11:] {
					t.Errorf("a file begins at %v", f[0])
				}
			}
			if len(files) < 7 {
				t.Errorf("%d files in a week", len(files))
			}
		})
	}
}

func TestB18AnHourThatOccursTwice(t *testing.T) {
	loc := calZone(t, "America/New_York")
	from := calAt(t, loc, "2024-11-03 00:00:00")
	tt := startTimed(t, from, Calendar{Location: loc}, RotatingOptions{})
	for i, text := range []string{"0 EDT", "1 EDT", "1 EST", "2 EST", "3 EST"} {
		tt.at(from.Add(time.Duration(i)*time.Hour), text)
	}
	tt.wantFiles("app.log.2024-11-03_00=0 EDT;", "app.log.2024-11-03_01.1=1 EST;", "app.log.2024-11-03_01=1 EDT;",
		"app.log.2024-11-03_02=2 EST;", "app.log=3 EST;")
	wantRecords(t, tt.s, "0 EDT", "1 EDT", "1 EST", "2 EST", "3 EST")
}

func TestB18AMidnightThatDoesNotExist(t *testing.T) {
	loc := calZone(t, "Asia/Beirut")
	tt := startTimed(t, calAt(t, loc, "2024-03-30 23:00:00"), Calendar{When: Midnight, Location: loc}, RotatingOptions{})
	tt.at(tt.now, "30th")
	tt.after(59*time.Minute, "30th, late")
	tt.after(time.Minute, "31st, 1 o'clock")
	tt.after(22*time.Hour, "31st, late")
	tt.after(time.Hour, "1st")
	tt.wantFiles("app.log.2024-03-30=30th;30th, late;", "app.log.2024-03-31=31st, 1 o'clock;31st, late;", "app.log=1st;")
}
