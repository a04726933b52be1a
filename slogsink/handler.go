package slogsink

import (
	"context"
	"io"
	"log/slog"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [NewHandler]. Nil means the zero value, which means
// the defaults.
type Options struct {
	// Level is the least level that is delivered. Default [slog.LevelInfo].
	Level slog.Leveler

	// AddSource records where each record was logged. Default: unknown.
	AddSource bool

	// ReplaceAttr is called for each attribute, as with slog's own handlers: also
	// for time, level, source and message, under their keys in slog and without
	// groups. Such a one that comes back under the same key and of the same type is
	// changed; that comes back as anything else becomes an attribute in front of
	// the others; dropped, it is empty (but a record always has a level).
	ReplaceAttr func(groups []string, a slog.Attr) slog.Attr

	// ContextAttrs returns the attributes that a context brings, such as the
	// identifiers of a trace. They stand in front of the record's own.
	ContextAttrs func(context.Context) []slog.Attr

	// Render makes the handler whose rendering becomes the record's Line:
	//
	//	Render: func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }
	//
	// The handler must write each record to w before its Handle returns. It is
	// called for one record at a time; its own level and its AddSource and
	// ReplaceAttr are its own affair. Default: no Line; the sink's formatter
	// renders.
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
	groups   []string     // names of scope's groups
	renderer slog.Handler // from Options.Render, derived as the handler is; nil: none
}

// shared is what a handler and those derived from it have in common.
type shared struct {
	front *core.Front
	opts  Options
	paper paper // what renderers write on
}

// NewHandler returns a handler that delivers to sink, which stays the caller's
// to flush and to close. It panics if sink is nil.
func NewHandler(sink core.Sink, opts *Options) *Handler {
	s := &shared{}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Level == nil {
		s.opts.Level = slog.LevelInfo
	}
	s.front = core.NewFront(sink, &core.FrontOptions{OnError: s.opts.OnError})
	h := &Handler{shared: s}
	if s.opts.Render != nil {
		h.renderer = s.opts.Render(&s.paper.buf)
	}
	return h
}

// Enabled is [slog.Handler]'s. It is false for levels that the sink says it would
// ignore, too.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.opts.Level.Level() && h.front.Enabled(level)
}

// Handle is [slog.Handler]'s. The context does not bound it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if h.opts.ContextAttrs != nil && ctx != nil {
		r = withContext(r, h.opts.ContextAttrs(ctx))
	}
	rec := core.Record{Time: r.Time, Level: r.Level, Logger: h.opts.Logger, Message: r.Message}
	if h.opts.AddSource {
		rec.PC = r.PC
	}
	if h.renderer != nil {
		page := h.render(ctx, r)
		defer h.paper.put(page)
		rec.Line = page.line
	}
	src := h.source(&r)
	defer src.release()
	rec.SetAttrSource(src)
	rec.SetScope(h.scope)
	if h.opts.ReplaceAttr != nil {
		h.replaceBuiltins(&rec)
	}
	err := h.front.Emit(&rec)
	h.front.Report(err)
	return err
}

// withContext returns r with attrs in front of its own.
func withContext(r slog.Record, attrs []slog.Attr) slog.Record {
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

// WithAttrs is [slog.Handler]'s. The attributes are resolved now.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	derived := *h
	if h.renderer != nil {
		derived.renderer = h.renderer.WithAttrs(attrs)
	}
	if h.opts.ReplaceAttr != nil {
		attrs = core.AppendReplaced(nil, h.groups, attrs, h.opts.ReplaceAttr)
	}
	derived.scope = h.scope.With(attrs...)
	return &derived
}

// WithGroup is [slog.Handler]'s.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	derived := *h
	if h.renderer != nil {
		derived.renderer = h.renderer.WithGroup(name)
	}
	derived.scope = h.scope.WithGroup(name)
	derived.groups = derived.scope.Groups()
	return &derived
}

var _ slog.Handler = (*Handler)(nil)
