package file

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestCalendarMidnightNewYork2012(t *testing.T) {
	midnight, thrice := Calendar{When: Midnight}, Calendar{When: Midnight, Interval: 3}
	noon, two := Calendar{When: Midnight, At: At(12, 0, 0)}, Calendar{When: Midnight, At: At(2, 0, 0)}
	calRun(t, "America/New_York", []calRow{
		{midnight, "2012-03-10 23:59:59", "2012-03-11 00:00:00"},
		{midnight, "2012-03-11 00:00:00", "2012-03-12 00:00:00"},
		{midnight, "2012-03-11 01:00:00", "2012-03-12 00:00:00"},
		{midnight, "2012-11-03 23:59:59", "2012-11-04 00:00:00"},
		{midnight, "2012-11-04 00:00:00", "2012-11-05 00:00:00"},
		{midnight, "2012-11-04 01:00:00", "2012-11-05 00:00:00"},
		{midnight, "2012-11-04 01:00:00 again", "2012-11-05 00:00:00"},
		{noon, "2012-03-10 12:00:00", "2012-03-11 12:00:00"},
		{noon, "2012-03-11 11:59:59", "2012-03-11 12:00:00"},
		{noon, "2012-11-03 12:00:00", "2012-11-04 12:00:00"},
		{two, "2012-03-10 02:00:00", "2012-03-11 03:00:00"},
		{two, "2012-03-11 01:59:59", "2012-03-11 03:00:00"},
		{two, "2012-03-11 03:00:00", "2012-03-12 02:00:00"},
		{two, "2012-11-04 01:59:59", "2012-11-04 02:00:00"},
		{two, "2012-11-04 01:59:59 again", "2012-11-04 02:00:00"},
		{two, "2012-11-04 02:00:00", "2012-11-05 02:00:00"},
		{thrice, "2012-03-08 23:59:59", "2012-03-11 00:00:00"},
		{thrice, "2012-03-09 00:00:00", "2012-03-12 00:00:00"},
		{thrice, "2012-11-02 00:00:00", "2012-11-05 00:00:00"},
	})
}

func TestCalendarMidnightAtHalfPastNewYork2012(t *testing.T) {
	one, two := Calendar{When: Midnight, At: At(1, 30, 0)}, Calendar{When: Midnight, At: At(2, 30, 0)}
	calRun(t, "America/New_York", []calRow{
		{two, "2012-03-10 02:30:00", "2012-03-11 03:30:00"},
		{two, "2012-03-11 01:59:59", "2012-03-11 03:30:00"},
		{two, "2012-03-11 03:00:00", "2012-03-12 02:30:00"},
		{two, "2012-03-11 03:30:00", "2012-03-12 02:30:00"},
		{one, "2012-11-04 01:29:59", "2012-11-04 01:30:00"},
		{one, "2012-11-04 01:30:00", "2012-11-05 01:30:00"},
		{one, "2012-11-04 01:00:00 again", "2012-11-04 01:30:00 again"},
		{one, "2012-11-04 01:29:59 again", "2012-11-04 01:30:00 again"},
		{one, "2012-11-04 01:30:00 again", "2012-11-05 01:30:00"},
	})
}

func TestCalendarSundaysNewYork2012(t *testing.T) {
	end, start := Calendar{When: Sundays}, Calendar{When: Sundays, At: At(0, 0, 0)}
	thrice := Calendar{When: Sundays, Interval: 3}
	calRun(t, "America/New_York", []calRow{
		{end, "2012-03-04 23:59:59", "2012-03-05 00:00:00"},
		{end, "2012-03-05 00:00:00", "2012-03-12 00:00:00"},
		{start, "2012-03-10 23:59:59", "2012-03-11 00:00:00"},
		{start, "2012-03-11 00:00:00", "2012-03-18 00:00:00"},
		{thrice, "2012-02-19 23:59:59", "2012-03-05 00:00:00"},
		{thrice, "2012-02-20 00:00:00", "2012-03-12 00:00:00"},
	})
}

