package file

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Schedule says when a file is rotated: at the first instant after its beginning. Next
// must return a time after the one it is given, or the zero time, which means never; it may
// be called by several goroutines.
//
// [Calendar] is one. So is what robfig/cron makes of a line of a crontab.
type Schedule interface {
	Next(after time.Time) time.Time
}

// When is a unit of time or a moment of the day or week, by the names that
// Python's TimedRotatingFileHandler has for them. Case does not matter.
type When string

// The units, then the moments.
const (
	Seconds When = "S"
	Minutes When = "M"
	Hours   When = "H"
	Days    When = "D"

	Midnight   When = "midnight"
	Mondays    When = "W0"
	Tuesdays   When = "W1"
	Wednesdays When = "W2"
	Thursdays  When = "W3"
	Fridays    When = "W4"
	Saturdays  When = "W5"
	Sundays    When = "W6"
)

// Calendar is the [Schedule] of Python's TimedRotatingFileHandler. The zero value
// is its default: every hour.
//
// Seconds, minutes and hours are counted from the beginning of the file: one that
// begins at 10:20:30 ends at 11:20:30; see the example of Schedule for full hours. Days end
// at the same time of day. Midnight and the weekdays end at a time of day in Location. If
// clocks skip that time in spring, the rotation is later by what they skip, 03:30 instead of
// 02:30; if it comes twice in autumn, the next of the two counts.
type Calendar struct {
	// When is the unit or the moment. Default [Hours].
	When When

	// Interval is how many units a period has; with Midnight and the weekdays, every
	// Interval-th of them counts. Default 1; at most what [time.Duration] holds, 292 years.
	Interval int

	// At is the time of day, for Midnight and the weekdays only. Default: the end of
	// the day. Mind the difference: [Sundays] without At are the ends of Sundays,
	// with At(0, 0, 0) they are their beginnings.
	At *TimeOfDay

	// Location is the time zone of the schedule and of the names. Default [time.Local].
	Location *time.Location
}

// TimeOfDay is a time of day, from 00:00:00 to 23:59:59.
type TimeOfDay struct{ Hour, Minute, Second int }

// At returns a time of day, for [Calendar].
func At(hour, minute, second int) *TimeOfDay { return &TimeOfDay{hour, minute, second} }

// The suffixes of Python's backups, as layouts.
const (
	bySecond = "2006-01-02_15-04-05"
	byMinute = "2006-01-02_15-04"
	byHour   = "2006-01-02_15"
	byDay    = "2006-01-02"
)

// unit is what a When stands for. One that has days goes by the clock on the wall,
// the others by the time that passes.
type unit struct {
	when    When
	length  time.Duration // where no clock is changed
	days    int64
	moment  bool
	weekday int64 // of those that have 7 days
	layout  string
}

// units are all units but the weekdays.
var units = [...]unit{
	{when: Seconds, length: time.Second, layout: bySecond},
	{when: Minutes, length: time.Minute, layout: byMinute},
	{when: Hours, length: time.Hour, layout: byHour},
	{when: Days, length: 24 * time.Hour, days: 1, layout: byDay},
	{when: Midnight, length: 24 * time.Hour, days: 1, moment: true, layout: byDay},
}

// unit returns what c.When stands for, if anything.
func (c Calendar) unit() (unit, bool) {
	w := c.When
	if w == "" {
		w = Hours
	}
	for _, u := range units {
		if strings.EqualFold(string(w), string(u.when)) {
			return u, true
		}
	}
	if len(w) != 2 || w[0]|0x20 != 'w' || w[1] < '0' || w[1] > '6' {
		return unit{}, false
	}
	return unit{w, 7 * 24 * time.Hour, 7, true, int64(w[1] - '0'), byDay}, true
}

