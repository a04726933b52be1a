package zapsink_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// locked is a zapcore.WriteSyncer for several goroutines.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) Sync() error { return nil }

func (l *locked) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.buf.Bytes())
}

// tellingCore tells the suite what Write returns, which zap would only print.
type tellingCore struct {
	zapcore.Core
	onError func(error)
}

func (c tellingCore) With(fields []zapcore.Field) zapcore.Core {
	return tellingCore{c.Core.With(fields), c.onError}
}

func (c tellingCore) Check(ent zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(ent.Level) {
		return ce.AddCore(ent, c)
	}
	return ce
}

func (c tellingCore) Write(ent zapcore.Entry, fields []zapcore.Field) error {
	if err := c.Core.Write(ent, fields); err != nil {
		c.onError(err)
	}
	return nil
}

// zapLevels maps the suite's levels to zap's.
var zapLevels = map[slog.Level]zapcore.Level{
	core.LevelDebug:    zap.DebugLevel,
	core.LevelInfo:     zap.InfoLevel,
	core.LevelWarn:     zap.WarnLevel,
	core.LevelError:    zap.ErrorLevel,
	core.LevelCritical: zap.DPanicLevel,
}

// zapFields turns attributes into fields.
func zapFields(attrs []slog.Attr) []zap.Field {
	fields := make([]zap.Field, len(attrs))
	for i, a := range attrs {
		if a.Value.Kind() == slog.KindGroup {
			fields[i] = zap.Dict(a.Key, zapFields(a.Value.Group())...)
		} else {
			fields[i] = zap.Any(a.Key, a.Value.Any())
		}
	}
	return fields
}

func front(l *zap.Logger, out *locked) conformance.Front {
	f := conformance.Front{
		Log: func(_ context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
			l.Log(zapLevels[level], msg, zapFields(attrs)...)
		},
		With:      func(attrs ...slog.Attr) conformance.Front { return front(l.With(zapFields(attrs)...), out) },
		WithGroup: func(name string) conformance.Front { return front(l.With(zap.Namespace(name)), out) },
		Named:     func(name string) conformance.Front { return front(l.Named(name), out) },
		Enabled:   func(level slog.Level) bool { return l.Core().Enabled(zapLevels[level]) },
		Flush:     l.Sync,
		Fatal:     func(msg string) { recovered(func() { l.Fatal(msg) }) },
		Panic:     func(msg string) { recovered(func() { l.Panic(msg) }) },
	}
	if out != nil {
		f.Native = out.bytes
	}
	return f
}

func recovered(f func()) {
	defer func() { _ = recover() }()
	f()
}

func harness(enc func() zapcore.Encoder) conformance.AdapterHarness {
	return conformance.AdapterHarness{
		Levels: []slog.Level{core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical},
		Traits: conformance.Traits{NoContext: true},
		File:   "conformance_test.go",
		New: func(_ conformance.T, sink core.Sink, o conformance.AdapterOptions) conformance.Front {
			opts := &zapsink.Options{FlushTimeout: o.FlushTimeout, OnError: o.OnError}
			zopts := []zap.Option{
				zap.WithFatalHook(zapcore.WriteThenPanic), zap.WithCaller(o.Source),
			}
			var out *locked
			if o.Line {
				opts.Encoder = enc()
				out = new(locked)
			}
			c := zapcore.Core(tellingCore{zapsink.NewCore(sink, zap.DebugLevel, opts), o.OnError})
			if o.Line {
				c = zapcore.NewTee(zapcore.NewCore(enc(), out, zap.DebugLevel), c)
			}
			return front(zap.New(c, zopts...), out)
		},
	}
}

func TestConformance(t *testing.T) {
	for name, enc := range map[string]func() zapcore.Encoder{
		"json":    func() zapcore.Encoder { return zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()) },
		"console": func() zapcore.Encoder { return zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig()) },
	} {
		t.Run(name, func(t *testing.T) { conformance.Adapter(t, harness(enc)) })
	}
}
