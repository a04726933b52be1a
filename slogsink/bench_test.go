package slogsink_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// fields are ten attributes of all common kinds.
var fields = []slog.Attr{
	slog.String("method", "GET"), slog.String("path", "/api/v1/users/42"), slog.Int("status", 200),
	slog.Duration("took", 1523*time.Microsecond), slog.Int("bytes", 18231), slog.Bool("cached", false),
	slog.Float64("ratio", 0.8125), slog.String("ip", "192.0.2.77"), slog.Uint64("id", 1234567890123),
	slog.String("agent", "Mozilla/5.0 (X11; Linux x86_64)"),
}

// contender is a handler to compare with.
type contender struct {
	name string
	slog.Handler
}

func contenders(b *testing.B) []contender {
	json := func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }
	return []contender{
		{"slog.JSONHandler", json(io.Discard)},
		{"slogsink", slogsink.NewHandler(stream(b, io.Discard, core.JSON{}), nil)},
		{"slogsink, slog.JSONHandler renders", slogsink.NewHandler(stream(b, io.Discard, nil), &slogsink.Options{Render: json})},
	}
}

// BenchmarkTenAtTheCallSite has ten attributes in each call.
func BenchmarkTenAtTheCallSite(b *testing.B) {
	for _, c := range contenders(b) {
		l := slog.New(c.Handler)
		b.Run(c.name, func(b *testing.B) { bench(b, l, fields) })
	}
}

// BenchmarkEightWith has eight attributes given once and two in each call.
func BenchmarkEightWith(b *testing.B) {
	for _, c := range contenders(b) {
		l := slog.New(c.WithAttrs(fields[:8]))
		b.Run(c.name, func(b *testing.B) { bench(b, l, fields[8:]) })
	}
}

// BenchmarkContention has ten attributes in each call, from all processors.
func BenchmarkContention(b *testing.B) {
	for _, c := range contenders(b) {
		l := slog.New(c.Handler)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					l.LogAttrs(b.Context(), slog.LevelInfo, "request served", fields...)
				}
			})
		})
	}
}

func bench(b *testing.B, l *slog.Logger, attrs []slog.Attr) {
	b.ReportAllocs()
	for b.Loop() {
		l.LogAttrs(b.Context(), slog.LevelInfo, "request served", attrs...)
	}
}
