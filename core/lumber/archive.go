package lumber

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core/file"
)

// Archive gives old files the names that lumberjack gives to its backups: those of
// app.log are called after the time of the rotation, as in
// app-2006-01-02T15-04-05.000.log. It is a [file.Archive], and what [Migrate] uses;
// others may use it to have such names with a schedule.
//
// Where lumberjack would give a name a second time, or one that is older than that
// of the newest file, because the clock was set back, a file gets the next free
// millisecond after that one: the order of names is always that of the files.
type Archive struct {
	// Location is the time zone of the names: time.Local is lumberjack's
	// LocalTime. Default: [time.UTC]. A time that a clock shows twice may count as
	// either.
	Location *time.Location
}

// layout is how lumberjack writes a time.
const layout = "2006-01-02T15-04-05.000"

// Name implements [file.Archive].
func (a Archive) Name(old file.Old, try int) string {
	prefix, ext := split(old.Base)
	return prefix + a.stamp(old, time.Duration(try)*time.Millisecond) + ext
}

// farthest is how far clocks are set back where summer time ends, and more.
const farthest = 48 * time.Hour

// stamp returns the time to call a file after, or one that is later than it by
// delay. If it would not be read as one after that of the newest file, it is one
// that is.
func (a Archive) stamp(old file.Old, delay time.Duration) string {
	last := old.Last.Time
	t := old.Ended
	for step := time.Millisecond; step < farthest; step *= 2 {
		if a.after(t, last) && a.after(t.Add(delay), last) {
			return a.format(t.Add(delay))
		}
		t = last.Add(step)
	}
	return a.format(old.Ended.Add(delay)) // no name can tell a later time
}

// after tells whether a name with t is read as one of a time after last; zero: there
// is none.
func (a Archive) after(t, last time.Time) bool {
	read, ok := a.parse(a.format(t))
	return ok && (last.IsZero() || read.After(last))
}

// Place implements [file.Archive].
func (a Archive) Place(base, name string) (file.Place, bool) {
	prefix, ext := split(base)
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok || !strings.HasSuffix(rest, ext) {
		return file.Place{}, false
	}
	t, ok := a.parse(strings.TrimSuffix(rest, ext))
	return file.Place{Time: t}, ok
}

func (a Archive) format(t time.Time) string { return t.In(a.location()).Format(layout) }

// parse returns the time that text is all of. It need not be one that clocks show in
// Location: the setting, or the zone of the machine, may have been another one when
// the name was given.
func (a Archive) parse(text string) (time.Time, bool) {
	t, err := time.Parse(layout, text)
	if err != nil || t.Format(layout) != text {
		return time.Time{}, false
	}
	t, err = time.ParseInLocation(layout, text, a.location())
	return t, err == nil
}

func (a Archive) location() *time.Location {
	if a.Location == nil {
		return time.UTC
	}
	return a.Location
}

// split returns what stands before and after the time in the names of old files.
func split(base string) (prefix, ext string) {
	ext = filepath.Ext(base)
	return strings.TrimSuffix(base, ext) + "-", ext
}

var _ file.Archive = Archive{}
