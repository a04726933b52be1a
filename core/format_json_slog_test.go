package core_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core"
)

// bySlog returns what slog.JSONHandler makes of a record, with the attributes
// and groups that prepare puts around it.
func bySlog(t testing.TB, r core.Record, prepare func(slog.Handler) slog.Handler, attrs []slog.Attr) string {
	var buf bytes.Buffer
	var h slog.Handler = slog.NewJSONHandler(&buf, &slog.HandlerOptions{AddSource: r.PC != 0, Level: slog.LevelDebug})
	if prepare != nil {
		h = prepare(h)
	}
	rec := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	rec.AddAttrs(attrs...)
	if err := h.Handle(context.Background(), rec); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(buf.String(), "\n")
}

// usable tells whether line is what JSON promises to be.
func usable(line string) bool { return json.Valid([]byte(line)) && utf8.ValidString(line) }

// slogLevels have the same name here and there. The others, and what lies above
// NOTICE and CRITICAL or below DEBUG, have names of our own.
var slogLevels = []slog.Level{-4, -3, -2, -1, 0, 1, 4, 5, 6, 7, 8, 9, 10, 11}

func TestJSONIsSlogs(t *testing.T) {
	nilError := (*grumpy)(nil)
	tests := map[string][]slog.Attr{
		"none":     nil,
		"strings":  {slog.String("a", `quote " slash \ <html> & 'x'`), slog.String("b", "\x00\x01\b\f\n\r\t\x1b\x7f\x80\xff\u0085\u2028\u2029é😀")},
		"keys":     {slog.String("", "empty"), slog.String("a\nb\xff", "odd"), slog.Int("same", 1), slog.Int("same", 2)},
		"integers": {slog.Int64("min", math.MinInt64), slog.Int64("max", math.MaxInt64), slog.Uint64("u", math.MaxUint64)},
		"floats": {
			slog.Float64("zero", 0), slog.Float64("minus", math.Copysign(0, -1)), slog.Float64("small", 1e-7),
			slog.Float64("edge", 1e-6), slog.Float64("large", 1e21), slog.Float64("less", 1e20),
			slog.Float64("tiny", 5e-324), slog.Float64("max", math.MaxFloat64), slog.Float64("e-10", -1.5e-10),
		},
		"others":    {slog.Bool("b", true), slog.Duration("d", -time.Second), slog.Time("t", noon), slog.Time("zero", time.Time{})},
		"bytes":     {slog.Any("b", []byte("a\x00b")), slog.Any("nil", []byte(nil))},
		"map":       {slog.Any("m", map[string]any{"z": 1, "a": []int{1}, "<": nil})},
		"nils":      {slog.Any("n", nil), slog.Any("p", (*int)(nil)), slog.Any("e", nilError), slog.Any("m", map[string]int(nil))},
		"errors":    {slog.Any("e", errDisk), slog.Any("j", jsonError("x"))},
		"panics":    {slog.Any("e", grumpy("x")), slog.Any("nil", nilError)},
		"marshal":   {slog.Any("j", asJSON("x")), slog.Any("t", asText("x")), slog.Any("bad", badJSON("x")), slog.Any("bad", badText("\xff"))},
		"no JSON":   {slog.Any("c", make(chan int)), slog.Any("nan", []float64{math.NaN()}), slog.Any("cycle", cycle())},
		"level":     {slog.Any("l", slog.LevelWarn+1)},
		"source":    {slog.Any("s", &slog.Source{Function: "f", File: "a.go", Line: 1})},
		"zero attr": {{}, slog.Int("a", 1), {}, slog.Any("", standsFor{slog.Value{}}), slog.Any("", 1)},
		"groups": {
			slog.Group("g", slog.Int("a", 1), slog.Group("h", slog.Int("b", 2))),
			slog.Group("", slog.Int("inline", 1), slog.Group("", slog.Int("twice", 2))), slog.Group("last", slog.Int("x", 1)),
		},
		"empty group": {slog.Int("a", 1), slog.Group("g"), slog.Group("g", slog.Group("h")), slog.Group("")},
		"valuers":     {slog.Any("v", standsFor{slog.IntValue(1)}), slog.Any("g", standsFor{slog.GroupValue(slog.Int("a", 1))}), slog.Any("", standsFor{slog.GroupValue(slog.Int("in", 1))})},
		"built-in":    {slog.String("time", "x"), slog.String("level", "x"), slog.String("msg", "x"), slog.String("source", "x")},
	}
	for name, attrs := range tests {
		t.Run(name, func(t *testing.T) {
			for _, pc := range []uintptr{0, here()} {
				r := core.Record{Time: noon, Level: slog.LevelWarn, Message: "the \"message\"", PC: pc}
				want := bySlog(t, r, nil, attrs)
				if !usable(want) {
					t.Fatalf("slog gives no JSON: %s", want)
				}
				r.SetAttrs(attrs...)
				if got := render(core.JSON{}, r); got != want {
					t.Errorf("\ngot  %s\nwant %s", got, want)
				}
			}
		})
	}
}

