package zerologsink_test

import (
	"log/slog"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// FuzzLine holds the scanner against encoding/json: what that refuses, or is no
// object, is delivered as text; of everything else no value differs.
func FuzzLine(f *testing.F) {
	for _, tc := range oddLines {
		f.Add([]byte(tc.line))
	}
	for _, e := range events() {
		e.log(zerolog.New(seeder{f}))
	}
	for _, line := range []string{"", "{", "{}{}", `{"a":01}`, `{"a":[1,]}`, `{"a":1e5,"b":-0.10E+2}`, `{"\ud800\udc00":"\udc00"}`, "text", "\xbf\xff"} {
		f.Add([]byte(line))
	}
	// Names that nobody has, so that every member is an attribute.
	none := &zerologsink.Options{OnError: func(error) {}, TimestampField: "\x00time", LevelField: "\x00level", MessageField: "\x00msg", CallerField: "\x00caller"}
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 0 && (line[0] == 0xbf || line[len(line)-1] == '\n') {
			return // CBOR, or not the whole line
		}
		want, valid := oracle(line)
		checkPlain(t, none, line, want, valid)
		if valid {
			checkHeader(t, line, want)
		}
	})
}

// seeder adds what is written to it to the corpus.
type seeder struct{ f *testing.F }

func (s seeder) Write(p []byte) (int, error) {
	if len(p) < 10_000 {
		s.f.Add([]byte(string(p[:len(p)-1])))
	}
	return len(p), nil
}

func checkPlain(t *testing.T, opts *zerologsink.Options, line []byte, want []slog.Attr, valid bool) {
	var got []slog.Attr
	var message string
	sink := core.NewFunc(func(r core.Record) error {
		got, message = r.AppendAttrs(nil), r.Message
		return nil
	})
	if _, err := zerologsink.NewWriter(sink, opts).WriteLevel(zerolog.InfoLevel, line); err != nil {
		t.Fatal(err)
	}
	if valid && message != "" || !valid && (message != string(line) || got != nil) {
		t.Errorf("valid: %v, message %q, attributes %v", valid, message, got)
	}
	if valid && !sameAttrs(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// checkHeader looks at message and level; members are the attributes of line with
// these among them.
func checkHeader(t *testing.T, line []byte, members []slog.Attr) {
	var got []slog.Attr
	var message string
	sink := core.NewFunc(func(r core.Record) error {
		got, message = r.AppendAttrs(nil), r.Message
		return nil
	})
	opts := &zerologsink.Options{TimestampField: "\x00time", CallerField: "\x00caller"}
	if _, err := zerologsink.NewWriter(sink, opts).WriteLevel(zerolog.InfoLevel, line); err != nil {
		t.Fatal(err)
	}
	want, text := withoutHeader(members)
	if message != text || !sameAttrs(got, want) {
		t.Errorf("message %q, want %q\ngot  %v\nwant %v", message, text, got, want)
	}
}

// withoutHeader returns members without the last message, and without the first
// level.
func withoutHeader(members []slog.Attr) (rest []slog.Attr, message string) {
	level, last := -1, -1
	for i, a := range members {
		if a.Key == "level" && level < 0 {
			level = i
		}
		if a.Key == "message" && a.Value.Kind() == slog.KindString {
			last, message = i, a.Value.String()
		}
	}
	for i, a := range members {
		if i == last || i == level && scalar(a.Value) {
			continue
		}
		rest = append(rest, a)
	}
	return rest, message
}

// scalar tells whether v can be a level: a text or a number.
func scalar(v slog.Value) bool {
	switch v.Kind() {
	case slog.KindString, slog.KindInt64, slog.KindUint64, slog.KindFloat64:
		return true
	}
	_, isNumber := v.Any().(interface{ Float64() (float64, error) })
	return isNumber
}
