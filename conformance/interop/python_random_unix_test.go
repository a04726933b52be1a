//go:build unix

package interop_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// scenarios is how many random scenarios there are of each kind of handler.
const scenarios = 300

// writer makes random scenarios of one kind of handler.
type writer struct {
	*rand.Rand
	kind string
	open [2]bool // which handlers are
}

func pick[T any](w *writer, from ...T) T { return from[w.IntN(len(from))] }

// path returns one of few names, so that operations meet.
func (w *writer) path() string {
	return pick(w, "app.log", "app.log", "app.log", "app.log.1", "d/app.log", "d/app.log", "other")
}

// text returns a record, now and then a nasty one.
func (w *writer) text() string {
	if w.IntN(8) > 0 {
		return fmt.Sprintf("record %d", w.IntN(1000))
	}
	return pick(w, "", "two\nlines", "ends\n", "cr\rlf\r\n", "nul\x00nul", "späm ☃ 😀", "\ufeffbom", strings.Repeat("long ", 20_000))
}

// handler returns operations that open a handler, or use one.
func (w *writer) handler() []op {
	id := w.IntN(len(w.open))
	do := w.IntN(12)
	switch {
	case !w.open[id]:
		w.open[id] = true
		return []op{{
			Do: "open", Handler: id, Kind: w.kind, Path: w.path(), Mode: pick(w, "a", "a", "a", "w", "x"),
			Delay: w.IntN(3) == 0, Terminator: pick(w, "\n", "\n", "\n", "\r\n", "", "é", " | ", "<end>\n"),
		}}
	case do == 0:
		return []op{{Do: "flush", Handler: id}}
	case do == 1:
		w.open[id] = w.IntN(2) == 0 // another one takes its place, or it stays there, closed
		return []op{{Do: "close", Handler: id}}
	case do == 2 && w.kind == "stream":
		return []op{{Do: "setStream", Handler: id, Path: pick(w, w.path(), "/dev/full")}}
	}
	return []op{{Do: "emit", Handler: id, Text: w.text()}}
}

// others returns what others do.
func (w *writer) others() op {
	switch w.IntN(10) {
	case 0, 1:
		return renamed(w.path(), w.path())
	case 2, 3:
		return removed(w.path())
	case 4:
		return truncated(w.path(), int64(pick(w, 0, 0, 3)))
	case 5:
		return appended(w.path(), pick(w, "theirs\n", "torn", ""))
	case 6:
		return op{Do: "symlink", To: pick(w, "other", "nowhere"), Path: w.path()}
	case 7:
		return op{Do: "rmdir", Path: pick(w, "d", "app.log")}
	case 8:
		return op{Do: "mkdir", Path: pick(w, "d", "d", "app.log")}
	}
	return renamed(pick(w, "d", "e"), pick(w, "e", "d"))
}

// scenario returns operations. Every fourth one has a limit on the size of files,
// which cuts records short.
func (w *writer) scenario() []op {
	ops := []op{{Do: "mkdir", Path: "d"}}
	full := w.IntN(4) == 0
	for range 8 + w.IntN(16) {
		switch {
		case w.IntN(3) == 0:
			ops = append(ops, w.others())
		case full && w.IntN(5) == 0:
			ops = append(ops, limited(int64(pick(w, 0, 0, w.IntN(16), w.IntN(64)))))
		default:
			ops = append(ops, w.handler()...)
		}
	}
	return ops
}

// TestPythonAtRandom plays random scenarios. With all deviations CPython leaves
// the same bytes and says the same of each operation; without any, in many.
func TestPythonAtRandom(t *testing.T) {
	for _, kind := range []string{"stream", "file", "watched"} {
		t.Run(kind, func(t *testing.T) {
			var runs []run
			for seed := range uint64(scenarios * soak()) {
				ops := (&writer{Rand: rand.New(rand.NewPCG(seed, 1)), kind: kind}).scenario()
				runs = append(runs, run{Deviations: names(""), Ops: ops})
			}
			deviating, plain, got := pythons(t, runs), pythons(t, asIs(runs)), ours(t, runs)
			same := 0
			for i, g := range got {
				if diff := g.differs(deviating[i]); diff != "" {
					t.Errorf("scenario %d: %s\n%s", i, diff, told(runs[i].Ops, g.outcomes))
				}
				if g.differs(plain[i]) == "" {
					same++
				}
			}
			t.Logf("%d of %d scenarios need no deviation", same, len(runs))
			if same < len(runs)/4 {
				t.Error("too few to say that this is CPython's way")
			}
		})
	}
}

// asIs returns the runs without deviations.
func asIs(runs []run) []run {
	plain := slices.Clone(runs)
	for i := range plain {
		plain[i].Deviations = []string{}
	}
	return plain
}

// told tells a scenario and how it went.
func told(ops []op, outcomes []string) string {
	var b strings.Builder
	for i, o := range ops {
		fmt.Fprintf(&b, "%2d %-5s %s %d %s %s %q", i, outcomes[i], o.Do, o.Handler, o.Path, o.To, clip(o.Text))
		if o.Do == "open" {
			fmt.Fprintf(&b, " mode %s, delay %t, terminator %q", o.Mode, o.Delay, o.Terminator)
		}
		if o.Do == "truncate" || o.Do == "limit" {
			fmt.Fprintf(&b, " size %d", o.Size)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
