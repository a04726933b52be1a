//go:build unix

package interop_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// The words of scenarios about rotation by time.

func timed(when string, backups int) rollOp { return timedAt("app.log", when, backups) }

func timedAt(path, when string, backups int) rollOp {
	return rollOp{op: openAt("timed", path), When: when, Interval: 1, Backups: backups}
}

func (o rollOp) every(n int) rollOp           { o.Interval = n; return o }
func (o rollOp) at(hour, min, sec int) rollOp { o.At = []int{hour, min, sec}; return o }
func (o rollOp) inUTC() rollOp                { o.UTC = true; return o }

func zone(name string) rollOp { return rollOp{op: op{Do: "zone", To: name}} }

// aged makes a file one of so long after the year 2000 has begun.
func aged(path string, d time.Duration) rollOp {
	return rollOp{op: op{Do: "age", Path: path}, MS: year2000.Add(d).UnixMilli()}
}

// days makes a file of n days ago, from the day before the year 2000 back, in the
// form that the handler with this base has.
func days(base string, n int) (all []rollOp) {
	for i := range n {
		all = append(all, files(base+"."+year2000.AddDate(0, 0, -1-i).Format("2006-01-02"))...)
	}
	return all
}

// beats logs records with pauses between them.
func beats(pauses ...time.Duration) (all []rollOp) {
	for i, d := range pauses {
		all = append(all, rolls(emit(fmt.Sprint("record ", i)), pause(d))...)
	}
	return append(all, rollOp{op: emit("the last")})
}

const (
	ms  = time.Millisecond
	day = 24 * time.Hour

	// wednesday is a time of day on the fifth of January, when scenarios may begin.
	wednesday = 4*day + 10*time.Hour + 20*time.Minute + 30*time.Second
)

// timedAsPython are scenarios in which CPython's TimedRotatingFileHandler and ours
// do the very same. Those named after a section are lines of python-semantics §22.
var timedAsPython = map[string][]rollOp{
	"§22 Timed: seconds":                   rolls(timed("S", 0), beats(1100*ms)),
	"§22 Timed: invalid X":                 rolls(timed("X", 0).lazy(), emits("a")),
	"§22 Timed: invalid W":                 rolls(timed("W", 0).lazy(), emits("a")),
	"§22 Timed: invalid W7":                rolls(timed("W7", 0).lazy(), emits("a")),
	"§22 Timed: midnight, an older file":   rolls(files("app.log"), aged("app.log", -time.Hour), timed("midnight", 0), emits("a")),
	"§22 Timed: weekday, an older file":    rolls(files("app.log"), aged("app.log", -time.Hour), timed("W5", 0).at(0, 0, 0), emits("a")),
	"§22 Timed: three openings, then idle": rolls(pause(wednesday), timed("midnight", 0), emits("a"), closed(), pause(ms), timed("midnight", 0), emits("b"), closed(), pause(time.Hour), timed("midnight", 0), beats(day), closed()),
	"§22 Timed: daily at noon":             rolls(pause(wednesday), timed("midnight", 0).at(12, 0, 0), beats(time.Hour+39*time.Minute+30*time.Second-ms, ms, ms, day-2*ms, ms)),
	"§22 Timed: restart inside a period":   rolls(pause(wednesday), timed("H", 0), emits("a"), pause(30*time.Minute), closed(), timed("H", 0), beats(59*time.Minute, time.Minute, time.Minute)),
	"§22 Timed: restart after a period":    rolls(pause(wednesday), timed("H", 0), emits("a"), closed(), pause(3*time.Hour), timed("H", 0), beats(59*time.Minute, time.Minute, time.Minute)),
	"§22 Timed: restarts again and again":  rolls(timed("M", 0), emits("a"), pause(50*time.Second), closed(), timed("M", 0), emits("b"), pause(50*time.Second), closed(), timed("M", 0), emits("c"), pause(59*time.Second), emits("d")),
	"§22 Timed: idle for days":             rolls(pause(wednesday), timed("H", 3), beats(5*day+13*time.Minute, time.Minute, 47*time.Minute, time.Hour)),
	"timed: an empty file is rotated":      rolls(timed("S", 0), pause(2*time.Second), emits("a")),
	"timed: explicit":                      rolls(pause(wednesday), timed("H", 2), emits("a"), pause(50*time.Minute), rollover, emits("b"), pause(50*time.Minute), emits("c"), pause(10*time.Minute), emits("d")),
	"timed: explicit, delay":               rolls(files("app.log"), aged("app.log", -90*time.Minute), timed("H", 0).lazy(), rollover, emits("a")),
	"timed: delay, nothing there":          rolls(timed("H", 0).lazy(), rollover, emits("a")),
	"timed: delay, an older file":          rolls(files("app.log"), aged("app.log", -90*time.Minute), timed("H", 0).lazy(), emits("a")),
	"timed: deleted":                       rolls(timed("S", 1), emits("a"), removed("app.log"), beats(time.Second, time.Second)),
	"timed: renamed":                       rolls(timed("S", 1), emits("a"), renamed("app.log", "mine"), beats(time.Second, time.Second)),
	"timed: replaced":                      rolls(timed("S", 1), emits("a"), renamed("app.log", "mine"), files("app.log"), beats(time.Second, time.Second)),
	"timed: retention":                     rolls(timed("S", 2), beats(time.Second, time.Second, 5*time.Second, time.Second, time.Second)),
	"timed: retention, a day's backups":    rolls(days("app.log", 9), timed("D", 9), emits("a"), pause(30*time.Hour), emits("b")),
	"timed: retention, namer":              rolls(timed("S", 2).named("suffix"), beats(time.Second, time.Second, 5*time.Second, time.Second, time.Second)),
	"timed: retention, extension last":     rolls(timed("S", 2).named("extension last"), beats(time.Second, time.Second, 5*time.Second, time.Second, time.Second)),
	"timed: rotator":                       rolls(timed("S", 2).brought("pack"), beats(time.Second, time.Second, 5*time.Second, time.Second)),
	"timed: rotator, copies":               rolls(timed("S", 0).brought("copy and truncate"), beats(time.Second, time.Second, 5*time.Second, time.Second)),
	"timed: when has changed":              rolls(timed("S", 1), beats(time.Second, time.Second), closed(), timed("M", 1), beats(time.Minute, time.Minute)),
	"timed: names without a zone":          rolls(zone("America/New_York"), pause(2*time.Hour), timed("H", 0).inUTC(), beats(time.Hour, 3*time.Hour, time.Hour)),
	"timed: midnight without a zone":       rolls(zone("America/New_York"), pause(20*time.Hour), timed("midnight", 0).inUTC(), beats(4*time.Hour-ms, ms, 10*time.Hour)),
}

