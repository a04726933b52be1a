package conformance

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"

	"github.com/logsinks/logsinks/core"
)

// contentCases are about what arrives of a record.
var contentCases = []testCase[SinkHarness]{
	{"verbatim", "a record's Line arrives byte for byte, whatever it holds, as one record", func(t T, h *SinkHarness) {
		if h.Limits.NotVerbatim || h.Limits.Discards {
			t.Skipf("the sink does not carry lines as they are")
		}
		r := h.rig(t)
		lines := awkwardTexts(h.Limits.MaxRecord - 32)
		var want []mark
		for i, line := range lines {
			m := mark{0, i}
			lines[i] = fmt.Sprintf("%v %s", m, line)
			rec := numbered(m)
			rec.Line = []byte(lines[i])
			r.emit(t, rec)
			want = append(want, m)
		}
		got := r.finish(t)
		checkExactly(t, &h.Limits, got, want)
		for _, one := range got {
			if m, _ := markOf(one.Text); one.Text != lines[m.number] {
				t.Errorf("sent %.100q, arrived %.100q", lines[m.number], one.Text)
			}
		}
	}},
	{"awkward text", "a message or a Line with line ends, NUL, escapes or invalid UTF-8 arrives as one record, to its end", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var want []mark
		// A text may double in size when it is rendered, and its escapes more so.
		for i, text := range awkwardTexts(h.Limits.MaxRecord/16 - 32) {
			m := mark{0, 2 * i}
			rec := numbered(m)
			rec.Message = m.String() + text + tail
			rec.Line = []byte(rec.Message)
			r.emit(t, rec)
			next := mark{0, 2*i + 1}
			rec = core.Record{Level: core.LevelInfo, Message: next.String() + text + tail}
			rec.SetAttrs(slog.String("text", text))
			r.emit(t, rec)
			want = append(want, m, next)
		}
		got := r.finish(t)
		checkExactly(t, &h.Limits, got, want)
		for _, one := range got {
			if !strings.Contains(one.Text, tail) {
				t.Errorf("the end of what arrived is missing: %.100q", one.Text)
			}
		}
	}},
	{"attributes", "a record without a Line arrives with its message and its attributes, those of groups included, unless it is declared that none do", func(t T, h *SinkHarness) {
		if h.Limits.Discards {
			t.Skipf("nothing reaches this destination")
		}
		r := h.rig(t)
		rec := core.Record{Level: core.LevelInfo, Message: mark{0, 0}.String()}
		rec.SetAttrs(slog.String("color", "ultramarine"), slog.Group("size", slog.Int("height", 31415)))
		r.emit(t, rec)
		got := r.finish(t)
		checkExactly(t, &h.Limits, got, []mark{{0, 0}})
		for _, part := range []string{"color", "ultramarine", "size", "height", "31415"} {
			if strings.Contains(got[0].Text, part) == h.Limits.NoAttrs {
				t.Errorf("NoAttrs is declared %v; of %q this arrived: %q", h.Limits.NoAttrs, part, got[0].Text)
			}
		}
	}},
	{"levels", "a record arrives with its level, if the destination knows levels", func(t T, h *SinkHarness) {
		r := h.rig(t)
		levels := []slog.Level{core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelNotice, core.LevelWarn, core.LevelError, core.LevelCritical}
		for i, level := range levels {
			rec := numbered(mark{0, i})
			rec.Level = level
			r.emit(t, rec)
		}
		for _, got := range r.finish(t) {
			m, ok := markOf(got.Text)
			if ok && got.Level != nil && *got.Level != levels[m.number] {
				t.Errorf("sent at %v, arrived at %v", levels[m.number], *got.Level)
			}
		}
	}},
	{"zero record", "a record without time, message, attributes or Line is delivered, too", func(t T, h *SinkHarness) {
		r := h.rig(t)
		r.emit(t, core.Record{})
		if got := r.finish(t); len(got) != 1 && !h.Limits.Discards {
			t.Errorf("%d records arrived, want 1", len(got))
		}
	}},
	{"B52 hostile values", "a record whose values panic, never end, or cannot be rendered is delivered, and takes nothing down", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var want []mark
		for i, v := range hostileValues() {
			m := mark{0, i}
			rec := core.Record{Level: core.LevelInfo, Message: m.String()}
			rec.SetAttrs(slog.Any("hostile", v))
			err := call(func() error { return r.Sink.Emit(rec) })
			var p *core.PanicError
			switch {
			case err == nil:
				want = append(want, m)
			case h.Limits.MaxRecord == 0 || errors.As(err, &p):
				t.Fatalf("Emit with %T: %v", v, err)
			}
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"masking", "a declared secret does not reach the destination, by an attribute, in a group, or in the Line that the framework made", func(t T, h *SinkHarness) {
		if h.Limits.Secret == "" {
			t.Skipf("the sink masks nothing")
		}
		r := h.rig(t)
		rec := numbered(mark{0, 0})
		rec.Line = []byte("user=eve secret=" + h.Limits.Secret)
		rec.SetAttrs(slog.String("secret", h.Limits.Secret), slog.Group("inner", slog.String("secret", h.Limits.Secret)))
		r.emit(t, rec)
		if _, err := core.EmitBatch(r.Sink, []core.Record{rec}); err != nil {
			t.Errorf("EmitBatch: %v", err)
		}
		got := r.finish(t)
		if len(got) != 2 {
			t.Errorf("%d records arrived, want 2", len(got))
		}
		for _, one := range got {
			if strings.Contains(one.Text, h.Limits.Secret) {
				t.Errorf("the secret is in %q", one.Text)
			}
		}
	}},
}

// tail stands at the end of a text.
const tail = "tail7x"

// awkwardTexts are texts that break what is built with too little care, those that
// are too long for limit left out; a limit below 1 is none.
func awkwardTexts(limit int) []string {
	all := []string{
		"", " ", "two\nlines", "\n", "dos\r\nends\r", "nul\x00byte", "\x1b[2J\x1b]0;title\x07",
		"späm ☃ 😀", "bad \xff\xfe\xc3 utf-8", "\u2028\u2029\u0085", `quotes " and \ slashes`,
		"<14>1 - - - - - - forged", "50 <14>counted", "}{", "%s %d %!",
		strings.Repeat("long ", 200), strings.Repeat("longer ", 20_000),
	}
	return slices.DeleteFunc(all, func(s string) bool { return limit > 0 && len(s) > limit })
}

// hostileValues are values that a formatter has to survive.
func hostileValues() []any {
	loop := map[string]any{}
	loop["loop"] = loop
	var nilError *brokenError
	return []any{
		nil, math.NaN(), math.Inf(-1), func() {}, make(chan int), complex(1, 2), loop,
		endless{}, bush{}, panicking{}, nilError, errors.Join(errors.New("a"), nil),
		[]byte("\xff"), struct{ X any }{loop}, slog.GroupValue(), slog.Any("", nil),
	}
}

type endless struct{}

func (endless) LogValue() slog.Value { return slog.AnyValue(endless{}) }

// bush is a group of two of its own kind: it doubles with every step.
type bush struct{}

func (bush) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("left", bush{}), slog.Any("right", bush{}))
}

type panicking struct{}

func (panicking) LogValue() slog.Value         { panic("LogValue") }
func (panicking) String() string               { panic("String") }
func (panicking) MarshalJSON() ([]byte, error) { panic("MarshalJSON") }

type brokenError struct{ text string }

func (e *brokenError) Error() string { return e.text }