// check returns everything that is wrong with c.
func (c Calendar) check() error {
	var errs []error
	u, ok := c.unit()
	if !ok {
		errs = append(errs, fmt.Errorf("file: calendar: When %q is unknown: use S, M, H, D, midnight or W0 to W6", string(c.When)))
	}
	if c.Interval < 0 {
		errs = append(errs, fmt.Errorf("file: calendar: Interval %d is negative", c.Interval))
	}
	if ok && time.Duration(c.Interval) > math.MaxInt64/u.length {
		errs = append(errs, fmt.Errorf("file: calendar: Interval %d is too long", c.Interval))
	}
	if c.At != nil && !c.At.exists() {
		errs = append(errs, fmt.Errorf("file: calendar: At %02d:%02d:%02d is not a time of day", c.At.Hour, c.At.Minute, c.At.Second))
	}
	if c.At != nil && ok && !u.moment {
		errs = append(errs, fmt.Errorf("file: calendar: At needs Midnight or a weekday, not %q", string(u.when)))
	}
	return errors.Join(errs...)
}

func (t TimeOfDay) exists() bool {
	return t.Hour >= 0 && t.Hour < 24 && t.Minute >= 0 && t.Minute < 60 && t.Second >= 0 && t.Second < 60
}

func (c Calendar) interval() int64 { return max(1, int64(c.Interval)) }

// second returns the second of the day that At is.
func (c Calendar) second() int64 {
	if c.At == nil {
		return daySeconds
	}
	return int64((c.At.Hour*60+c.At.Minute)*60 + c.At.Second)
}

// location returns Location or its default.
func (c Calendar) location() *time.Location {
	if c.Location == nil {
		return time.Local
	}
	return c.Location
}

// layout returns what the start of a period is formatted with, to name its backup.
func (c Calendar) layout() string {
	u, _ := c.unit()
	return u.layout
}

// The years that Next knows, in seconds since 1970.
const (
	year1     = -62135596800
	year10000 = 253402300800
)

// Next returns the end of a period that begins at after, less its fraction of a
// second, in Location; the zero time if c cannot be used, or if after is not in
// the years 1 to 9999.
func (c Calendar) Next(after time.Time) time.Time {
	u, _ := c.unit()
	if c.check() != nil || after.Unix() < year1 || after.Unix() >= year10000 {
		return time.Time{}
	}
	t := time.Unix(after.Unix(), 0).In(c.location())
	switch now := wallOf(t); {
	case u.days == 0:
		return t.Add(time.Duration(c.interval()) * u.length)
	case u.moment:
		return c.moment(u, now).after(t)
	default:
		return (now + wall(c.interval()*daySeconds)).after(t)
	}
}

// moment returns when the clock that shows now will show the end of the period.
func (c Calendar) moment(u unit, now wall) wall {
	day := now.day()
	if now.second() >= c.second() {
		day++
	}
	for !u.on(day) {
		day++
	}
	return onDay(day+(c.interval()-1)*u.days, c.second())
}

// on reports whether there is such a moment on a day.
func (u unit) on(day int64) bool { return u.days != 7 || weekday(day) == u.weekday }

// begin returns the start of the period that ends at next, which must be from
// Next: what a backup is named by.
func (c Calendar) begin(next time.Time) time.Time {
	u, _ := c.unit()
	next = next.In(c.location())
	if u.days == 0 {
		return next.Add(-time.Duration(c.interval()) * u.length)
	}
	w := wallOf(next)
	if u.moment {
		w = c.due(u, next)
	}
	// A day that a zone has left out begins when the day after it does, so that one
	// day before next may be next itself.
	for w -= wall(c.interval() * u.days * daySeconds); ; w -= daySeconds {
		if t := w.first(c.location()); t.Before(next) {
			return t
		}
	}
}

// due returns the moment that came at next, which is what the clock shows then
// unless it has been put forward over it.
func (c Calendar) due(u unit, next time.Time) wall {
	for day := wallOf(next).day(); ; day-- {
		w := onDay(day, c.second())
		if u.on(day) && !w.first(c.location()).After(next) {
			return w
		}
	}
}
