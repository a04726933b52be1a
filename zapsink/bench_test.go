package zapsink_test

import (
	"io"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// fields are ten fields of all common kinds.
var fields = []zap.Field{
	zap.String("method", "GET"), zap.String("path", "/api/v1/users/42"), zap.Int("status", 200),
	zap.Duration("took", 1523*time.Microsecond), zap.Int("bytes", 18231), zap.Bool("cached", false),
	zap.Float64("ratio", 0.8125), zap.String("ip", "192.0.2.77"), zap.Uint64("id", 1234567890123),
	zap.String("agent", "Mozilla/5.0 (X11; Linux x86_64)"),
}

func encoder() zapcore.Encoder { return zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()) }

func stream(tb testing.TB, w io.Writer, f core.Formatter) *core.Stream {
	tb.Helper()
	s, err := core.NewStream(w, &core.StreamOptions{Formatter: f})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func cores(b *testing.B) map[string]zapcore.Core {
	return map[string]zapcore.Core{
		"zap":                    zapcore.NewCore(encoder(), zapcore.Lock(zapcore.AddSync(io.Discard)), zap.InfoLevel),
		"zapsink, zap's encoder": zapsink.NewCore(stream(b, io.Discard, nil), zap.InfoLevel, &zapsink.Options{Encoder: encoder()}),
		"zapsink, core.JSON":     zapsink.NewCore(stream(b, io.Discard, core.JSON{}), zap.InfoLevel, nil),
	}
}

func BenchmarkTenAtTheCallSite(b *testing.B) {
	for name, c := range cores(b) {
		l := zap.New(c)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Info("request served", fields...)
			}
		})
	}
}

func BenchmarkEightWith(b *testing.B) {
	for name, c := range cores(b) {
		l := zap.New(c).With(fields[:8]...)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Info("request served", fields[8:]...)
			}
		})
	}
}
