package slogsink

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [NewHandler]. Nil means the zero value, which means
// the defaults.
type Options struct {
	// Level is the least level that is delivered. Default [slog.LevelInfo].
	Level slog.Leveler

	// AddSource records where each record was logged. Default: unknown.
	AddSource bool

	// ReplaceAttr is called for each attribute, as by slog's own handlers: also for
	// time, level, source and message, under their keys in slog and without groups,
	// and for the members of a group that it returns. A built-in that comes back
	// under its key and of its type is changed; one that comes back as anything
	// else becomes an attribute in front of the others; one that is dropped is
	// empty, but a record always has a level. If it panics, that is the error of the
	// record, which is not delivered; called for the attributes of With, it panics
	// there. Default: nothing is replaced.
	ReplaceAttr func(groups []string, a slog.Attr) slog.Attr

	// ContextAttrs returns the attributes that a context brings, such as the
	// identifiers of a trace. They stand in front of the record's own. A panic is
	// reported and leaves those. It is called by many goroutines at once. Default:
	// none.
	ContextAttrs func(context.Context) []slog.Attr

	// Render makes the handler whose rendering becomes the record's Line:
	//
	//	Render: func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }
	//
	// The handler must write each record to w before its Handle returns, and is
	// called for one record at a time; a record for which it writes nothing is not
	// delivered. Its own level and its AddSource and ReplaceAttr are its own affair.
	// Render is called by NewHandler, and again for a record that is logged while
	// another one is being rendered, by one of its values for example. Default: no
	// Line; the sink's formatter renders.
	Render func(w io.Writer) slog.Handler

	// Logger is the name of the logger, of every record. Default "".
	Logger string

	// OnError is told of records that were not delivered. Default: a line on
	// standard error, at most one a second.
	OnError func(error)
}

// Handler is a [slog.Handler] in front of a sink. Handlers made by WithAttrs and
// WithGroup share the sink; all may be used by many goroutines at once.
type Handler struct {
	*shared
	scope    *core.Scope
	groups   []string                        // names of scope's groups
	renderer slog.Handler                    // from Options.Render, derived as the handler is; nil: none
	parent   *Handler                        // what the handler was derived from; nil: nothing
	derive   func(slog.Handler) slog.Handler // and how
}

// shared is what a handler and those derived from it have in common.
type shared struct {
	front *core.Front
	opts  Options
	paper paper // what renderers write on
}

// NewHandler returns a handler that delivers to sink, which stays the caller's
// to flush and to close. It panics if sink is nil, or if Render returns nil.
func NewHandler(sink core.Sink, opts *Options) *Handler {
	if sink == nil {
		panic("slogsink: NewHandler: nil sink")
	}
	s := &shared{}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Level == nil {
		s.opts.Level = slog.LevelInfo
	}
	if s.opts.ReplaceAttr != nil {
		s.opts.ReplaceAttr = replacer{replace: s.opts.ReplaceAttr}.attr
	}
	s.front = core.NewFront(sink, &core.FrontOptions{OnError: s.opts.OnError})
	h := &Handler{shared: s}
	if s.opts.Render != nil {
		if h.renderer = s.opts.Render(&s.paper); h.renderer == nil {
			panic("slogsink: NewHandler: Render returned nil")
		}
	}
	return h
}

// Enabled implements [slog.Handler]. It is false for levels that the sink says it would
// ignore, too.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.opts.Level.Level() && h.front.Enabled(level)
}

// Handle implements [slog.Handler]. The context does not bound it. Its error is reported,
// too, since [slog.Logger] drops it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if h.opts.ContextAttrs != nil && ctx != nil {
		r = h.withContext(ctx, r)
	}
	var line []byte
	if h.renderer != nil {
		page := h.paper.get()
		defer h.paper.put(page)
		if err := h.render(ctx, &r, page); err != nil {
			h.front.Report(fmt.Errorf("slogsink: render: %w", err))
		} else if page.Len() == 0 {
			return nil
		} else {
			line = bytes.TrimSuffix(page.Bytes(), []byte("\n"))
		}
	}
	err := h.deliver(&r, line)
	h.front.Report(err)
	return err
}

// deliver hands r to the sink.
func (h *Handler) deliver(r *slog.Record, line []byte) (err error) {
	rec := core.Record{Time: r.Time, Level: r.Level, Logger: h.opts.Logger, Message: r.Message, Line: line}
	if h.opts.AddSource {
		rec.PC = r.PC
	}
	if line == nil || !h.front.LineOnly() {
		src := h.source(r, &rec)
		defer src.release()
		rec.SetScope(h.scope)
	}
	if h.opts.ReplaceAttr != nil {
		if err := h.replaceBuiltins(&rec); err != nil {
			return err
		}
	}
	return h.front.Emit(&rec)
}

// recovered turns a panic in flight into *err. It is deferred directly.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = &core.PanicError{Value: v, Stack: debug.Stack()}
	}
}

// withContext returns r with the attributes of ctx in front of its own.
func (h *Handler) withContext(ctx context.Context, r slog.Record) slog.Record {
	attrs, err := h.contextAttrs(ctx)
	if err != nil {
		h.front.Report(fmt.Errorf("slogsink: ContextAttrs: %w", err))
	}
	if len(attrs) == 0 {
		return r
	}
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	out.AddAttrs(attrs...)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(a)
		return true
	})
	return out
}

func (h *Handler) contextAttrs(ctx context.Context) (attrs []slog.Attr, err error) {
	defer recovered(&err)
	return h.opts.ContextAttrs(ctx), nil
}

// WithAttrs implements [slog.Handler]. The attributes are resolved now.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	derived := h.derived(func(r slog.Handler) slog.Handler { return r.WithAttrs(attrs) })
	if h.renderer != nil {
		// Another renderer is made when it is needed, but shows the values of now.
		resolved := core.AppendReplaced(nil, nil, attrs, same)
		derived.derive = func(r slog.Handler) slog.Handler { return r.WithAttrs(resolved) }
	}
	replaced := attrs
	if h.opts.ReplaceAttr != nil {
		replaced = core.AppendReplaced(nil, h.groups, attrs, h.opts.ReplaceAttr)
	}
	derived.scope = h.scope.With(replaced...)
	return derived
}

// same replaces nothing: what a ReplaceFunc gets is resolved already.
func same(_ []string, a slog.Attr) slog.Attr { return a }

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	derived := h.derived(func(r slog.Handler) slog.Handler { return r.WithGroup(name) })
	derived.scope = h.scope.WithGroup(name)
	derived.groups = derived.scope.Groups()
	return derived
}

// derived returns a copy of h whose renderer, if it has one, is derived by derive.
func (h *Handler) derived(derive func(slog.Handler) slog.Handler) *Handler {
	c := *h
	if h.renderer != nil {
		c.renderer, c.parent, c.derive = derive(h.renderer), h, derive
	}
	return &c
}

var _ slog.Handler = (*Handler)(nil)
