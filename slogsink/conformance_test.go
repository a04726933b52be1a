package slogsink_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// locked is a buffer for several goroutines.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.buf.Bytes())
}

// front is a slog logger, and natively another one that gets the same calls.
func front(l, native *slog.Logger, out *locked) conformance.Front {
	f := conformance.Front{
		Log: func(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
			native.LogAttrs(ctx, level, msg, attrs...)
			l.LogAttrs(ctx, level, msg, attrs...)
		},
		With: func(attrs ...slog.Attr) conformance.Front {
			return front(slog.New(l.Handler().WithAttrs(attrs)), slog.New(native.Handler().WithAttrs(attrs)), out)
		},
		WithGroup: func(name string) conformance.Front { return front(l.WithGroup(name), native.WithGroup(name), out) },
		Enabled:   func(level slog.Level) bool { return l.Enabled(context.Background(), level) },
	}
	if out != nil {
		f.Native = out.bytes
	}
	return f
}

// timeless drops the time, which differs between two loggers.
func timeless(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

var levels = []slog.Level{core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelNotice, core.LevelWarn, core.LevelError, core.LevelCritical}

func harness(render func(io.Writer) slog.Handler) conformance.AdapterHarness {
	return conformance.AdapterHarness{
		Levels: levels,
		File:   "conformance_test.go",
		New: func(_ conformance.T, sink core.Sink, o conformance.AdapterOptions) conformance.Front {
			opts := &slogsink.Options{
				Level: core.LevelTrace, AddSource: o.Source, ContextAttrs: o.ContextAttrs, OnError: o.OnError,
			}
			native, out := slog.New(slog.DiscardHandler), (*locked)(nil)
			if o.Line && render != nil {
				opts.Render, out = render, new(locked)
				native = slog.New(render(out))
			}
			return front(slog.New(slogsink.NewHandler(sink, opts)), native, out)
		},
	}
}

func TestConformance(t *testing.T) {
	for name, render := range map[string]func(io.Writer) slog.Handler{
		"no renderer": nil,
		"text": func(w io.Writer) slog.Handler {
			return slog.NewTextHandler(w, &slog.HandlerOptions{Level: core.LevelTrace, ReplaceAttr: timeless})
		},
		"json": func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: core.LevelTrace, ReplaceAttr: timeless})
		},
	} {
		t.Run(name, func(t *testing.T) { conformance.Adapter(t, harness(render)) })
	}
}
