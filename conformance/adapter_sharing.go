package conformance

import (
	"log/slog"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// sharingCases are about what loggers and goroutines share, and must not.
var sharingCases = []testCase[AdapterHarness]{
	{"B61 siblings", "loggers derived from one do not see each other's attributes", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		parent := b.With(slog.Int("p1", 1)).With(slog.Int("p2", 2)).With(slog.Int("p3", 3))
		one, two := parent.With(slog.String("child", "one")), parent.With(slog.String("child", "two"))
		one.Log(t.Context(), info, "m")
		two.Log(t.Context(), info, "m")
		got := b.sink.Records()
		if len(got) != 2 {
			t.Fatalf("%d records, want 2", len(got))
		}
		for i, child := range []string{"one", "two"} {
			h.checkAttrs(t, got[i], slog.Int("p1", 1), slog.Int("p2", 2), slog.Int("p3", 3), slog.String("child", child))
		}
	}},
	{"B61 siblings at once", "loggers may be derived and used by many goroutines at once", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		parent := b.With(slog.String("parent", "yes"))
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 25 {
					l := parent.With(slog.Int("number", i))
					l.Log(t.Context(), info, mark{g, i}.String(), slog.Int("goroutine", g))
				}
			})
		}
		wg.Wait()
		got := b.sink.Records()
		if len(got) != 200 {
			t.Errorf("%d records, want 200", len(got))
		}
		for _, r := range got {
			m, _ := markOf(r.Message)
			h.checkAttrs(t, r, slog.String("parent", "yes"), slog.Int("number", m.number), slog.Int("goroutine", m.goroutine))
		}
	}},
	{"B52 changed values", "what a value points to may change after the log call, or after With", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		value, given := map[string]int{"v": 1}, map[string]int{"v": 1}
		l := b.With(slog.Any("given", given))
		if !h.Traits.WithReadsLater {
			given["v"] = 2
		}
		l.Log(t.Context(), info, "m", slog.Any("value", value))
		value["v"], given["v"] = 3, 3
		h.checkAttrs(t, b.only(t), slog.Any("given", map[string]int{"v": 1}), slog.Any("value", map[string]int{"v": 1}))
	}},
	{"B61 levels agree", "a level that the sink would ignore is not enabled, and a record of it does not reach the sink", func(t T, h *AdapterHarness) {
		rec := &Recorder{}
		reached := 0
		sink := core.NewMinLevel(core.NewFilter(rec, func(core.Record) bool { reached++; return true }), core.LevelWarn)
		front := h.New(t, sink, AdapterOptions{OnError: func(err error) { t.Errorf("reported: %v", err) }})
		want := 0
		for _, l := range h.Levels {
			if front.Enabled != nil && front.Enabled(l) != (l >= core.LevelWarn) {
				t.Errorf("Enabled(%v) is %v", l, front.Enabled(l))
			}
			front.Log(t.Context(), l, "m")
			if l >= core.LevelWarn {
				want++
			}
		}
		if got := len(rec.Records()); got != want || reached != want {
			t.Errorf("%d records arrived and %d reached the filter, want %d", got, reached, want)
		}
	}},
}
