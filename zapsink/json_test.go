package zapsink_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// matching is the configuration with which zap writes times, durations and levels
// as core.JSON does.
var matching = zapcore.EncoderConfig{
	MessageKey: "msg", LevelKey: "level", EncodeLevel: zapcore.CapitalLevelEncoder,
	EncodeTime: zapcore.RFC3339NanoTimeEncoder, EncodeDuration: zapcore.NanosDurationEncoder,
}

// verbose is an error with a long form, as those of github.com/pkg/errors.
type verbose struct{ text string }

func (v verbose) Error() string { return v.text }

func (v verbose) Format(s fmt.State, c rune) {
	_, _ = io.WriteString(s, v.text)
	if s.Flag('+') {
		_, _ = io.WriteString(s, "\nat main.go:3")
	}
}

// terse is a fmt.Formatter whose long form says no more.
type terse struct{ verbose }

func (v terse) Format(s fmt.State, c rune) { _, _ = io.WriteString(s, v.text) }

// combined returns errs as go.uber.org/multierr combines them, which zap uses.
func combined(errs ...error) error {
	var cores []zapcore.Core
	for _, err := range errs {
		cores = append(cores, unsynced{zapcore.NewNopCore(), err})
	}
	return zapcore.NewTee(cores...).Sync()
}

type unsynced struct {
	zapcore.Core
	err error
}

func (u unsynced) Sync() error { return u.err }

// needy is an error, and a Stringer, whose methods need a receiver.
type needy struct{ text string }

func (n *needy) Error() string { return n.text }

type place struct{ X, Y int }

func (p *place) String() string { return fmt.Sprintf("%d|%d", p.X, p.Y) }

// tree is an object in objects and arrays, which may fail.
type tree struct {
	name   string
	leaves []tree
	err    error
}

func (n tree) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("name", n.name)
	if len(n.leaves) > 0 {
		if err := enc.AddArray("leaves", trees(n.leaves)); err != nil {
			return err
		}
		if err := enc.AddObject("first", n.leaves[0]); err != nil {
			return err
		}
	}
	return n.err
}

// trees is an array of arrays of objects.
type trees []tree

func (ts trees) MarshalLogArray(enc zapcore.ArrayEncoder) error {
	for _, t := range ts {
		if err := enc.AppendObject(t); err != nil {
			return err
		}
	}
	return enc.AppendArray(zapcore.ArrayMarshalerFunc(func(enc zapcore.ArrayEncoder) error {
		enc.AppendInt(len(ts))
		return enc.AppendReflected(map[string]any{"b": nil, "a": float32(0.1)})
	}))
}

// everything adds a member of each kind.
func everything(enc zapcore.ObjectEncoder) error {
	enc.AddBinary("binary", []byte("b\xff"))
	enc.AddByteString("bytestring", []byte("b\xff"))
	enc.AddBool("bool", true)
	enc.AddComplex128("complex128", 1-2i)
	enc.AddComplex64("complex64", complex(float32(0.1), 0.25))
	enc.AddDuration("duration", -time.Second)
	enc.AddFloat64("float64", 0.1)
	enc.AddFloat32("float32", 0.1)
	enc.AddInt("int", -1)
	enc.AddInt64("int64", math.MinInt64)
	enc.AddInt32("int32", math.MinInt32)
	enc.AddInt16("int16", math.MinInt16)
	enc.AddInt8("int8", math.MinInt8)
	enc.AddString("string", "s\n")
	enc.AddTime("time", time.Unix(1, 2).UTC())
	enc.AddUint("uint", 1)
	enc.AddUint64("uint64", math.MaxUint64)
	enc.AddUint32("uint32", math.MaxUint32)
	enc.AddUint16("uint16", math.MaxUint16)
	enc.AddUint8("uint8", math.MaxUint8)
	enc.AddUintptr("uintptr", 9)
	return errors.Join(
		enc.AddReflected("reflected", []any{float32(0.1), nil}),
		enc.AddArray("array", zapcore.ArrayMarshalerFunc(elements)),
		enc.AddObject("object", tree{name: "o", leaves: []tree{{name: "l"}}}),
	)
}

// elements appends an element of each kind.
func elements(enc zapcore.ArrayEncoder) error {
	enc.AppendByteString([]byte("b\xff"))
	enc.AppendBool(true)
	enc.AppendComplex128(1 - 2i)
	enc.AppendComplex64(complex(float32(0.1), 0.25))
	enc.AppendDuration(-time.Second)
	enc.AppendFloat64(0.1)
	enc.AppendFloat32(0.1)
	enc.AppendInt(-1)
	enc.AppendInt64(math.MinInt64)
	enc.AppendInt32(math.MinInt32)
	enc.AppendInt16(math.MinInt16)
	enc.AppendInt8(math.MinInt8)
	enc.AppendString("s\n")
	enc.AppendTime(time.Unix(1, 2).UTC())
	enc.AppendUint(1)
	enc.AppendUint64(math.MaxUint64)
	enc.AppendUint32(math.MaxUint32)
	enc.AppendUint16(math.MaxUint16)
	enc.AppendUint8(math.MaxUint8)
	enc.AppendUintptr(9)
	return enc.AppendReflected(float32(0.1))
}

