package zapsink

import (
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
)

// source brings the fields of a call when a sink asks for them, and holds where
// the call was.
type source struct {
	fields []zapcore.Field
	at     slog.Source
}

var sources = sync.Pool{New: func() any { return new(source) }}

func newSource(fields []zapcore.Field) *source {
	s := sources.Get().(*source)
	s.fields = fields
	return s
}

func (s *source) release() {
	*s = source{}
	sources.Put(s)
}

// AppendAttrs implements [core.AttrSource].
func (s *source) AppendAttrs(dst []slog.Attr) []slog.Attr {
	for i := range s.fields {
		f := &s.fields[i]
		if opens(f) {
			enc := objectEncoder{levels: []level{{attrs: dst}}}
			enc.addFields(s.fields[i:])
			return enc.attrs()
		}
		dst = appendField(dst, f)
	}
	return dst
}

// opens tells whether f may put what follows it into a group: a namespace, or an
// object that is added as if its members were fields of the call.
func opens(f *zapcore.Field) bool {
	return f.Type == zapcore.NamespaceType || f.Type == zapcore.InlineMarshalerType
}

// withFields adds the fields of a With to scope.
func withFields(scope *core.Scope, fields []zapcore.Field) *core.Scope {
	enc := objectEncoder{levels: []level{{}}}
	enc.addFields(fields)
	for i, l := range enc.levels {
		if i > 0 {
			scope = scope.WithGroup(l.name)
		}
		scope = scope.With(l.attrs...)
	}
	return scope
}

// appendField converts one field, which may become no attribute, or several.
func appendField(dst []slog.Attr, f *zapcore.Field) []slog.Attr {
	var v slog.Value
	switch f.Type {
	case zapcore.StringType:
		v = slog.StringValue(f.String)
	case zapcore.Int64Type, zapcore.Int32Type, zapcore.Int16Type, zapcore.Int8Type:
		v = slog.Int64Value(f.Integer)
	case zapcore.Uint64Type, zapcore.Uint32Type, zapcore.Uint16Type, zapcore.Uint8Type, zapcore.UintptrType:
		v = slog.Uint64Value(uint64(f.Integer))
	case zapcore.BoolType:
		v = slog.BoolValue(f.Integer == 1)
	case zapcore.DurationType:
		v = slog.DurationValue(time.Duration(f.Integer))
	case zapcore.Float64Type:
		v = slog.Float64Value(math.Float64frombits(uint64(f.Integer)))
	case zapcore.Float32Type:
		v = float32Value(math.Float32frombits(uint32(f.Integer)))
	case zapcore.TimeType:
		v = slog.TimeValue(timeOf(f))
	case zapcore.ReflectType:
		v = reflected(f.Interface)
	case zapcore.ErrorType:
		return appendError(dst, f)
	case zapcore.SkipType:
		return dst
	default:
		return appendAdded(dst, f)
	}
	return append(dst, slog.Attr{Key: f.Key, Value: v})
}

// float32Value returns f with the digits that it has as a float32.
func float32Value(f float32) slog.Value {
	wide, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return slog.Float64Value(wide)
}

// reflected returns a value of a type that zap does not know, or was not told.
func reflected(v any) slog.Value {
	if f, ok := v.(float32); ok {
		return float32Value(f)
	}
	return slog.AnyValue(v)
}

func timeOf(f *zapcore.Field) time.Time {
	t := time.Unix(0, f.Integer)
	if loc, ok := f.Interface.(*time.Location); ok {
		return t.In(loc)
	}
	return t
}

// appendError keeps the error itself, and what else zap tells of an error that is
// a group or has a verbose form.
func appendError(dst []slog.Attr, f *zapcore.Field) []slog.Attr {
	at := len(dst)
	switch f.Interface.(type) {
	case fmt.Formatter, interface{ Errors() []error }:
		dst = appendAdded(dst, f)
	default:
		dst = append(dst, slog.Attr{Key: f.Key})
	}
	if dst[at].Key == f.Key {
		dst[at].Value = slog.AnyValue(f.Interface)
	}
	return dst
}

// appendAdded lets the field add itself.
func appendAdded(dst []slog.Attr, f *zapcore.Field) []slog.Attr {
	enc := objectEncoder{levels: []level{{attrs: dst}}}
	enc.addItself(f)
	return enc.attrs()
}
