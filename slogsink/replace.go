package slogsink

import (
	"log/slog"
	"slices"
	"time"

	"github.com/logsinks/logsinks/core"
)

// replacer gives attributes to ReplaceAttr as slog's handlers do: of a group that
// it returns, it gets the members in turn.
type replacer struct {
	replace core.ReplaceFunc
	depth   int // how many of the groups around it ReplaceAttr has returned
}

// deepestReplaced is where replacing ends: a function that makes a group of
// everything would never come to an end.
const deepestReplaced = 8

func (p replacer) attr(groups []string, a slog.Attr) slog.Attr {
	a = p.replace(groups, a)
	a.Value = a.Value.Resolve()
	if a.Value.Kind() != slog.KindGroup {
		return a
	}
	if p.depth++; p.depth > deepestReplaced {
		return slog.String(a.Key, "!ERROR:ReplaceAttr returns groups without end")
	}
	if a.Key != "" {
		groups = append(slices.Clip(groups), a.Key)
	}
	a.Value = slog.GroupValue(core.AppendReplaced(nil, groups, a.Value.Group(), p.attr)...)
	return a
}

// replaceBuiltins gives time, level, source and message to ReplaceAttr, as slog's
// handlers do. It returns the panic of ReplaceAttr.
func (h *Handler) replaceBuiltins(rec *core.Record) (err error) {
	defer recovered(&err)
	b := builtins{replace: h.opts.ReplaceAttr, rec: *rec}
	b.time()
	b.level()
	b.source()
	b.message()
	if len(b.extra) > 0 {
		b.rec.SetAttrs(b.rec.AppendAttrs(b.extra)...)
	}
	*rec = b.rec
	return nil
}

// builtins asks ReplaceAttr for the attributes that every record has.
type builtins struct {
	replace core.ReplaceFunc
	rec     core.Record // a copy: the original stays on the stack
	extra   []slog.Attr // what has become an attribute like any other
}

// ask replaces a. take gets the new value if the key is still the same, and
// reports false if it has no use for it.
func (b *builtins) ask(a slog.Attr, take func(slog.Value) bool) {
	changed := b.replace(nil, a)
	if changed.Key == a.Key && take(changed.Value) || changed.Equal(slog.Attr{}) {
		return
	}
	b.extra = append(b.extra, changed)
}

func (b *builtins) time() {
	t := b.rec.Time
	if t.IsZero() {
		return
	}
	b.rec.Time = time.Time{}
	b.ask(slog.Time(slog.TimeKey, t.Round(0)), func(v slog.Value) bool {
		if v.Kind() != slog.KindTime {
			return false
		}
		b.rec.Time = v.Time()
		return true
	})
}

func (b *builtins) level() {
	b.ask(slog.Any(slog.LevelKey, b.rec.Level), func(v slog.Value) bool {
		if l, ok := v.Any().(slog.Level); ok {
			b.rec.Level = l
			return true
		}
		// The usual replacement gives levels the names that they have here.
		return v.Kind() == slog.KindString && v.String() == core.LevelName(b.rec.Level)
	})
}

func (b *builtins) source() {
	src := b.rec.Source()
	if src == nil {
		return
	}
	b.rec.PC = 0
	b.ask(slog.Any(slog.SourceKey, src), func(v slog.Value) bool {
		src, ok := v.Any().(*slog.Source)
		b.rec.SetSource(src)
		return ok
	})
}

func (b *builtins) message() {
	message := b.rec.Message
	b.rec.Message = ""
	b.ask(slog.String(slog.MessageKey, message), func(v slog.Value) bool {
		if v.Kind() != slog.KindString {
			return false
		}
		b.rec.Message = v.String()
		return true
	})
}
