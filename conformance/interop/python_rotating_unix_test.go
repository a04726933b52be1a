//go:build unix

package interop_test

import (
	"strings"
	"testing"
	"time"
)

// The words of scenarios about rotation.

func rolls(ops ...any) []rollOp {
	var all []rollOp
	for _, o := range ops {
		switch o := o.(type) {
		case op:
			all = append(all, rollOp{op: o})
		case rollOp:
			all = append(all, o)
		case []rollOp:
			all = append(all, o...)
		}
	}
	return all
}

func sized(maxBytes int64, backups int) rollOp { return sizedAt("app.log", maxBytes, backups) }

func sizedAt(path string, maxBytes int64, backups int) rollOp {
	return rollOp{op: openAt("rotating", path), MaxBytes: maxBytes, Backups: backups}
}

func (o rollOp) lazy() rollOp                    { o.Delay = true; return o }
func (o rollOp) truncating() rollOp              { o.Mode = "w"; return o }
func (o rollOp) ending(terminator string) rollOp { o.Terminator = terminator; return o }
func (o rollOp) named(namer string) rollOp       { o.Namer = namer; return o }
func (o rollOp) brought(rotator string) rollOp   { o.Rotator = rotator; return o }
func (o rollOp) by(handler int) rollOp           { o.Handler = handler; return o }
func (o rollOp) shared() rollOp                  { o.Shared = true; return o }

var (
	rollover = rollOp{op: op{Do: "rollover"}}
	expiring = rollOp{op: op{Do: "expired"}}
)

func pause(d time.Duration) rollOp { return rollOp{op: op{Do: "sleep"}, MS: d.Milliseconds()} }

// emits logs each text.
func emits(texts ...string) (all []rollOp) {
	for _, text := range texts {
		all = append(all, rollOp{op: emit(text)})
	}
	return all
}

// files makes files with their names in them, each a line.
func files(names ...string) (all []rollOp) {
	for _, name := range names {
		all = append(all, rollOp{op: appended(name, "was "+name+"\n")})
	}
	return all
}

var long = strings.Repeat("x", 99)

