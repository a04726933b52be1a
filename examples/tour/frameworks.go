package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
	"github.com/logsinks/logsinks/slogsink"
	"github.com/logsinks/logsinks/zapsink"
	"github.com/logsinks/logsinks/zerologsink"
)

// framework is a logging framework, by itself and in front of a sink.
type framework struct {
	name string

	// own returns a logger that writes to w, as the framework does without us.
	own func(w io.Writer) logger

	// into returns a logger that goes through the adapter to s. Bare, the framework
	// renders nothing where it has the choice.
	into func(s core.Sink, bare bool, report func(error)) logger
}

// logger logs one event. Any number of goroutines may call it at once.
type logger func(e *event)

func frameworks() []framework {
	return []framework{
		{"zap", ownZap, zapInto},
		{"zerolog", zerologLogger, zerologInto},
		{"logrus", ownLogrus, logrusInto},
		{"slog", ownSlog, slogInto},
	}
}

func ownZap(w io.Writer) logger {
	return zapLogger(zapcore.NewCore(zapEncoder(), zapcore.AddSync(w), zapcore.DebugLevel))
}

func zapInto(s core.Sink, bare bool, report func(error)) logger {
	opts := zapsink.Options{Encoder: zapEncoder(), OnError: report}
	if bare {
		opts.Encoder = nil
	}
	return zapLogger(zapsink.NewCore(s, zapcore.DebugLevel, &opts))
}

func zapEncoder() zapcore.Encoder {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.ISO8601TimeEncoder
	return zapcore.NewJSONEncoder(config)
}

func zapLogger(c zapcore.Core) logger {
	levels := map[slog.Level]zapcore.Level{
		slog.LevelDebug: zap.DebugLevel,
		slog.LevelInfo:  zap.InfoLevel,
		slog.LevelWarn:  zap.WarnLevel,
		slog.LevelError: zap.ErrorLevel,
	}
	l := zap.New(c).Named(loggerName).With(zap.String(keyVia, "zap"))
	return func(e *event) {
		if ce := l.Check(levels[e.level], e.text); ce != nil {
			ce.Time = e.at
			ce.Write(zap.Int(keyLine, e.number), zap.String(keyInput, e.input), zap.Int(keySize, len(e.text)))
		}
	}
}

const zerologNameField = "logger"

func zerologInto(s core.Sink, _ bool, report func(error)) logger {
	return zerologLogger(zerologsink.NewWriter(s, &zerologsink.Options{LoggerField: zerologNameField, OnError: report}))
}

func zerologLogger(w io.Writer) logger {
	levels := map[slog.Level]zerolog.Level{
		slog.LevelDebug: zerolog.DebugLevel,
		slog.LevelInfo:  zerolog.InfoLevel,
		slog.LevelWarn:  zerolog.WarnLevel,
		slog.LevelError: zerolog.ErrorLevel,
	}
	l := zerolog.New(w).With().Str(zerologNameField, loggerName).Str(keyVia, "zerolog").Logger()
	return func(e *event) {
		l.WithLevel(levels[e.level]).
			Time(zerolog.TimestampFieldName, e.at).
			Int(keyLine, e.number).Str(keyInput, e.input).Int(keySize, len(e.text)).
			Msg(e.text)
	}
}

func ownLogrus(w io.Writer) logger {
	l := newLogrus()
	l.SetOutput(w)
	return logrusLogger(l)
}

func logrusInto(s core.Sink, bare bool, report func(error)) logger {
	l := newLogrus()
	opts := logrussink.Options{Formatter: l.Formatter, Logger: loggerName, OnError: report}
	if bare {
		opts.Formatter = nil
	}
	l.AddHook(logrussink.NewHook(s, &opts))
	logrussink.DiscardOutput(l)
	return logrusLogger(l)
}

func newLogrus() *logrus.Logger {
	l := logrus.New()
	l.SetLevel(logrus.DebugLevel)
	l.SetFormatter(&logrus.JSONFormatter{})
	return l
}

func logrusLogger(l *logrus.Logger) logger {
	levels := map[slog.Level]logrus.Level{
		slog.LevelDebug: logrus.DebugLevel,
		slog.LevelInfo:  logrus.InfoLevel,
		slog.LevelWarn:  logrus.WarnLevel,
		slog.LevelError: logrus.ErrorLevel,
	}
	via := l.WithField(keyVia, "logrus")
	return func(e *event) {
		via.WithFields(logrus.Fields{keyLine: e.number, keyInput: e.input, keySize: len(e.text)}).
			WithTime(e.at).Log(levels[e.level], e.text)
	}
}

func ownSlog(w io.Writer) logger { return slogLogger(slogHandler(w)) }

func slogInto(s core.Sink, bare bool, report func(error)) logger {
	opts := slogsink.Options{Level: slog.LevelDebug, Render: slogHandler, Logger: loggerName, OnError: report}
	if bare {
		opts.Render = nil
	}
	return slogLogger(slogsink.NewHandler(s, &opts))
}

func slogHandler(w io.Writer) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
}

func slogLogger(h slog.Handler) logger {
	h = h.WithAttrs([]slog.Attr{slog.String(keyVia, "slog")})
	return func(e *event) {
		ctx := context.Background()
		if !h.Enabled(ctx, e.level) {
			return
		}
		r := slog.NewRecord(e.at, e.level, e.text, 0)
		r.AddAttrs(slog.Int(keyLine, e.number), slog.String(keyInput, e.input), slog.Int(keySize, len(e.text)))
		_ = h.Handle(ctx, r) // as slog.Logger does
	}
}
