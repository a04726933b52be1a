package zapsink_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// live is a value of every kind that can change.
type live struct{ text string }

func (l *live) String() string               { return l.text }
func (l *live) Error() string                { return l.text }
func (l *live) MarshalJSON() ([]byte, error) { return []byte(`"` + l.text + `"`), nil }

func (l *live) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("text", l.text)
	return nil
}

func (l *live) MarshalLogArray(enc zapcore.ArrayEncoder) error {
	enc.AppendString(l.text)
	return nil
}

// plainly is a live value that is nothing but an error.
type plainly struct{ l *live }

func (p plainly) Error() string { return p.l.text }

// liveFields are fields whose values all change when change is called.
func liveFields() (fields []zap.Field, change func()) {
	l := &live{"before"}
	b, strs, ints := []byte("before"), []string{"before"}, []int{1}
	m, errs, pairs := map[string]string{"k": "before"}, []error{errors.New("before")}, [][]byte{[]byte("before")}
	fields = []zap.Field{
		zap.ByteString("bytestring", b), zap.Binary("binary", b), zap.Strings("strings", strs), zap.Ints("ints", ints),
		zap.Reflect("map", m), zap.Any("slice", []any{l}), zap.Stringer("stringer", l), zap.Object("object", l), zap.Array("array", l),
		zap.Dict("dict", zap.Stringer("in", l)), zap.Error(plainly{l}), zap.NamedError("error2", fmt.Errorf("of %w", l)), zap.Errors("errors", errs),
		zap.ByteStrings("bytestrings", pairs), zap.Objects("objects", []*live{l}), zap.Any("pointer", &ints[0]), zap.Inline(l),
	}
	return fields, func() {
		l.text, strs[0], ints[0], m["k"], errs[0] = "after", "after", 2, "after", errors.New("after")
		copy(b, "afterw")
		copy(pairs[0], "afterw")
		for i := range fields {
			fields[i] = zap.String("reused", "after")
		}
	}
}

// wanted is what the live fields are before they change.
const wanted = `{"bytestring":"before","binary":"YmVmb3Jl","strings":["before"],"ints":[1],"map":{"k":"before"},"slice":["before"],` +
	`"stringer":"before","object":{"text":"before"},"array":["before"],"dict":{"in":"before"},"error":"before","error2":"of before",` +
	`"errors":[{"error":"before"}],"bytestrings":["before"],"objects":[{"text":"before"}],"pointer":1,"text":"before"}`

// What changes after With changes no record, with an encoder or without.
func TestB52ValuesOfWithAreResolvedThen(t *testing.T) {
	for _, enc := range []zapcore.Encoder{nil, jsonEncoder(), consoleEncoder()} {
		rec := &conformance.Recorder{}
		fields, change := liveFields()
		l := logger(rec, &zapsink.Options{Encoder: enc}).With(fields...)
		change()
		l.Info("x")
		l.With(zap.Namespace("n")).Info("y")
		for _, r := range rec.Records() {
			if got := attrs(r); got != wanted {
				t.Errorf("got %s\nwant %s", got, wanted)
			}
			if enc != nil && (strings.Contains(string(r.Line), "after") || strings.Count(string(r.Line), "before") != 14) {
				t.Errorf("line %s", r.Line)
			}
		}
	}
}

// What changes after the log call changes no record that was kept: fields come in
// the caller's own slice.
func TestB48FieldsAreTheCallers(t *testing.T) {
	for _, enc := range []zapcore.Encoder{nil, jsonEncoder()} {
		rec := &conformance.Recorder{}
		fields, change := liveFields()
		logger(rec, &zapsink.Options{Encoder: enc}).Info("x", fields...)
		change()
		if got := attrs(only(t, rec)); got != wanted {
			t.Errorf("got %s\nwant %s", got, wanted)
		}
	}
}

// WithLazy calls With late, and from any goroutine, once.
func TestLazyWithFromOtherGoroutines(t *testing.T) {
	for _, enc := range []zapcore.Encoder{nil, jsonEncoder()} {
		rec := &conformance.Recorder{}
		fields, change := liveFields()
		l := logger(rec, &zapsink.Options{Encoder: enc}).WithLazy(fields...)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { l.Info("x") })
		}
		wg.Wait()
		change()
		l.With(zap.Int("more", 1)).Info("y")
		for _, r := range rec.Records() {
			want := wanted
			if r.Message == "y" {
				want = strings.TrimSuffix(want, "}") + `,"more":1}`
			}
			if got := attrs(r); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		}
	}
}

