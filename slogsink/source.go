package slogsink

import (
	"log/slog"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// source holds the attributes of a record while a sink has it.
type source struct {
	attrs   []slog.Attr
	groups  []string
	replace core.ReplaceFunc // nil: they stay as they are
}

var sources = sync.Pool{New: func() any { return new(source) }}

// maxAttrs is how many attributes a source has room for when it is used again.
const maxAttrs = 1024

// source gives rec the attributes of r, for as long as the result is not released.
func (h *Handler) source(r *slog.Record, rec *core.Record) *source {
	s := sources.Get().(*source)
	r.Attrs(func(a slog.Attr) bool {
		s.attrs = append(s.attrs, a)
		return true
	})
	if h.opts.ReplaceAttr == nil {
		rec.SetAttrs(s.attrs...)
		return s
	}
	s.groups, s.replace = h.groups, h.opts.ReplaceAttr
	rec.SetAttrSource(s)
	return s
}

func (s *source) release() {
	if cap(s.attrs) > maxAttrs {
		return
	}
	clear(s.attrs)
	*s = source{attrs: s.attrs[:0]}
	sources.Put(s)
}

// AppendAttrs implements [core.AttrSource].
func (s *source) AppendAttrs(dst []slog.Attr) []slog.Attr {
	return core.AppendReplaced(dst, s.groups, s.attrs, s.replace)
}
