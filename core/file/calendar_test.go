package file

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// calZone returns a location by its name.
func calZone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// calShown returns what the clock on the wall shows at t, as if it were UTC.
func calShown(t time.Time) time.Time {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}

// calReadings returns the instants at which the clock in loc shows what shown is
// in UTC, in order: none, one or two. It tries every offset of the days around.
func calReadings(loc *time.Location, shown time.Time) (found []time.Time) {
	seen := map[int]bool{}
	for d := -26 * time.Hour; d <= 26*time.Hour; d += 15 * time.Minute {
		_, offset := shown.Add(d).In(loc).Zone()
		t := shown.Add(-time.Duration(offset) * time.Second).In(loc)
		if seen[offset] || !calShown(t).Equal(shown) {
			continue
		}
		seen[offset] = true
		if len(found) > 0 && t.Before(found[0]) {
			found = append([]time.Time{t}, found...)
		} else {
			found = append(found, t)
		}
	}
	return found
}

// calAt returns the instant at which a clock in loc shows text; where " again" is
// appended, the second one.
func calAt(t testing.TB, loc *time.Location, text string) time.Time {
	t.Helper()
	text, again := strings.CutSuffix(text, " again")
	shown, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	readings, pass := calReadings(loc, shown), 0
	if again {
		pass = 1
	}
	if len(readings) <= pass {
		t.Fatalf("%v shows %q %d times", loc, text, len(readings))
	}
	return readings[pass]
}

// calRow is a row of a table: the calendar's next time after now is next.
type calRow struct {
	c         Calendar
	now, next string
}

// calRun holds the calendars to rows in the zone.
func calRun(t *testing.T, zone string, rows []calRow) {
	t.Helper()
	loc := calZone(t, zone)
	for _, row := range rows {
		row.c.Location = loc
		if err := row.c.check(); err != nil {
			t.Error(err)
		}
		want := calAt(t, loc, row.next)
		if got := row.c.Next(calAt(t, loc, row.now)); !got.Equal(want) {
			t.Errorf("%s ×%d %v in %s after %s: %v, want %v", row.c.When, row.c.Interval, row.c.At, zone, row.now, got, want)
		}
	}
}

func TestCalendarWeekdayTrap(t *testing.T) {
	const now = "2024-01-10 10:20:30" // a Wednesday
	calRun(t, "America/New_York", []calRow{
		{Calendar{When: Mondays}, now, "2024-01-16 00:00:00"},
		{Calendar{When: Wednesdays}, now, "2024-01-11 00:00:00"},
		{Calendar{When: Sundays}, now, "2024-01-15 00:00:00"},
		{Calendar{When: Midnight}, now, "2024-01-11 00:00:00"},
		{Calendar{When: Mondays, At: At(0, 0, 0)}, now, "2024-01-15 00:00:00"},
		{Calendar{When: Wednesdays, At: At(0, 0, 0)}, now, "2024-01-17 00:00:00"},
		{Calendar{When: Sundays, At: At(0, 0, 0)}, now, "2024-01-14 00:00:00"},
		{Calendar{When: Mondays, At: At(12, 0, 0)}, now, "2024-01-15 12:00:00"},
		{Calendar{When: Wednesdays, At: At(12, 0, 0)}, now, "2024-01-10 12:00:00"},
		{Calendar{When: Sundays, At: At(12, 0, 0)}, now, "2024-01-14 12:00:00"},
		{Calendar{When: Mondays, Interval: 2}, now, "2024-01-23 00:00:00"},
		{Calendar{When: Wednesdays, Interval: 2}, now, "2024-01-18 00:00:00"},
		{Calendar{When: Sundays, Interval: 2}, now, "2024-01-22 00:00:00"},
		{Calendar{When: Midnight, Interval: 2}, now, "2024-01-12 00:00:00"},
		{Calendar{When: Midnight, Interval: 3}, now, "2024-01-13 00:00:00"},
	})
}

