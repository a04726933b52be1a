package core

import (
	"log/slog"
	"slices"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Rewrite is a [Sink] that changes records on their way to another one, for that
// one only: masking, adding, renaming.
//
// A changed record loses its Line, since the framework rendered what was there
// before: what is written is what the sink's formatter makes of the changed
// record. A function that sets a Line of its own, which a slice of the old one is
// not, keeps that one.
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

// Emit implements [Sink].
func (w *Rewrite) Emit(r Record) error {
	if err := w.flag.Check(); err != nil {
		return err
	}
	if _, err := w.apply(&r); err != nil {
		return err
	}
	return w.target.Emit(r)
}

// EmitBatch implements [BatchSink].
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
	if len(r.Line) == 0 || within(r.Line, line) {
		r.Line = nil
	}
	return true, nil
}

// within tells whether part is a slice of whole.
func within(part, whole []byte) bool {
	part, whole = part[:cap(part)], whole[:cap(whole)]
	return len(part) > 0 && len(whole) > 0 && &part[len(part)-1] == &whole[len(whole)-1]
}

// Enabled is as the target says.
func (w *Rewrite) Enabled(level slog.Level) bool { return enabled(w.target, level) }

// ReplaceFunc is what slog.HandlerOptions.ReplaceAttr is: it gets an attribute
// that is no group, with its value resolved, and the names of the groups around
// it, which it does not keep. It returns what takes the attribute's place; the
// zero Attr drops it.
type ReplaceFunc = func(groups []string, a slog.Attr) slog.Attr

// ReplaceAttrs returns a function for [NewRewrite] that gives every attribute of
// the record to replace. It sees attributes only: no message, which is all there is
// of an event that zerologsink cannot read, and nothing inside of a struct.
func ReplaceAttrs(replace ReplaceFunc) func(*Record) {
	return func(r *Record) {
		r.SetAttrs(AppendReplaced(nil, nil, r.AppendAttrs(nil), replace)...)
	}
}

// AppendReplaced appends what replace makes of attrs, which lie within groups, to
// dst and returns the extended slice. attrs is not changed.
func AppendReplaced(dst []slog.Attr, groups []string, attrs []slog.Attr, replace ReplaceFunc) []slog.Attr {
	p := replacer{replace: replace, groups: slices.Clip(groups)}
	return p.attrs(dst, attrs)
}

type replacer struct {
	replace ReplaceFunc
	groups  []string
	resolver
}

func (p *replacer) attrs(dst, attrs []slog.Attr) []slog.Attr {
	for _, a := range attrs {
		a.Value = p.resolve(a.Value)
		if a.Value.Kind() == slog.KindGroup {
			a.Value = p.group(a)
		} else {
			a = p.replace(p.groups, a)
		}
		if !dropped(a.Key, a.Value) {
			dst = append(dst, a)
		}
	}
	return dst
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
	members := p.attrs(make([]slog.Attr, 0, len(a.Value.Group())), a.Value.Group())
	p.groups = p.groups[:n]
	return slog.GroupValue(members...)
}

var (
	_ BatchSink = (*Rewrite)(nil)
	_ Leveled   = (*Rewrite)(nil)
)