// rotatingAsPython are scenarios in which CPython's RotatingFileHandler and ours do
// the very same. Those named after a section are lines of python-semantics §22.
var rotatingAsPython = map[string][]rollOp{
	"§22 Rotating: maxBytes 0 never rolls":     rolls(sized(0, 3), emits(long, long, long)),
	"§22 Rotating: 1 byte, limit 2, rolls":     rolls(appended("app.log", "\n"), sized(1, 1), emits("")),
	"§22 Rotating: the file is created":        rolls(sized(100, 2)),
	"§22 Rotating: limit 100":                  rolls(sized(99, 2), emits("small", long, "a", long, "b", long)),
	"§22 Rotating: limit 100, delay":           rolls(sized(99, 2).lazy(), emits("small", long, "a", long, "b", long)),
	"§22 Rotating: namer":                      rolls(sized(5, 2).named("suffix"), emits("aaaa", "bbbb", "cccc", "dddd", "eeee")),
	"§22 Rotating: rotator":                    rolls(sized(5, 2).brought("move"), emits("aaaa", "bbbb", "cccc", "dddd", "eeee")),
	"§22 Rotating: compressing rotator":        rolls(sized(5, 2).brought("pack").named("suffix"), emits("aaaa", "bbbb", "cccc", "dddd", "eeee")),
	"§22 Rotating: boundary, it just fits":     rolls(sized(10, 2), emits("aaaa", "bbbb")),
	"§22 Rotating: boundary, one more":         rolls(sized(10, 2), emits("aaaa", "bbbbb")),
	"§22 Rotating: gaps":                       rolls(files("app.log.1", "app.log.3", "app.log.5"), sized(5, 5), emits("aaaa", "bbbb")),
	"§22 Rotating: gaps, twice":                rolls(files("app.log.1", "app.log.3", "app.log.5"), sized(5, 5), emits("aaaa", "bbbb", "cccc")),
	"§22 Rotating: lowered backupCount":        rolls(files("app.log.1", "app.log.2", "app.log.3", "app.log.4"), sized(5, 2), emits("aaaa", "bbbb", "cccc", "dddd")),
	"§22 Rotating: strays":                     rolls(files("app.log.0", "app.log.01", "app.log.9", "app.log.x", "app.log.1.bak", "app.log2.1", "b.log.1"), sized(5, 2), emits("aaaa", "bbbb", "cccc", "dddd")),
	"§22 Rotating: missing base, delay":        rolls(files("app.log.1", "app.log.2"), sized(5, 3).lazy(), rollover, rollover, emits("a")),
	"§22 Rotating: base deleted":               rolls(files("app.log.1", "app.log.2"), sized(5, 3), emits("aaaa"), removed("app.log"), emits("bbbb", "cccc")),
	"§22 Rotating: base renamed":               rolls(files("app.log.1"), sized(5, 3), emits("aaaa"), renamed("app.log", "mine"), emits("bbbb", "cccc")),
	"§22 Rotating: base replaced":              rolls(sized(5, 3), emits("aaaa"), renamed("app.log", "mine"), files("app.log"), emits("bbbb", "cccc")),
	"§22 Rotating: terminator CRLF":            rolls(sized(12, 2).ending("\r\n"), emits("aaaa", "bbbb", "cccc", "dddd")),
	"§22 Rotating: terminator empty":           rolls(sized(8, 2).ending(""), emits("aaaa", "bbbb", "cccc", "dddd")),
	"§22 Rotating: two handlers, two files":    rolls(sized(5, 2), sizedAt("app.log.1", 5, 2).by(1), emits("aaaa"), rollOp{op: emit("bbbb")}.by(1)),
	"rotating: one byte less":                  rolls(sized(9, 2), emits("aaaa", "bbbb")),
	"rotating: backup 1 only":                  rolls(sized(5, 1), emits("aaaa", "bbbb", "cccc", "dddd")),
	"rotating: eleven backups":                 rolls(sized(2, 11), emits(strings.Split("abcdefghijklmno", "")...)),
	"rotating: restarts":                       rolls(sized(10, 3), emits("aaaa"), closed(), sized(10, 3), emits("bbbb", "cccc"), closed(), sized(10, 3), emits("dddd", "eeee", "ffff")),
	"rotating: restart with another limit":     rolls(sized(100, 3), emits("aaaa", "bbbb", "cccc"), closed(), sized(5, 3), emits("dddd", "eeee")),
	"rotating: restart with more backups":      rolls(sized(5, 1), emits("aaaa", "bbbb", "cccc"), closed(), sized(5, 3), emits("dddd", "eeee", "ffff")),
	"rotating: explicit":                       rolls(sized(100, 3), emits("aaaa"), rollover, emits("bbbb"), rollover, rollover, emits("cccc")),
	"rotating: explicit, maxBytes 0":           rolls(sized(0, 3), emits("aaaa"), rollover, emits("bbbb")),
	"rotating: explicit, an empty file":        rolls(sized(100, 3), rollover, emits("aaaa")),
	"rotating: explicit, delay, existing file": rolls(appended("app.log", "old\n"), sized(100, 3).lazy(), rollover, emits("aaaa")),
	"rotating: explicit, delay, rotator":       rolls(appended("app.log", "old\n"), sized(100, 3).lazy().brought("pack"), rollover, emits("aaaa")),
	"rotating: a directory takes the path":     rolls(sized(5, 3), emits("aaaa"), renamed("app.log", "mine"), op{Do: "mkdir", Path: "app.log"}, emits("bbbb")),
	"rotating: explicit, namer and rotator":    rolls(sized(100, 3).named("front").brought("copy and truncate"), emits("a"), rollover, emits("b"), rollover, emits("c")),
	"rotating: namer, extension last":          rolls(files("app.1.log", "app.log.1"), sized(5, 2).named("extension last"), emits("aaaa", "bbbb", "cccc", "dddd")),
	"rotating: a directory among the backups":  rolls(op{Do: "mkdir", Path: "app.log.1"}, sized(5, 3), emits("aaaa", "bbbb", "cccc")),
	"rotating: missing directory":              rolls(sizedAt("d/app.log", 5, 1), emits("a")),
	"rotating: missing directory, delay":       rolls(sizedAt("d/app.log", 5, 1).lazy(), emits("lost"), op{Do: "mkdir", Path: "d"}, emits("aaaa", "bbbb")),
}