func TestJSONIsSlogsForTimesAndLevels(t *testing.T) {
	zones := []*time.Location{time.UTC, time.FixedZone("x", 5*3600+1800), time.FixedZone("y", -3600), time.FixedZone("s", 3601)}
	for _, level := range slogLevels {
		for i, zone := range zones {
			r := core.Record{Time: noon.Add(time.Duration(i) * 123456789).In(zone), Level: level, Message: "m"}
			if got, want := render(core.JSON{}, r), bySlog(t, r, nil, nil); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	var zero core.Record
	if got, want := render(core.JSON{}, zero), bySlog(t, zero, nil, nil); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// compareWithSlog compares a record made of data with slog's rendering, wherever
// that is valid JSON in valid UTF-8. The exceptions: NaN and the infinities and a
// slog.Source among the attributes (see dice), levels that have no name there
// (see slogLevels), years that RFC 3339 does not know, and groups whose emptiness
// slog does not notice: those that hold an empty group and nothing else.
func compareWithSlog(t *testing.T, data []byte) {
	d := &dice{data: data, exact: true}
	r := core.Record{Time: d.time(), Level: slogLevels[d.below(len(slogLevels))], Message: d.text()}
	if d.below(2) == 0 {
		r.PC = here()
	}
	var scope *core.Scope
	prepare := func(h slog.Handler) slog.Handler { h, scope = d.surrounding(h); return h }
	attrs := d.attrs(4)
	want := bySlog(t, r, prepare, attrs)
	r.SetAttrs(attrs...)
	r.SetScope(scope)
	got := render(core.JSON{}, r)
	if !usable(got) {
		t.Errorf("not valid: %q", got)
	}
	if usable(want) && got != want && withoutEmpty(got) != withoutEmpty(want) {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
}

var emptyGroup = regexp.MustCompile(`,?"([^"\\]|\\.)*":\{\}`)

// withoutEmpty returns line without members that are empty objects.
func withoutEmpty(line string) string {
	for {
		less := strings.ReplaceAll(emptyGroup.ReplaceAllString(line, ""), "{,", "{")
		if less == line {
			return line
		}
		line = less
	}
}

func TestJSONIsSlogsAtRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 400)
	for range 5000 {
		for i := range data {
			data[i] = byte(random.Uint32())
			if random.Uint32()%2 == 0 {
				data[i] %= 16 // small numbers make more of each kind
			}
		}
		compareWithSlog(t, data[:random.IntN(len(data))])
	}
}

func FuzzJSONIsSlogs(f *testing.F) {
	f.Add([]byte("seed"))
	f.Add([]byte("\x03\x01\x05group\x00\x02key\x02\xff\xff\xff\xff\xff\xff\xff\xff\x07\x08\x03"))
	f.Add(bytes.Repeat([]byte("\x02\x01a\x07\x03"), 40))
	f.Add(bytes.Repeat([]byte("\x04\x00\x0a\x06\x22\xff"), 40))
	f.Add([]byte("0000000000000000000%000000000000008B000000000000000000a(2201000000000000000000000000"))
	f.Fuzz(compareWithSlog)
}

// FuzzJSONIsValid leaves nothing out.
func FuzzJSONIsValid(f *testing.F) {
	f.Add([]byte("seed"))
	f.Add(bytes.Repeat([]byte("\x05\x07\xff\x80\n"), 60))
	f.Add(bytes.Repeat([]byte("\x04\x01\xff\x0a\x15\x03\xff\xfe\"\\"), 60))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data: data}
		r := d.record()
		r.Stack = d.text()
		layout := d.text()
		for _, f := range []core.JSON{{}, {TimeFormat: layout}} {
			got := f.Append([]byte("before"), r)
			if line, ok := strings.CutPrefix(string(got), "before"); !ok || !usable(line) || strings.Contains(line, "\n") {
				t.Errorf("layout %q: not valid: %q", f.TimeFormat, got)
			}
		}
	})
}
