package conformance

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core"
)

// translationCases are about a log call that becomes a record.
var translationCases = []testCase[AdapterHarness]{
	{"levels", "each of the framework's levels becomes the level of the common table", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		for _, l := range h.Levels {
			b.Log(t.Context(), l, "at "+core.LevelName(l))
		}
		got := b.sink.Records()
		if len(got) != len(h.Levels) {
			t.Fatalf("%d records for %d levels", len(got), len(h.Levels))
		}
		for i, r := range got {
			if r.Level != h.Levels[i] || r.Message != "at "+core.LevelName(h.Levels[i]) {
				t.Errorf("logged at %v, arrived at %v: %q", h.Levels[i], r.Level, r.Message)
			}
		}
	}},
	{"header", "a record has its time, its message and the logger's name", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		front, name := b.Front, ""
		if b.Named != nil {
			front, name = b.Named("app.db"), "app.db"
		}
		before := time.Now().Add(-2 * time.Second) // frameworks cut off fractions
		front.Log(t.Context(), info, "hello, \"world\"\n")
		r := b.only(t)
		if r.Time.Before(before) || r.Time.After(time.Now().Add(2*time.Second)) {
			t.Errorf("time %v", r.Time)
		}
		if r.Message != "hello, \"world\"\n" || r.Logger != name {
			t.Errorf("message %q, logger %q", r.Message, r.Logger)
		}
	}},
	{"source", "a record says where it was logged, when the framework is asked to, unless it is declared not to know", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{Source: true})
		b.log(t, "here")
		src := b.only(t).Source()
		if h.Traits.NoSource {
			if src != nil {
				t.Errorf("NoSource is declared, but the record has %+v", src)
			}
			return
		}
		if src == nil || !strings.HasSuffix(src.File, cmp.Or(h.File, ".go")) || src.Line == 0 {
			t.Errorf("source %+v", src)
		}
	}},
	{"attributes", "every kind of attribute arrives, in order, with its value", func(t T, h *AdapterHarness) {
		for _, a := range allKinds() {
			b := h.bench(t, AdapterOptions{})
			b.log(t, "m", a)
			h.checkAttrs(t, b.only(t), a)
		}
		b := h.bench(t, AdapterOptions{})
		b.log(t, "m", allKinds()...)
		h.checkAttrs(t, b.only(t), allKinds()...)
	}},
	{"duplicate keys", "of two attributes with one key both arrive, if the framework has both", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		b.log(t, "m", slog.Int("k", 1), slog.Int("k", 2))
		if h.Traits.NoDuplicates {
			h.checkAttrs(t, b.only(t), slog.Int("k", 2))
			return
		}
		h.checkAttrs(t, b.only(t), slog.Int("k", 1), slog.Int("k", 2))
	}},
	{"with", "attributes given to With come with each record, in front of its own", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		l := b.With(slog.Int("a", 1)).With(slog.String("b", "two"), slog.Bool("c", true))
		for range 2 {
			l.Log(t.Context(), info, "m", slog.Int("d", 4))
		}
		b.log(t, "without")
		got := b.sink.Records()
		if len(got) != 3 {
			t.Fatalf("%d records, want 3", len(got))
		}
		for _, r := range got[:2] {
			h.checkAttrs(t, r, slog.Int("a", 1), slog.String("b", "two"), slog.Bool("c", true), slog.Int("d", 4))
		}
		h.checkAttrs(t, got[2])
	}},
	{"groups", "an open group holds every later attribute, of With and of the call, and an empty one is nothing", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		if b.WithGroup == nil {
			t.Skipf("the framework has no groups")
		}
		l := b.With(slog.Int("a", 1)).WithGroup("g").With(slog.Int("b", 2)).WithGroup("h")
		l.Log(t.Context(), info, "m", slog.Int("c", 3))
		h.checkAttrs(t, b.only(t), slog.Int("a", 1), slog.Group("g", slog.Int("b", 2), slog.Group("h", slog.Int("c", 3))))
	}},
	{"context", "attributes that a context brings arrive, and an ended context keeps nothing from being logged", func(t T, h *AdapterHarness) {
		if h.Traits.NoContext {
			t.Skipf("the framework does not pass contexts")
		}
		type key struct{}
		b := h.bench(t, AdapterOptions{ContextAttrs: func(ctx context.Context) []slog.Attr {
			trace, _ := ctx.Value(key{}).(string)
			return []slog.Attr{slog.String("trace", trace)}
		}})
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "4711"))
		cancel()
		b.Log(ctx, info, "m")
		h.checkAttrs(t, b.only(t), slog.String("trace", "4711"))
	}},
	{"awkward text", "any text arrives as it is, as message and as value", func(t T, h *AdapterHarness) {
		for _, text := range awkwardTexts(0) {
			text = strings.ToValidUTF8(text, "\ufffd") // frameworks differ in how they repair it
			b := h.bench(t, AdapterOptions{})
			b.log(t, text, slog.String("text", text))
			r := b.only(t)
			if r.Message != text {
				t.Errorf("logged %.100q, arrived %.100q", text, r.Message)
			}
			h.checkAttrs(t, r, slog.String("text", text))
		}
	}},
}

// allKinds are attributes of every kind.
func allKinds() []slog.Attr {
	return []slog.Attr{
		slog.String("string", "späm"), slog.String("empty", ""), slog.Int("int", -42),
		slog.Int64("least", -1<<63), slog.Uint64("most", 1<<64-1), slog.Float64("float", 0.8125),
		slog.Bool("bool", true), slog.Duration("duration", 1500*time.Millisecond),
		slog.Time("time", time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)),
		slog.Any("error", errors.New("broken")), slog.Any("list", []int{1, 2, 3}),
		slog.Any("map", map[string]int{"a": 1, "b": 2}), slog.Any("null", nil),
		slog.Group("group", slog.Int("inner", 1), slog.Group("deeper", slog.String("x", "y"))),
	}
}

// checkAttrs fails unless r has just those attributes, as the framework converts
// and orders them.
func (h *AdapterHarness) checkAttrs(t T, r core.Record, want ...slog.Attr) {
	t.Helper()
	want = slices.Clone(want)
	for i := range want {
		if h.Traits.Convert != nil {
			want[i] = h.Traits.Convert(want[i])
		}
	}
	if h.Traits.Sorted {
		slices.SortStableFunc(want, func(a, b slog.Attr) int { return strings.Compare(a.Key, b.Key) })
	}
	if got, want := attrText(r.AppendAttrs(nil)), attrText(want); got != want {
		t.Errorf("attributes %s, want %s", got, want)
	}
}

// attrText returns attrs as JSON.
func attrText(attrs []slog.Attr) string {
	return string(core.JSON{}.AppendValue(nil, slog.GroupValue(attrs...)))
}
