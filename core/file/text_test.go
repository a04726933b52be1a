package file

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/logsinks/logsinks/core"
)

func TestTerminators(t *testing.T) {
	for name, c := range map[string]struct {
		opts Options
		want string
	}{
		"default": {Options{}, "a\nb\n"},
		"crlf":    {Options{Terminator: "\r\n"}, "a\r\nb\r\n"},
		"custom":  {Options{Terminator: " | "}, "a | b | "},
		"none":    {Options{NoTerminator: true}, "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
				opts := c.opts
				emit(t, make(&opts), "a", "b")
				want(t, path, c.want)
			})
		})
	}
}

func TestTornLastLineIsEndedAtTheNextOpen(t *testing.T) {
	for name, c := range map[string]struct {
		opts         Options
		before, want string
	}{
		"torn":          {Options{}, "whole\nto", "whole\nto\nnext\n"},
		"whole":         {Options{}, "whole\n", "whole\nnext\n"},
		"only torn":     {Options{}, "t", "t\nnext\n"},
		"crlf":          {Options{Terminator: "\r\n"}, "to", "to\r\nnext\r\n"},
		"lf under crlf": {Options{Terminator: "\r\n"}, "whole\n", "whole\nnext\r\n"},
		"no terminator": {Options{NoTerminator: true}, "to", "tonext"},
		"custom":        {Options{Terminator: "é"}, "toé", "toénexté"},
		"custom, torn":  {Options{Terminator: "é"}, "to\xa9", "to\xa9énexté"},
		"utf-16":        {Options{Encoding: utf16le{}}, "a\x00\n\x00", "a\x00\n\x00n\x00e\x00x\x00t\x00\n\x00"},
		"utf-16, torn":  {Options{Encoding: utf16le{}}, "a\x00", "a\x00\n\x00n\x00e\x00x\x00t\x00\n\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
				write(t, path, c.before)
				opts := c.opts
				s := make(&opts)
				want(t, path, c.before)
				emit(t, s, "next")
				want(t, path, c.want)
			})
		})
	}
}

// utf16le stands for an encoder of golang.org/x/text. It refuses the letter ß.
type utf16le struct{}

func (utf16le) Bytes(b []byte) ([]byte, error) {
	if bytes.ContainsRune(b, 'ß') {
		return nil, errTest
	}
	if bytes.ContainsRune(b, '!') {
		panic("encoder")
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(string(b))) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out, nil
}

func utf16Text(s string) string {
	b, _ := utf16le{}.Bytes([]byte(s))
	return string(b)
}

func TestEncodingAndItsErrors(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{Encoding: utf16le{}, Header: text("h\n"), Footer: text("f\n")})
		emit(t, s, "späm")
		if err := s.Emit(line("groß")); !errors.Is(err, errTest) || !core.IsPermanent(err) {
			t.Errorf("a character that cannot be encoded: %v", err)
		}
		var p *core.PanicError
		if err := s.Emit(line("boom!")); !errors.As(err, &p) {
			t.Errorf("an encoder that panics: %v", err)
		}
		n, err := s.EmitBatch([]core.Record{line("b1"), line("groß"), line("b2")})
		if n != 1 || !errors.Is(err, errTest) {
			t.Errorf("batch: %d, %v", n, err)
		}
		closeSink(t, s)
		want(t, path, utf16Text("h\nspäm\nb1\nf\n"))
	})
}

func TestEncodingOfTheTerminatorIsChecked(t *testing.T) {
	if _, err := New(t.TempDir()+"/x", &Options{Encoding: utf16le{}, Terminator: "ß"}); !errors.Is(err, errTest) {
		t.Errorf("got %v", err)
	}
}

func text(s string) func() []byte { return func() []byte { return []byte(s) } }

func TestHeaderAndFooterPerFile(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		opts := Options{Header: text("head\n"), Footer: text("foot\n")}
		s := make(&opts)
		want(t, path, "")
		emit(t, s, "a")
		closeSink(t, s)
		want(t, path, "head\na\nfoot\n")
		s = make(&opts)
		emit(t, s, "b")
		closeSink(t, s)
		want(t, path, "head\na\nfoot\nb\nfoot\n")
	})
}

func TestHeaderThatPanicsIsReportedAndLeftOut(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		var c collector
		s := make(&Options{OnError: c.add, Header: func() []byte { panic("head") }})
		emit(t, s, "a", "b")
		closeSink(t, s)
		want(t, path, "a\nb\n")
		if errs := c.all(); len(errs) != 1 {
			t.Errorf("reported %v", errs)
		}
	})
}

func TestFormatters(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{Formatter: core.JSON{}})
		r := core.Record{Level: core.LevelWarn, Message: "m", Line: []byte("ignored")}
		r.SetAttrs(slog.Int("n", 1))
		if err := s.Emit(r); err != nil {
			t.Fatal(err)
		}
		want(t, path, `{"level":"WARN","msg":"m","n":1}`+"\n")
		if s.(core.LineOnly).LineOnly() {
			t.Error("JSON is not line-only")
		}
	})
}

func TestLineOnlyIsTheFormatters(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(nil)
		if !s.(core.LineOnly).LineOnly() {
			t.Error("the default is line-only")
		}
		// A record without a Line is written as text.
		if err := s.Emit(core.Record{Level: core.LevelInfo, Message: "m"}); err != nil {
			t.Fatal(err)
		}
		want(t, path, "INFO m\n")
	})
}

func TestFormatterThatPanicsFailsItsRecord(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{Formatter: core.FormatterFunc(func(dst []byte, r core.Record) []byte {
			if r.Message == "bad" {
				panic("formatter")
			}
			return append(dst, r.Message...)
		})})
		var p *core.PanicError
		if err := s.Emit(core.Record{Message: "bad"}); !errors.As(err, &p) {
			t.Errorf("Emit: %v", err)
		}
		n, err := s.EmitBatch([]core.Record{{Message: "a"}, {Message: "bad"}, {Message: "b"}})
		if n != 1 || !errors.As(err, &p) {
			t.Errorf("EmitBatch: %d, %v", n, err)
		}
		want(t, path, "a\n")
	})
}

func TestAwkwardRecordsArriveAsTheyAre(t *testing.T) {
	texts := []string{
		"", "two\nlines", "cr\rlf\r\n", "nul\x00nul", "bad \xff\xfe utf-8", "späm ☃ 😀",
		"\x1b[31mred", strings.Repeat("long ", 2<<20), "last",
	}
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		for _, opts := range []Options{{}, {BufferSize: 4096}} {
			s := make(&opts)
			emit(t, s, texts...)
			closeSink(t, s)
		}
		once := strings.Join(texts, "\n") + "\n"
		if got := read(t, path); got != once+once {
			t.Errorf("%d bytes, want %d", len(got), 2*len(once))
		}
	})
}

func TestB48CallerMayReuseItsBytes(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{BufferSize: 1024})
		buf := []byte("aaaa")
		for _, c := range []byte("abc") {
			for i := range buf {
				buf[i] = c
			}
			if err := s.Emit(core.Record{Line: buf}); err != nil {
				t.Fatal(err)
			}
		}
		closeSink(t, s)
		want(t, path, "aaaa\nbbbb\ncccc\n")
	})
}
