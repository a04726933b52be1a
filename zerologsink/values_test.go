package zerologsink_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// attrsOf returns the attributes of line as a sink sees them, before any Clone.
func attrsOf(t testing.TB, line string) (attrs []slog.Attr) {
	t.Helper()
	k := newKeeper()
	k.watch = func(r core.Record) {
		first := r.AppendAttrs(nil)
		if attrs = r.AppendAttrs(nil); !sameAttrs(first, attrs) {
			t.Errorf("%.100q: attributes differ the second time", line)
		}
	}
	if _, err := zerologsink.NewWriter(k, nil).WriteLevel(zerolog.InfoLevel, []byte(line)); err != nil {
		t.Fatal(err)
	}
	return attrs
}

func TestValues(t *testing.T) {
	number := func(s string) slog.Value { return slog.AnyValue(json.Number(s)) }
	raw := func(s string) slog.Value { return slog.AnyValue(json.RawMessage(s)) }
	long := "0." + strings.Repeat("0", 9999) + "1e100001" // 1, says strconv
	nines := strings.Repeat("9", 400)
	for text, want := range map[string]slog.Value{
		`""`:                        slog.StringValue(""),
		`"a\"\\\/\b\f\n\r\t\u0041"`: slog.StringValue("a\"\\/\b\f\n\r\tA"),
		`"é\u00e9"`:                 slog.StringValue("éé"),
		`true`:                      slog.BoolValue(true),
		`false`:                     slog.BoolValue(false),
		`null`:                      slog.AnyValue(nil),
		`0`:                         slog.Int64Value(0),
		`-1`:                        slog.Int64Value(-1),
		`9223372036854775807`:       slog.Int64Value(math.MaxInt64),
		`-9223372036854775808`:      slog.Int64Value(math.MinInt64),
		`9223372036854775808`:       slog.Uint64Value(math.MaxInt64 + 1),
		`18446744073709551615`:      slog.Uint64Value(math.MaxUint64),
		`18446744073709551616`:      number("18446744073709551616"),
		`-9223372036854775809`:      number("-9223372036854775809"),
		nines:                       number(nines),
		`0.1`:                       slog.Float64Value(0.1),
		`1.10`:                      slog.Float64Value(1.1),
		`1.0`:                       slog.Float64Value(1),
		`100.25`:                    slog.Float64Value(100.25),
		`1e3`:                       slog.Float64Value(1000),
		`10E-1`:                     slog.Float64Value(1),
		`-0`:                        slog.Float64Value(math.Copysign(0, -1)),
		`-0.0`:                      slog.Float64Value(math.Copysign(0, -1)),
		`0.000e99999999999`:         slog.Float64Value(0),
		`5e-324`:                    slog.Float64Value(5e-324),
		`1.7976931348623157e308`:    slog.Float64Value(math.MaxFloat64),
		`1e309`:                     number("1e309"),
		`1e-400`:                    number("1e-400"),
		`1e99999999999999999999`:    number("1e99999999999999999999"),
		`0.10000000000000000001`:    number("0.10000000000000000001"),
		`9007199254740993.0`:        number("9007199254740993.0"),
		`123456789.123456789123`:    number("123456789.123456789123"),
		`0.` + nines:                number("0." + nines),
		long:                        number(long),
		`[]`:                        raw("[]"),
		`[1, {"a":2}]`:              raw(`[1, {"a":2}]`),
		`{}`:                        raw("{}"),
		`{"a":1,"b":{"c":[]},"a":""}`: slog.GroupValue(slog.Int64("a", 1),
			slog.Any("b", slog.GroupValue(slog.Any("c", json.RawMessage("[]")))), slog.String("a", "")),
	} {
		attrs := attrsOf(t, `{"k": `+text+` }`)
		if len(attrs) != 1 || attrs[0].Key != "k" || !same(attrs[0].Value, want) {
			t.Errorf("%.50s: got %#v, want %#v", text, attrs, want)
		}
		if v := oracleValue("k", json.RawMessage(text), 0); !same(v, want) {
			t.Errorf("%.50s: the oracle says %#v, want %#v", text, v, want)
		}
	}
}

