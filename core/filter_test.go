package core_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// leveled returns one record for each level.
func leveled(levels ...slog.Level) []core.Record {
	var rs []core.Record
	for _, l := range levels {
		rs = append(rs, core.Record{Level: l, Message: core.LevelName(l)})
	}
	return rs
}

func TestMinLevelChangesAtRunTime(t *testing.T) {
	var level slog.LevelVar
	c := new(capture)
	m := core.NewMinLevel(c, &level)
	all := leveled(core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError)
	try := func(want string) {
		t.Helper()
		c.records = nil
		for _, r := range all {
			before := len(c.all())
			noError(t, "Emit", m.Emit(r))
			if got := len(c.all()) > before; got != m.Enabled(r.Level) {
				t.Errorf("%v: Enabled is %v", r.Level, m.Enabled(r.Level))
			}
		}
		if got := c.messages(); got != want {
			t.Errorf("delivered %q, want %q", got, want)
		}
		c.records = nil
		n, err := m.EmitBatch(all)
		if got := c.messages(); n != len(all) || err != nil || got != want {
			t.Errorf("batch: %d, %v, delivered %q, want %q", n, err, got, want)
		}
	}
	try("INFO WARN ERROR")
	level.Set(core.LevelError)
	try("ERROR")
	level.Set(core.LevelTrace)
	try("DEBUG INFO WARN ERROR")
	level.Set(core.LevelEmergency)
	try("")
}

func TestMinLevelEnabledAsksTheTarget(t *testing.T) {
	m := core.NewMinLevel(&able{level: core.LevelError}, core.LevelInfo)
	if m.Enabled(core.LevelWarn) || !m.Enabled(core.LevelError) {
		t.Error("the target's level does not count")
	}
}

// python-semantics §22: a handler's filter can drop.
func TestFilterDrops(t *testing.T) {
	c := new(capture)
	f := core.NewFilter(c, func(r core.Record) bool { return r.Message != "noise" })
	for _, r := range records("a noise b") {
		noError(t, "Emit", f.Emit(r))
	}
	if c.messages() != "a b" {
		t.Errorf("delivered %q", c.messages())
	}
}

func TestFilterThatPanics(t *testing.T) {
	c := new(capture)
	f := core.NewFilter(c, func(r core.Record) bool {
		if r.Message == "bad" {
			panic(errNet)
		}
		return true
	})
	var p *core.PanicError
	if err := f.Emit(records("bad")[0]); !errors.As(err, &p) || !errors.Is(err, errNet) {
		t.Errorf("Emit: %v", err)
	}
	n, err := f.EmitBatch(records("a bad b"))
	if n != 1 || !errors.As(err, &p) || c.messages() != "a" {
		t.Errorf("EmitBatch: %d, %v, delivered %q", n, err, c.messages())
	}
}

// What the target says about a batch is about what is left of it.
func TestFilterTellsWhichRecordOfABatchFailed(t *testing.T) {
	tests := []struct {
		batch, bad string
		delivered  int
		want       string
	}{
		{"a x b bad c", "bad", 3, "a b"},
		{"x x bad", "bad", 2, ""},
		{"bad x", "bad", 0, ""},
		{"a x x", "", 3, "a"},
		{"x x x", "", 3, ""},
		{"", "", 0, ""},
		{"a panic bad", "bad", 1, "a"},
		{"bad x panic", "bad", 0, ""},
	}
	for _, test := range tests {
		target := &batched{capture: capture{fail: failOn("bad", errDisk)}}
		f := core.NewFilter(target, func(r core.Record) bool {
			if r.Message == "panic" {
				panic("filter")
			}
			return r.Message != "x"
		})
		rs := records(test.batch)
		n, err := f.EmitBatch(rs)
		if n != test.delivered || (err == nil) != (n == len(rs)) || target.messages() != test.want {
			t.Errorf("%q: delivered %d (%q), error %v, want %d (%q)", test.batch, n, target.messages(), err, test.delivered, test.want)
		}
		if test.bad != "" && n < len(rs) && rs[n].Message == "bad" {
			wantError(t, test.batch, err, errDisk)
		}
	}
}

// A target that breaks its promise must not make things worse.
func TestFilterBehindATargetThatCountsWrong(t *testing.T) {
	f := core.NewFilter(wrongCount{new(capture)}, func(core.Record) bool { return true })
	if n, err := f.EmitBatch(records("a b")); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// wrongCount says that it has delivered all, and an error.
type wrongCount struct{ *capture }

func (wrongCount) EmitBatch(rs []core.Record) (int, error) { return len(rs), errDisk }
