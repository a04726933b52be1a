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

// contender is a core to compare with.
type contender struct {
	name string
	zapcore.Core
}

func contenders(b *testing.B) []contender {
	line := &zapsink.Options{Encoder: jsonEncoder()}
	return []contender{
		{"zap", zapcore.NewCore(jsonEncoder(), zapcore.Lock(zapcore.AddSync(io.Discard)), zap.InfoLevel)},
		{"zapsink, zap's encoder", zapsink.NewCore(stream(b, io.Discard, nil), zap.InfoLevel, line)},
		{"zapsink, core.JSON", zapsink.NewCore(stream(b, io.Discard, core.JSON{}), zap.InfoLevel, nil)},
	}
}

// BenchmarkTenAtTheCallSite has ten fields in each call.
func BenchmarkTenAtTheCallSite(b *testing.B) {
	for _, c := range contenders(b) {
		b.Run(c.name, func(b *testing.B) { bench(b, zap.New(c.Core), fields) })
		b.Run(c.name+", caller", func(b *testing.B) { bench(b, zap.New(c.Core, zap.AddCaller()), fields) })
	}
}

// BenchmarkEightWith has eight fields given once and two in each call.
func BenchmarkEightWith(b *testing.B) {
	for _, c := range contenders(b) {
		b.Run(c.name, func(b *testing.B) { bench(b, zap.New(c.Core).With(fields[:8]...), fields[8:]) })
	}
}

func bench(b *testing.B, l *zap.Logger, fields []zap.Field) {
	b.ReportAllocs()
	for b.Loop() {
		l.Info("request served", fields...)
	}
}
