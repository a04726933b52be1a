package file

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Trigger says when the file is rotated. A sink asks it once about each record, in order,
// one goroutine at a time; it should be quick. A record that stays in a buffer because the
// disk has failed is asked about again, and while a rotation cannot be done, not each one
// is. A user's own runs like a hook, see [Options].OnOpen. [MaxBytes], [On], [AtStart] and
// [Any] are triggers.
type Trigger interface {
	// Due tells whether f is to be rotated before n bytes, a record and its terminator,
	// are written to it. n is 0 if the sink asks while nothing is logged. A panic means no;
	// the first in a row is reported.
	Due(f *Live, n int64) bool
}

// Live is what a [Trigger] is told of the file that is written to.
type Live struct {
	Path string
	Size int64 // in bytes

	// Empty: no record is in it, at most a header that this sink has written. Found: it
	// was there when the sink was made, and no record has come since.
	Empty, Found bool

	// Since is when it was begun; of a file that was found it is the earlier one of
	// its birth, where the system knows that, and its last modification. A birth is taken
	// 20 ms late, as the clock that files are stamped with may be behind by some of them.
	Since time.Time

	// Now is the time of day.
	Now time.Time
}

// MaxBytes is due when a record would make the file larger than this many bytes. An empty
// file is never rotated, so a larger record gets a file of its own. Zero or less: never.
// The footer of a file is not counted.
type MaxBytes int64

// Due implements [Trigger].
func (m MaxBytes) Due(f *Live, n int64) bool {
	return m > 0 && !f.Empty && f.Size+n > int64(m)
}

// AtStart is due once: when the first record comes after the sink was made, and
// there are records in the file already.
type AtStart struct{}

// Due implements [Trigger].
func (AtStart) Due(f *Live, n int64) bool { return f.Found && !f.Empty && n > 0 }

// On is due at the first instant of s after the file was begun, or at the first record
// thereafter. A clock that is set forward makes it due once, however many instants it has
// skipped. A clock that is set back makes the period longer or, if two instants of s lie
// between it and the beginning of the file, begins the period anew.
//
// The same trigger may be given to several sinks, but not inside a trigger of your own:
// then make one for each sink.
func On(s Schedule) Trigger {
	if c, ok := s.(*Calendar); ok {
		s = nil
		if c != nil {
			s = *c
		}
	}
	if c, ok := s.(Calendar); ok && c.At != nil {
		at := *c.At
		c.At = &at
		s = c
	}
	return &scheduled{schedule: s}
}

// scheduled is the trigger that On returns.
type scheduled struct {
	schedule Schedule
	user     *user     // nil: there is no sink, and a panic is the caller's
	since    time.Time // of the file that next is about
	next     time.Time // zero: never
	trouble  streak    // of the schedule
}

// user calls what the user has written, which may panic, or log.
type user struct {
	call   func(func() error) error
	report func(error)
}

// do calls f and reports the first failure in a row.
func (u *user) do(name string, s *streak, f func() error) {
	s.note(u.call(f), func(err error) { u.report(fmt.Errorf("%s: %w", name, err)) })
}

// errStuck says that a schedule does not go on.
var errStuck = errors.New("the next time is not later than the one before")

// Due implements [Trigger].
func (s *scheduled) Due(f *Live, _ int64) bool {
	if f.Now.Before(f.Since) && s.far(f.Now, f.Since) {
		f.Since = f.Now
	}
	next := s.end(f.Since)
	return !next.IsZero() && !f.Now.Before(next)
}

// far tells whether two instants lie between now and a later time, or one at it.
func (s *scheduled) far(now, later time.Time) bool {
	next := s.ask(now)
	if next.IsZero() {
		return false
	}
	next = s.ask(next)
	return !next.IsZero() && !next.After(later)
}

// end returns when a file that was begun at since is due.
func (s *scheduled) end(since time.Time) time.Time {
	if s.since.IsZero() || !since.Equal(s.since) {
		s.since, s.next = since, s.ask(since)
	}
	return s.next
}

// ask returns what the schedule says. One that panics, or does not go on, is taken to
// say never.
func (s *scheduled) ask(after time.Time) (next time.Time) {
	if _, ours := s.schedule.(Calendar); ours {
		return s.schedule.Next(after)
	}
	look := func() error {
		at := s.schedule.Next(after)
		if !at.IsZero() && !at.After(after) {
			return errStuck
		}
		next = at
		return nil
	}
	if s.user != nil {
		s.user.do("schedule", &s.trouble, look)
	} else {
		_ = look() // inside a trigger of the user's, there is nobody to tell
	}
	return next
}

// Any is due when one of the triggers is; each is asked about every record. Nil is never
// due.
func Any(triggers ...Trigger) Trigger {
	return anyOf(slices.DeleteFunc(slices.Clone(triggers), func(t Trigger) bool { return t == nil }))
}

type anyOf []Trigger

// Due implements [Trigger].
func (a anyOf) Due(f *Live, n int64) bool {
	due := false
	for _, t := range a {
		due = t.Due(f, n) || due
	}
	return due
}

// guarded is a trigger of the user's.
type guarded struct {
	trigger Trigger
	user    *user
	trouble streak
}

// Due implements [Trigger].
func (g *guarded) Due(f *Live, n int64) (due bool) {
	copied := *f // or the user's would make f escape
	g.user.do("trigger", &g.trouble, func() error { due = g.trigger.Due(&copied, n); return nil })
	return due
}

// bind returns t for one sink.
func bind(t Trigger, u *user) Trigger {
	switch t := t.(type) {
	case nil:
		return MaxBytes(0)
	case MaxBytes, AtStart:
		return t
	case *scheduled:
		return &scheduled{schedule: t.schedule, user: u}
	case anyOf:
		var bound anyOf
		for _, one := range t {
			bound = append(bound, bind(one, u))
		}
		if len(bound) == 1 {
			return bound[0]
		}
		return bound
	}
	return &guarded{trigger: t, user: u}
}

// timed tells whether t may look at the times of a file.
func timed(t Trigger) bool {
	switch t := t.(type) {
	case MaxBytes, AtStart:
		return false
	case anyOf:
		for _, one := range t {
			if timed(one) {
				return true
			}
		}
		return false
	}
	return true
}

// sizeLimit returns the size beyond which t is due, and whether t otherwise says the
// same of all records that come at once.
func sizeLimit(t Trigger) (limit int64, steady bool) {
	limit = math.MaxInt64
	switch t := t.(type) {
	case MaxBytes:
		if t > 0 {
			limit = int64(t)
		}
		return limit, true
	case AtStart, *scheduled:
		return limit, true
	case anyOf:
		for _, one := range t {
			l, ok := sizeLimit(one)
			if !ok {
				return 0, false
			}
			limit = min(limit, l)
		}
		return limit, true
	}
	return 0, false
}

// schedules returns the schedules in t.
func schedules(t Trigger) []*scheduled {
	switch t := t.(type) {
	case *scheduled:
		return []*scheduled{t}
	case anyOf:
		var all []*scheduled
		for _, one := range t {
			all = append(all, schedules(one)...)
		}
		return all
	}
	return nil
}
