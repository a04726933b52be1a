package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/logrussink"
	"github.com/logsinks/logsinks/slogsink"
	"github.com/logsinks/logsinks/zapsink"
	"github.com/logsinks/logsinks/zerologsink"
)

// adapterPairs hold each adapter, with the framework's own encoder, against the
// framework's own path to such a file.
func adapterPairs(dir string) []pair {
	framework := func(log func(io.Writer) func()) func() (subject, error) {
		return func() (subject, error) {
			f, err := logFile(dir)
			if err != nil {
				return subject{}, err
			}
			return subject{record: log(f), done: f.Close}, nil
		}
	}
	adapter := func(log func(core.Sink) func()) func() (subject, error) {
		return func() (subject, error) {
			s, err := newFileSink(dir, file.Options{Sync: file.SyncNever})
			if err != nil {
				return subject{}, err
			}
			return subject{record: log(s), done: s.Close}, nil
		}
	}
	const target = 1.05
	return []pair{
		{name: "zap to a file / zap's own core", target: target, goroutines: 1, base: framework(zapNative), ours: adapter(zapAdapter)},
		{name: "zerolog to a file / zerolog itself", target: target, goroutines: 1, base: framework(zerologNative), ours: adapter(zerologAdapter)},
		{name: "logrus to a file / logrus' output", target: target, goroutines: 1, base: framework(logrusNative), ours: adapter(logrusAdapter)},
		{name: "slog to a file, rendered / JSONHandler", target: target, goroutines: 1, base: framework(slogNative), ours: adapter(slogAdapter)},
	}
}

// zapFields and slogAttrs are ten fields of the usual kinds.
var (
	took      = 1523 * time.Microsecond
	agent     = "Mozilla/5.0 (X11; Linux x86_64)"
	zapFields = []zap.Field{
		zap.String("method", "GET"), zap.String("path", "/api/v1/users/42"), zap.Int("status", 200),
		zap.Duration("took", took), zap.Int("bytes", 18231), zap.Bool("cached", false),
		zap.Float64("ratio", 0.8125), zap.String("ip", "192.0.2.77"), zap.Uint64("id", 1234567890123),
		zap.String("agent", agent),
	}
	slogAttrs = []slog.Attr{
		slog.String("method", "GET"), slog.String("path", "/api/v1/users/42"), slog.Int("status", 200),
		slog.Duration("took", took), slog.Int("bytes", 18231), slog.Bool("cached", false),
		slog.Float64("ratio", 0.8125), slog.String("ip", "192.0.2.77"), slog.Uint64("id", 1234567890123),
		slog.String("agent", agent),
	}
)

const message = "request served"

// zapEncoder writes times as everybody else here does.
func zapEncoder() zapcore.Encoder {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	return zapcore.NewJSONEncoder(config)
}

func zapLog(c zapcore.Core) func() {
	l := zap.New(c)
	return func() { l.Info(message, zapFields...) }
}

func zapNative(w io.Writer) func() {
	return zapLog(zapcore.NewCore(zapEncoder(), zapcore.Lock(zapcore.AddSync(w)), zap.InfoLevel))
}

func zapAdapter(s core.Sink) func() {
	return zapLog(zapsink.NewCore(s, zap.InfoLevel, &zapsink.Options{Encoder: zapEncoder()}))
}

func zerologNative(w io.Writer) func() {
	l := zerolog.New(w).With().Timestamp().Logger()
	return func() { zerologEvent(l.Info()).Msg(message) }
}

func zerologAdapter(s core.Sink) func() { return zerologNative(zerologsink.NewWriter(s, nil)) }

func zerologEvent(e *zerolog.Event) *zerolog.Event {
	return e.Str("method", "GET").Str("path", "/api/v1/users/42").Int("status", 200).
		Dur("took", took).Int("bytes", 18231).Bool("cached", false).Float64("ratio", 0.8125).
		Str("ip", "192.0.2.77").Uint64("id", 1234567890123).Str("agent", agent)
}

func logrusLog(l *logrus.Logger) func() {
	fields := logrus.Fields{}
	for _, a := range slogAttrs {
		fields[a.Key] = a.Value.Any()
	}
	return func() { l.WithFields(fields).Info(message) }
}

func logrusNative(w io.Writer) func() {
	l := logrus.New()
	l.SetFormatter(&logrus.JSONFormatter{})
	l.SetOutput(w)
	return logrusLog(l)
}

func logrusAdapter(s core.Sink) func() {
	l := logrus.New()
	l.AddHook(logrussink.NewHook(s, &logrussink.Options{Formatter: &logrus.JSONFormatter{}}))
	logrussink.DiscardOutput(l)
	return logrusLog(l)
}

func slogLog(h slog.Handler) func() {
	l := slog.New(h)
	return func() { l.LogAttrs(context.Background(), slog.LevelInfo, message, slogAttrs...) }
}

func slogNative(w io.Writer) func() { return slogLog(slog.NewJSONHandler(w, nil)) }

func slogAdapter(s core.Sink) func() {
	return slogLog(slogsink.NewHandler(s, &slogsink.Options{
		Render: func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	}))
}
