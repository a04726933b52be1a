//go:build unix

package interop_test

import (
	"maps"
	"slices"
	"testing"
	"time"
)

// rollDeviations are the ways in which our rotating sinks differ from CPython's
// handlers, as deviations has them for the others.
var rollDeviations = map[string]struct {
	reason  string
	newer   bool // CPython does the same from 3.12 or 3.13 on
	example []rollOp
}{
	"closed-stays-closed": {
		deviations["closed-stays-closed"].reason, false,
		rolls(sized(5, 2), emits("a"), closed(), emits("late")),
	},
	"torn-line-ended": {
		deviations["torn-line-ended"].reason + "; where that line is given up it gets its end, too", false,
		rolls(appended("app.log", "torn"), sized(9, 2), emits("aaaa", "bbbb")),
	},
	"empty-never-rolls": {
		"an empty file is not given up for a record that is larger than the limit", true,
		rolls(sized(5, 2), emits("larger", "than that")),
	},
	"bytes-counted": {
		"the limit is one of bytes, and of those of the terminator as it is; CPython counts characters, and one for the terminator", false,
		rolls(sized(10, 2), emits("bbb", "äää")),
	},
	"own-bytes-counted": {
		"what others append or cut off is found out about when the file seems to be full; CPython before 3.13 asks for " +
			"its size with each record, and later ones count for themselves as well", true,
		rolls(sized(10, 2), emits("aaa"), appended("app.log", "theirs\n"), emits("b")),
	},
	"writers-see-each-other": {
		"with Shared several may write to a file and rotate it; CPython's handlers write to each other's backups", false,
		rolls(sized(5, 3).shared(), sized(5, 3).shared().by(1), emits("aaaa", "bbbb"), rollOp{op: emit("cccc")}.by(1)),
	},
	"no-backups-refused": {
		"no backups are a mistake, unless DiscardOld says otherwise; CPython lets the file grow for ever", false,
		rolls(sized(5, 0), emits("aaaa", "bbbb")),
	},
	"mode-w-refused": {
		"Truncate is refused, AtStart keeps the old file; CPython appends if there is a limit, and else empties the file", false,
		rolls(appended("app.log", "old\n"), sized(5, 2).truncating(), emits("aaaa")),
	},
	"links-followed": {
		"where the path is a symbolic link, the file that it leads to is rotated; CPython renames the link", false,
		rolls(op{Do: "symlink", To: "real", Path: "app.log"}, sized(5, 2), emits("aaaa", "bbbb")),
	},
	"new-file-at-once": {
		"after a rotation there is a new file; in CPython with delay there is none before the next record", false,
		rolls(sized(5, 2).lazy(), emits("aaaa"), rollover),
	},
	"failed-rotation-goes-on": {
		"while a rotation fails records go to the old file, and it is tried again after 1 s, 2 s, up to 30 s; " +
			"in CPython it is tried with each record, which is lost", false,
		rolls(files("block"), sized(5, 2).brought("move unless blocked"), emits("aaaa", "bbbb")),
	},
	"only-backup-stays": {
		"a single backup stays until another one takes its place; CPython deletes it even if none comes", false,
		rolls(files("app.log.1"), sized(5, 1), emits("aaaa"), removed("app.log"), emits("bbbb")),
	},
	"compressed-are-backups": {
		"compressed backups count, whether or not Compress is set; CPython leaves them alone", false,
		rolls(files("app.log.1.gz"), sized(5, 2), emits("aaaa", "bbbb")),
	},
	"period-from-opening": {
		"with Lazy the first period begins when the file does; in CPython when the handler is made", false,
		rolls(timed("M", 0).lazy(), pause(50*time.Second), emits("a"), pause(30*time.Second), emits("b")),
	},
	"new-empty-file-stays": {
		"a file that a rotation has begun, and that holds no record yet, is not rotated; its period begins anew", false,
		rolls(timed("S", 0), emits("a"), rollover, pause(2*time.Second), emits("b")),
	},
	"taken-name-counted": {
		"a name that is taken gets a counter, the one after that of the newest backup; CPython replaces the file, and from 3.12.3 on gives up rotating", false,
		rolls(files("app.log.2000-01-01_00-00-00"), timed("S", 0), emits("a"), pause(time.Second), emits("b")),
	},
	"others-stay": {
		"only what this handler would call its backups is deleted, as in CPython from 3.12.3 on", true,
		rolls(files("app.log.b.1999-12-30", "app.log.1999-12-30_b"), timed("D", 1), emits("a"), rollover),
	},
	"names-tell-dates": {
		"a file with a date in its name that does not exist is not a backup; CPython only looks for digits", false,
		rolls(files("app.log.1999-02-30"), timed("D", 1), emits("a"), rollover),
	},
	"dates-ahead-are-old": {
		"a backup whose date is yet to come by more than two days is older than the others: the clock was ahead when it was " +
			"made; and those that the handler itself has made are the newest, in their order; CPython goes by the dates", false,
		rolls(files("app.log.2031-01-01", "app.log.2031-01-02", "app.log.1999-12-29"), timed("D", 2), emits("a"), rollover),
	},
	"retention-at-start": {
		"backups that are too many go when the sink is made, too: the program may never come to a rotation", false,
		rolls(files("app.log.1999-12-30", "app.log.1999-12-31"), timed("D", 1)),
	},
	"moments-reworked": {
		"midnight and weekdays have intervals, and a moment that is now is over, as in CPython from 3.12.3 on", true,
		rolls(timed("midnight", 0).every(2), emits("a"), pause(25*time.Hour), emits("b")),
	},
	"refused-creates-nothing": {
		"a sink that cannot be made creates no file; CPython opens it before it looks at when", false,
		rolls(timed("X", 0), emits("a")),
	},
	"at-needs-a-moment": {
		"a time of day is an error except for midnight and weekdays; CPython ignores it", false,
		rolls(timed("H", 0).at(12, 0, 0), emits("a")),
	},
	"clock-set-back": {
		"a file from the future, beyond two instants, begins its period anew; in CPython rotation waits until then", false,
		rolls(files("app.log"), aged("app.log", 24*time.Hour), timed("H", 0), emits("a"), pause(time.Hour), emits("b")),
	},
}

// rollNames are those of all deviations of rotating handlers, but one.
func rollNames(but string) []string {
	all := slices.Sorted(maps.Keys(rollDeviations))
	return slices.DeleteFunc(all, func(name string) bool { return name == but })
}

// TestPythonRotatingDeviations shows that each deviation is there, and that with all
// of them the results are the same.
func TestPythonRotatingDeviations(t *testing.T) {
	all := rollNames("")
	var with, without []rollRun
	for _, name := range all {
		with = append(with, newRollRun(all, rollDeviations[name].example))
		without = append(without, newRollRun(rollNames(name), rollDeviations[name].example))
	}
	got := ourRolls(t, with, directly)
	same, _ := pythonRolls(t, with)
	others, version := pythonRolls(t, without)
	for i, name := range all {
		if diff := got[i].differs(same[i]); diff != "" {
			t.Errorf("%s: with all deviations: %s", name, diff)
		}
		d := rollDeviations[name]
		needed := !d.newer || slices.Compare(version, []int{3, 12}) < 0
		if needed && got[i].differs(others[i]) == "" {
			t.Errorf("%s: CPython does the same, so this is no deviation: %s", name, d.reason)
		}
	}
}
