package conformance

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core"
)

// modelAdapter is a logger with its adapter that is correct unless it has a bug,
// named in plain words.
type modelAdapter struct {
	bug    string
	opts   AdapterOptions
	sink   core.Sink
	front  *core.Front
	mu     sync.Mutex
	native bytes.Buffer
	last   atomic.Pointer[[]byte]
	given  atomic.Pointer[core.Scope]
}

func (m *modelAdapter) has(bug string) bool { return m.bug == bug }

// modelLogger is one of its loggers.
type modelLogger struct {
	*modelAdapter
	scope *core.Scope
	attrs []slog.Attr // in place of scope, for bugs
	name  string
}

func newModelAdapter(bug string, sink core.Sink, o AdapterOptions) Front {
	m := &modelAdapter{bug: bug, opts: o, sink: sink}
	m.front = core.NewFront(sink, &core.FrontOptions{OnError: o.OnError, FlushTimeout: o.FlushTimeout})
	return (&modelLogger{modelAdapter: m}).logger()
}

// logger returns l as the suite sees it.
func (l *modelLogger) logger() Front {
	return Front{
		Log:       l.log,
		With:      l.with,
		WithGroup: l.withGroup,
		Named: func(name string) Front {
			derived := *l
			derived.name = name
			return derived.logger()
		},
		Enabled: func(level slog.Level) bool { return l.has("ignores the sink's level") || l.front.Enabled(level) },
		Flush:   l.flush,
		Fatal:   func(msg string) { l.final("no flush at fatal", msg) },
		Panic:   func(msg string) { l.final("no flush at panic", msg) },
		Native: func() []byte {
			l.mu.Lock()
			defer l.mu.Unlock()
			return bytes.Clone(l.native.Bytes())
		},
	}
}

func (l *modelLogger) flush() error {
	switch {
	case l.has("flush does nothing"):
		return nil
	case l.has("flush without limit"):
		return l.sink.Flush(context.Background())
	}
	return l.front.Flush()
}

func (l *modelLogger) final(bug, msg string) {
	l.log(context.Background(), core.LevelCritical, msg)
	switch {
	case l.has(bug):
	case l.has("flush without limit"):
		_ = l.flush()
	case l.has("hides what the last flush fails with"):
		_ = l.front.Flush()
		l.front.Wait()
	default:
		l.front.Finish()
	}
}

func (l *modelLogger) with(attrs ...slog.Attr) Front {
	derived := *l
	switch {
	case l.has("forgets With"):
	case l.has("siblings share"), l.has("reads values late"):
		derived.attrs = append(l.attrs, attrs...)
	default:
		derived.scope = l.scope.With(attrs...)
		l.given.Store(derived.scope)
	}
	return derived.logger()
}

func (l *modelLogger) withGroup(name string) Front {
	derived := *l
	if !l.has("flattens groups") {
		derived.scope = l.scope.WithGroup(name)
	}
	return derived.logger()
}

func (l *modelLogger) log(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	if !l.has("ignores the sink's level") && !l.front.Enabled(level) {
		return
	}
	r := core.Record{Time: time.Now(), Level: level, Logger: l.name, Message: msg}
	if l.opts.Source && !l.has("loses the source") {
		var pc [1]uintptr
		skip := 2
		if l.has("is its own source") {
			skip = 1
		}
		runtime.Callers(skip, pc[:])
		r.PC = pc[0]
	}
	if l.opts.ContextAttrs != nil && !l.has("ignores the context") {
		attrs = append(l.opts.ContextAttrs(ctx), attrs...)
	}
	r.SetAttrs(append(l.attrs[:len(l.attrs):len(l.attrs)], attrs...)...)
	if r.SetScope(l.scope); l.has("one With for all") {
		time.Sleep(time.Microsecond)
		r.SetScope(l.given.Load())
	}
	if l.opts.Line || l.has("always renders") {
		r.Line = l.render(r)
	}
	l.spoil(&r)
	if err := l.emit(&r); err != nil && !l.has("swallows errors") {
		l.front.Report(err)
	}
}

// render renders r for its Line, and natively.
func (l *modelLogger) render(r core.Record) []byte {
	line := core.JSON{}.Append(nil, r)
	l.mu.Lock()
	l.native.Write(append(line[:len(line):len(line)], '\n'))
	l.mu.Unlock()
	if l.has("renders into one place") {
		mine := line
		l.last.Store(&mine)
		time.Sleep(time.Microsecond)
		line = *l.last.Load()
	}
	if l.has("keeps the line end") {
		line = append(line, '\n')
	}
	return line
}

// spoil does what the bug does to r.
func (l *modelLogger) spoil(r *core.Record) {
	switch l.bug {
	case "all levels are info":
		r.Level = info
	case "panics on values":
		for a := range r.Attrs() {
			if v, ok := a.Value.Any().(panicking); ok {
				v.LogValue()
			}
		}
	case "loses the message":
		r.Message = ""
	case "cuts messages at line ends":
		r.Message, _, _ = strings.Cut(r.Message, "\n")
	case "no level beside a line":
		if r.Line != nil {
			r.Level = info
		}
	case "no fields beside a line":
		if r.Line != nil {
			r.SetAttrs()
		}
	case "has no durations":
		core.ReplaceAttrs(func(_ []string, a slog.Attr) slog.Attr {
			if a.Value.Kind() == slog.KindDuration {
				return slog.Int(a.Key, 0)
			}
			return a
		})(r)
	case "the last duplicate wins":
		if attrs := r.AppendAttrs(nil); len(attrs) == 2 && attrs[0].Key == attrs[1].Key {
			r.SetAttrs(attrs[1])
		}
	}
}

func (l *modelLogger) emit(r *core.Record) error {
	switch {
	case l.has("lets panics through"), l.has("recurses"):
		return l.sink.Emit(*r)
	case l.has("hides ErrClosed"):
		_ = l.front.Emit(r)
		return nil
	case l.has("trusts values"):
		for a := range r.Attrs() {
			if a.Key == "hostile" {
				return nil
			}
		}
	}
	return l.front.Emit(r)
}