// Loggers that are derived for each record, as Caddy's are, by many goroutines at
// once, do not get at each other's fields.
func TestB61SiblingsDoNotMix(t *testing.T) {
	const siblings, records = 16, 50
	for _, enc := range []zapcore.Encoder{nil, jsonEncoder()} {
		rec := &conformance.Recorder{}
		base := logger(rec, &zapsink.Options{Encoder: enc}).With(zap.Int("p1", 1)).With(zap.Int("p2", 2)).With(zap.Namespace("n"), zap.Int("p3", 3))
		var wg sync.WaitGroup
		for i := range siblings {
			l := base.With(zap.Int("i", i))
			wg.Go(func() {
				for j := range records {
					l.With(zap.Int("j", j), zap.Namespace("m")).Info(fmt.Sprintf("%d/%d", i, j), zap.Int("z", j))
				}
			})
		}
		wg.Wait()
		all := rec.Records()
		if len(all) != siblings*records {
			t.Fatalf("%d records", len(all))
		}
		for _, r := range all {
			checkSibling(t, r, enc != nil)
		}
	}
}

func checkSibling(t *testing.T, r core.Record, rendered bool) {
	t.Helper()
	var i, j int
	if _, err := fmt.Sscanf(r.Message, "%d/%d", &i, &j); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`"p1":1,"p2":2,"n":{"p3":3,"i":%d,"j":%d,"m":{"z":%d}}}`, i, j, j)
	if got := attrs(r); got != "{"+want {
		t.Fatalf("%s has %s", r.Message, got)
	}
	if rendered && !strings.HasSuffix(string(r.Line), `"msg":"`+r.Message+`",`+want) {
		t.Fatalf("%s has line %s", r.Message, r.Line)
	}
}

// A namespace nests every later field, of With and of the call alike.
func TestNamespaces(t *testing.T) {
	a, b, c, d := zap.Int("a", 1), zap.Int("b", 2), zap.Int("c", 3), zap.Int("d", 4)
	n, m := zap.Namespace("n"), zap.Namespace("m")
	open := zap.Inline(zapcore.ObjectMarshalerFunc(func(enc zapcore.ObjectEncoder) error {
		enc.AddInt("i", 1)
		enc.OpenNamespace("in")
		enc.OpenNamespace("side")
		return errSink
	}))
	for _, test := range []struct {
		with [][]zap.Field
		call []zap.Field
		want string
	}{
		{nil, []zap.Field{a, n, b, c}, `{"a":1,"n":{"b":2,"c":3}}`},
		{nil, []zap.Field{n, a, m, b, n, c}, `{"n":{"a":1,"m":{"b":2,"n":{"c":3}}}}`},
		{nil, []zap.Field{a, n}, `{"a":1}`},
		{nil, []zap.Field{n, m, zap.Skip()}, `{}`},
		{[][]zap.Field{{a, n}}, []zap.Field{b}, `{"a":1,"n":{"b":2}}`},
		{[][]zap.Field{{a, n}}, nil, `{"a":1}`},
		{[][]zap.Field{{n, a, m}, {b}}, []zap.Field{c, n, d}, `{"n":{"a":1,"m":{"b":2,"c":3,"n":{"d":4}}}}`},
		{[][]zap.Field{{n}, {m}, {a}}, []zap.Field{m}, `{"n":{"m":{"a":1}}}`},
		{[][]zap.Field{{n}, {m}}, []zap.Field{n}, `{}`},
		{nil, []zap.Field{a, open, b, n, c}, `{"a":1,"i":1,"in":{"side":{"Error":"no space left","b":2,"n":{"c":3}}}}`},
		{[][]zap.Field{{a, open, b}, {c}}, []zap.Field{d}, `{"a":1,"i":1,"in":{"side":{"Error":"no space left","b":2,"c":3,"d":4}}}`},
		{nil, []zap.Field{zap.Dict("o", n, a), b}, `{"o":{"n":{"a":1}},"b":2}`},
		{nil, []zap.Field{zap.Object("o", zapcore.ObjectMarshalerFunc(opening)), b}, `{"o":{"in":{"a":1}},"b":2}`},
		{nil, []zap.Field{zap.Dict("o", open, a), b}, `{"o":{"i":1,"in":{"side":{"Error":"no space left","a":1}}},"b":2}`},
	} {
		rec := &conformance.Recorder{}
		l := logger(rec, &zapsink.Options{Encoder: jsonEncoder()})
		for _, fields := range test.with {
			l = l.With(fields...)
		}
		l.Info("m", test.call...)
		r := only(t, rec)
		if got := attrs(r); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
		// zap itself nests the same, and has empty namespaces, too.
		members := strings.TrimPrefix(test.want, "{")
		if line := strings.NewReplacer(`,"n":{}`, "", `,"m":{}`, "").Replace(string(r.Line)); !strings.Contains(line, "{}") && !strings.HasSuffix(line, members) {
			t.Errorf("zap %s\nwant %s", line, members)
		}
	}
}
