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

func handlers(b *testing.B) map[string]slog.Handler {
	return map[string]slog.Handler{
		"slog.JSONHandler": slog.NewJSONHandler(io.Discard, nil),
		"slogsink":         slogsink.NewHandler(stream(b, io.Discard, core.JSON{}), nil),
	}
}

// BenchmarkTenAtTheCallSite has ten attributes in each call.
func BenchmarkTenAtTheCallSite(b *testing.B) {
	for name, h := range handlers(b) {
		l := slog.New(h)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.LogAttrs(b.Context(), slog.LevelInfo, "request served", fields...)
			}
		})
	}
}

// BenchmarkEightWith has eight attributes given once and two in each call.
func BenchmarkEightWith(b *testing.B) {
	for name, h := range handlers(b) {
		l := slog.New(h.WithAttrs(fields[:8]))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.LogAttrs(b.Context(), slog.LevelInfo, "request served", fields[8:]...)
			}
		})
	}
}
