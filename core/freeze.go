package core

import (
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

const (
	// maxDepth is how deep groups may nest before they are cut off.
	maxDepth = 64
	// maxSteps is how many groups and slog.LogValuers the attributes of one record
	// may have: within maxDepth levels, one that holds two of its own kind would
	// still never end.
	maxSteps = 10_000
)

// errTooDeep stands for values beyond these limits.
const errTooDeep = "!ERROR:attribute nested too deeply"

// resolver resolves the values of one record, within the limits.
type resolver struct{ depth, steps int }

// resolve returns v, or what its LogValuer stands for.
func (r *resolver) resolve(v slog.Value) slog.Value {
	if v.Kind() != slog.KindLogValuer {
		return v
	}
	if r.steps++; r.steps > maxSteps {
		return slog.StringValue(errTooDeep)
	}
	return v.Resolve()
}

// enter begins a group and reports false if it is beyond the limits.
func (r *resolver) enter() bool {
	r.depth++
	r.steps++
	return r.depth <= maxDepth && r.steps <= maxSteps
}

func (r *resolver) leave() { r.depth-- }

// dropped tells whether an attribute, v being resolved, is to be ignored: slog's
// zero Attr.
func dropped(key string, v slog.Value) bool {
	return key == "" && v.Kind() == slog.KindAny && v.Any() == nil
}

// freeze returns attrs resolved and unable to change. It returns nil if nothing
// is left.
func freeze(attrs []slog.Attr) []slog.Attr {
	var r resolver
	return r.freeze(attrs)
}

func (r *resolver) freeze(attrs []slog.Attr) []slog.Attr {
	if len(attrs) == 0 {
		return nil
	}
	out := make([]slog.Attr, 0, len(attrs))
	for i := range attrs {
		a := slog.Attr{Key: attrs[i].Key, Value: r.freezeValue(attrs[i].Value)}
		switch {
		case dropped(a.Key, a.Value):
		case a.Value.Kind() != slog.KindGroup:
			out = append(out, a)
		case a.Key == "":
			out = append(out, a.Value.Group()...)
		case len(a.Value.Group()) > 0:
			out = append(out, a)
		}
	}
	return out
}

func (r *resolver) freezeValue(v slog.Value) slog.Value {
	v = r.resolve(v)
	switch v.Kind() {
	case slog.KindAny:
		return slog.AnyValue(frozenValue(v.Any()))
	case slog.KindGroup:
		defer r.leave()
		if !r.enter() {
			return slog.StringValue(errTooDeep)
		}
		return slog.GroupValue(r.freeze(v.Group())...)
	}
	return v
}

// frozen is a value of any type, rendered.
type frozen struct {
	text string
	json []byte
}

func (f frozen) String() string               { return f.text }
func (f frozen) MarshalJSON() ([]byte, error) { return f.json, nil }

// frozenError is a frozen error. It has no MarshalJSON of its own to hide: what
// it embeds says the same.
type frozenError struct{ frozen }

func (f frozenError) Error() string { return f.text }

// frozenValue renders v once and for all.
func frozenValue(v any) any {
	switch v := v.(type) {
	case nil, frozen, frozenError:
		return v
	case error:
		return frozenError{render(v)}
	}
	return render(v)
}

func render(v any) frozen {
	return frozen{
		text: anyText(v),
		json: jsonenc.AppendAny(nil, v),
	}
}