func TestCalendarWhereMidnightIsSkippedOrRepeated(t *testing.T) {
	midnight := Calendar{When: Midnight}
	calRun(t, "America/Asuncion", []calRow{
		{midnight, "2023-09-30 12:00:00", "2023-10-01 01:00:00"},
		{midnight, "2023-10-01 01:00:00", "2023-10-02 00:00:00"},
		{midnight, "2024-03-23 23:30:00", "2024-03-24 00:00:00"},
		{midnight, "2024-03-23 23:30:00 again", "2024-03-24 00:00:00"},
	})
	calRun(t, "Asia/Beirut", []calRow{
		{midnight, "2024-03-30 12:00:00", "2024-03-31 01:00:00"},
		{midnight, "2024-03-31 01:00:00", "2024-04-01 00:00:00"},
		{Calendar{When: Saturdays}, "2024-03-30 12:00:00", "2024-03-31 01:00:00"},
		{Calendar{When: Sundays, At: At(0, 30, 0)}, "2024-03-30 12:00:00", "2024-03-31 01:30:00"},
	})
	calRun(t, "America/Havana", []calRow{ // 00:00 to 01:00 occurs twice
		{midnight, "2024-11-02 23:59:59", "2024-11-03 00:00:00"},
		{midnight, "2024-11-03 00:00:00", "2024-11-04 00:00:00"},
		{midnight, "2024-11-03 00:00:00 again", "2024-11-04 00:00:00"},
	})
	calRun(t, "Australia/Lord_Howe", []calRow{
		{midnight, "2024-04-06 12:00:00", "2024-04-07 00:00:00"},
		{midnight, "2024-04-07 00:00:00", "2024-04-08 00:00:00"},
		{midnight, "2024-10-06 00:00:00", "2024-10-07 00:00:00"},
		{Calendar{When: Midnight, At: At(2, 15, 0)}, "2024-10-05 12:00:00", "2024-10-06 02:45:00"},
	})
	calRun(t, "Europe/Dublin", []calRow{
		{midnight, "2024-03-31 00:00:00", "2024-04-01 00:00:00"},
		{midnight, "2024-10-26 12:00:00", "2024-10-27 00:00:00"},
		{midnight, "2024-10-27 00:00:00", "2024-10-28 00:00:00"},
	})
}

func TestCalendarWhereADayIsMissing(t *testing.T) { // Samoa had no 2011-12-30
	calRun(t, "Pacific/Apia", []calRow{
		{Calendar{When: Midnight}, "2011-12-29 12:00:00", "2011-12-31 00:00:00"},
		{Calendar{When: Midnight}, "2011-12-31 00:00:00", "2012-01-01 00:00:00"},
		{Calendar{When: Midnight, At: At(12, 0, 0)}, "2011-12-29 12:00:00", "2011-12-31 12:00:00"},
		{Calendar{When: Days}, "2011-12-29 12:00:00", "2011-12-31 12:00:00"},
		{Calendar{When: Fridays}, "2011-12-29 12:00:00", "2011-12-31 00:00:00"},
		{Calendar{When: Fridays, At: At(0, 0, 0)}, "2011-12-29 12:00:00", "2011-12-31 00:00:00"},
	})
	for _, test := range []struct {
		c    Calendar
		name string
	}{
		{Calendar{When: Midnight}, "2011-12-29"},
		{Calendar{When: Days}, "2011-12-29"},
		{Calendar{When: Fridays, At: At(0, 0, 0)}, "2011-12-23"},
	} {
		test.c.Location = calZone(t, "Pacific/Apia")
		end := calAt(t, test.c.Location, "2011-12-31 00:00:00")
		if got := test.c.begin(end).Format(test.c.layout()); got != test.name {
			t.Errorf("%s, which ends %v: %s, want %s", test.c.When, end, got, test.name)
		}
	}
}

// In Nuuk clocks go from 23:00 to 00:00 of the next day.
func TestCalendarWhereAMomentMovesToTheNextDay(t *testing.T) {
	daily, weekly := Calendar{When: Midnight, At: At(23, 30, 0)}, Calendar{When: Saturdays, At: At(23, 30, 0)}
	calRun(t, "America/Nuuk", []calRow{
		{daily, "2024-03-30 12:00:00", "2024-03-31 00:30:00"},
		{daily, "2024-03-31 00:30:00", "2024-03-31 23:30:00"},
		{weekly, "2024-03-30 12:00:00", "2024-03-31 00:30:00"},
	})
	daily.Location, weekly.Location = calZone(t, "America/Nuuk"), calZone(t, "America/Nuuk")
	end := calAt(t, daily.Location, "2024-03-31 00:30:00")
	if got, want := daily.begin(end), calAt(t, daily.Location, "2024-03-29 23:30:00"); !got.Equal(want) {
		t.Errorf("the day begins %v, want %v", got, want)
	}
	if got, want := weekly.begin(end), calAt(t, daily.Location, "2024-03-23 23:30:00"); !got.Equal(want) {
		t.Errorf("the week begins %v, want %v", got, want)
	}
}

