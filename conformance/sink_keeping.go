package conformance

import (
	"log/slog"
	"strings"

	"github.com/logsinks/logsinks/core"
)

// keepingCases are about what a sink may keep of a record: nothing.
var keepingCases = []testCase[SinkHarness]{
	{"B48 reused line", "the caller may use its bytes again as soon as Emit has returned", func(t T, h *SinkHarness) {
		r := h.rig(t)
		buf := make([]byte, 0, 64)
		var want []mark
		for i := range 20 {
			m := mark{0, i}
			buf = append(buf[:0], "line "+m.String()...)
			rec := numbered(m)
			rec.Line = buf
			r.emit(t, rec)
			want = append(want, m)
		}
		overwrite(buf)
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"B48 reused batch", "the caller may use its records and their bytes again as soon as EmitBatch has returned", func(t T, h *SinkHarness) {
		r := h.rig(t)
		rs := batch(0, 0, 10)
		if n, err := core.EmitBatch(r.Sink, rs); n != len(rs) || err != nil {
			t.Fatalf("EmitBatch: %d, %v", n, err)
		}
		var want []mark
		for i := range rs {
			overwrite(rs[i].Line)
			rs[i] = core.Record{Message: "overwritten"}
			want = append(want, mark{0, i})
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"lent records", "a sink changes neither a Line nor a record that it is lent, nor what lies behind a Line in memory", func(t T, h *SinkHarness) {
		r := h.rig(t)
		rs := batch(0, 0, 10)
		text := make([]string, len(rs))
		for i := range rs {
			text[i] = string(rs[i].Line) + "next to it"
			rs[i].Line = []byte(text[i])[:len(rs[i].Line)]
		}
		r.emit(t, rs[:5]...)
		if n, err := core.EmitBatch(r.Sink, rs[5:]); n != 5 || err != nil {
			t.Errorf("EmitBatch: %d, %v", n, err)
		}
		r.finish(t)
		for i := range rs {
			line := rs[i].Line
			if now := string(line[:cap(line)][:len(text[i])]); now != text[i] || rs[i].Message != (mark{0, i}).String() {
				t.Errorf("lent %q, and found %q and %q", text[i], now, rs[i].Message)
			}
		}
	}},
	{"kept source", "where attributes come from, and where the record was logged, is not read after Emit has returned, when it is not valid any more", func(t T, h *SinkHarness) {
		r := h.rig(t)
		for i := range 5 {
			src := &poisoned{attrs: []slog.Attr{slog.String("valid", "yes")}}
			at := &slog.Source{Function: "main.main", File: "main.go", Line: 1}
			rec := core.Record{Level: core.LevelInfo, Message: mark{0, i}.String()}
			rec.SetAttrSource(src)
			rec.SetSource(at)
			r.emit(t, rec)
			src.poison()
			*at = slog.Source{Function: "poison", File: "poison", Line: 2}
			defer func() {
				if n := src.lateReads(); n > 0 {
					t.Errorf("the source was read %d times after Emit had returned", n)
				}
			}()
		}
		for _, got := range r.finish(t) {
			if strings.Contains(got.Text, "poison") {
				t.Errorf("what arrived was read too late: %q", got.Text)
			}
		}
	}},
	{"B52 changed values", "what a value points to may change as soon as Emit has returned", func(t T, h *SinkHarness) {
		if h.Limits.NoAttrs || h.Limits.Discards {
			t.Skipf("attributes do not reach this destination")
		}
		r := h.rig(t)
		value := map[string]string{"state": "original"}
		list := []string{"original"}
		rec := core.Record{Level: core.LevelInfo, Message: mark{0, 0}.String()}
		rec.SetAttrs(slog.Any("map", value), slog.Any("list", list))
		r.emit(t, rec)
		value["state"], list[0] = "changed", "changed"
		got := r.finish(t)
		checkExactly(t, &h.Limits, got, []mark{{0, 0}})
		if text := got[0].Text; strings.Contains(text, "changed") || strings.Count(text, "original") != 2 {
			t.Errorf("got %q, want the values at the time of the call", text)
		}
	}},
}

func overwrite(b []byte) {
	for i := range b {
		b[i] = '#'
	}
}
