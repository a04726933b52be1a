//go:build unix

package interop_test

import (
	"testing"
	"time"
)

// whenUnits are the units of when, and the suffixes of their backups.
var whenUnits = map[string]struct {
	unit   time.Duration
	suffix string
}{
	"S":        {time.Second, "2006-01-02_15-04-05"},
	"M":        {time.Minute, "2006-01-02_15-04"},
	"H":        {time.Hour, "2006-01-02_15"},
	"D":        {day, "2006-01-02"},
	"MIDNIGHT": {day, "2006-01-02"},
	"W":        {7 * day, "2006-01-02"},
}

// horizon is how far scenarios go: from there on clocks are put forward within few
// weeks, which is a matter of tables.
const horizon = 30 * day

// timedWriter makes random scenarios of rotation by time.
type timedWriter struct {
	*rollWriter
	now    time.Duration // since the year 2000 began
	unit   time.Duration
	period time.Duration
	suffix string
}

// wait lets time pass.
func (w *timedWriter) wait(d time.Duration) {
	if w.now+d > horizon {
		d = ms
	}
	w.now += d
	w.add(pause(d))
}

// suffixes returns those of backups, and of what is none.
func (w *timedWriter) suffixes() (all []string) {
	for range 6 {
		d := w.now - time.Duration(w.IntN(6)-1)*w.period
		all = append(all, year2000.Add(d).Format(w.suffix)+pick(w.writer, "", "", "", "", ".1", ".2", ".10", ".gz", ".1.gz", ".bak", "0", "_10"))
	}
	return append(all, "1999-12-30", "1999-02-30", "b.1999-12-31", "1", "1999-12-31_23.c")
}

// schedule chooses one.
func (w *timedWriter) schedule() {
	when := pick(w.writer, "S", "M", "H", "D", "MIDNIGHT", "W")
	u := whenUnits[when]
	if when == "W" {
		when += pick(w.writer, "0", "1", "2", "3", "4", "5", "6")
	}
	o := timed(when, pick(w.writer, 0, 1, 2, 4)).every(1 + w.IntN(3))
	if u.unit >= day && when != "D" && w.IntN(2) == 0 {
		o = o.at(w.IntN(24), pick(w.writer, 0, 30), 0)
	}
	if w.IntN(4) == 0 {
		o = o.inUTC()
	}
	w.opening = w.common(o)
	w.unit, w.suffix, w.period = u.unit, u.suffix, u.unit*time.Duration(o.Interval)
}

// scenario writes one.
func (w *timedWriter) scenario() []rollOp {
	w.add(zone(pick(w.writer, theZones...)))
	w.schedule()
	w.wait(time.Duration(w.IntN(2*24*60)) * 30 * time.Second)
	for range w.IntN(5) {
		w.add(files(w.file(w.suffixes()...)))
	}
	if w.IntN(3) == 0 {
		w.add(files("app.log"))
		w.age()
	}
	w.add(w.opening)
	for range 10 + w.IntN(20) {
		w.step()
	}
	return w.ops
}

// step adds what may happen next.
func (w *timedWriter) step() {
	switch w.IntN(20) {
	case 0:
		w.add(rollover)
	case 1:
		w.restart()
	case 2:
		w.add(closed())
		w.age()
		w.add(w.opening)
	case 3:
		w.schedule()
		w.restart()
	case 4, 5:
		w.others(w.suffixes()...)
	case 6:
		if w.opening.Backups > 0 {
			w.add(expiring)
		}
	case 7, 8, 9, 10, 11, 12:
		w.wait(pick(w.writer, ms, time.Second, w.unit/3, w.unit/2, w.unit-ms, w.unit, w.period-ms, w.period, w.period, 5*w.unit))
	default:
		w.add(emit(w.text()))
	}
}

// age makes the live file one of about now.
func (w *timedWriter) age() {
	ago := pick(w.writer, -2*w.unit, -w.unit/2, 0, w.unit/2, w.unit, w.period, 3*w.period)
	w.add(aged("app.log", w.now-ago))
}

// TestPythonTimedAtRandom plays random scenarios of rotation by time. With all
// deviations CPython leaves the same files; without any, in some.
func TestPythonTimedAtRandom(t *testing.T) {
	same := rollAtRandom(t, func(seed uint64) []rollOp {
		return (&timedWriter{rollWriter: newRollWriter(seed, 5)}).scenario()
	})
	if same < rollScenarios*soak()/10 {
		t.Error("too few to say that this is CPython's way")
	}
}

// TestPythonTimedSharedAtRandom does so with two writers, for whom CPython always
// needs a deviation.
func TestPythonTimedSharedAtRandom(t *testing.T) {
	rollAtRandom(t, func(seed uint64) []rollOp {
		return (&timedWriter{rollWriter: newRollWriter(seed, 6)}).two()
	})
}

// two writes a scenario of two handlers that share a file.
func (w *timedWriter) two() []rollOp {
	w.add(zone(pick(w.writer, theZones...)))
	w.schedule()
	w.opening.Terminator, w.opening.Rotator = "\n", ""
	w.opening = w.opening.shared()
	w.wait(time.Duration(w.IntN(2*24*60)) * 30 * time.Second)
	w.add(files(w.file(w.suffixes()...)), w.opening, w.opening.by(1))
	for range 10 + w.IntN(20) {
		id := w.IntN(2)
		switch w.IntN(12) {
		case 0:
			w.add(rollover.by(id))
		case 1:
			w.add(rollOp{op: closed()}.by(id), w.opening.by(id))
		case 2, 3, 4, 5:
			w.wait(pick(w.writer, ms, w.unit/2, w.unit, w.period-ms, w.period, 3*w.unit))
		default:
			w.add(rollOp{op: emit(w.text())}.by(id))
		}
	}
	return w.ops
}
