package core_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// keys returns the names of attrs, separated by blanks.
func keys(attrs []slog.Attr) string {
	var all []string
	for _, a := range attrs {
		all = append(all, a.Key)
	}
	return strings.Join(all, " ")
}

func TestRecordAttributes(t *testing.T) {
	source := list{slog.Int("from", 1), slog.Int("source", 2)}
	scope := (*core.Scope)(nil).With(slog.Int("outer", 0)).WithGroup("g")
	tests := map[string]struct {
		set  func(r *core.Record)
		want string // as JSON
	}{
		"none":         {func(r *core.Record) {}, ``},
		"own":          {func(r *core.Record) { r.SetAttrs(slog.Int("a", 1)) }, `,"a":1`},
		"source":       {func(r *core.Record) { r.SetAttrSource(&source) }, `,"from":1,"source":2`},
		"last wins":    {func(r *core.Record) { r.SetAttrs(slog.Int("a", 1)); r.SetAttrSource(&source) }, `,"from":1,"source":2`},
		"and back":     {func(r *core.Record) { r.SetAttrSource(&source); r.SetAttrs(slog.Int("a", 1)) }, `,"a":1`},
		"scope":        {func(r *core.Record) { r.SetAttrs(slog.Int("a", 1)); r.SetScope(scope) }, `,"outer":0,"g":{"a":1}`},
		"scope source": {func(r *core.Record) { r.SetAttrSource(&source); r.SetScope(scope) }, `,"outer":0,"g":{"from":1,"source":2}`},
		"empty group":  {func(r *core.Record) { r.SetScope(scope) }, `,"outer":0`},
		"attrs undo":   {func(r *core.Record) { r.SetScope(scope); r.SetAttrs(slog.Int("a", 1)) }, `,"a":1`},
		"source undo":  {func(r *core.Record) { r.SetScope(scope); r.SetAttrSource(&source) }, `,"from":1,"source":2`},
		"nil scope":    {func(r *core.Record) { r.SetAttrs(slog.Int("a", 1)); r.SetScope(scope); r.SetScope(nil) }, `,"a":1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var r core.Record
			test.set(&r)
			want := `{"level":"INFO","msg":""` + test.want + `}`
			if got := render(core.JSON{}, r); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			// What AppendAttrs and Attrs tell is the same.
			var flat, each core.Record
			flat.SetAttrs(r.AppendAttrs(nil)...)
			var attrs []slog.Attr
			for a := range r.Attrs() {
				attrs = append(attrs, a)
			}
			each.SetAttrs(attrs...)
			if got := render(core.JSON{}, flat); got != want {
				t.Errorf("AppendAttrs: got %s, want %s", got, want)
			}
			if got := render(core.JSON{}, each); got != want {
				t.Errorf("Attrs: got %s, want %s", got, want)
			}
		})
	}
}

func TestAppendAttrsAppends(t *testing.T) {
	source := list{slog.Int("b", 1)}
	var r core.Record
	r.SetAttrSource(&source)
	r.SetScope((*core.Scope)(nil).With(slog.Int("a", 1)).WithGroup("g"))
	if got := keys(r.AppendAttrs([]slog.Attr{slog.Int("before", 0)})); got != "before a g" {
		t.Errorf("got %q", got)
	}
}

func TestAttrsEndsEarly(t *testing.T) {
	r := record("m", slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 3))
	var seen []slog.Attr
	for a := range r.Attrs() {
		if seen = append(seen, a); a.Key == "b" {
			break
		}
	}
	if got := keys(seen); got != "a b" {
		t.Errorf("got %q", got)
	}
	var none core.Record
	for a := range none.Attrs() {
		t.Errorf("attribute %v", a)
	}
}

func TestRecordSource(t *testing.T) {
	r := core.Record{PC: here()}
	src := r.Source()
	if src == nil || filepath.Base(src.File) != "record_test.go" || src.Line == 0 || !strings.HasSuffix(src.Function, "core_test.TestRecordSource") {
		t.Errorf("from PC: %+v", src)
	}
	own := &slog.Source{File: "x.go", Line: 3}
	r.SetSource(own)
	if r.Source() != own {
		t.Errorf("as set: %+v", r.Source())
	}
	r.SetSource(nil)
	if got := r.Source(); got == nil || *got != *src {
		t.Errorf("from PC again: %+v", got)
	}
	for _, pc := range []uintptr{0, 1} {
		if got := (core.Record{PC: pc}).Source(); got != nil {
			t.Errorf("PC %d: %+v", pc, got)
		}
	}
}

func TestID(t *testing.T) {
	if !(core.ID{}).IsZero() || (core.ID{Origin: 1}).IsZero() || (core.ID{Seq: 1}).IsZero() {
		t.Error("IsZero is wrong")
	}
	if got := (core.ID{Origin: 0xab, Seq: 12}).String(); got != "00000000000000ab-12" {
		t.Errorf("got %q", got)
	}
}
