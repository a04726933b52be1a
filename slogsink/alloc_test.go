//go:build !race

// The race detector makes pools forget things: allocations are counted without it.

package slogsink_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// allocs counts what a log call with attrs costs, given eight attributes before.
func allocs(h slog.Handler, attrs []slog.Attr) float64 {
	l := slog.New(h.WithAttrs(fields[:8]).WithGroup("g"))
	return testing.AllocsPerRun(500, func() { l.LogAttrs(context.Background(), slog.LevelInfo, "hello", attrs...) })
}

// Handle with up to five attributes allocates nothing; with more, slog itself has
// allocated by then, and Handle nothing on top.
func TestHandleAllocatesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		formatter core.Formatter
		opts      slogsink.Options
	}{
		"JSON":     {core.JSON{}, slogsink.Options{}},
		"Text":     {core.Text{}, slogsink.Options{}},
		"rendered": {nil, slogsink.Options{Render: func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }}},
		"both":     {core.JSON{}, slogsink.Options{Render: func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }}},
	} {
		h := slogsink.NewHandler(stream(t, io.Discard, c.formatter), &c.opts)
		for n := range len(fields) {
			want := 0.0
			if n > 5 {
				want = 1
			}
			if got := allocs(h, fields[:n]); got > want {
				t.Errorf("%s: %v allocations with %d attributes, want %v", name, got, n, want)
			}
		}
	}
}

// A source costs what finding it out costs, and only if the formatter asks.
func TestSourceThatNobodyAsksForAllocatesNothing(t *testing.T) {
	h := slogsink.NewHandler(stream(t, io.Discard, core.FormatterFunc(func(dst []byte, r core.Record) []byte {
		return append(dst, r.Message...)
	})), &slogsink.Options{AddSource: true})
	if got := allocs(h, fields[:5]); got > 0 {
		t.Errorf("%v allocations", got)
	}
}

// What is off costs nothing at all.
func TestDisabledAllocatesNothing(t *testing.T) {
	h := slogsink.NewHandler(core.NewMinLevel(stream(t, io.Discard, nil), slog.LevelError), nil)
	if got := allocs(h, fields); got > 0 {
		t.Errorf("%v allocations", got)
	}
}
