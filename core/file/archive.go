package file

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// Archive says what old files are called. [Numbered], [Growing] and [Dated] are archives.
// All names are without directory, as old files stay in that of the live file, and without
// the extension of compressed files.
type Archive interface {
	// Name returns a name for old. As long as what it returns is taken it is asked
	// again, with the next try, which counts from 0: it has to return another name for
	// each.
	Name(old Old, try int) string

	// Place tells whether name is one that Name gives to files of base, and where its
	// file stands among the others. Files that it does not know are never deleted,
	// compressed or renamed.
	Place(base, name string) (Place, bool)
}

// Old is a file that is rotated.
type Old struct {
	Base string // what it was called

	// Begun and Ended are when the file was begun and rotated, Period when the
	// schedule's period began that it was for; without a schedule it is Begun.
	Begun, Ended, Period time.Time

	Last Place // of the newest file in the archive; zero: there is none
}

// Place is where a file stands in an archive: one with a later Time is newer, and
// of two with the same Time the one with the greater Number. If an archive of your own
// tells a Time, that is where the age of the file begins; see RotatingOptions.MaxAge.
type Place struct {
	Time   time.Time
	Number int
}

// Compare returns -1 if p is older than q, 1 if it is newer, and 0 if it is the same.
func (p Place) Compare(q Place) int {
	return cmp.Or(p.Time.Compare(q.Time), cmp.Compare(p.Number, q.Number))
}

// Numbered is Python's archive of files by size: app.log.1 is the newest, and its
// number grows by one with each file that follows it.
type Numbered struct {
	// KeepExt puts the number in front of the extension: app.1.log.
	KeepExt bool
}

// Name implements [Archive]: it is always the same; the sink makes room for it.
func (a Numbered) Name(old Old, _ int) string { return a.number(old.Base, 1) }

func (a Numbered) number(base string, i int) string {
	return join(base, strconv.Itoa(i), a.KeepExt)
}

// Place implements [Archive].
func (a Numbered) Place(base, name string) (Place, bool) {
	i, ok := number(suffix(base, name, a.KeepExt))
	return Place{Number: -i}, ok
}

// Growing numbers files as they come: app.log.1 is the oldest. A file that has got its
// number keeps it.
type Growing struct {
	// KeepExt puts the number in front of the extension: app.1.log.
	KeepExt bool
}

// Name implements [Archive].
func (a Growing) Name(old Old, try int) string {
	return join(old.Base, strconv.Itoa(old.Last.Number+1+try), a.KeepExt)
}

// Place implements [Archive].
func (a Growing) Place(base, name string) (Place, bool) {
	i, ok := number(suffix(base, name, a.KeepExt))
	return Place{Number: i}, ok
}

// Dated is Python's archive of files by time: a file is called after the beginning
// of its period, app.log.2024-01-31. A name that is taken gets a counter, as in
// app.log.2024-01-31.1.
type Dated struct {
	// Layout is the date's, as in package time. Default: Python's for the Calendar in
	// use, otherwise 2006-01-02_15-04-05.
	Layout string

	// Location is the time zone of the dates. Default: that of the Calendar in use,
	// otherwise time.Local.
	Location *time.Location

	// KeepExt puts the date in front of the extension: app.2024-01-31.log.
	KeepExt bool
}

// defaultLayout is Python's for seconds.
const defaultLayout = "2006-01-02_15-04-05"

func (a Dated) layout() string { return cmp.Or(a.Layout, defaultLayout) }

func (a Dated) location() *time.Location {
	if a.Location == nil {
		return time.Local
	}
	return a.Location
}

// Name implements [Archive].
func (a Dated) Name(old Old, try int) string {
	date := old.Period.In(a.location()).Format(a.layout())
	n := try
	if t, ok := a.date(date); ok && t.Equal(old.Last.Time) {
		n += old.Last.Number + 1 // one that was deleted must not come again: it would be the oldest
	}
	if n > 0 {
		date += "." + strconv.Itoa(n)
	}
	return join(old.Base, date, a.KeepExt)
}

// Place implements [Archive].
func (a Dated) Place(base, name string) (Place, bool) {
	date := suffix(base, name, a.KeepExt)
	if t, ok := a.date(date); ok {
		return Place{Time: t}, true
	}
	i := strings.LastIndexByte(date, '.')
	if i < 0 {
		return Place{}, false
	}
	n, ok := number(date[i+1:])
	if !ok {
		return Place{}, false
	}
	t, ok := a.date(date[:i])
	return Place{t, n}, ok
}

// even tells whether all dates are as long as the layout: only then they are found in
// a name that a namer has made.
func (a Dated) even() bool {
	for _, month := range []time.Month{time.May, time.September} {
		for _, day := range []int{3, 23} {
			t := time.Date(2031, month, day, day/2, 4, 5, 0, a.location())
			if len(t.Format(a.layout())) != len(a.layout()) {
				return false
			}
		}
	}
	return true
}

// date returns the time that text is the whole date of.
func (a Dated) date(text string) (time.Time, bool) {
	t, err := time.ParseInLocation(a.layout(), text, a.location())
	return t, err == nil && t.Format(a.layout()) == text
}

// join puts a suffix behind base, or in front of its extension.
func join(base, suffix string, keepExt bool) string {
	stem, ext := cut(base, keepExt)
	return stem + "." + suffix + ext
}

// suffix returns what join has put into name, or nothing.
func suffix(base, name string, keepExt bool) string {
	stem, ext := cut(base, keepExt)
	rest, ok := strings.CutPrefix(name, stem+".")
	if !ok || !strings.HasSuffix(rest, ext) {
		return ""
	}
	return strings.TrimSuffix(rest, ext)
}

// cut splits base where a suffix goes.
func cut(base string, keepExt bool) (stem, ext string) {
	if i := strings.LastIndexByte(base, '.'); keepExt && i > 0 {
		return base[:i], base[i:]
	}
	return base, ""
}

// number returns the positive number that text spells as strconv does, if others can
// follow it.
func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n < math.MaxInt-maxTries && strconv.Itoa(n) == text
}
