package conformance

import (
	"github.com/logsinks/logsinks/core"
)

// failureCases are about a destination that refuses.
var failureCases = []testCase[SinkHarness]{
	{"truth", "while the destination refuses, each record is an error or arrives later: none is lost without an error, none arrives in spite of one", func(t T, h *SinkHarness) {
		r := h.breakable(t)
		var want []mark
		refused := 0
		for i := range 60 {
			switch i {
			case 20:
				r.Break()
			case 40:
				r.Mend()
			}
			m := mark{0, i}
			if err := r.Sink.Emit(numbered(m)); err != nil {
				refused++
				continue
			}
			want = append(want, m)
		}
		if refused == 0 && !h.Limits.Buffered {
			t.Errorf("no record was refused, although the destination did")
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"truth under contention", "the same, from several goroutines", func(t T, h *SinkHarness) {
		r := h.breakable(t)
		want := produce(r.Sink, 4, 50, func(m mark, err error) { t.Errorf("Emit of %v: %v", m, err) })
		r.Break()
		want = append(want, shifted(r.Sink, 4, 50, 4)...)
		r.Mend()
		want = append(want, shifted(r.Sink, 4, 50, 8)...)
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"B45 recovery", "when the destination works again, so does the sink", func(t T, h *SinkHarness) {
		r := h.breakable(t)
		var want []mark
		for round := range 3 {
			r.Break()
			if r.Sink.Emit(numbered(mark{round, 0})) == nil {
				want = append(want, mark{round, 0})
			}
			_ = r.Sink.Flush(t.Context())
			r.Mend()
			r.emit(t, numbered(mark{round, 1}))
			want = append(want, mark{round, 1})
			r.flush(t)
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"flush tells", "Flush is an error while accepted records cannot be delivered", func(t T, h *SinkHarness) {
		r := h.breakable(t)
		r.Break()
		accepted := r.Sink.Emit(numbered(mark{0, 0})) == nil
		if err := r.Sink.Flush(t.Context()); accepted && err == nil {
			t.Errorf("Flush: nil, with a record that cannot have arrived")
		}
		r.Mend()
		var want []mark
		if accepted {
			want = append(want, mark{0, 0})
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"batch tells", "EmitBatch says how many of the batch were delivered, and is an error unless it was all", func(t T, h *SinkHarness) {
		r := h.breakable(t)
		var want []mark
		for first := 0; first < 60; first += 10 {
			switch first {
			case 20:
				r.Break()
			case 40:
				r.Mend()
			}
			n, err := core.EmitBatch(r.Sink, batch(0, first, 10))
			if (n == 10) != (err == nil) || n < 0 || n > 10 {
				t.Fatalf("EmitBatch of 10: %d, %v", n, err)
			}
			for i := range n {
				want = append(want, mark{0, first + i})
			}
		}
		rs := batch(1, 0, 10)
		rs[5] = core.Record{Level: core.LevelInfo, Message: mark{1, 5}.String()}
		rs[5].SetAttrSource(attrSource(r.Break)) // in the middle, if the sink delivers one by one
		n, err := core.EmitBatch(r.Sink, rs)
		if (n == 10) != (err == nil) || n < 0 || n > 10 {
			t.Fatalf("EmitBatch of 10, with a failure in the middle: %d, %v", n, err)
		}
		for i := range n {
			want = append(want, mark{1, i})
		}
		r.Mend()
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
}

// breakable makes a rig whose destination can fail.
func (h *SinkHarness) breakable(t T) Rig {
	t.Helper()
	r := h.rig(t)
	if r.Break == nil || r.Mend == nil {
		t.Skipf("the harness cannot make the destination fail")
	}
	return r
}

// shifted is produce with goroutines numbered from first, where a refusal is
// nothing special.
func shifted(s core.Sink, goroutines, each, first int) []mark {
	got := produce(core.NewFunc(func(r core.Record) error {
		m, _ := markOf(r.Message)
		return s.Emit(numbered(mark{m.goroutine + first, m.number}))
	}), goroutines, each, func(mark, error) {})
	for i := range got {
		got[i].goroutine += first
	}
	return got
}