// What zerolog wrote comes back as what it was given.
func TestNumbersComeBack(t *testing.T) {
	for _, f := range []float64{0.1, 1.0 / 3, math.Pi * 1e100, -math.SmallestNonzeroFloat64, 1e-7, 123.456} {
		k := newKeeper()
		l := zerolog.New(zerologsink.NewWriter(k, nil))
		l.Info().Float64("f", f).Send()
		if a := k.one(t).AppendAttrs(nil); a[0].Value.Kind() != slog.KindFloat64 || a[0].Value.Float64() != f {
			t.Errorf("%v: got %v", f, a)
		}
	}
}

// nest returns a value in n objects, or n arrays.
func nest(n int, open, close string) string {
	return strings.Repeat(open, n) + "1" + strings.Repeat(close, n)
}

func TestDepthOfGroups(t *testing.T) {
	attrs := attrsOf(t, nest(100, `{"a":`, "}"))
	depth := 0
	for v := attrs[0].Value; ; v = v.Group()[0].Value {
		if v.Kind() != slog.KindGroup {
			if raw, ok := v.Any().(json.RawMessage); !ok || string(raw) != nest(99-depth, `{"a":`, "}") {
				t.Errorf("at depth %d: got %#v", depth, v)
			}
			break
		}
		depth++
	}
	if depth != 32 {
		t.Errorf("%d groups", depth)
	}
	// Formatters write all of it.
	k := newKeeper()
	fmt.Fprint(zerologsink.NewWriter(k, nil), nest(100, `{"a":`, "}"))
	if got := attrsText(k.one(t)); got != nest(100, `{"a":`, "}") {
		t.Errorf("got %s", got)
	}
}

func TestDepthOfLine(t *testing.T) {
	for _, tc := range []struct{ open, close string }{{`{"a":`, "}"}, {"[", "]"}, {`[{"a":`, "}]"}} {
		for n := 9_990; n < 10_010; n++ {
			line := `{"a":` + nest(n/len(tc.close), tc.open, tc.close) + "}"
			want := json.Valid([]byte(line))
			if got := readable(line); got != want {
				t.Errorf("%d of %s: readable %v, encoding/json says %v", n, tc.open, got, want)
			}
		}
	}
	if readable(`{"a":` + nest(5_000_000, "[", "]") + "}") {
		t.Error("no limit")
	}
}

// readable tells whether line is taken as a JSON object.
func readable(line string) bool {
	var message string
	sink := core.NewFunc(func(r core.Record) error { message = r.Message; return nil })
	w := zerologsink.NewWriter(sink, &zerologsink.Options{OnError: func(error) {}})
	_, err := w.WriteLevel(zerolog.InfoLevel, []byte(line))
	return err == nil && message != line
}

func TestLineOfTenMegabytes(t *testing.T) {
	text := strings.Repeat("0123456789", 1<<20)
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	l.Warn().Str("big", text).Str("escaped", text+"\n").Msg("m")
	r := k.one(t)
	attrs := r.AppendAttrs(nil)
	if r.Message != "m" || len(attrs) != 2 || attrs[0].Value.String() != text || attrs[1].Value.String() != text+"\n" {
		t.Errorf("message %q, %d attributes", r.Message, len(attrs))
	}
}

func TestManyMembers(t *testing.T) {
	var line strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&line, `,"k%d":%d`, i, i)
	}
	attrs := attrsOf(t, "{"+line.String()[1:]+"}")
	for i, a := range attrs {
		if a.Key != fmt.Sprint("k", i) || a.Value.Int64() != int64(i) {
			t.Fatalf("%d: got %v", i, a)
		}
	}
	if len(attrs) != 100_000 {
		t.Errorf("%d attributes", len(attrs))
	}
}
