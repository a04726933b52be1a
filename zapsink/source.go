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

// source brings the fields of a call when a sink asks for them.
type source struct{ fields []zapcore.Field }

var sources = sync.Pool{New: func() any { return new(source) }}

func newSource(fields []zapcore.Field) *source {
	s := sources.Get().(*source)
	s.fields = fields
	return s
}

func (s *source) release() {
	s.fields = nil
	sources.Put(s)
}

// AppendAttrs is [core.AttrSource]'s.
func (s *source) AppendAttrs(dst []slog.Attr) []slog.Attr { return appendFields(dst, s.fields) }

// appendFields converts fields. What follows a namespace is in a group.
func appendFields(dst []slog.Attr, fields []zapcore.Field) []slog.Attr {
	for i := range fields {
		f := &fields[i]
		if f.Type == zapcore.NamespaceType {
			members := appendFields(nil, fields[i+1:])
			return append(dst, slog.Attr{Key: f.Key, Value: slog.GroupValue(members...)})
		}
		dst = appendField(dst, f)
	}
	return dst
}

// withFields adds the fields of a With to scope.
func withFields(scope *core.Scope, fields []zapcore.Field) *core.Scope {
	for i := range fields {
		if fields[i].Type == zapcore.NamespaceType {
			scope = scope.With(appendFields(nil, fields[:i])...)
			return withFields(scope.WithGroup(fields[i].Key), fields[i+1:])
		}
	}
	return scope.With(appendFields(nil, fields)...)
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
	wide, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil {
		wide = float64(f)
	}
	return slog.Float64Value(wide)
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

// appendAdded lets the field add itself. A panic on the way becomes its value.
func appendAdded(dst []slog.Attr, f *zapcore.Field) (out []slog.Attr) {
	enc := objectEncoder{levels: []level{{}}}
	defer func() {
		if p := recover(); p != nil {
			out = append(dst, slog.String(f.Key, fmt.Sprintf("!PANIC: %v", p)))
		}
	}()
	f.AddTo(&enc)
	return append(dst, enc.attrs()...)
}