func TestCalendarNamesAPeriodByItsStart(t *testing.T) {
	loc := calZone(t, "America/New_York")
	now := calAt(t, loc, "2024-01-10 10:20:30")
	for _, test := range []struct {
		c    Calendar
		name string
	}{
		{Calendar{When: Seconds}, "2024-01-10_10-20-30"},
		{Calendar{When: Minutes, Interval: 5}, "2024-01-10_10-20"},
		{Calendar{}, "2024-01-10_10"},
		{Calendar{When: Days}, "2024-01-10"},
		{Calendar{When: Days, Interval: 40}, "2024-01-10"},
		{Calendar{When: Mondays}, "2024-01-09"},
		{Calendar{When: Wednesdays}, "2024-01-04"},
		{Calendar{When: Sundays}, "2024-01-08"},
		{Calendar{When: Mondays, Interval: 2}, "2024-01-09"},
		{Calendar{When: Sundays, At: At(0, 0, 0)}, "2024-01-07"},
		{Calendar{When: Midnight}, "2024-01-10"},
		{Calendar{When: Midnight, Interval: 2}, "2024-01-10"},
		{Calendar{When: Midnight, Interval: 3}, "2024-01-10"},
		{Calendar{When: Midnight, At: At(9, 0, 0)}, "2024-01-10"},
		{Calendar{When: Midnight, At: At(12, 0, 0)}, "2024-01-09"},
	} {
		test.c.Location = loc
		next := test.c.Next(now)
		if got := test.c.begin(next).Format(test.c.layout()); got != test.name {
			t.Errorf("%s ×%d %v, which ends %v: %s, want %s", test.c.When, test.c.Interval, test.c.At, next, got, test.name)
		}
		if got := test.c.begin(next.UTC()).Format(test.c.layout()); got != test.name {
			t.Errorf("%s: by the end in UTC %s, want %s", test.c.When, got, test.name)
		}
	}
}

// calUnix holds c, in UTC, to the next time after now, in seconds.
func calUnix(t *testing.T, c Calendar, now, want int64) {
	t.Helper()
	c.Location = time.UTC
	if got := c.Next(time.Unix(now, 0)).Unix(); got != want {
		t.Errorf("%s ×%d %v after %d: %d, want %d", c.When, c.Interval, c.At, now, got, want)
	}
}

func TestCalendarFromTheEpoch(t *testing.T) {
	const day = 24 * 60 * 60
	for _, test := range []struct {
		when         When
		once, thrice int64
	}{
		{Seconds, 1, 3},
		{Minutes, 60, 180},
		{Hours, 3600, 3 * 3600},
		{Days, day, 3 * day},
		{Midnight, day, 3 * day},
		{Mondays, 5 * day, 19 * day},
	} {
		calUnix(t, Calendar{When: test.when}, 0, test.once)
		calUnix(t, Calendar{When: test.when, Interval: 1}, 0, test.once)
		calUnix(t, Calendar{When: test.when, Interval: 3}, 0, test.thrice)
	}
	calUnix(t, Calendar{When: Midnight}, day-1, day)
	calUnix(t, Calendar{When: Midnight}, day, 2*day)
	calUnix(t, Calendar{When: Midnight}, -1, 0)
	calUnix(t, Calendar{When: Midnight}, -day, 0)
	calUnix(t, Calendar{When: Days}, -day-1, -1)
	calUnix(t, Calendar{When: Sundays}, -9*day, -3*day) // a Tuesday of 1969
}

func TestCalendarDailyAt(t *testing.T) {
	const hour, day = 3600, 24 * 3600
	noon := Calendar{When: Midnight, At: At(12, 0, 0)}
	calUnix(t, noon, 0, 12*hour)
	calUnix(t, noon, 12*hour-1, 12*hour)
	calUnix(t, noon, 12*hour, day+12*hour)
	calUnix(t, noon, 13*hour, day+12*hour)
	odd := Calendar{When: Midnight, At: At(12, 34, 56)}
	calUnix(t, odd, 45295, 45296)
	calUnix(t, odd, 45296, day+45296)
	start := Calendar{When: Midnight, At: At(0, 0, 0)}
	calUnix(t, start, -1, 0)
	calUnix(t, start, 0, day)
	calUnix(t, start, 1, day)
}

func TestCalendarWeeklyAt(t *testing.T) {
	const hour, day, week = 3600, 24 * 3600, 7 * 24 * 3600
	weekdays := []When{Mondays, Tuesdays, Wednesdays, Thursdays, Fridays, Saturdays, Sundays}
	days := []int64{4, 5, 6, 0, 1, 2, 3} // after 1970-01-01, a Thursday
	for i, when := range weekdays {
		c, due := Calendar{When: when, At: At(12, 0, 0)}, days[i]*day+12*hour
		calUnix(t, c, 0, due)
		calUnix(t, c, due-1, due)
		calUnix(t, c, due, due+week)
		calUnix(t, c, due+hour, due+week)
		c.Interval = 3
		calUnix(t, c, 0, due+2*week)
		end := Calendar{When: when}
		calUnix(t, end, 0, (days[i]+1)*day)
		calUnix(t, end, (days[i]+1)*day-1, (days[i]+1)*day)
		calUnix(t, end, (days[i]+1)*day, (days[i]+8)*day)
	}
}

