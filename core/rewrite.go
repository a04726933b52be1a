package core

import (
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Rewrite is a [Sink] that changes records on their way to another one, for that
// one only: masking, adding, renaming.
//
// A changed record loses its Line, since the framework rendered what was there
// before: what is written is what the sink's formatter makes of the changed
// record. A function that sets a Line of its own keeps that one.
type Rewrite struct {
	wrapper
	change func(*Record)
}

// NewRewrite returns a sink in front of target. change is called by many
// goroutines at once. It may set every field of the record, which is a copy, but
// must not write to what the fields point to. If it panics, that is the error of
// the record, which is not handed on. NewRewrite panics if target or change is
// nil.
func NewRewrite(target Sink, change func(*Record)) *Rewrite {
	if change == nil {
		panic("core: NewRewrite: nil function")
	}
	w := &Rewrite{change: change}
	w.wrap(target, "NewRewrite")
	return w
}

// Emit is [Sink]'s.
func (w *Rewrite) Emit(r Record) error {
	if err := w.flag.Check(); err != nil {
		return err
	}
	if _, err := w.apply(&r); err != nil {
		return err
	}
	return w.target.Emit(r)
}

// EmitBatch is [BatchSink]'s.
func (w *Rewrite) EmitBatch(rs []Record) (int, error) {
	if err := w.flag.Check(); err != nil {
		return 0, err
	}
	return emitKept(w.target, rs, w.apply)
}

// apply changes r and drops the Line that it came with.
func (w *Rewrite) apply(r *Record) (ok bool, err error) {
	defer guard.Recover(&err)
	line := r.Line
	w.change(r)
	if len(line) > 0 && len(r.Line) > 0 && &line[0] == &r.Line[0] || len(r.Line) == 0 {
		r.Line = nil
	}
	return true, nil
}

// Enabled is as the target says.
func (w *Rewrite) Enabled(level slog.Level) bool { return enabled(w.target, level) }

// ReplaceAttrs returns a function for [NewRewrite] that gives every attribute to
// replace, as slog.HandlerOptions.ReplaceAttr does: with its value resolved and
// the names of the groups around it, groups themselves excepted. The attribute
// is replaced by the result, or dropped if that is the zero Attr.
func ReplaceAttrs(replace func(groups []string, a slog.Attr) slog.Attr) func(*Record) {
	return func(r *Record) {
		var p replacer
		p.replace = replace
		r.SetAttrs(p.attrs(r.AppendAttrs(nil))...)
	}
}

type replacer struct {
	replace func(groups []string, a slog.Attr) slog.Attr
	groups  []string
	resolver
}

func (p *replacer) attrs(attrs []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, 0, len(attrs))
	for _, a := range attrs {
		a.Value = p.resolve(a.Value)
		if a.Value.Kind() == slog.KindGroup {
			a.Value = p.group(a)
		} else {
			a = p.replace(p.groups, a)
		}
		if !dropped(a.Key, a.Value) {
			out = append(out, a)
		}
	}
	return out
}

func (p *replacer) group(a slog.Attr) slog.Value {
	defer p.leave()
	if !p.enter() {
		return slog.StringValue(errTooDeep)
	}
	n := len(p.groups)
	if a.Key != "" {
		p.groups = append(p.groups, a.Key)
	}
	members := p.attrs(a.Value.Group())
	p.groups = p.groups[:n]
	return slog.GroupValue(members...)
}

var (
	_ BatchSink = (*Rewrite)(nil)
	_ Leveled   = (*Rewrite)(nil)
)
