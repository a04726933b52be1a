package slogsink_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// derivations are loggers' pasts.
func derivations() map[string]derivation {
	a, b := slog.Int("a", 1), slog.Any("b", []string{"x", "<y>"})
	return map[string]derivation{
		"none":   plain,
		"with":   func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{a}).WithAttrs([]slog.Attr{b, a}) },
		"group":  func(h slog.Handler) slog.Handler { return h.WithGroup("g") },
		"groups": func(h slog.Handler) slog.Handler { return h.WithGroup("g").WithGroup("h") },
		"with in both": func(h slog.Handler) slog.Handler {
			return h.WithAttrs([]slog.Attr{a}).WithGroup("g").WithAttrs([]slog.Attr{b})
		},
		"group after": func(h slog.Handler) slog.Handler { return h.WithGroup("g").WithAttrs([]slog.Attr{b}).WithGroup("h") },
		"nothing":     func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.Group("e"), {}}).WithGroup("g") },
		"odd names": func(h slog.Handler) slog.Handler {
			return h.WithGroup(`a "b"`).WithAttrs([]slog.Attr{slog.Group("", a, b), slog.Group("\xff", a)})
		},
		"own groups": func(h slog.Handler) slog.Handler {
			return h.WithAttrs([]slog.Attr{slog.Group("r", a, slog.Group("s"), slog.Group("", b))})
		},
		"values": func(h slog.Handler) slog.Handler { return h.WithGroup("all").WithAttrs(odd) },
	}
}

// stands is a slog.LogValuer.
type stands struct{ v any }

func (s stands) LogValue() slog.Value { return slog.AnyValue(s.v) }

// endless stands for itself.
type endless struct{}

func (e endless) LogValue() slog.Value { return slog.AnyValue(e) }

// marshals brings JSON of its own, good or bad.
type marshals string

func (m marshals) MarshalJSON() ([]byte, error) {
	switch m {
	case "error":
		return nil, errSink
	case "panic":
		panic("in MarshalJSON")
	}
	return []byte(m), nil
}

// nilError is an error whose method needs a receiver.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// odd are values of every kind, and of none.
var odd = oddAttrs()

func oddAttrs() []slog.Attr {
	deep := slog.Group("deep", slog.Int("n", 1))
	for range 20 {
		deep = slog.Group("deep", deep, slog.Group("", slog.Any("nil", nil)))
	}
	var attrs []slog.Attr
	for i, v := range []any{
		nil, "", "späm \u2028 \xff <&> \x00 \t \"\\", true, -1, int64(math.MinInt64), uint64(math.MaxUint64), uint8(3),
		0.1, float32(0.1), 1e21, 5e-324, math.Copysign(0, -1), time.Duration(-5), time.Hour, fixed, fixed.In(time.FixedZone("", 3600)),
		time.Time{}, time.Unix(1, 5).UTC(), errors.New("broken\n"), fmt.Errorf("outer: %w", errSink), (*nilError)(nil), &nilError{"text"},
		[]byte("bytes"), []int{1}, map[string]any{"b": 2, "a": nil}, struct{ A, b int }{1, 2}, &struct{ P *int }{}, json.Number("1.50"),
		json.RawMessage(`{"raw" : [1]}`), marshals(`"own"`), marshals("error"), marshals("{"), marshals("panic"), slog.LevelWarn,
		netip.MustParseAddr("::1"), func() {}, make(chan int), complex(1, 2), 'x', &slog.Source{Function: "f", File: "f.go", Line: 3},
		stands{stands{"twice"}}, stands{nil}, endless{}, stands{slog.GroupValue(slog.Int("in", 1), slog.Any("e", stands{slog.IntValue(2)}))},
		slog.IntValue(7), []slog.Attr{slog.Int("as", 1)},
	} {
		attrs = append(attrs, slog.Any(fmt.Sprintf("k%d", i), v))
	}
	return append(attrs, deep, slog.Any("", "no key"), slog.Any("", stands{slog.GroupValue(slog.Int("inlined", 1))}), slog.Int("k1", 2), slog.Attr{})
}

