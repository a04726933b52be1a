package interop_test

import (
	"context"
	"errors"
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

// event is one log call of the matrix, all of whose attributes every framework
// knows. Their names are in alphabetical order, which logrus makes anyway.
type event struct {
	level   slog.Level
	message string
	number  int
	ok      bool
	ratio   float64
	text    string
}

// adapter is a row of the matrix.
type adapter struct {
	name   string
	levels []slog.Level // that the framework has, as sinks see them

	alwaysRenders bool // records have a Line, asked for or not

	// start makes a logger in front of s.sink. It returns a function that derives
	// a logger with the attribute g, as a function that logs an event.
	start func(s setup) func(g int) func(event)
}

// setup is what a logger is made of.
type setup struct {
	sink    core.Sink
	native  io.Writer   // gets what the framework itself renders; nil: nothing is rendered, if that can be
	onError func(error) // told of failures; nil: the defaults
}

// adapters are all there are.
var adapters = []adapter{
	{"zap", []slog.Level{core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical}, false, startZap},
	{"zerolog", withTrace, true, startZerolog},
	{"logrus", withTrace, false, startLogrus},
	{"slog", append(withTrace, core.LevelNotice), false, startSlog},
}

var withTrace = []slog.Level{
	core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical,
}

func startZap(s setup) func(g int) func(event) {
	levels := map[slog.Level]zapcore.Level{
		core.LevelDebug: zap.DebugLevel, core.LevelInfo: zap.InfoLevel, core.LevelWarn: zap.WarnLevel,
		core.LevelError: zap.ErrorLevel, core.LevelCritical: zap.DPanicLevel,
	}
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	opts := &zapsink.Options{OnError: s.onError}
	if s.native != nil {
		opts.Encoder = encoder
	}
	c := zapsink.NewCore(s.sink, zap.DebugLevel, opts)
	if s.native != nil {
		c = zapcore.NewTee(zapcore.NewCore(encoder, zapcore.AddSync(s.native), zap.DebugLevel), c)
	}
	logger := zap.New(c)
	if s.onError != nil {
		logger = logger.WithOptions(zap.ErrorOutput(reports{s.onError}))
	}
	return func(g int) func(event) {
		derived := logger.With(zap.Int("g", g))
		return func(e event) {
			derived.Log(levels[e.level], e.message,
				zap.Int("i", e.number), zap.Bool("ok", e.ok), zap.Float64("ratio", e.ratio), zap.String("text", e.text))
		}
	}
}

// reports makes an error of what a framework prints about failures.
type reports struct{ onError func(error) }

func (r reports) Write(p []byte) (int, error) {
	r.onError(errors.New(string(p)))
	return len(p), nil
}

func (r reports) Sync() error { return nil }

func startZerolog(s setup) func(g int) func(event) {
	levels := map[slog.Level]zerolog.Level{
		core.LevelTrace: zerolog.TraceLevel, core.LevelDebug: zerolog.DebugLevel, core.LevelInfo: zerolog.InfoLevel,
		core.LevelWarn: zerolog.WarnLevel, core.LevelError: zerolog.ErrorLevel, core.LevelCritical: zerolog.FatalLevel,
	}
	var w io.Writer = zerologsink.NewWriter(s.sink, &zerologsink.Options{OnError: s.onError})
	if s.native != nil {
		w = zerolog.MultiLevelWriter(s.native, w)
	}
	logger := zerolog.New(w).Level(zerolog.TraceLevel).With().Timestamp().Logger()
	return func(g int) func(event) {
		derived := logger.With().Int("g", g).Logger()
		return func(e event) {
			derived.WithLevel(levels[e.level]).
				Int("i", e.number).Bool("ok", e.ok).Float64("ratio", e.ratio).Str("text", e.text).Msg(e.message)
		}
	}
}

func startLogrus(s setup) func(g int) func(event) {
	levels := map[slog.Level]logrus.Level{
		core.LevelTrace: logrus.TraceLevel, core.LevelDebug: logrus.DebugLevel, core.LevelInfo: logrus.InfoLevel,
		core.LevelWarn: logrus.WarnLevel, core.LevelError: logrus.ErrorLevel, core.LevelCritical: logrus.FatalLevel,
	}
	logger := logrus.New()
	logger.SetLevel(logrus.TraceLevel)
	opts := &logrussink.Options{OnError: s.onError}
	if s.native != nil {
		opts.Formatter = logger.Formatter
		logger.SetOutput(s.native)
	} else {
		logrussink.DiscardOutput(logger)
	}
	logger.AddHook(logrussink.NewHook(s.sink, opts))
	return func(g int) func(event) {
		derived := logger.WithField("g", g)
		return func(e event) {
			derived.WithFields(logrus.Fields{"i": e.number, "ok": e.ok, "ratio": e.ratio, "text": e.text}).
				Log(levels[e.level], e.message)
		}
	}
}

func startSlog(s setup) func(g int) func(event) {
	opts := &slogsink.Options{Level: core.LevelTrace, OnError: s.onError}
	render := func(w io.Writer) slog.Handler {
		return slog.NewTextHandler(w, &slog.HandlerOptions{Level: core.LevelTrace})
	}
	if s.native != nil {
		opts.Render = render
	}
	var h slog.Handler = slogsink.NewHandler(s.sink, opts)
	if s.native != nil {
		h = both{render(s.native), h}
	}
	logger := slog.New(h)
	return func(g int) func(event) {
		derived := logger.With("g", g)
		return func(e event) {
			derived.Log(context.Background(), e.level, e.message, "i", e.number, "ok", e.ok, "ratio", e.ratio, "text", e.text)
		}
	}
}

// both hands one record, with one time, to two handlers.
type both struct{ a, b slog.Handler }

func (t both) Enabled(context.Context, slog.Level) bool { return true }

func (t both) Handle(ctx context.Context, r slog.Record) error {
	for _, h := range []slog.Handler{t.a, t.b} {
		if !h.Enabled(ctx, r.Level) {
			continue
		}
		if err := h.Handle(ctx, r.Clone()); err != nil {
			return err
		}
	}
	return nil
}

func (t both) WithAttrs(attrs []slog.Attr) slog.Handler {
	return both{t.a.WithAttrs(attrs), t.b.WithAttrs(attrs)}
}

func (t both) WithGroup(name string) slog.Handler {
	return both{t.a.WithGroup(name), t.b.WithGroup(name)}
}
