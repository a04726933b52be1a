//go:build unix

package interop_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// rollScenarios is how many random scenarios there are of each kind of rotation.
const rollScenarios = 150

// rollWriter makes random scenarios of a rotating handler.
type rollWriter struct {
	*writer
	opening rollOp // how the handler is made
	ops     []rollOp
}

func newRollWriter(seed, kind uint64) *rollWriter {
	return &rollWriter{writer: &writer{Rand: rand.New(rand.NewPCG(seed, kind))}}
}

func (w *rollWriter) add(ops ...any) { w.ops = append(w.ops, rolls(ops...)...) }

// common are the options that both kinds have.
func (w *rollWriter) common(o rollOp) rollOp {
	o.Delay = w.IntN(4) == 0
	o.Terminator = pick(w.writer, "\n", "\n", "\n", "\n", "\r\n", "", "☃")
	o.Namer = pick(w.writer, "", "", "", "suffix", "front", "extension last")
	o.Rotator = pick(w.writer, "", "", "", "", "move", "pack", "copy and truncate", "move unless blocked", "move and fail")
	return o
}

// text returns a record that is not empty.
func (w *rollWriter) text() string {
	if w.IntN(6) > 0 {
		return strings.Repeat(string(rune('a'+w.IntN(26))), 1+w.IntN(12))
	}
	return pick(w.writer, "☃", "späm", "two\nlines", "ends\n", "😀😀😀", strings.Repeat("long ", 12))
}

// file returns the name of a file that is in a handler's way, or may be.
func (w *rollWriter) file(suffixes ...string) string {
	name := "app.log"
	if w.IntN(3) > 0 {
		name += "." + pick(w.writer, suffixes...)
	}
	if give := namers[w.opening.Namer]; give != nil && name != "app.log" && w.IntN(4) > 0 {
		return give(name)
	}
	return name
}

// others adds what others do to files with these suffixes.
func (w *rollWriter) others(suffixes ...string) {
	switch w.IntN(8) {
	case 0:
		w.add(renamed("app.log", pick(w.writer, "mine", w.file(suffixes...))))
	case 1, 2:
		w.add(removed(w.file(suffixes...)))
	case 3:
		w.add(truncated("app.log", int64(pick(w.writer, 0, 3))))
	case 4:
		w.add(appended("app.log", pick(w.writer, "theirs\n", "torn")))
	case 5:
		w.add(files(w.file(suffixes...)))
	case 6:
		w.add(files("block"))
	case 7:
		w.add(removed("block"))
	}
}

// restart adds a new process.
func (w *rollWriter) restart() {
	w.add(closed())
	if w.IntN(8) == 0 {
		w.add(emit("late"), rollover)
	}
	w.add(w.opening)
}

// numbers are suffixes of backups by size, and of what is none.
var numbers = []string{"1", "1", "2", "2", "3", "4", "5", "1.gz", "2.gz", "3.gz", "0", "01", "x", "1.bak", "-1", "1.test"}

// size writes a scenario of rotation by size.
func (w *rollWriter) size() []rollOp {
	w.resize()
	if w.IntN(12) == 0 {
		w.add(op{Do: "symlink", To: "real", Path: "app.log"})
	}
	for range w.IntN(6) {
		w.add(files(w.file(numbers...)))
	}
	w.add(w.opening)
	for range 10 + w.IntN(20) {
		switch w.IntN(16) {
		case 0:
			w.add(rollover)
		case 1:
			w.restart()
		case 2:
			w.resize()
			w.restart()
		case 3, 4:
			w.others(numbers...)
		case 5:
			w.add(pause(time.Duration(w.IntN(8)) * 500 * time.Millisecond))
		default:
			w.add(emit(w.text()))
		}
	}
	return w.ops
}

// resize gives the handler other limits.
func (w *rollWriter) resize() {
	o := sized(pick[int64](w.writer, 0, 5, 7, 12, 20, 40), pick(w.writer, 1, 1, 2, 2, 3, 4))
	if w.IntN(20) == 0 {
		o.Backups = 0
	}
	w.opening = w.common(o)
	if w.IntN(30) == 0 {
		w.opening.Mode = "w"
	}
}

// TestPythonRotatingAtRandom plays random scenarios of rotation by size. With all
// deviations CPython leaves the same files; without any, in many.
func TestPythonRotatingAtRandom(t *testing.T) {
	same := rollAtRandom(t, func(seed uint64) []rollOp { return newRollWriter(seed, 3).size() })
	if same < rollScenarios*soak()/10 {
		t.Error("too few to say that this is CPython's way")
	}
}

// TestPythonRotatingSharedAtRandom does so with two writers, for whom CPython always
// needs a deviation.
func TestPythonRotatingSharedAtRandom(t *testing.T) {
	rollAtRandom(t, func(seed uint64) []rollOp { return newRollWriter(seed, 4).two() })
}

// two writes a scenario of two handlers that share a file.
func (w *rollWriter) two() []rollOp {
	w.opening = sized(pick[int64](w.writer, 7, 12, 20), pick(w.writer, 1, 2, 3)).shared()
	w.add(files("app.log.1"), w.opening, w.opening.by(1))
	for range 10 + w.IntN(20) {
		id := w.IntN(2)
		switch w.IntN(12) {
		case 0:
			w.add(rollover.by(id))
		case 1:
			w.add(rollOp{op: closed()}.by(id), w.opening.by(id))
		default:
			w.add(rollOp{op: emit(w.text())}.by(id))
		}
	}
	return w.ops
}

// rollAtRandom plays scenarios and returns how many need no deviation. Records reach
// our sinks in each manner in turn.
func rollAtRandom(t *testing.T, scenario func(seed uint64) []rollOp) (same int) {
	t.Helper()
	var runs, plain []rollRun
	for seed := range uint64(rollScenarios * soak()) {
		ops := scenario(seed)
		runs = append(runs, newRollRun(rollNames(""), ops))
		plain = append(plain, newRollRun([]string{}, ops))
	}
	deviating, _ := pythonRolls(t, runs)
	asItIs, _ := pythonRolls(t, plain)
	for i, r := range runs {
		m := []manner{directly, batched, buffered}[i%3]
		got := ourRolls(t, []rollRun{r}, m)[0]
		if diff := got.differs(deviating[i]); diff != "" {
			t.Errorf("scenario %d, %s: %s\n%s", i, m, diff, toldRolls(r.Ops, got.outcomes, deviating[i].outcomes))
		}
		if got.differs(asItIs[i]) == "" {
			same++
		}
	}
	t.Logf("%d of %d scenarios need no deviation", same, len(runs))
	return same
}

// toldRolls tells a scenario and how it went, here and in CPython.
func toldRolls(ops []rollOp, ours, theirs []string) string {
	var b strings.Builder
	for i, o := range ops {
		fmt.Fprintf(&b, "%2d %-5s %-5s %s %d %s %s %q", i, ours[i], theirs[i], o.Do, o.Handler, o.Path, o.To, clip(o.Text))
		if o.Do == "open" {
			fmt.Fprintf(&b, " %+v", o)
		}
		if slices.Contains([]string{"sleep", "age", "truncate"}, o.Do) {
			fmt.Fprintf(&b, " %d ms, size %d", o.MS, o.Size)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