// records are log calls at each of slog's four levels and with all kinds of
// attributes.
func records() map[string]slog.Record {
	pc, _, _, _ := runtime.Caller(0)
	all := map[string]slog.Record{
		"empty":    {},
		"untimed":  slog.NewRecord(time.Time{}, slog.LevelInfo, "untimed", pc),
		"unplaced": record(slog.LevelInfo, "unplaced"),
		"awkward":  slog.NewRecord(fixed, slog.LevelInfo, "a\nb\r\n\x00\xff\u2029<html>", pc),
		"odd":      record(slog.LevelError, "odd", odd...),
		"empties":  record(slog.LevelInfo, "empties", slog.Group("g"), slog.Attr{}, slog.Group("h", slog.Group("i"))),
	}
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		r := slog.NewRecord(fixed, l, "at "+l.String(), pc)
		r.AddAttrs(slog.String("s", "v"), slog.Group("g", slog.Int("n", 1)), slog.Duration("d", time.Second))
		all[l.String()] = r
	}
	return all
}

// With core.JSON the bytes are those of slog's own handler.
func TestSameBytesAsJSONHandler(t *testing.T) {
	for _, source := range []bool{false, true} {
		native := func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{AddSource: source})
		}
		for past, derive := range derivations() {
			for name, r := range records() {
				want := natively(t, native, derive, r)
				got := through(t, core.JSON{}, &slogsink.Options{AddSource: source}, derive, r)
				same(t, fmt.Sprintf("%s, %s, source %v", past, name, source), got, want)
			}
		}
	}
}

// And so they are with all kinds of attributes in all kinds of groups, unless
// slog forgets a comma: it does at times, behind a group that turns out empty.
func TestSameBytesAsJSONHandlerAtRandom(t *testing.T) {
	native := func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }
	rnd := rand.New(rand.NewPCG(1, 2))
	forgotten := 0
	for range 2000 {
		r := record(slog.LevelInfo, "random", randomAttrs(rnd, 3)...)
		derive := randomPast(rnd)
		want := natively(t, native, derive, r)
		if !json.Valid([]byte(want)) {
			forgotten++
			continue
		}
		same(t, "random", through(t, core.JSON{}, nil, derive, r), want)
	}
	if forgotten > 200 {
		t.Errorf("%d of 2000 were not compared", forgotten)
	}
}

func randomAttrs(rnd *rand.Rand, depth int) []slog.Attr {
	attrs := make([]slog.Attr, rnd.IntN(4))
	for i := range attrs {
		attrs[i] = odd[rnd.IntN(len(odd))]
		if depth > 0 && rnd.IntN(3) == 0 {
			attrs[i] = slog.Attr{Key: randomName(rnd), Value: slog.GroupValue(randomAttrs(rnd, depth-1)...)}
		}
	}
	return attrs
}

func randomName(rnd *rand.Rand) string { return []string{"", "g", "h", "ü\n"}[rnd.IntN(4)] }

func randomPast(rnd *rand.Rand) derivation {
	var steps []derivation
	for range rnd.IntN(5) {
		name, attrs := randomName(rnd), randomAttrs(rnd, 1)
		if rnd.IntN(2) == 0 && name != "" {
			steps = append(steps, func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
		} else {
			steps = append(steps, func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
		}
	}
	return func(h slog.Handler) slog.Handler {
		for _, step := range steps {
			h = step(h)
		}
		return h
	}
}

// A LogValue that panics becomes text; slog puts a stack into it.
func TestLogValueThatPanicsBecomesText(t *testing.T) {
	rec := &conformance.Recorder{}
	l := slog.New(slogsink.NewHandler(rec, nil))
	bad := slog.Any("v", panicky{})
	for _, l := range []*slog.Logger{l.With("k", 1), slog.New(l.Handler().WithAttrs([]slog.Attr{bad}))} {
		l.LogAttrs(t.Context(), slog.LevelInfo, "m", bad)
	}
	for _, r := range rec.Records() {
		if got := attrs(r); strings.Contains(got, `"k":1`) == (strings.Count(got, "LogValue panicked") == 2) {
			t.Errorf("got %s", got)
		}
	}
	if n := len(rec.Records()); n != 2 {
		t.Errorf("%d records", n)
	}
}

type panicky struct{}

func (panicky) LogValue() slog.Value { panic("in LogValue") }

// A chain of LogValuers ends after a hundred steps, as slog ends it.
func TestLogValuersWithoutEnd(t *testing.T) {
	rec := &conformance.Recorder{}
	slog.New(slogsink.NewHandler(rec, nil)).Info("x", "v", endless{})
	if got := attrs(only(t, rec)); !strings.Contains(got, "LogValue called too many times") {
		t.Errorf("got %s", got)
	}
}
