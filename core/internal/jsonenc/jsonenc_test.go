package jsonenc_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

func TestAppendString(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", `""`},
		{"plain", `"plain"`},
		{"eight by", `"eight by"`},
		{"eight bytes and more", `"eight bytes and more"`},
		{`quote " slash \ and / <>&'`, `"quote \" slash \\ and / <>&'"`},
		{"\n\r\t\b\f\x00\x1f", `"\n\r\t\u0008\u000c\u0000\u001f"`},
		{"\x7f", "\"\x7f\""},
		{"é世😀\u0085", "\"é世😀\u0085\""},
		{"a\u2028b\u2029c\u2027", "\"a\\u2028b\\u2029c\u2027\""},
		{"a\xffb\xc3", `"a\ufffdb\ufffd"`},
		{"\xed\xa0\x80", `"\ufffd\ufffd\ufffd"`},
		{"\ufffd", "\"\ufffd\""},
	}
	for _, test := range tests {
		if got := string(jsonenc.AppendString([]byte("x"), test.in)); got != "x"+test.want {
			t.Errorf("%q: got %s, want %s", test.in, got, test.want)
		}
	}
}

// Strings are looked at eight bytes at a time: each byte at each place.
func TestAppendStringAtEveryPlace(t *testing.T) {
	for length := range 26 {
		for place := range length {
			for b := range 256 {
				raw := []byte(strings.Repeat("y", length))
				raw[place] = byte(b)
				checkString(t, string(raw))
			}
		}
	}
}

// checkString holds AppendString to encoding/json.
func checkString(t *testing.T, s string) {
	t.Helper()
	got := jsonenc.AppendString(nil, s)
	var back string
	if err := json.Unmarshal(got, &back); err != nil || back != replaced(s) {
		t.Errorf("%q: got %s, which is %q (%v)", s, got, back, err)
	}
	if !utf8.Valid(got) {
		t.Errorf("%q: got %q", s, got)
	}
}

// replaced is s with each invalid byte replaced.
func replaced(s string) string { return string([]rune(s)) }

