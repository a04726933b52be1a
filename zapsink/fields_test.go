package zapsink_test

import (
	"bytes"
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// seen returns the attributes that a sink sees of a record with fields.
func seen(fields ...zap.Field) (attrs []slog.Attr) {
	logger(core.NewFunc(func(r core.Record) error {
		attrs = r.AppendAttrs(nil)
		return nil
	}), nil).Info("m", fields...)
	return attrs
}

// A field becomes an attribute of its own kind: formatters and sinks know what to
// make of a duration, or of an error.
func TestKinds(t *testing.T) {
	type point struct{ X, Y int }
	at := time.Date(2500, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	for _, c := range []struct {
		field zap.Field
		want  slog.Value
	}{
		{zap.String("k", "s"), slog.StringValue("s")},
		{zap.Bool("k", true), slog.BoolValue(true)},
		{zap.Bool("k", false), slog.BoolValue(false)},
		{zap.Int8("k", -1), slog.Int64Value(-1)},
		{zap.Int64("k", math.MinInt64), slog.Int64Value(math.MinInt64)},
		{zap.Uint64("k", math.MaxUint64), slog.Uint64Value(math.MaxUint64)},
		{zap.Uint8("k", 255), slog.Uint64Value(255)},
		{zap.Uintptr("k", ^uintptr(0)), slog.Uint64Value(uint64(^uintptr(0)))},
		{zap.Float64("k", 0.1), slog.Float64Value(0.1)},
		{zap.Float32("k", 0.1), slog.Float64Value(0.1)},
		{zap.Float32("k", math.SmallestNonzeroFloat32), slog.Float64Value(1e-45)},
		{zap.Reflect("k", float32(0.1)), slog.Float64Value(0.1)},
		{zap.Reflect("k", 7), slog.Int64Value(7)},
		{zap.Complex128("k", 1-2i), slog.StringValue("1-2i")},
		{zap.Complex64("k", complex(float32(0.1), 1)), slog.StringValue("0.1+1i")},
		{zap.Duration("k", -time.Second), slog.DurationValue(-time.Second)},
		{zap.Time("k", at), slog.TimeValue(at)},
		{zap.Time("k", time.Unix(1, 2).UTC()), slog.TimeValue(time.Unix(1, 2).UTC())},
		{zap.ByteString("k", []byte("b")), slog.StringValue("b")},
		{zap.Stringer("k", &place{1, 2}), slog.StringValue("1|2")},
		{zap.Stringer("k", (*place)(nil)), slog.StringValue("<nil>")},
		{zap.NamedError("k", errSink), slog.AnyValue(errSink)},
		{zap.NamedError("k", fuse{}.verbose), slog.AnyValue(verbose{})},
		{zap.Any("k", point{1, 2}), slog.AnyValue(point{1, 2})},
		{zap.Any("k", nil), slog.AnyValue(nil)},
		{zap.Dict("k", zap.Int("n", 1)), slog.GroupValue(slog.Int64("n", 1))},
		{zap.Object("k", tree{name: "t"}), slog.GroupValue(slog.String("name", "t"))},
	} {
		got := seen(c.field)
		if len(got) == 0 || got[0].Key != "k" || got[0].Value.Kind() != c.want.Kind() || !got[0].Value.Equal(c.want) {
			t.Errorf("%v became %v, %v, want %v", c.field, got, got[0].Value.Kind(), c.want)
		}
	}
}

// A location is kept, and so is the lack of one.
func TestTimesKeepTheirZone(t *testing.T) {
	zone := time.FixedZone("there", 3600)
	for _, at := range []time.Time{time.Unix(1, 0).In(zone), time.Date(2500, 1, 1, 0, 0, 0, 0, zone)} {
		if got := seen(zap.Time("k", at))[0].Value.Time(); got.Format(time.RFC3339) != at.Format(time.RFC3339) {
			t.Errorf("got %v, want %v", got, at)
		}
	}
	if got := seen(zap.Field{Key: "k", Type: zapcore.TimeType, Integer: 5})[0].Value.Time(); !got.Equal(time.Unix(0, 5)) {
		t.Errorf("got %v", got)
	}
}

// An error stays the one it is, whatever else zap tells of it.
func TestErrorsStayErrors(t *testing.T) {
	group := combined(errSink, verbose{"two"})
	for _, err := range []error{errSink, verbose{"long"}, terse{verbose{"long"}}, group} {
		got, ok := seen(zap.Error(err))[0].Value.Any().(error)
		if !ok || got.Error() != err.Error() || errors.Is(err, errSink) != errors.Is(got, errSink) {
			t.Errorf("%T became %v", err, got)
		}
	}
}

// A field may make more than one attribute.
func TestFieldsThatMakeSeveralKeys(t *testing.T) {
	for _, c := range []struct {
		field zap.Field
		keys  string
	}{
		{zap.Error(verbose{"x"}), "error errorVerbose"},
		{zap.Error(terse{verbose{"x"}}), "error"},
		{zap.Error(combined(errSink, errSink)), "error errorCauses"},
		{zap.Object("k", tree{err: errSink}), "k kError"},
		{zap.Array("k", trees{{err: errSink}}), "k kError"},
		{zap.Inline(tree{err: errSink}), "name Error"},
		{zap.Inline(tree{}), "name"},
		{zap.NamedError("k", fuse{}), "kError"},
		{zap.Skip(), ""},
		{zap.Error(nil), ""},
	} {
		var keys []string
		for _, a := range seen(c.field) {
			keys = append(keys, a.Key)
		}
		if got := strings.Join(keys, " "); got != c.keys {
			t.Errorf("%v makes %q, want %q", c.field, got, c.keys)
		}
	}
}

// Bytes are copied as soon as the field is converted: a sink may keep the
// attributes of a Clone, the program goes on with its buffer.
func TestB48BytesAreCopied(t *testing.T) {
	b := []byte("before")
	got := seen(zap.Binary("binary", b), zap.ByteString("text", b), zap.ByteStrings("texts", [][]byte{b}), zap.Dict("d", zap.Binary("b", b)))
	copy(b, "after!")
	for _, a := range got {
		if text := string(core.Text{}.Append(nil, with(a))); strings.Contains(text, "after!") {
			t.Errorf("%s changed: %s", a.Key, text)
		}
	}
}

// with returns a record with attributes.
func with(attrs ...slog.Attr) (r core.Record) {
	r.SetAttrs(attrs...)
	return r
}

// Keys that occur twice are kept twice, within With, within the call, and between
// them.
func TestDuplicateKeysAreKept(t *testing.T) {
	var buf bytes.Buffer
	c := zapsink.NewCore(stream(t, &buf, untimed{core.JSON{}}), zap.DebugLevel, nil)
	k := zap.Int("k", 1)
	zap.New(c).With(k, k).With(k).Info("m", k, k, zap.Dict("d", k, k))
	if got, want := buf.String(), `{"level":"INFO","msg":"m","k":1,"k":1,"k":1,"k":1,"k":1,"d":{"k":1,"k":1}}`+"\n"; got != want {
		t.Errorf("got %s", got)
	}
}

// A sink that does with the line costs no conversion, neither of the call's
// fields nor of those of With; one without a line does.
func TestNothingIsConvertedForLines(t *testing.T) {
	for name, c := range map[string]struct {
		formatter core.Formatter
		enc       zapcore.Encoder
		want      int
	}{
		"line":              {nil, jsonEncoder(), 2}, // by the encoder
		"no line":           {nil, nil, 2},
		"line and fields":   {core.JSON{}, jsonEncoder(), 4},
		"fields alone":      {core.JSON{}, nil, 2},
		"line, nobody asks": {core.FormatterFunc(func(dst []byte, r core.Record) []byte { return append(dst, r.Line...) }), jsonEncoder(), 3},
	} {
		var buf bytes.Buffer
		asked := 0
		count := zap.Stringer("k", stringer(func() string { asked++; return "v" }))
		l := logger(stream(t, &buf, c.formatter), &zapsink.Options{Encoder: c.enc})
		if l.With(count).Info("m", count); asked != c.want || buf.Len() == 0 {
			t.Errorf("%s: asked %d times, want %d; wrote %s", name, asked, c.want, buf.String())
		}
	}
}
