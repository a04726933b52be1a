package slogsink

import (
	"log/slog"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// source brings the attributes of a record when a sink asks for them.
type source struct {
	record  slog.Record
	groups  []string
	replace core.ReplaceFunc // nil: they stay as they are
}

var sources = sync.Pool{New: func() any { return new(source) }}

func (h *Handler) source(r *slog.Record) *source {
	s := sources.Get().(*source)
	s.record, s.groups, s.replace = *r, h.groups, h.opts.ReplaceAttr
	return s
}

func (s *source) release() {
	*s = source{}
	sources.Put(s)
}

// AppendAttrs is [core.AttrSource]'s.
func (s *source) AppendAttrs(dst []slog.Attr) []slog.Attr {
	if s.replace != nil {
		return core.AppendReplaced(dst, s.groups, s.appendAttrs(nil), s.replace)
	}
	return s.appendAttrs(dst)
}

func (s *source) appendAttrs(dst []slog.Attr) []slog.Attr {
	s.record.Attrs(func(a slog.Attr) bool {
		dst = append(dst, a)
		return true
	})
	return dst
}
