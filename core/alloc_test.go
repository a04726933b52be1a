//go:build !race

// Under the race detector a sync.Pool forgets on purpose, so that what is counted
// here is not what happens otherwise.

package core_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// wantNoAllocs fails if f allocates.
func wantNoAllocs(t *testing.T, name string, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(500, f); n > 0 {
		t.Errorf("%s: %v allocations", name, n)
	}
}

// everyKind has an attribute of each basic kind, groups included.
func everyKind() *list {
	return &list{
		slog.String("string", "plain"), slog.String("odd-string", "with \"quotes\" and\nmore, longer than 32 bytes"),
		slog.Int("int", -1), slog.Uint64("uint", 1<<63), slog.Float64("float", 1.5e-10), slog.Bool("bool", true),
		slog.Duration("duration", 1500*time.Millisecond), slog.Time("time", noon.In(time.FixedZone("", 19800))),
		slog.Group("group", slog.String("a", "b"), slog.Group("inner", slog.Int("c", 1))),
		slog.Group("", slog.Int("inline", 1)), slog.Attr{},
	}
}

// busy returns a record with all that a framework may give it.
func busy() core.Record {
	r := core.Record{Time: noon, Level: core.LevelNotice, Logger: "app.db", Message: "message", Stack: "f()\n\tf.go:1"}
	r.SetAttrSource(everyKind())
	scope := (*core.Scope)(nil).With(*everyKind()...).WithGroup("g").With(slog.Int("x", 1))
	r.SetScope(scope.WithGroup(strings.Repeat("long-name-", 20)))
	r.SetSource(&slog.Source{Function: "pkg.f", File: "/src/f.go", Line: 7})
	return r
}

func TestFormattersDoNotAllocate(t *testing.T) {
	r := busy()
	buf := make([]byte, 0, 8192)
	for name, f := range map[string]core.Formatter{
		"JSON":             core.JSON{},
		"JSON with layout": core.JSON{TimeFormat: "2006-01-02 15:04:05.000"},
		"Text":             core.Text{},
		"Text with layout": core.Text{TimeFormat: "2006-01-02 15:04:05.000"},
		"Line":             core.Line{},
	} {
		wantNoAllocs(t, name, func() { f.Append(buf, r) })
	}
	own := record("message", *everyKind()...)
	wantNoAllocs(t, "JSON, own attributes", func() { core.JSON{}.Append(buf, own) })
	wantNoAllocs(t, "Text, own attributes", func() { core.Text{}.Append(buf, own) })
}

func TestAppendAttrsDoesNotAllocate(t *testing.T) {
	r := busy()
	r.SetAttrSource(everyKind())
	r.SetScope((*core.Scope)(nil).With(slog.Int("a", 1)))
	room := make([]slog.Attr, 0, 64)
	wantNoAllocs(t, "AppendAttrs", func() { r.AppendAttrs(room) })
}

func TestStreamDoesNotAllocateForALine(t *testing.T) {
	s := newStream(t, io.Discard, nil)
	r := busy()
	r.Line = []byte(`{"the":"line"}`)
	wantNoAllocs(t, "Emit", func() { _ = s.Emit(r) })

	chain := core.NewFront(core.NewMinLevel(core.NewKeepOpen(s), core.LevelInfo), nil)
	wantNoAllocs(t, "Emit through wrappers", func() { _ = chain.Emit(&r) })

	file := newStream(t, io.Discard, &core.StreamOptions{Terminator: "\r\n"})
	wantNoAllocs(t, "Emit with a terminator", func() { _ = file.Emit(r) })
}