// units are all values of when, each with a time by which records come that meet
// its instants, and others.
var units = map[string]time.Duration{
	"S": 500 * ms, "m": 25 * time.Second, "h": 31 * time.Minute, "D": 8*time.Hour + ms, "MidNight": 5 * time.Hour,
	"W0": 41 * time.Hour, "w1": 2 * day, "W2": 3 * day, "W3": 41 * time.Hour, "W4": 41 * time.Hour, "W5": 41 * time.Hour, "W6": 36 * time.Hour,
}

// theZones are far from changes of their clocks in January and February.
var theZones = []string{"UTC", "America/New_York", "Europe/Berlin", "Australia/Adelaide", "Asia/Kathmandu"}

// everyWhen are scenarios with each value of when in each zone.
func everyWhen() map[string][]rollOp {
	all := map[string][]rollOp{}
	for when, step := range units {
		beat := beats(slices.Repeat([]time.Duration{step}, 11)...)
		for _, name := range theZones {
			all[when+" in "+name] = rolls(zone(name), pause(wednesday), timed(when, 2), beat)
			if step > 2*time.Hour && when != "D" {
				all[when+" at 00:00 in "+name] = rolls(zone(name), pause(wednesday), timed(when, 2).at(0, 0, 0), beat)
				all[when+" at 18:45 in "+name] = rolls(zone(name), pause(wednesday), timed(when, 2).at(18, 45, 0), beat)
			} else {
				all[when+" x 3 in "+name] = rolls(zone(name), pause(wednesday), timed(when, 2).every(3), beat)
			}
		}
	}
	return all
}