func TestCalendarDaysEndAtTheSameTimeOfDay(t *testing.T) {
	days := Calendar{When: Days}
	calRun(t, "America/New_York", []calRow{
		{days, "2024-03-09 10:00:00", "2024-03-10 10:00:00"},
		{days, "2024-03-10 10:00:00", "2024-03-11 10:00:00"},
		{days, "2024-11-02 10:00:00", "2024-11-03 10:00:00"},
		{days, "2024-11-03 01:30:00", "2024-11-04 01:30:00"},
		{days, "2024-11-03 01:30:00 again", "2024-11-04 01:30:00"},
		{days, "2024-11-02 01:30:00", "2024-11-03 01:30:00"},
		{days, "2024-03-09 02:30:00", "2024-03-10 03:30:00"},
		{Calendar{When: Days, Interval: 300}, "2024-01-31 10:00:00", "2024-11-26 10:00:00"},
	})
}

// On 31 December of a leap year package time calls the end of the year past.
func TestCalendarOnTheLastDayOfALeapYear(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Australia/Lord_Howe", "Pacific/Auckland"} {
		calRun(t, zone, []calRow{
			{Calendar{When: Midnight}, "2096-12-30 23:59:59", "2096-12-31 00:00:00"},
			{Calendar{When: Midnight}, "2096-12-31 00:00:00", "2097-01-01 00:00:00"},
			{Calendar{When: Midnight}, "2096-12-31 23:59:59", "2097-01-01 00:00:00"},
			{Calendar{When: Days, Interval: 365}, "2096-12-31 12:00:00", "2097-12-31 12:00:00"},
		})
	}
}

func TestB18TheHourThatOccursTwiceIsTwoPeriods(t *testing.T) {
	c := Calendar{When: Hours, Location: calZone(t, "America/New_York")}
	end := c.Next(calAt(t, c.Location, "2024-11-03 00:00:00"))
	for i, want := range []string{"00", "01", "01", "02"} {
		if got := c.begin(end).Format(c.layout()); got != "2024-11-03_"+want {
			t.Errorf("period %d is %s", i, got)
		}
		next := c.Next(end)
		if next.Sub(end) != time.Hour {
			t.Errorf("after %v comes %v", end, next)
		}
		end = next
	}
}

// calChanges are days around which clocks were changed.
var calChanges = []struct{ zone, noon string }{
	{"America/New_York", "2024-03-10 12:00:00"}, {"America/New_York", "2024-11-03 12:00:00"},
	{"Europe/Berlin", "2024-03-31 12:00:00"}, {"Europe/Berlin", "2024-10-27 12:00:00"},
	{"Australia/Lord_Howe", "2024-04-07 12:00:00"}, {"Australia/Lord_Howe", "2024-10-06 12:00:00"},
	{"Europe/Dublin", "2024-03-31 12:00:00"}, {"Europe/Dublin", "2024-10-27 12:00:00"},
	{"Asia/Beirut", "2024-03-31 12:00:00"}, {"Asia/Beirut", "2024-10-27 12:00:00"},
	{"America/Asuncion", "2023-10-01 12:00:00"}, {"America/Asuncion", "2024-03-24 12:00:00"},
	{"Pacific/Apia", "2011-12-31 12:00:00"}, {"Pacific/Apia", "2011-09-24 12:00:00"},
	{"Pacific/Apia", "2011-04-02 12:00:00"},
}

// calWalk returns the periods' ends from one to another instant, and the one
// before; each period must begin where the one before it ended.
func calWalk(t *testing.T, c Calendar, from, to time.Time) []time.Time {
	t.Helper()
	ends := []time.Time{c.begin(c.Next(from))}
	if ends[0].After(from) {
		t.Errorf("%s: the period of %v begins %v", c.When, from, ends[0])
	}
	for last := ends[0]; last.Before(to); {
		next := c.Next(last)
		if !next.After(last) {
			t.Fatalf("%s: after %v comes %v", c.When, last, next)
		}
		if begin := c.begin(next); !begin.Equal(last) {
			t.Errorf("%s: the period from %v to %v begins %v", c.When, last, next, begin)
		}
		ends, last = append(ends, next), next
	}
	return ends
}

