package zapsink

import (
	"encoding/json"
	"log/slog"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
)

// arrayEncoder is a zapcore.ArrayEncoder that makes a JSON array: slog has no
// kind for lists, and JSON keeps order, duplicate keys and nesting.
type arrayEncoder struct{ json []byte }

// array returns what m appends.
func array(m zapcore.ArrayMarshaler) (slog.Value, error) {
	e := arrayEncoder{json: []byte{'['}}
	err := m.MarshalLogArray(&e)
	return slog.AnyValue(json.RawMessage(append(e.json, ']'))), err
}

func (e *arrayEncoder) append(v slog.Value) {
	if len(e.json) > 1 {
		e.json = append(e.json, ',')
	}
	e.json = core.JSON{}.AppendValue(e.json, v)
}

func (e *arrayEncoder) AppendObject(m zapcore.ObjectMarshaler) error {
	v, err := object(m)
	e.append(v)
	return err
}

func (e *arrayEncoder) AppendArray(m zapcore.ArrayMarshaler) error {
	v, err := array(m)
	e.append(v)
	return err
}

func (e *arrayEncoder) AppendReflected(v any) error {
	e.append(reflected(v))
	return nil
}

func (e *arrayEncoder) AppendBool(v bool)              { e.append(slog.BoolValue(v)) }
func (e *arrayEncoder) AppendByteString(v []byte)      { e.append(slog.StringValue(string(v))) }
func (e *arrayEncoder) AppendComplex128(v complex128)  { e.append(complexValue(v, 128)) }
func (e *arrayEncoder) AppendComplex64(v complex64)    { e.append(complexValue(complex128(v), 64)) }
func (e *arrayEncoder) AppendDuration(v time.Duration) { e.append(slog.DurationValue(v)) }
func (e *arrayEncoder) AppendFloat64(v float64)        { e.append(slog.Float64Value(v)) }
func (e *arrayEncoder) AppendFloat32(v float32)        { e.append(float32Value(v)) }
func (e *arrayEncoder) AppendInt(v int)                { e.append(slog.IntValue(v)) }
func (e *arrayEncoder) AppendInt64(v int64)            { e.append(slog.Int64Value(v)) }
func (e *arrayEncoder) AppendInt32(v int32)            { e.AppendInt64(int64(v)) }
func (e *arrayEncoder) AppendInt16(v int16)            { e.AppendInt64(int64(v)) }
func (e *arrayEncoder) AppendInt8(v int8)              { e.AppendInt64(int64(v)) }
func (e *arrayEncoder) AppendString(v string)          { e.append(slog.StringValue(v)) }
func (e *arrayEncoder) AppendTime(v time.Time)         { e.append(slog.TimeValue(v)) }
func (e *arrayEncoder) AppendUint(v uint)              { e.AppendUint64(uint64(v)) }
func (e *arrayEncoder) AppendUint64(v uint64)          { e.append(slog.Uint64Value(v)) }
func (e *arrayEncoder) AppendUint32(v uint32)          { e.AppendUint64(uint64(v)) }
func (e *arrayEncoder) AppendUint16(v uint16)          { e.AppendUint64(uint64(v)) }
func (e *arrayEncoder) AppendUint8(v uint8)            { e.AppendUint64(uint64(v)) }
func (e *arrayEncoder) AppendUintptr(v uintptr)        { e.AppendUint64(uint64(v)) }

var _ zapcore.ArrayEncoder = (*arrayEncoder)(nil)
