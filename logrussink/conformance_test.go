package logrussink_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// natively is what a logger itself writes.
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

// suiteLevels maps the suite's levels to logrus'.
var suiteLevels = map[slog.Level]logrus.Level{
	core.LevelTrace:    logrus.TraceLevel,
	core.LevelDebug:    logrus.DebugLevel,
	core.LevelInfo:     logrus.InfoLevel,
	core.LevelWarn:     logrus.WarnLevel,
	core.LevelError:    logrus.ErrorLevel,
	core.LevelCritical: logrus.FatalLevel,
}

func suiteFields(attrs []slog.Attr) logrus.Fields {
	fields := logrus.Fields{}
	for _, a := range attrs {
		fields[a.Key] = a.Value.Any()
	}
	return fields
}

func suiteFront(e *logrus.Entry, out *natively) conformance.Front {
	f := conformance.Front{
		Log: func(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
			e.WithContext(ctx).WithFields(suiteFields(attrs)).Log(suiteLevels[level], msg)
		},
		With: func(attrs ...slog.Attr) conformance.Front {
			return suiteFront(e.WithFields(suiteFields(attrs)), out)
		},
		Fatal: func(msg string) { e.Fatal(msg) },
		Panic: func(msg string) {
			defer func() { _ = recover() }()
			e.Panic(msg)
		},
	}
	if out != nil {
		f.Native = out.bytes
	}
	return f
}

func TestConformance(t *testing.T) {
	for name, formatter := range map[string]logrus.Formatter{
		"text": &logrus.TextFormatter{},
		"json": &logrus.JSONFormatter{},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Adapter(t, conformance.AdapterHarness{
				Levels: []slog.Level{
					core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical,
				},
				Traits: conformance.Traits{Sorted: true, NoDuplicates: true, WithReadsLater: true},
				File:   "conformance_test.go",
				New: func(_ conformance.T, sink core.Sink, o conformance.AdapterOptions) conformance.Front {
					return newSuiteFront(sink, o, formatter)
				},
			})
		})
	}
}

func newSuiteFront(sink core.Sink, o conformance.AdapterOptions, formatter logrus.Formatter) conformance.Front {
	logger := logrus.New()
	logger.SetLevel(logrus.TraceLevel)
	logrussink.DiscardOutput(logger) // TextFormatter itself dies of a map that holds itself
	logger.SetReportCaller(o.Source)
	logger.ExitFunc = func(int) {}
	opts := &logrussink.Options{FlushTimeout: o.FlushTimeout, OnError: o.OnError, ContextAttrs: o.ContextAttrs}
	var out *natively
	if o.Line {
		out = new(natively)
		logger.SetOutput(out)
		logger.SetFormatter(formatter)
		opts.Formatter = formatter
	}
	logger.AddHook(logrussink.NewHook(sink, opts))
	return suiteFront(logrus.NewEntry(logger), out)
}
