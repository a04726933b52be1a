package core_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// pair is a value that can change after it was logged.
type pair struct{ A, B int }

func TestB52ChangesAfterCloneAreNotSeen(t *testing.T) {
	line := []byte("the line")
	raw := []byte("bytes")
	table := map[string]int{"a": 1}
	slice := []int{1, 2}
	inner := []slog.Attr{slog.Any("p", &pair{1, 2})}
	pointer := &pair{1, 2}
	at := &slog.Source{File: "f.go", Line: 1}
	own := []slog.Attr{
		slog.Any("raw", raw), slog.Any("map", table), slog.Any("slice", slice), slog.Any("pointer", pointer),
		slog.Any("group", slog.GroupValue(inner...)), slog.Any("valuer", standsFor{slog.AnyValue(pointer)}), slog.Int("n", 1),
	}
	r := record("m", own...)
	r.Line, r.Stack, r.ID = line, "s", core.ID{Origin: 1, Seq: 2}
	r.SetSource(at)

	clone := r.Clone()
	before := []string{render(core.JSON{}, clone), render(core.Text{}, clone), render(core.Line{}, clone)}

	copy(line, "XXXXXXXX")
	copy(raw, "XXXXX")
	table["a"], slice[0], pointer.A, at.Line = 9, 9, 9, 9
	inner[0] = slog.Int("p", 9)
	for i := range own {
		own[i] = slog.Int("gone", 9)
	}
	r.Message, r.ID = "changed", core.ID{}

	after := []string{render(core.JSON{}, clone), render(core.Text{}, clone), render(core.Line{}, clone)}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("\nbefore %s\nafter  %s", before[i], after[i])
		}
	}
	if before[2] != "the line" || clone.ID.Seq != 2 || clone.Stack != "s" || clone.Source().Line != 1 {
		t.Errorf("clone is %+v", clone)
	}
}

func TestB52CloneNeedsItsSourceNoMore(t *testing.T) {
	source := list{slog.Int("a", 1), slog.Any("p", &pair{1, 2})}
	var r core.Record
	r.SetAttrSource(&source)
	r.SetScope((*core.Scope)(nil).With(slog.Int("b", 1)).WithGroup("g"))
	clone := r.Clone()
	for i := range source {
		source[i] = slog.String("poison", "poison")
	}
	if got := render(core.JSON{}, clone); got != `{"level":"INFO","msg":"","b":1,"g":{"a":1,"p":{"A":1,"B":2}}}` {
		t.Errorf("got %s", got)
	}
}

func TestCloneOfAClone(t *testing.T) {
	r := record("m", slog.Any("e", errDisk), slog.Any("p", &pair{1, 2}), slog.Any("b", []byte("x")))
	once, twice := r.Clone(), r.Clone().Clone()
	for _, f := range []core.Formatter{core.JSON{}, core.Text{}} {
		if a, b := render(f, once), render(f, twice); a != b {
			t.Errorf("%s became %s", a, b)
		}
	}
}

func TestCloneKeepsLineAsItIs(t *testing.T) {
	for _, line := range [][]byte{nil, {}, []byte("x")} {
		got := core.Record{Line: line}.Clone().Line
		if (got == nil) != (line == nil) || !bytes.Equal(got, line) {
			t.Errorf("%#v became %#v", line, got)
		}
	}
}

// cloned returns the value of the only attribute of a clone.
func cloned(v any) any {
	r := record("m", slog.Any("k", v)).Clone()
	return r.AppendAttrs(nil)[0].Value.Any()
}

func TestClonedValuesSayWhatTheyWere(t *testing.T) {
	tests := map[string]struct {
		v          any
		text, json string
		isError    bool
	}{
		"error":          {errDisk, "disk trouble", `"disk trouble"`, true},
		"wrapped":        {fmt.Errorf("open: %w", errDisk), "open: disk trouble", `"open: disk trouble"`, true},
		"error and JSON": {jsonError("x"), "error:x", `["x"]`, true},
		"panicking":      {grumpy("x"), "!PANIC: grumpy x", `"!PANIC: grumpy x"`, true},
		"nil error":      {(*grumpy)(nil), "<nil>", `"<nil>"`, true},
		"bytes":          {[]byte("ab"), "ab", `"YWI="`, false},
		"marshaler":      {asJSON("x"), `{"json":"x"}`, `{"json":"x"}`, false},
		"bad marshaler":  {badJSON("x"), `!ERROR:json: error calling MarshalJSON for type core_test.badJSON: no JSON: x`, `"!ERROR:json: error calling MarshalJSON for type core_test.badJSON: no JSON: x"`, false},
		"text":           {asText("x"), "text:x", `"text:x"`, false},
		"stringer":       {asString("x"), "string:x", `"x"`, false},
		"struct":         {pair{1, 2}, `{"A":1,"B":2}`, `{"A":1,"B":2}`, false},
		"level":          {slog.LevelWarn, "WARN", `"WARN"`, false},
	}
	for name, test := range tests {
		v := cloned(test.v)
		if got := v.(fmt.Stringer).String(); got != test.text {
			t.Errorf("%s: text %q, want %q", name, got, test.text)
		}
		if got, err := v.(json.Marshaler).MarshalJSON(); string(got) != test.json || err != nil {
			t.Errorf("%s: JSON %s (%v), want %s", name, got, err, test.json)
		}
		err, isError := v.(error)
		if isError != test.isError || isError && err.Error() != test.text {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if v := cloned(nil); v != nil {
		t.Errorf("nil became %#v", v)
	}
}

// FuzzCloneLooksTheSame holds a clone to be rendered as the original is.
func FuzzCloneLooksTheSame(f *testing.F) {
	f.Add([]byte("seed"))
	for i := range 40 {
		f.Add(bytes.Repeat([]byte{0x03, 0x01, 'k', 0x0a, 0x02, 'v', '"', byte(i), 0x07, 0x08}, 30))
	}
	pattern, err := core.NewPattern("%(asctime)s %(attrs)s", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data: data}
		r := d.record()
		clone := r.Clone()
		for _, f := range []core.Formatter{core.JSON{}, core.Text{}, core.JSON{TimeFormat: "15"}, pattern} {
			if got, want := render(f, clone), render(f, r); got != want {
				t.Errorf("%T:\nclone    %s\noriginal %s", f, got, want)
			}
		}
	})
}