// timedNearly are scenarios in which deviations meet.
var timedNearly = map[string][]rollOp{
	"§22 Timed: three openings at midnight":      rolls(pause(wednesday), midnightNow(), emits("a"), closed(), midnightNow(), emits("b"), closed(), midnightNow(), emits("c"), closed(), aged("app.log", wednesday-time.Hour), midnightNow(), emits("d")),
	"§22 Timed: three openings on a weekday":     rolls(pause(wednesday), wednesdayNow(), emits("a"), closed(), wednesdayNow(), emits("b"), closed(), wednesdayNow(), emits("c"), closed(), aged("app.log", wednesday-time.Hour), wednesdayNow(), emits("d")),
	"§22 Timed: deletion":                        deletions(""),
	"§22 Timed: deletion, a namer that moves":    deletions("extension last"),
	"§22 Timed: deletion, a namer that renames":  deletions("front"),
	"§22 Timed: deletion, a namer that appends":  deletions("suffix"),
	"§22 Timed: same base, different extensions": rolls(timedAt("a.log", "D", 2), timedAt("a.log.b", "D", 2).by(1), timedAt("a.log.1999-11-01.c", "D", 2).by(2), days("a.log", 5), days("a.log.b", 5), days("a.log.1999-11-01.c", 5), rollover, rollover.by(1), rollover.by(2)),
	"§22 Timed: deletion, what is not ours":      rolls(timed("D", 1), files("app.log.1999-12-30.bak", "app.log.1999-12-30_10", "app.log.1", "app.log.1999-12-3", "app.log.11999-12-30", "app.log.1999-12-300", "app.log.b.1999-12-30", "app.1999-12-30", "xapp.log.1999-12-30", "app.log.1999-12-30"), rollover, expiring),
	"§22 Timed: the name is taken":               rolls(files("app.log.2000-01-01_00-00-00", "app.log.2000-01-01_00-00-00.2"), timed("S", 3), beats(time.Second, time.Second, time.Second)),
	"§22 Timed: explicit, again and again":       rolls(timed("H", 3), emits("a"), rollover, emits("b"), rollover, emits("c"), rollover, emits("d"), rollover),
	"compressed backups":                         rolls(timed("D", 2), files("app.log.1999-12-29.gz", "app.log.1999-12-30.gz", "app.log.1999-12-30", "app.log.1999-12-31.1.gz", "app.log.1999-12-31.gz.1"), expiring, emits("a"), rollover),
	"counted backups":                            rolls(timed("D", 3), files("app.log.1999-12-31", "app.log.1999-12-31.2", "app.log.1999-12-31.10", "app.log.1999-12-31.9", "app.log.1999-12-31.0", "app.log.1999-12-31.01"), expiring, emits("a"), rollover),
	"a torn line":                                rolls(appended("app.log", "torn"), aged("app.log", -time.Second), timed("S", 0), beats(time.Second)),
	"a rotator that fails":                       rolls(files("block"), timed("S", 1).brought("move unless blocked"), beats(time.Second, time.Second, time.Second), removed("block"), beats(time.Second, time.Second, time.Second, time.Second)),
	"a rotator that moves and fails":             rolls(timed("S", 1).brought("move and fail"), beats(time.Second, time.Second, time.Second)),
	"midnight every third day":                   rolls(pause(wednesday), timed("midnight", 0).every(3), beats(slices.Repeat([]time.Duration{13 * time.Hour}, 16)...)),
	"the ends of every third Sunday":             rolls(pause(wednesday), timed("W6", 0).every(3), beats(slices.Repeat([]time.Duration{4 * day}, 12)...)),
	"a file from the future":                     rolls(files("app.log"), aged("app.log", 90*time.Minute), timed("H", 0), beats(time.Hour, time.Hour, time.Hour)),
	"a link":                                     rolls(op{Do: "mkdir", Path: "d"}, op{Do: "symlink", To: "d/real.log", Path: "app.log"}, timed("S", 1), beats(time.Second, time.Second)),
}

// midnightNow and wednesdayNow rotate at the very instant.
func midnightNow() rollOp  { return timed("MIDNIGHT", 0).at(10, 20, 30) }
func wednesdayNow() rollOp { return timed("W2", 0).at(10, 20, 30) }

// deletions has five handlers in a directory, three of each one's ten backups too
// many.
func deletions(namer string) []rollOp {
	var all []rollOp
	for i, base := range []string{"a.b", "a.b.c", "d.e", "d.e.f", "g"} {
		all = append(all, timedAt(base, "D", 7).named(namer).by(i))
	}
	for _, base := range []string{"a.b", "a.b.c", "d.e", "d.e.f", "g"} {
		for _, f := range days(base, 10) {
			if give := namers[namer]; give != nil {
				f.Path = give(f.Path)
			}
			all = append(all, f)
		}
	}
	for i := range 5 {
		all = append(all, expiring.by(i))
	}
	for i := range 5 {
		all = append(all, rollover.by(i))
	}
	return all
}

// TestPythonTimedDoesTheSame holds our sink that rotates by time against CPython as
// it is.
func TestPythonTimedDoesTheSame(t *testing.T) {
	compareRolls(t, timedAsPython, []string{}, directly, batched, buffered)
	compareRolls(t, everyWhen(), []string{}, directly)
}

// TestPythonTimedDoesNearlyTheSame holds it against CPython with all deviations.
func TestPythonTimedDoesNearlyTheSame(t *testing.T) {
	compareRolls(t, timedNearly, rollNames(""), directly, batched, buffered)
}

// TestPythonTimedWithAllDeviations shows that no deviation is in the way where none
// is needed.
func TestPythonTimedWithAllDeviations(t *testing.T) {
	compareRolls(t, timedAsPython, rollNames(""), directly)
	compareRolls(t, everyWhen(), rollNames(""), directly)
}