func TestAppendFloat(t *testing.T) {
	for _, f := range []float64{
		0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e-6, 9.99e-7, -1e-9, 1e-10, 5e-324, 1e20, 1e21, -1e21, 1e100,
		math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxInt64, math.Pi,
	} {
		checkFloat(t, f)
	}
	for f, want := range map[float64]string{math.Inf(1): `"+Inf"`, math.Inf(-1): `"-Inf"`} {
		if got := string(jsonenc.AppendFloat(nil, f)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := string(jsonenc.AppendFloat([]byte("x"), math.NaN())); got != `x"NaN"` {
		t.Errorf("got %s", got)
	}
}

// checkFloat holds AppendFloat to encoding/json.
func checkFloat(t *testing.T, f float64) {
	t.Helper()
	want, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(jsonenc.AppendFloat(nil, f)); got != string(want) {
		t.Errorf("%v: got %s, want %s", f, got, want)
	}
}

// ownJSON brings JSON of its own, good or bad.
type ownJSON string

func (o ownJSON) MarshalJSON() ([]byte, error) {
	switch o {
	case "error":
		return nil, errors.New("no\nJSON")
	case "panic":
		panic("in MarshalJSON")
	}
	return []byte(o), nil
}

// jsonError is an error with a JSON form.
type jsonError struct{}

func (*jsonError) Error() string                { return "text" }
func (*jsonError) MarshalJSON() ([]byte, error) { return []byte(`{"code":1}`), nil }

// panicking is an error that panics.
type panicking struct{ with any }

func (p *panicking) Error() string { panic(p.with) }

// spiteful panics when it is printed.
type spiteful struct{}

func (spiteful) String() string { panic("again") }

func TestAppendAny(t *testing.T) {
	var nilError *panicking
	tests := []struct {
		v    any
		want string
	}{
		{nil, `null`},
		{1, `1`},
		{"<a>&", `"<a>&"`},
		{[]byte("ab"), `"YWI="`},
		{map[string]any{"b": 1, "a": "\u2028"}, `{"a":"\u2028","b":1}`},
		{errors.New("text\n\xff"), `"text\n\ufffd"`},
		{&jsonError{}, `{"code":1}`},
		{(*int)(nil), `null`},
		{nilError, `"<nil>"`},
		{&panicking{"oh"}, `"!PANIC: oh"`},
		{&panicking{errors.New("oh\xff")}, `"!PANIC: oh\ufffd"`},
		{make(chan int), `"!ERROR:json: unsupported type: chan int"`},
		{math.Inf(1), `"!ERROR:json: unsupported value: +Inf"`},
		{ownJSON(`{ "a" : [ 1 ,2 ] }`), `{"a":[1,2]}`},
		{ownJSON("\"\xff\""), "\"\ufffd\""},
		{ownJSON(`1 2`), `"!ERROR:json: error calling MarshalJSON for type jsonenc_test.ownJSON: invalid character '2' after top-level value"`},
		{ownJSON(""), `"!ERROR:json: error calling MarshalJSON for type jsonenc_test.ownJSON: unexpected end of JSON input"`},
		{ownJSON("error"), `"!ERROR:json: error calling MarshalJSON for type jsonenc_test.ownJSON: no\nJSON"`},
		{ownJSON("panic"), `"!PANIC: in MarshalJSON"`},
		{json.RawMessage("{\n}"), `{}`},
		{json.Number("1x"), `"!ERROR:json: invalid number literal \"1x\""`},
	}
	for _, test := range tests {
		got := string(jsonenc.AppendAny([]byte("x"), test.v))
		// The words of encoding/json are not ours to promise.
		if got != "x"+test.want && !(strings.HasPrefix(test.want, `"!ERROR:`) && strings.HasPrefix(got, `x"!ERROR:json: `)) {
			t.Errorf("%#v: got %s, want %s", test.v, got, test.want)
		}
		if !json.Valid([]byte(got[1:])) {
			t.Errorf("%#v: not valid: %s", test.v, got)
		}
	}
	got := jsonenc.AppendAny(nil, &panicking{spiteful{}})
	if !json.Valid(got) || !strings.HasPrefix(string(got), `"!PANIC: `) {
		t.Errorf("panic while printing a panic: %s", got)
	}
}

func TestPanicText(t *testing.T) {
	for _, test := range []struct {
		v    any
		want string
	}{{(*int)(nil), "<nil>"}, {new(int), "!PANIC: p"}, {1, "!PANIC: p"}, {nil, "!PANIC: p"}, {map[string]int(nil), "!PANIC: p"}} {
		if got := jsonenc.PanicText(test.v, "p"); got != test.want {
			t.Errorf("%#v: got %q, want %q", test.v, got, test.want)
		}
	}
}

func TestScalarsDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 200)
	if n := testing.AllocsPerRun(100, func() {
		jsonenc.AppendString(buf, "a longer text \n\xff \u2028 é")
		jsonenc.AppendFloat(buf, 1.5e-10)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain text", "\"\\\n", "\xff\xed\xa0\x80\u2028", "1234567\x00", "12345678\x7f9\x1f"} {
		f.Add(s)
	}
	f.Fuzz(checkString)
}

func FuzzAppendFloat(f *testing.F) {
	for _, bits := range []uint64{0, 1, 1 << 63, math.Float64bits(1e21), math.Float64bits(1e-7), math.Float64bits(-123.456)} {
		f.Add(bits)
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		if v := math.Float64frombits(bits); !math.IsNaN(v) && !math.IsInf(v, 0) {
			checkFloat(t, v)
		}
	})
}

// FuzzAppendAny holds a Marshaler's own bytes to be valid JSON or an error.
func FuzzAppendAny(f *testing.F) {
	for _, s := range []string{"", "{}", `{"a":[1,"` + "\xff" + `"]}`, "1 2", "\"\u2028\"", "[[[[", "error", "panic", " null "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range []any{ownJSON(s), json.RawMessage(s), json.Number(s), errors.New(s), &panicking{s}, map[string]any{s: ownJSON(s)}} {
			got := jsonenc.AppendAny([]byte("x"), v)
			if got[0] != 'x' || !json.Valid(got[1:]) || !utf8.Valid(got) || strings.Contains(string(got), "\n") {
				t.Errorf("%#v: got %q", v, got)
			}
		}
	})
}
