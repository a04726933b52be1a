package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
	"github.com/logsinks/logsinks/zapsink"
)

// formatPairs hold our JSON against the frameworks' own, into nowhere.
func formatPairs() []pair {
	few := slogAttrs[8:]
	return []pair{
		{name: "JSON formatter, ten attributes / zerolog's event", target: 1.00, goroutines: 1, base: subjectOf(zerologDiscard()), ours: subjectOf(formatJSON())},
		{name: "slog, ten attributes / JSONHandler", target: 0.60, goroutines: 1, base: subjectOf(slogWith(slogJSON(), 0, slogAttrs)), ours: subjectOf(slogWith(slogOurs(), 0, slogAttrs))},
		{name: "slog, eight With, two more / JSONHandler", target: 1.00, goroutines: 1, base: subjectOf(slogWith(slogJSON(), 8, few)), ours: subjectOf(slogWith(slogOurs(), 8, few))},
		{name: "zap, ten fields / zap's JSON", target: 1.00, goroutines: 1, base: subjectOf(zapWith(zapJSON(), 0)), ours: subjectOf(zapWith(zapOurs(), 0))},
		{name: "zap, eight With, two more / zap's JSON", target: 1.00, goroutines: 1, base: subjectOf(zapWith(zapJSON(), 8)), ours: subjectOf(zapWith(zapOurs(), 8))},
	}
}

func subjectOf(record func()) func() (subject, error) {
	return func() (subject, error) { return subject{record: record, done: nothing}, nil }
}

// discard is a stream into nowhere that renders JSON.
func discard() core.Sink {
	s, err := core.NewStream(io.Discard, &core.StreamOptions{Formatter: core.JSON{}})
	if err != nil {
		panic(err) // the options are good
	}
	return s
}

func zerologDiscard() func() {
	l := zerolog.New(io.Discard)
	now := time.Now()
	return func() { zerologEvent(l.Info().Time("time", now)).Msg(message) }
}

func formatJSON() func() {
	r := core.Record{Time: time.Now(), Message: message}
	r.SetAttrs(slogAttrs...)
	buf := make([]byte, 0, 1024)
	return func() { buf = core.JSON{}.Append(buf[:0], r) }
}

func slogJSON() slog.Handler { return slog.NewJSONHandler(io.Discard, nil) }
func slogOurs() slog.Handler { return slogsink.NewHandler(discard(), nil) }

// slogWith gives the first of the attributes to With, and attrs to each call.
func slogWith(h slog.Handler, with int, attrs []slog.Attr) func() {
	l := slog.New(h.WithAttrs(slogAttrs[:with]))
	return func() { l.LogAttrs(context.Background(), slog.LevelInfo, message, attrs...) }
}

func zapJSON() zapcore.Core {
	return zapcore.NewCore(zapEncoder(), zapcore.Lock(zapcore.AddSync(io.Discard)), zap.InfoLevel)
}
func zapOurs() zapcore.Core { return zapsink.NewCore(discard(), zap.InfoLevel, nil) }

func zapWith(c zapcore.Core, with int) func() {
	l := zap.New(c).With(zapFields[:with]...)
	return func() { l.Info(message, zapFields[with:]...) }
}
