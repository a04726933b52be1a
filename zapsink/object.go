package zapsink

import (
	"cmp"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"
)

// objectEncoder is a zapcore.ObjectEncoder that makes attributes. It keeps nothing
// that it is given but values of unknown types.
type objectEncoder struct{ levels []level }

// level is a namespace and what is in it.
type level struct {
	name  string
	attrs []slog.Attr
}

func (e *objectEncoder) add(key string, v slog.Value) {
	last := &e.levels[len(e.levels)-1]
	last.attrs = append(last.attrs, slog.Attr{Key: key, Value: v})
}

// addFields adds fields as a log call or a With has them.
func (e *objectEncoder) addFields(fields []zapcore.Field) {
	for i := range fields {
		f := &fields[i]
		if opens(f) {
			e.addItself(f)
			continue
		}
		last := &e.levels[len(e.levels)-1]
		last.attrs = appendField(last.attrs, f)
	}
}

// addItself lets f add itself. A panic on the way becomes its value, in place of
// what it has added by then.
func (e *objectEncoder) addItself(f *zapcore.Field) {
	depth := len(e.levels)
	before := e.levels[depth-1].attrs
	defer func() {
		if p := recover(); p != nil {
			e.levels = e.levels[:depth]
			e.levels[depth-1].attrs = before
			e.add(cmp.Or(f.Key, "Error"), slog.StringValue(fmt.Sprintf("!PANIC: %v", p)))
		}
	}()
	f.AddTo(e)
}

// attrs returns what was added; namespaces are groups.
func (e *objectEncoder) attrs() []slog.Attr {
	for n := len(e.levels) - 1; n > 0; n-- {
		inner := e.levels[n]
		e.levels = e.levels[:n]
		e.add(inner.name, slog.GroupValue(inner.attrs...))
	}
	return e.levels[0].attrs
}

// object returns what m adds, as a group.
func object(m zapcore.ObjectMarshaler) (slog.Value, error) {
	enc := objectEncoder{levels: []level{{}}}
	err := m.MarshalLogObject(&enc)
	return slog.GroupValue(enc.attrs()...), err
}

func (e *objectEncoder) OpenNamespace(key string) { e.levels = append(e.levels, level{name: key}) }

func (e *objectEncoder) AddObject(key string, m zapcore.ObjectMarshaler) error {
	v, err := object(m)
	e.add(key, v)
	return err
}

func (e *objectEncoder) AddArray(key string, m zapcore.ArrayMarshaler) error {
	v, err := array(m)
	e.add(key, v)
	return err
}

func (e *objectEncoder) AddReflected(key string, v any) error {
	e.add(key, reflected(v))
	return nil
}

func (e *objectEncoder) AddBinary(key string, v []byte) {
	e.add(key, slog.AnyValue(append([]byte{}, v...))) // never nil: that would be null in JSON
}
func (e *objectEncoder) AddByteString(key string, v []byte) {
	e.add(key, slog.StringValue(string(v)))
}
func (e *objectEncoder) AddComplex128(key string, v complex128) { e.add(key, complexValue(v, 128)) }
func (e *objectEncoder) AddComplex64(key string, v complex64) {
	e.add(key, complexValue(complex128(v), 64))
}
func (e *objectEncoder) AddBool(key string, v bool)              { e.add(key, slog.BoolValue(v)) }
func (e *objectEncoder) AddDuration(key string, v time.Duration) { e.add(key, slog.DurationValue(v)) }
func (e *objectEncoder) AddFloat64(key string, v float64)        { e.add(key, slog.Float64Value(v)) }
func (e *objectEncoder) AddFloat32(key string, v float32)        { e.add(key, float32Value(v)) }
func (e *objectEncoder) AddInt(key string, v int)                { e.add(key, slog.IntValue(v)) }
func (e *objectEncoder) AddInt64(key string, v int64)            { e.add(key, slog.Int64Value(v)) }
func (e *objectEncoder) AddInt32(key string, v int32)            { e.AddInt64(key, int64(v)) }
func (e *objectEncoder) AddInt16(key string, v int16)            { e.AddInt64(key, int64(v)) }
func (e *objectEncoder) AddInt8(key string, v int8)              { e.AddInt64(key, int64(v)) }
func (e *objectEncoder) AddString(key, v string)                 { e.add(key, slog.StringValue(v)) }
func (e *objectEncoder) AddTime(key string, v time.Time)         { e.add(key, slog.TimeValue(v)) }
func (e *objectEncoder) AddUint(key string, v uint)              { e.AddUint64(key, uint64(v)) }
func (e *objectEncoder) AddUint64(key string, v uint64)          { e.add(key, slog.Uint64Value(v)) }
func (e *objectEncoder) AddUint32(key string, v uint32)          { e.AddUint64(key, uint64(v)) }
func (e *objectEncoder) AddUint16(key string, v uint16)          { e.AddUint64(key, uint64(v)) }
func (e *objectEncoder) AddUint8(key string, v uint8)            { e.AddUint64(key, uint64(v)) }
func (e *objectEncoder) AddUintptr(key string, v uintptr)        { e.AddUint64(key, uint64(v)) }

// complexValue writes a complex number as zap does, such as 1+2i.
func complexValue(v complex128, bits int) slog.Value {
	return slog.StringValue(strings.Trim(strconv.FormatComplex(v, 'f', -1, bits), "()"))
}

var _ zapcore.ObjectEncoder = (*objectEncoder)(nil)
