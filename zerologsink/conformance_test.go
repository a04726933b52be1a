package zerologsink_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// natively is what a logger writes without a sink.
type natively struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *natively) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(p)
}

func (n *natively) bytes() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return bytes.Clone(n.buf.Bytes())
}

// suiteLevels maps the suite's levels to zerolog's.
var suiteLevels = map[slog.Level]zerolog.Level{
	core.LevelTrace:    zerolog.TraceLevel,
	core.LevelDebug:    zerolog.DebugLevel,
	core.LevelInfo:     zerolog.InfoLevel,
	core.LevelWarn:     zerolog.WarnLevel,
	core.LevelError:    zerolog.ErrorLevel,
	core.LevelCritical: zerolog.FatalLevel,
}

// add adds an attribute to an event. zerolog has no group of its own but a
// dictionary.
func add(e *zerolog.Event, a slog.Attr) *zerolog.Event {
	switch v := a.Value; v.Kind() {
	case slog.KindGroup:
		dict := zerolog.Dict()
		for _, m := range v.Group() {
			dict = add(dict, m)
		}
		return e.Dict(a.Key, dict)
	case slog.KindDuration:
		return e.Dur(a.Key, v.Duration())
	case slog.KindTime:
		return e.Time(a.Key, v.Time())
	default:
		if err, ok := v.Any().(error); ok {
			return e.AnErr(a.Key, err)
		}
		return e.Interface(a.Key, v.Any())
	}
}

// convert returns what zerolog's JSON makes of an attribute.
func convert(a slog.Attr) slog.Attr {
	switch v := a.Value; v.Kind() {
	case slog.KindDuration:
		return slog.Int(a.Key, int(v.Duration().Milliseconds()))
	case slog.KindTime:
		return slog.String(a.Key, v.Time().Format(zerolog.TimeFieldFormat))
	case slog.KindAny:
		if _, ok := v.Any().(error); !ok {
			raw, _ := json.Marshal(v.Any())
			return slog.Any(a.Key, json.RawMessage(raw))
		}
	}
	return a
}

func suiteFront(l zerolog.Logger, out *natively) conformance.Front {
	f := conformance.Front{
		Log: func(_ context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
			e := l.WithLevel(suiteLevels[level])
			for _, a := range attrs {
				e = add(e, a)
			}
			e.Msg(msg)
		},
		With: func(attrs ...slog.Attr) conformance.Front {
			c := l.With()
			for _, a := range attrs {
				c = c.Interface(a.Key, a.Value.Any())
			}
			return suiteFront(c.Logger(), out)
		},
		Fatal: func(msg string) { l.Fatal().Msg(msg) },
		Panic: func(msg string) {
			defer func() { _ = recover() }()
			l.Panic().Msg(msg)
		},
	}
	if out != nil {
		f.Native = out.bytes
	}
	return f
}

// panicsNatively tells whether zerolog itself panics when it logs v.
func panicsNatively(v any) (panics bool) {
	defer func() { panics = recover() != nil }()
	l := zerolog.New(io.Discard)
	l.Info().Interface("k", v).Send()
	return false
}

func TestConformance(t *testing.T) {
	exit, handle := zerolog.FatalExitFunc, zerolog.ErrorHandler
	defer func() { zerolog.FatalExitFunc, zerolog.ErrorHandler = exit, handle }()
	zerolog.FatalExitFunc = func() {}
	conformance.Adapter(t, conformance.AdapterHarness{
		Levels: []slog.Level{
			core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical,
		},
		Traits: conformance.Traits{NoContext: true, AlwaysLine: true, Convert: convert, PanicsOn: panicsNatively},
		File:   "conformance_test.go",
		New: func(_ conformance.T, sink core.Sink, o conformance.AdapterOptions) conformance.Front {
			zerolog.ErrorHandler = o.OnError
			w := zerologsink.NewWriter(sink, &zerologsink.Options{FlushTimeout: o.FlushTimeout, OnError: o.OnError})
			out := new(natively)
			c := zerolog.New(zerolog.MultiLevelWriter(out, w)).Level(zerolog.TraceLevel).With().Timestamp()
			if o.Source {
				c = c.Caller()
			}
			return suiteFront(c.Logger(), out)
		},
	})
}
