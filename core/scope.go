package core

import (
	"log/slog"
	"slices"
	"sync/atomic"
)

// Scope is what a logger has gathered before the record: the attributes given to
// its With and the groups that it has opened (slog's WithGroup, zap's
// Namespace). A Scope never changes, so any number of records and goroutines may
// share it; nil is the empty one.
type Scope struct {
	frames   []frame // the first is outside of every group; never empty
	rendered atomic.Pointer[jsonScope]
}

// frame is a group and the attributes gathered in it.
type frame struct {
	group string
	attrs []slog.Attr // resolved
}

// With returns a scope that also has attrs, within its innermost group. They are
// resolved and rendered as by [Record.Clone], so what changes afterwards does
// not change the records to come.
func (s *Scope) With(attrs ...slog.Attr) *Scope {
	frozen := freeze(attrs)
	if len(frozen) == 0 {
		return s
	}
	frames := s.copyFrames(0)
	last := &frames[len(frames)-1]
	last.attrs = slices.Concat(last.attrs, frozen)
	return &Scope{frames: frames}
}

// WithGroup returns a scope whose innermost group is name. An empty name changes
// nothing.
func (s *Scope) WithGroup(name string) *Scope {
	if name == "" {
		return s
	}
	return &Scope{frames: append(s.copyFrames(1), frame{group: name})}
}

// Groups returns the names of the open groups, outermost first.
func (s *Scope) Groups() []string {
	if s == nil {
		return nil
	}
	var names []string
	for _, f := range s.frames[1:] {
		names = append(names, f.group)
	}
	return names
}

// copyFrames returns a copy of the frames with room for extra more.
func (s *Scope) copyFrames(extra int) []frame {
	if s == nil {
		return make([]frame, 1, 1+extra)
	}
	return append(make([]frame, 0, len(s.frames)+extra), s.frames...)
}

// appendFrames appends the attributes of the first frame and, as a group unless
// it is empty, what is in the others and in r itself.
func appendFrames(dst []slog.Attr, frames []frame, r *Record) []slog.Attr {
	dst = append(dst, frames[0].attrs...)
	if len(frames) == 1 {
		return r.appendOwn(dst)
	}
	inner := appendFrames(nil, frames[1:], r)
	if len(inner) == 0 {
		return dst
	}
	return append(dst, slog.Attr{Key: frames[1].group, Value: slog.GroupValue(inner...)})
}