// typed are fields of every type that zap has.
func typed() []zap.Field {
	zone := time.FixedZone("", -3*3600)
	loop := tree{name: "a", leaves: []tree{{name: "b"}, {name: "c", leaves: []tree{{name: "d"}}}}}
	broken := tree{name: "a", leaves: []tree{{name: "b"}, {name: "c", err: errSink}}}
	return []zap.Field{
		zap.Skip(), zap.Error(nil), zap.Bool("bool", true), zap.Bool("not", false), zap.String("string", "späm \"\\\n\u2028\xff<&>"), zap.String("empty", ""),
		zap.Int("int", -1), zap.Int64("int64", math.MinInt64), zap.Int32("int32", -2), zap.Int16("int16", -3), zap.Int8("int8", -4),
		zap.Uint("uint", 1), zap.Uint64("uint64", math.MaxUint64), zap.Uint32("uint32", math.MaxUint32), zap.Uint16("uint16", 3), zap.Uint8("uint8", 4),
		zap.Uintptr("uintptr", ^uintptr(0)), zap.Float64("float64", 0.1), zap.Float64("tiny", 5e-324), zap.Float64("huge", 1e300), zap.Float64("NaN", math.NaN()),
		zap.Float64("inf", math.Inf(1)), zap.Float32("float32", 0.1), zap.Float32("huge32", math.MaxFloat32), zap.Float32("inf32", float32(math.Inf(-1))),
		zap.Complex128("complex128", 1.5-2i), zap.Complex64("complex64", complex(float32(0.1), 0.25)), zap.Complex128("imaginary", -1i),
		zap.Duration("duration", 1500*time.Millisecond), zap.Time("time", time.Unix(1, 2).In(zone)), zap.Time("utc", time.Unix(0, -1).UTC()),
		zap.Time("full", time.Date(2500, 1, 1, 0, 0, 0, 5, zone)), zap.Time("zero", time.Time{}), {Key: "nowhere", Type: zapcore.TimeType, Integer: 5},
		zap.ByteString("bytestring", []byte("b\xff\n")), zap.Binary("binary", []byte("b\xff\n")), zap.Binary("none", nil),
		zap.Reflect("reflect", map[string]any{"b": []int{1}, "a": nil}), zap.Reflect("nil", nil), zap.Reflect("f32", float32(0.1)), zap.Reflect("f64", 1e21),
		zap.Reflect("struct", struct{ A, b int }{1, 2}), zap.Reflect("duration2", time.Second), zap.Reflect("time2", time.Unix(1, 2).UTC()), zap.Reflect("level", zap.WarnLevel),
		zap.Stringer("stringer", &place{1, 2}), zap.Stringer("nil stringer", (*place)(nil)), zap.Stringer("ip", net.IPv4(192, 0, 2, 1)), zap.Stringp("nil string", nil),
		zap.Object("object", loop), zap.Object("failing", broken), zap.Object("all", zapcore.ObjectMarshalerFunc(everything)), zap.Inline(loop), zap.Inline(broken),
		zap.Array("array", trees{loop, {name: "z"}}), zap.Array("failing array", trees{broken}), zap.Array("empty array", trees{}), zap.Objects("objects", []tree{loop, broken}),
		zap.Dict("dict", zap.Int("n", 1), zap.Dict("deep", zap.Duration("d", 1)), zap.Error(verbose{"in dict"})), zap.Int("int", -5), zap.String("int", "again"),
		zap.Error(errors.New("plain")), zap.NamedError("verbose", verbose{"short"}), zap.NamedError("terse", terse{verbose{"short"}}),
		zap.NamedError("needy", (*needy)(nil)), zap.NamedError("text", &needy{"text"}), zap.NamedError("wrapped", fmt.Errorf("outer: %w", verbose{"inner"})),
		zap.NamedError("group", combined(errors.New("one"), verbose{"two"}, combined(errors.New("three"), errSink))),
		zap.NamedError("joined", errors.Join(errors.New("one"), errors.New("two"))), zap.Errors("errors", []error{nil, verbose{"e"}, combined(errSink, errSink)}),
		zap.Bools("bools", []bool{true}), zap.Strings("strings", []string{"a", ""}), zap.Float32s("float32s", []float32{0.1}), zap.Complex64s("complex64s", []complex64{1i}),
		zap.Durations("durations", []time.Duration{1}), zap.Times("times", []time.Time{time.Unix(1, 2).UTC()}), zap.ByteStrings("bytestrings", [][]byte{[]byte("x")}),
		zap.Uintptrs("uintptrs", []uintptr{1}), zap.Stringers("stringers", []*place{{3, 4}}), zap.Intp("pointer", new(int)),
	}
}

