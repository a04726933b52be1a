package core_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core"
)

// nasty holds what must not reach a terminal or the reader of a file as it is,
// by how Text writes it in a message and how in a value.
var nasty = map[string]struct{ in, message, value string }{
	"LF":         {"a\nb", `a\nb`, `"a\nb"`},
	"CR":         {"a\rb", `a\rb`, `"a\rb"`},
	"CRLF":       {"a\r\nb", `a\r\nb`, `"a\r\nb"`},
	"NUL":        {"a\x00b", `a\x00b`, `"a\x00b"`},
	"bell":       {"a\ab", `a\x07b`, `"a\ab"`},
	"tab":        {"a\tb", "a\tb", `"a\tb"`},
	"DEL":        {"a\x7fb", `a\x7fb`, `"a\x7fb"`},
	"CSI":        {"\x1b[2J\x1b[31m", `\x1b[2J\x1b[31m`, `"\x1b[2J\x1b[31m"`},
	"OSC":        {"\x1b]0;t\a", `\x1b]0;t\x07`, `"\x1b]0;t\a"`},
	"C1 CSI":     {"a\u009b2J", `a\u009b2J`, `"a\u009b2J"`},
	"NEL":        {"a\u0085b", `a\u0085b`, `"a\u0085b"`},
	"LS and PS":  {"a\u2028b\u2029", `a\u2028b\u2029`, `"a\u2028b\u2029"`},
	"bidi":       {"\u202ea\u202a\u2066b\u2069", `\u202ea\u202a\u2066b\u2069`, `"\u202ea\u202a\u2066b\u2069"`},
	"invalid":    {"a\xffb\xc3", `a\xffb\xc3`, `"a\xffb\xc3"`},
	"surrogate":  {"\xed\xa0\x80", `\xed\xa0\x80`, `"\xed\xa0\x80"`},
	"raw C1":     {"a\x9b2J", `a\x9b2J`, `"a\x9b2J"`},
	"fake entry": {"ok\n2024-01-01T00:00:00.000Z ERROR forged", `ok\n2024-01-01T00:00:00.000Z ERROR forged`, `"ok\n2024-01-01T00:00:00.000Z ERROR forged"`},
}

func TestTextEscapes(t *testing.T) {
	for name, n := range nasty {
		t.Run(name, func(t *testing.T) {
			r := core.Record{Logger: n.in, Message: n.in, Stack: "f()\n" + n.in}
			r.SetAttrs(
				slog.String(n.in, n.in), slog.Any("any", asText(n.in)), slog.Any("e", asString(n.in)),
				slog.Group(n.in, slog.Int(n.in, 1), slog.Int("x", 2)))
			r.SetSource(&slog.Source{File: n.in, Line: 1})
			bare := strings.Trim(n.value, `"`)
			want := "INFO " + n.message + ": " + n.message +
				" " + n.value + "=" + n.value +
				` any="text:` + bare + `" e="string:` + bare + `"` +
				` "` + bare + "." + bare + `"=1 "` + bare + `.x"=2` +
				" source=" + n.value + ":1" +
				"\nf()\n" + strings.ReplaceAll(n.message, `\n`, "\n")
			if got := render(core.Text{}, r); got != want {
				t.Errorf("\ngot  %q\nwant %q", got, want)
			}
		})
	}
}

func TestTextAllowMultiline(t *testing.T) {
	r := core.Record{Logger: "a\nb", Message: "one\ntwo\r\n\x1b[2J", Stack: "f()\n\tf.go\r"}
	r.SetAttrs(slog.String("k\n", "v\n"))
	got := render(core.Text{AllowMultiline: true}, r)
	want := "INFO a\\nb: one\ntwo\\r\n\\x1b[2J" + ` "k\n"="v\n"` + "\nf()\n\tf.go\\r"
	if got != want {
		t.Errorf("\ngot  %q\nwant %q", got, want)
	}
}

// harmless tells whether line is valid UTF-8 without anything that ends a line
// or controls a terminal.
func harmless(line string) bool {
	bad := func(r rune) bool {
		return r < ' ' && r != '\t' || r >= 0x7f && r <= 0x9f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}
	return utf8.ValidString(line) && !strings.ContainsFunc(line, bad)
}

func addEscapeSeeds(f *testing.F) {
	f.Add([]byte("seed"))
	for _, n := range nasty {
		f.Add(bytes.Repeat([]byte("\x17\x02\x05"+n.in), 20))
	}
}

// FuzzTextIsOneLine holds records of any content to be one line.
func FuzzTextIsOneLine(f *testing.F) {
	addEscapeSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data: data}
		r := d.record()
		layout := d.text()
		for _, f := range []core.Formatter{core.Text{}, core.Text{TimeFormat: layout}, core.Line{}} {
			if got := render(f, r); !harmless(got) {
				t.Errorf("%+v: %q", f, got)
			}
		}
		r.Stack = "s" + d.text()
		lines := strings.Split(render(core.Text{}, r), "\n")
		if len(lines) != 2+strings.Count(r.Stack, "\n") {
			t.Errorf("%d lines with stack %q: %q", len(lines), r.Stack, lines)
		}
		multi := strings.Split(render(core.Text{AllowMultiline: true}, r), "\n")
		if len(multi) != len(lines)+strings.Count(r.Message, "\n") {
			t.Errorf("%d lines with message %q and stack %q: %q", len(multi), r.Message, r.Stack, multi)
		}
		for _, line := range append(lines, multi...) {
			if !harmless(line) {
				t.Errorf("%q", line)
			}
		}
	})
}