func TestCalendarGoesOnAcrossChangesOfTheClock(t *testing.T) {
	const day = 24 * time.Hour
	for _, change := range calChanges {
		loc := calZone(t, change.zone)
		noon := calAt(t, loc, change.noon)
		for _, test := range []struct {
			c     Calendar
			walk  time.Duration
			least int
		}{
			{Calendar{When: Hours}, 3 * day, 144},
			{Calendar{When: Minutes, Interval: 7}, day / 2, 205},
			{Calendar{When: Days}, 3 * day, 5},
			{Calendar{When: Midnight}, 3 * day, 6},
			{Calendar{When: Midnight, At: At(12, 0, 0)}, 3 * day, 5},
			{Calendar{When: Sundays}, 21 * day, 6},
			{Calendar{When: Fridays, At: At(0, 0, 0)}, 21 * day, 6},
		} {
			test.c.Location = loc
			if ends := calWalk(t, test.c, noon.Add(-test.walk), noon.Add(test.walk)); len(ends) <= test.least {
				t.Errorf("%s in %s: %d periods around %v", test.c.When, change.zone, len(ends)-1, noon)
			}
		}
	}
}

func TestCalendarEachInstantIsInOnePeriod(t *testing.T) {
	for _, change := range calChanges {
		loc := calZone(t, change.zone)
		noon := calAt(t, loc, change.noon)
		from, to := noon.Add(-72*time.Hour), noon.Add(72*time.Hour)
		for _, c := range []Calendar{{When: Midnight}, {When: Sundays}, {When: Saturdays, At: At(18, 0, 0)}} {
			c.Location = loc
			ends := calWalk(t, c, from, to)
			for now := from; now.Before(to); now = now.Add(10 * time.Minute) {
				for !ends[1].After(now) {
					ends = ends[1:]
				}
				if next := c.Next(now); !next.Equal(ends[1]) || c.begin(next).After(now) {
					t.Fatalf("%s in %s: %v is in the period from %v to %v", c.When, change.zone, now, c.begin(next), next)
				}
			}
		}
	}
}

func TestCalendarDailyEndsOncePerDay(t *testing.T) {
	for _, change := range calChanges {
		loc := calZone(t, change.zone)
		noon := calAt(t, loc, change.noon)
		for _, at := range []*TimeOfDay{nil, At(0, 0, 0), At(2, 15, 0), At(12, 0, 0), At(22, 59, 59)} {
			c := Calendar{When: Midnight, At: at, Location: loc}
			days := map[string]int{}
			for now := noon.Add(-72 * time.Hour); now.Before(noon.Add(72 * time.Hour)); now = now.Add(time.Hour) {
				days[now.Format(byDay)] = 0
			}
			for end := c.Next(noon.Add(-100 * time.Hour)); end.Before(noon.Add(100 * time.Hour)); end = c.Next(end) {
				days[end.Format(byDay)]++
			}
			for day := noon.Add(-72 * time.Hour); day.Before(noon.Add(72 * time.Hour)); day = day.Add(time.Hour) {
				if n := days[day.Format(byDay)]; n != 1 {
					t.Errorf("%v in %s: %d ends on %s", at, change.zone, n, day.Format(byDay))
				}
			}
		}
	}
}

// calDue returns what the clock shows when the period of a moment ends that has
// begun when it showed shown.
func calDue(c Calendar, shown time.Time) time.Time {
	days, at, weekly := 1, TimeOfDay{Hour: 24}, len(c.When) == 2
	if c.At != nil {
		at = *c.At
	}
	due := time.Date(shown.Year(), shown.Month(), shown.Day(), at.Hour, at.Minute, at.Second, 0, time.UTC)
	if !due.After(shown) {
		due = due.AddDate(0, 0, 1)
	}
	if weekly {
		days = 7
		weekday := time.Weekday((c.When[1] - '0' + 1) % 7)
		for due.Add(-time.Duration(at.Hour/24)*24*time.Hour).Weekday() != weekday {
			due = due.AddDate(0, 0, 1)
		}
	}
	return due.AddDate(0, 0, (max(c.Interval, 1)-1)*days)
}

