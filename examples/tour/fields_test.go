package main

import (
	"slices"
	"testing"
)

func TestFlatObject(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`:                      nil,
		`{"b":"x","a":1}`:         {`a=1`, `b="x"`},
		`{"a":1,"a":1}`:           {`a=1`, `a=1`},
		`{"a":"1"}`:               {`a="1"`},
		`{"a":18446744073709551}`: {`a=18446744073709551`},
		`{"a":"\u00e9"}`:          {`a="é"`},
	} {
		if got, err := flatObject([]byte(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "[1,2]", `"x"`, `{"a":1}{}`, `{"a":1} x`, `{"a":1`, `{"a"}`, `{"a":{"b":1}}`, `{"a":[]}`} {
		if got, err := flatObject([]byte(text)); err == nil && !slices.Contains(got, `a is something else`) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestByFieldsWantsEveryField(t *testing.T) {
	b := testBook(t)
	rd := b.byFields()
	const good = `{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two\r","via":"zap","line":2,"input":"test","size":4}`
	if id, ok := rd.identify([]byte(good)); !ok || id != 1 {
		t.Fatalf("%d, %v; want %s", id, ok, rd.want(1))
	}
	for _, text := range []string{
		`{"time":"2024-02-29T12:00:02Z","level":"INFO","logger":"tour","msg":"two\r","via":"zap","line":2,"input":"test","size":4}`,
		`{"time":"2024-02-29T12:00:01Z","level":"WARN","logger":"tour","msg":"two\r","via":"zap","line":2,"input":"test","size":4}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"","msg":"two\r","via":"zap","line":2,"input":"test","size":4}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two","via":"zap","line":2,"input":"test","size":4}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two\r","via":"slog","line":2,"input":"test","size":3}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two\r","via":"zap","line":3,"input":"test","size":4}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two\r","via":"zap","line":2,"input":"test","size":"4"}`,
		`{"time":"2024-02-29T12:00:01Z","level":"INFO","logger":"tour","msg":"two\r","via":"zap","line":2,"input":"test"}`,
		good[:len(good)-1] + `,"size":4}`,
		good + good,
	} {
		if id, ok := rd.identify([]byte(text)); ok {
			t.Errorf("record %d: %s", id, text)
		}
	}
}