// rotatingNearly are scenarios in which several deviations meet.
var rotatingNearly = map[string][]rollOp{
	"§22 Rotating: an empty file never rolls":    rolls(sized(5, 2), emits(long, "a", long, long)),
	"§22 Rotating: multi-byte text":              rolls(sized(12, 2), emits("ääää", "bbb", "☃☃☃", "😀", "c", "ö")),
	"§22 Rotating: multi-byte terminator":        rolls(sized(12, 2).ending("☃"), emits("aaa", "bbb", "cc", "☃☃☃☃☃☃", "c", "ö")),
	"§22 Rotating: two writers":                  rolls(sized(10, 3).shared(), sized(10, 3).shared().by(1), emits("aaaa"), rollOp{op: emit("bbbb")}.by(1), emits("cccc"), rollOp{op: emit("dddd")}.by(1), emits("eeee", "ffff"), rollOp{op: emit("gggg")}.by(1)),
	"two writers, one rolls":                     rolls(sized(10, 3).shared(), sized(10, 3).shared().by(1), emits("aaaa"), rollover.by(1), emits("bbbb")),
	"two writers, a torn line":                   rolls(sized(10, 3).shared(), appended("app.log", "torn"), emits("aaaa")),
	"a rotator that fails, an older file":        rolls(files("block", "app.log"), sized(5, 3).brought("move unless blocked"), emits("aaaa", "bbbb")),
	"a rotator that fails, a torn line":          rolls(files("block"), appended("app.log", "torn"), sized(5, 3).brought("move unless blocked"), emits("aaaa", "bbbb")),
	"a rotator that truncates what others wrote": rolls(sized(5, 3).brought("copy and truncate"), appended("app.log", "theirs\n"), rollover, emits("aaaa")),
	"truncated":                               rolls(sized(10, 2), emits("aaaa", "bbb"), truncated("app.log", 0), emits("cccc", "dddd", "eeee")),
	"cut short":                               rolls(sized(10, 2), emits("aaaa", "bbb"), truncated("app.log", 5), emits("cccc", "dddd")),
	"a torn line, that rolls":                 rolls(appended("app.log", "torn"), sized(9, 2), emits("aaaa", "bbbb")),
	"a torn line, that just fits":             rolls(appended("app.log", "torn"), sized(10, 2), emits("aaaa", "bbbb")),
	"a torn line, explicit":                   rolls(appended("app.log", "torn"), sized(9, 2), rollover, emits("aaaa")),
	"a torn line, explicit, rotator":          rolls(appended("app.log", "torn"), sized(9, 2).brought("pack"), rollover, emits("aaaa")),
	"a torn line, emptied":                    rolls(appended("app.log", "torn"), sized(9, 2), truncated("app.log", 0), emits("aaaa", "bbbb")),
	"a rotator that fails, and then does not": rolls(files("block", "app.log.1", "app.log.2"), sized(5, 3).brought("move unless blocked"), emits("aaaa", "bbbb", "cccc"), pause(999*time.Millisecond), removed("block"), emits("dddd"), pause(time.Millisecond), emits("eeee", "ffff")),
	"a rotator that fails, longer pauses":     rolls(files("block"), sized(5, 3).brought("move unless blocked"), emits("aaaa", "bbbb"), pause(time.Second), emits("cccc"), pause(1999*time.Millisecond), removed("block"), emits("dddd"), pause(time.Millisecond), emits("eeee")),
	"a rotator that moves and fails":          rolls(sized(5, 3).brought("move and fail"), emits("aaaa", "bbbb", "cccc")),
	"a rotator that does nothing":             rolls(files("app.log.1"), sized(5, 3).brought("leave"), emits("aaaa", "bbbb", "cccc"), pause(time.Second), emits("dddd"), rollover),
	"the directory is gone and back":          rolls(op{Do: "mkdir", Path: "d"}, sizedAt("d/app.log", 5, 2), emits("aaaa"), removed("d/app.log"), op{Do: "rmdir", Path: "d"}, emits("kept nowhere"), op{Do: "mkdir", Path: "d"}, emits("but this"), pause(time.Second), emits("bbbb")),
	"closed, and then used":                   rolls(sized(5, 2), emits("aaaa"), closed(), emits("late"), rollover, closed()),
}

// TestPythonRotatingDoesTheSame holds our sink that rotates by size against CPython
// as it is.
func TestPythonRotatingDoesTheSame(t *testing.T) {
	compareRolls(t, rotatingAsPython, []string{}, directly, batched, buffered)
}

// TestPythonRotatingDoesNearlyTheSame holds it against CPython with all deviations.
func TestPythonRotatingDoesNearlyTheSame(t *testing.T) {
	compareRolls(t, rotatingNearly, rollNames(""), directly, batched, buffered)
}

// TestPythonRotatingWithAllDeviations shows that no deviation is in the way where
// none is needed.
func TestPythonRotatingWithAllDeviations(t *testing.T) {
	compareRolls(t, rotatingAsPython, rollNames(""), directly)
}