// calCheck holds the next time of a moment after now to what zone rules and
// calendar say.
func calCheck(t *testing.T, c Calendar, now time.Time) {
	t.Helper()
	got, due := c.Next(now), calDue(c, calShown(now.In(c.Location)))
	if !got.After(now) || !c.begin(got).Before(got) {
		t.Errorf("%s ×%d %v in %v after %v: %v", c.When, c.Interval, c.At, c.Location, now, got)
	}
	readings := calReadings(c.Location, due)
	for _, want := range readings {
		if want.After(now) {
			if !got.Equal(want) {
				t.Errorf("%s ×%d %v in %v after %v: %v, want %v", c.When, c.Interval, c.At, c.Location, now, got, want)
			}
			return
		}
	}
	gap := calShown(got).Sub(due)
	_, before := got.Add(-gap).Zone()
	_, after := got.Zone()
	if len(readings) > 0 || gap <= 0 || after-before != int(gap/time.Second) {
		t.Errorf("%s ×%d %v in %v after %v: %v for %v, which is shown %v", c.When, c.Interval, c.At, c.Location, now, got, due, readings)
	}
}

func TestCalendarAgreesWithZoneRules(t *testing.T) {
	zones := []string{
		"UTC", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Havana", "America/Asuncion",
		"America/Sao_Paulo", "America/Santiago", "America/Nuuk", "America/Scoresbysund", "America/Caracas",
		"America/Tijuana", "Atlantic/Azores", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Lisbon",
		"Europe/Moscow", "Europe/Istanbul", "Europe/Chisinau", "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun",
		"Africa/Monrovia", "Africa/Juba", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata",
		"Asia/Pyongyang", "Asia/Shanghai", "Asia/Tokyo", "Asia/Amman", "Asia/Damascus", "Australia/Lord_Howe",
		"Australia/Sydney", "Antarctica/Troll", "Antarctica/Casey", "Pacific/Apia", "Pacific/Kiritimati",
		"Pacific/Kwajalein", "Pacific/Chatham", "Pacific/Fakaofo", "Pacific/Norfolk", "Pacific/Marquesas",
	}
	first, last := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	whens := []When{Midnight, Mondays, Tuesdays, Wednesdays, Thursdays, Fridays, Saturdays, Sundays}
	for i, zone := range zones {
		loc, dice := calZone(t, zone), rand.New(rand.NewPCG(22, uint64(i)))
		for range 300 {
			now := time.Unix(first+dice.Int64N(last-first), dice.Int64N(1e9))
			if _, end := now.In(loc).ZoneBounds(); !end.IsZero() && dice.IntN(3) > 0 {
				now = end.Add(time.Duration(dice.Int64N(int64(72*time.Hour))) - 48*time.Hour)
			}
			c := Calendar{When: whens[dice.IntN(len(whens))], Interval: dice.IntN(4), Location: loc}
			if n := dice.IntN(4); n > 0 {
				c.At = At(dice.IntN(24)%(6*n+5), 30*dice.IntN(2), dice.IntN(60)*(n/3))
			}
			calCheck(t, c, now)
		}
	}
}

// FuzzCalendar holds a calendar that is not refused to end after it began, by the
// rules of its zone.
func FuzzCalendar(f *testing.F) {
	zones := []string{"UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia", "America/Nuuk"}
	f.Add("S", 1, true, 0, 0, 0, 0, int64(-1))
	f.Add("d", 3, false, 0, 0, 0, 1, int64(1331400000))
	f.Add("midnight", 0, true, 2, 30, 0, 1, int64(1331400000))
	f.Add("MIDNIGHT", 15000, false, 0, 0, 0, 2, int64(4007620800))
	f.Add("w4", 1, true, 0, 0, 0, 4, int64(1325100000))
	f.Add("W7", -1, true, 24, 60, -1, 5, int64(1)<<62)
	f.Add("W6", 2, true, 23, 30, 59, -86399, int64(253402300799))
	f.Fuzz(func(t *testing.T, when string, interval int, at bool, hour, minute, second, zone int, unix int64) {
		c, now := Calendar{When: When(when), Interval: interval}, time.Unix(unix, 1)
		c.Location = time.FixedZone("fuzzed", zone%86400)
		if zone >= 0 && zone < len(zones) {
			c.Location = calZone(t, zones[zone])
		}
		if at {
			c.At = At(hour, minute, second)
		}
		u, _ := c.unit()
		switch next := c.Next(now); {
		case next.IsZero():
			if c.check() == nil && unix >= -62135596800 && unix < 253402300800 {
				t.Errorf("%+v: nothing comes after %v", c, now)
			}
		case c.check() != nil || !next.After(now) || !c.begin(next).Before(next):
			t.Errorf("%+v, %v: %v comes after %v", c, c.check(), next, now)
		case u.moment && c.Interval < 1000:
			c.When = u.when
			calCheck(t, c, now)
		}
	})
}
