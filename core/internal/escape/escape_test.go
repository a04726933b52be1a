package escape_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core/internal/escape"
)

func TestAppend(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"tab\tstays", "tab\tstays"},
		{`back\slash "quote"`, `back\slash "quote"`},
		{"a\nb\r\nc\r", `a\nb\r\nc\r`},
		{"\x00\x01\a\b\v\f\x1f", `\x00\x01\x07\x08\x0b\x0c\x1f`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"\x7f", `\x7f`},
		{"\u0080\u0085\u009b\u009f", `\u0080\u0085\u009b\u009f`},
		{"\u2028\u2029", `\u2028\u2029`},
		{"\u202a\u202b\u202c\u202d\u202e", `\u202a\u202b\u202c\u202d\u202e`},
		{"\u2066\u2067\u2068\u2069", `\u2066\u2067\u2068\u2069`},
		{"\xff\xc3(\xe2\x82", `\xff\xc3(\xe2\x82`},
		{"\xed\xa0\x80", `\xed\xa0\x80`},
		{"a\x80", `a\x80`},
		{"\xc0\xaf", `\xc0\xaf`},
		{"\ufffd", "\ufffd"},
		{"é世😀\u00a0\u2027\u202f\u2065\u206a", "é世😀\u00a0\u2027\u202f\u2065\u206a"},
		{"é\n世\x00😀", `é\n世\x00😀`},
	}
	for _, test := range tests {
		if got := string(escape.Append([]byte("x"), test.in)); got != "x"+test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, "x"+test.want)
		}
	}
}

// special tells, rune by rune, what has to be escaped.
func special(r rune) bool {
	switch {
	case r == '\t':
		return false
	case r < ' ', r >= 0x7f && r <= 0x9f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func TestEveryRune(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		got := string(escape.Append(nil, s))
		if special(r) == (got == s) || strings.ContainsFunc(got, special) {
			t.Fatalf("%U: got %q", r, got)
		}
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 100)
	if n := testing.AllocsPerRun(100, func() { escape.Append(buf, "a\nb\xffé\u2028") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{"", "plain", "a\nb", "\x1b[2J\u2028\u202e\xff\xed\xa0\x80", "é\u0085", "\ufffd\xff", "\xe2\x80"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		got := string(escape.Append([]byte("keep"), a))
		rest, kept := strings.CutPrefix(got, "keep")
		if !kept || !utf8.ValidString(rest) || strings.ContainsFunc(rest, special) {
			t.Errorf("%q became %q", a, got)
		}
		if again := string(escape.Append(nil, rest)); again != rest {
			t.Errorf("%q became %q, and that %q", a, rest, again)
		}
		// Where a rune ends, what follows makes no difference.
		if utf8.ValidString(a) {
			if whole := string(escape.Append(nil, a+b)); whole != rest+string(escape.Append(nil, b)) {
				t.Errorf("%q and %q together became %q", a, b, whole)
			}
		}
	})
}
