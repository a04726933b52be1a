package slogsink

import (
	"log/slog"
	"time"

	"github.com/logsinks/logsinks/core"
)

// replaceBuiltins gives time, level, source and message to ReplaceAttr, as slog's
// handlers do.
func (h *Handler) replaceBuiltins(rec *core.Record) {
	b := builtins{replace: h.opts.ReplaceAttr}
	if t := rec.Time; !t.IsZero() {
		rec.Time = time.Time{}
		b.ask(slog.Time(slog.TimeKey, t.Round(0)), func(v slog.Value) bool {
			if v.Kind() != slog.KindTime {
				return false
			}
			rec.Time = v.Time()
			return true
		})
	}
	b.ask(slog.Any(slog.LevelKey, rec.Level), func(v slog.Value) bool {
		if l, ok := v.Any().(slog.Level); ok {
			rec.Level = l
			return true
		}
		// The usual replacement gives levels the names that they have here.
		return v.Kind() == slog.KindString && v.String() == core.LevelName(rec.Level)
	})
	if src := rec.Source(); src != nil {
		rec.PC = 0
		b.ask(slog.Any(slog.SourceKey, src), func(v slog.Value) bool {
			src, ok := v.Any().(*slog.Source)
			rec.SetSource(src)
			return ok
		})
	}
	message := rec.Message
	rec.Message = ""
	b.ask(slog.String(slog.MessageKey, message), func(v slog.Value) bool {
		if v.Kind() != slog.KindString {
			return false
		}
		rec.Message = v.String()
		return true
	})
	if len(b.extra) > 0 {
		rec.SetAttrs(rec.AppendAttrs(b.extra)...)
	}
}

// builtins asks ReplaceAttr for the attributes that every record has.
type builtins struct {
	replace core.ReplaceFunc
	extra   []slog.Attr // what has become an attribute like any other
}

// ask replaces a. take gets the new value if the key is still the same, and
// reports false if it has no use for it.
func (b *builtins) ask(a slog.Attr, take func(slog.Value) bool) {
	changed := b.replace(nil, a)
	changed.Value = changed.Value.Resolve()
	if changed.Key == a.Key && take(changed.Value) || changed.Equal(slog.Attr{}) {
		return
	}
	b.extra = append(b.extra, changed)
}