// anything are values for zap.Any, of each type that it knows and of others.
func anything() []zap.Field {
	var fields []zap.Field
	for _, f := range typed() {
		fields = append(fields, zap.Any("any "+f.Key, f.Interface))
	}
	n, s, d, at := 1, "s", time.Second, time.Unix(1, 2).UTC()
	for i, v := range []any{
		n, &n, s, &s, d, &d, at, &at, 1.5, float32(0.1), uint8(1), []byte("bytes"), []int{1}, []uint8{2}, []any{1, "x"}, true, []bool{false}, 1i, complex64(1i),
		'x', []string{"a"}, []time.Duration{d}, []error{errSink}, errSink, tree{name: "t"}, trees{{name: "t"}}, []tree{{name: "t"}}, &place{1, 2}, place{1, 2},
		map[string]int{"a": 1}, uintptr(3), []uintptr{3}, json.Number("1.50"), json.RawMessage(`{"raw": 1}`), [2]int{1, 2}, []zap.Field{zap.Int("n", 1)},
	} {
		fields = append(fields, zap.Any(fmt.Sprint("any", i), v))
	}
	return fields
}

// The sink's JSON of each field has the keys and the values of zap's own, in the
// same order.
func TestSameKeysAndValuesAsZap(t *testing.T) {
	all := append(typed(), anything()...)
	for _, f := range all {
		checkSame(t, f)
	}
	checkSame(t, all...)
	checkSame(t, append([]zap.Field{zap.Int("a", 1), zap.Namespace("n")}, all...)...)
}

// checkSame compares what becomes of fields, given to a log call and to With.
func checkSame(t *testing.T, fields ...zap.Field) {
	t.Helper()
	var native, ours bytes.Buffer
	l := zap.New(zapcore.NewTee(
		zapcore.NewCore(zapcore.NewJSONEncoder(matching), zapcore.AddSync(&native), zap.DebugLevel),
		zapsink.NewCore(stream(t, &ours, untimed{core.JSON{}}), zap.DebugLevel, nil),
	))
	l.Warn("m", fields...)
	l.With(fields...).Warn("m")
	l.With(fields...).Warn("m", fields...)
	got, want := strings.SplitAfter(ours.String(), "\n"), strings.SplitAfter(native.String(), "\n")
	for i := range want {
		if g, w := tokens(t, got[i]), tokens(t, want[i]); g != w {
			t.Errorf("%s:\nzap  %s\nsink %s", fields[0].Key, clip(want[i]), clip(got[i]))
		}
	}
}

func clip(s string) string { return s[:min(len(s), 500)] }

// untimed is a formatter that leaves out the time.
type untimed struct{ core.Formatter }

func (u untimed) Append(dst []byte, r core.Record) []byte {
	r.Time = time.Time{}
	return u.Formatter.Append(dst, r)
}

// tokens returns what a line of JSON says, however it says it.
func tokens(t *testing.T, line string) string {
	t.Helper()
	var all []string
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return strings.Join(all, " ")
		}
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if n, ok := tok.(json.Number); ok && strings.ContainsAny(string(n), ".eE") || ok && len(n) > 20 {
			f, _ := n.Float64()
			tok = strconv.FormatFloat(f, 'g', -1, 64)
		}
		all = append(all, fmt.Sprintf("%q", fmt.Sprint(tok)))
	}
}

// Where they differ, it is on purpose.
func TestOtherThanZap(t *testing.T) {
	for _, c := range []struct {
		name  string
		field zap.Field
		want  string
	}{
		{"an object without members is nothing", zap.Dict("k"), `{}`},
		{"a value that cannot be encoded says so in its place", zap.Reflect("k", func() {}), `{"k":"!ERROR:json: unsupported type: func()"}`},
		{"a Stringer that panics is an error to zap", zap.Stringer("k", stringer(func() string { panic("boom") })), `{"kError":"PANIC=boom"}`},
		{"an error that panics says so in its place", zap.NamedError("k", plainly{}), `{"k":"!PANIC: runtime error: invalid memory address or nil pointer dereference"}`},
		{"so does one with a long form", zap.NamedError("k", fuse{}), `{"kError":"PANIC=boom"}`},
		{"an error with JSON of its own brings that", zap.NamedError("k", &live{"x"}), `{"k":"x"}`},
		{"infinite numbers", zap.Complex128("k", complex(math.Inf(1), math.Inf(-1))), `{"k":"+Inf-Infi"}`},
	} {
		if got := logged(t, c.field); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		rec := &conformance.Recorder{}
		logger(rec, nil).With(c.field).Info("m")
		if got := attrs(only(t, rec)); got != c.want {
			t.Errorf("%s, With: got %s, want %s", c.name, got, c.want)
		}
	}
}

type stringer func() string

func (s stringer) String() string { return s() }

// fuse is an error with a long form, and none that is short.
type fuse struct{ verbose }

func (fuse) Error() string { panic("boom") }
