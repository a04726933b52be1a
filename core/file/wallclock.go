package file

import "time"

// wall is a reading of a clock on the wall, with its date: the seconds that it
// claims have passed since 1970. Clocks are put forward and back, so a reading may
// belong to no instant or to two.
type wall int64

// daySeconds is how long a day is by the clock on the wall, whatever its zone.
const daySeconds = 24 * 60 * 60

// wallOf returns what a clock in t's location shows at t.
func wallOf(t time.Time) wall {
	_, offset := t.Zone()
	return wall(t.Unix() + int64(offset))
}

// onDay returns the reading on a day, counted from 1970-01-01, at a second of it.
func onDay(day, second int64) wall { return wall(day*daySeconds + second) }

// day returns the date, counted from 1970-01-01.
func (w wall) day() int64 {
	day := int64(w) / daySeconds
	if int64(w)%daySeconds < 0 {
		day--
	}
	return day
}

// second returns the second of the day.
func (w wall) second() int64 { return int64(w) - w.day()*daySeconds }

// weekday returns the weekday of a day as Python counts it: 0 is Monday.
func weekday(day int64) int64 {
	const thursday = 3 // 1970-01-01
	return ((day+thursday)%7 + 7) % 7
}

// like returns the instant at which the clock shows w if it goes as it does at t.
func (w wall) like(t time.Time) time.Time {
	_, offset := t.Zone()
	return time.Unix(int64(w)-int64(offset), 0).In(t.Location())
}

// after returns the first instant after t at which a clock in t's location shows
// w, which must be later than what it shows at t. If the clock is put forward over
// w, it is the instant at which it would have shown w otherwise: as much later by
// the clock as it was put forward.
//
// It goes from one change of the clock to the next, as what [time.Date] makes of
// such readings is not specified.
func (w wall) after(t time.Time) time.Time {
	for at := w.like(t); ; {
		end := steadyUntil(t)
		if end.IsZero() || at.Before(end) {
			return at
		}
		then := w.like(end)
		if then.Before(end) {
			return at
		}
		t, at = end, then
	}
}

// first returns the first instant of all at which a clock in loc shows w, or what
// after returns for a reading that it is put forward over.
func (w wall) first(loc *time.Location) time.Time {
	const margin = 2 * daySeconds // more than any zone is away from UTC
	return w.after(time.Unix(int64(w)-margin, 0).In(loc))
}

// steadyUntil returns an instant after t until which the clock in t's location is
// not changed; the zero time: it never is again.
func steadyUntil(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	// Where the zone goes on by rule, package time takes each year for one of 365
	// days, so that on the last day of a leap year the end has passed.
	return t.Add(time.Hour)
}