func TestCalendarCaseDoesNotMatter(t *testing.T) {
	now := time.Unix(1700000000, 0)
	for _, when := range []When{Seconds, Minutes, Hours, Days, Midnight, Mondays, Sundays} {
		want := Calendar{When: when, Location: time.UTC}
		lower, upper := strings.ToLower(string(when)), strings.ToUpper(string(when))
		for _, as := range []string{lower, upper, upper[:1] + lower[1:]} {
			c := Calendar{When: When(as), Location: time.UTC}
			if err := c.check(); err != nil {
				t.Error(err)
			}
			if c.Next(now) != want.Next(now) || c.layout() != want.layout() {
				t.Errorf("%s is not %s", as, when)
			}
		}
	}
}

func TestCalendarDefaults(t *testing.T) {
	now := time.Now()
	next := Calendar{}.Next(now)
	if want := now.Truncate(time.Second).Add(time.Hour); !next.Equal(want) || next.Location() != time.Local {
		t.Errorf("after %v: %v", now, next)
	}
}

func TestCalendarCountsWholeSeconds(t *testing.T) {
	for _, when := range []When{Seconds, Minutes, Hours, Days, Midnight, Sundays} {
		c := Calendar{When: when, Location: time.UTC}
		for _, unix := range []int64{-2, -1, 0, 1} {
			whole, late := c.Next(time.Unix(unix, 0)), time.Unix(unix, 999999999)
			if got := c.Next(late); got != whole || !got.After(late) {
				t.Errorf("%s after %v: %v, want %v", when, late, got, whole)
			}
		}
	}
}

func TestCalendarRefuses(t *testing.T) {
	for _, test := range []struct {
		c    Calendar
		errs int
	}{
		{Calendar{When: "X"}, 1},
		{Calendar{When: "W"}, 1},
		{Calendar{When: "W7"}, 1},
		{Calendar{When: "W-1"}, 1},
		{Calendar{When: "7W"}, 1},
		{Calendar{When: "midnigh"}, 1},
		{Calendar{Interval: -1}, 1},
		{Calendar{When: Sundays, Interval: 15300}, 1},
		{Calendar{When: Midnight, At: At(24, 0, 0)}, 1},
		{Calendar{When: Midnight, At: At(-1, 0, 0)}, 1},
		{Calendar{When: Midnight, At: At(0, 60, 0)}, 1},
		{Calendar{When: Midnight, At: At(0, -1, 0)}, 1},
		{Calendar{When: Midnight, At: At(0, 0, 60)}, 1},
		{Calendar{When: Midnight, At: At(0, 0, -1)}, 1},
		{Calendar{At: At(1, 0, 0)}, 1},
		{Calendar{When: Seconds, At: At(1, 0, 0)}, 1},
		{Calendar{When: Minutes, At: At(1, 0, 0)}, 1},
		{Calendar{When: Hours, At: At(1, 0, 0)}, 1},
		{Calendar{When: Days, At: At(1, 0, 0)}, 1},
		{Calendar{When: "X", Interval: -1, At: At(24, 0, 0)}, 3},
		{Calendar{When: Days, Interval: -1, At: At(24, 0, 0)}, 3},
	} {
		err := test.c.check()
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok || len(joined.Unwrap()) != test.errs {
			t.Errorf("%+v: error %v", test.c, err)
			continue
		}
		for _, err := range joined.Unwrap() {
			if !strings.HasPrefix(err.Error(), "file: calendar: ") {
				t.Errorf("error %q", err)
			}
		}
		if got := test.c.Next(time.Now()); !got.IsZero() {
			t.Errorf("%+v: next %v", test.c, got)
		}
	}
}

func TestCalendarEndsWithTheYear9999(t *testing.T) {
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for _, c := range []Calendar{{}, {When: Days}, {When: Midnight}, {When: Sundays, Interval: 1000}} {
		c.Location = time.UTC
		if got := c.Next(last); !got.After(last) || !c.begin(got).Before(got) {
			t.Errorf("%s after %v: %v", c.When, last, got)
		}
		for _, outside := range []time.Time{last.Add(time.Second), time.Unix(1<<62, 0), time.Time{}.Add(-1), time.Unix(-1<<62, 0)} {
			if got := c.Next(outside); !got.IsZero() {
				t.Errorf("%s after %v: %v", c.When, outside, got)
			}
		}
		if got := c.Next(time.Time{}); got.IsZero() {
			t.Errorf("%s: nothing comes after the zero time", c.When)
		}
	}
}

func TestCalendarNextDoesNotAllocate(t *testing.T) {
	now := time.Unix(1700000000, 0)
	for _, c := range []Calendar{{}, {When: Days}, {When: "MIDNIGHT", At: At(2, 30, 0)}, {When: Sundays, Interval: 3}} {
		c.Location = calZone(t, "America/New_York")
		if n := testing.AllocsPerRun(100, func() { c.Next(now) }); n > 0 {
			t.Errorf("%s: %v allocations", c.When, n)
		}
	}
}
