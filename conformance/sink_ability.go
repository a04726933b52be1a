package conformance

import (
	"log/slog"

	"github.com/logsinks/logsinks/core"
)

// abilityCases are about what a sink says of itself.
var abilityCases = []testCase[SinkHarness]{
	{"levels filtered alike", "Enabled, Emit and EmitBatch agree on which levels are delivered: no ability is reached behind a filter's back", func(t T, h *SinkHarness) {
		r := h.rig(t)
		levels := []slog.Level{core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical}
		leveled, _ := r.Sink.(core.Leveled)
		var want []mark
		for i, level := range levels {
			one, two := numbered(mark{0, i}), numbered(mark{1, i})
			one.Level, two.Level = level, level
			if err := r.Sink.Emit(one); err != nil {
				t.Errorf("Emit at %v: %v", level, err)
			}
			if n, err := core.EmitBatch(r.Sink, []core.Record{two}); n != 1 || err != nil {
				t.Errorf("EmitBatch at %v: %d, %v", level, n, err)
			}
			if leveled == nil || leveled.Enabled(level) {
				want = append(want, mark{0, i}, mark{1, i})
			}
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"mixed batch", "a batch with records that a filter drops delivers the others, and counts all as dealt with", func(t T, h *SinkHarness) {
		r := h.rig(t)
		leveled, ok := r.Sink.(core.Leveled)
		if !ok {
			t.Skipf("the sink filters no levels")
		}
		rs := batch(0, 0, 20)
		var want []mark
		for i := range rs {
			if i%3 == 0 {
				rs[i].Level = core.LevelTrace
			} else {
				rs[i].Level = core.LevelCritical
			}
			if leveled.Enabled(rs[i].Level) {
				want = append(want, mark{0, i})
			}
		}
		if n, err := core.EmitBatch(r.Sink, rs); n != len(rs) || err != nil {
			t.Errorf("EmitBatch of %d: %d, %v", len(rs), n, err)
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"line only", "a sink that says LineOnly reads nothing but Line and Level of a record that has a Line", func(t T, h *SinkHarness) {
		r := h.rig(t)
		l, ok := r.Sink.(core.LineOnly)
		if !ok || !l.LineOnly() {
			t.Skipf("the sink does not say so")
		}
		src := &poisoned{}
		src.poison()
		line := "line " + mark{0, 0}.String()
		rec := core.Record{Level: core.LevelInfo, Message: "must not be read", Line: []byte(line)}
		rec.SetAttrSource(src)
		r.emit(t, rec)
		if n, err := core.EmitBatch(r.Sink, []core.Record{rec}); n != 1 || err != nil {
			t.Errorf("EmitBatch: %d, %v", n, err)
		}
		got := r.finish(t)
		for _, one := range got {
			if one.Text != line && !h.Limits.NotVerbatim {
				t.Errorf("arrived %q", one.Text)
			}
		}
		if len(got) != 2 && !h.Limits.Discards {
			t.Errorf("%d records arrived, want 2", len(got))
		}
		if src.lateReads() > 0 {
			t.Errorf("the attributes were read %d times", src.lateReads())
		}
	}},
	{"statistics", "the counters add up: every call is accepted or failed; every accepted record delivered, dropped or pending", func(t T, h *SinkHarness) {
		r := h.rig(t)
		s, ok := r.Sink.(core.Statser)
		if !ok {
			t.Skipf("the sink keeps no counters")
		}
		var accepted, failed uint64
		for i := range 30 {
			if i == 10 && r.Break != nil {
				r.Break()
			}
			if i == 20 && r.Mend != nil {
				r.Mend()
			}
			if r.Sink.Emit(numbered(mark{0, i})) == nil {
				accepted++
			} else {
				failed++
			}
		}
		n, err := core.EmitBatch(r.Sink, batch(1, 0, 5))
		if accepted += uint64(n); err != nil {
			failed++
		}
		checkStats(t, s.Stats(), accepted, failed)
		got := r.finish(t)
		st := s.Stats()
		checkStats(t, st, accepted, failed)
		if st.Pending != 0 || st.Delivered != uint64(len(got)) {
			t.Errorf("%d records arrived; after Close the counters are %+v", len(got), st)
		}
	}},
}

func checkStats(t T, s core.Stats, accepted, failed uint64) {
	t.Helper()
	sum := s.Delivered + s.Pending
	for _, n := range s.Dropped {
		sum += n
	}
	if s.Accepted != accepted || s.Failed != failed || sum != s.Accepted {
		t.Errorf("%d accepted and %d refused; the counters are %+v", accepted, failed, s)
	}
}
