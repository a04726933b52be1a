package core_test

import (
	"log/slog"
	"testing"

	"github.com/logsinks/logsinks/core"
)

func TestLineCarriesTheFrameworksRendering(t *testing.T) {
	tests := map[string]struct {
		line []byte
		want string
	}{
		"untouched":   {[]byte("a\x00\n\xff\x1b[2J "), "a\x00\n\xff\x1b[2J "},
		"empty line":  {[]byte{}, ""},
		"none: Text":  {nil, "2024-02-29T12:00:00.001Z INFO m a=1"},
		"looks empty": {[]byte(" "), " "},
	}
	for name, test := range tests {
		r := record("m", slog.Int("a", 1))
		r.Line = test.line
		if got := string(core.Line{}.Append([]byte("x"), r)); got != "x"+test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestOnlyLineIsLineOnly(t *testing.T) {
	pattern, err := core.NewPattern("%(message)s", nil)
	noError(t, "NewPattern", err)
	formatters := map[string]core.Formatter{
		"Line": core.Line{}, "Text": core.Text{}, "JSON": core.JSON{}, "Pattern": pattern,
		"func": core.FormatterFunc(func(dst []byte, r core.Record) []byte { return dst }),
	}
	for name, f := range formatters {
		l, ok := f.(core.LineOnly)
		if got := ok && l.LineOnly(); got != (name == "Line") {
			t.Errorf("%s: LineOnly is %v", name, got)
		}
	}
}

func TestFormatterFunc(t *testing.T) {
	f := core.FormatterFunc(func(dst []byte, r core.Record) []byte { return append(dst, r.Message...) })
	if got := render(f, core.Record{Message: "m"}); got != "m" {
		t.Errorf("got %q", got)
	}
}

// A formatter extends what it is given, whatever room there is.
func TestFormattersAppend(t *testing.T) {
	pattern, err := core.NewPattern("%(asctime)s %(message)-20s|%(attrs)s", nil)
	noError(t, "NewPattern", err)
	r := record("m", slog.Group("g", slog.Int("a", 1)), slog.Group("empty"))
	for _, f := range []core.Formatter{core.Line{}, core.Text{}, core.JSON{}, pattern} {
		want := render(f, r)
		for room := range 40 {
			dst := append(make([]byte, 0, 5+room), "keep{"...)
			if got := string(f.Append(dst, r)); got != "keep{"+want {
				t.Errorf("%T: got %q, want %q behind keep{", f, got, want)
			}
		}
	}
}

// One record with very many attributes leaves nothing behind for the next.
func TestFormattersAfterAHugeRecord(t *testing.T) {
	var huge list
	for i := range 5000 {
		huge = append(huge, slog.Int("n", i))
	}
	small := list{slog.Int("a", 1)}
	for range 3 {
		var r core.Record
		r.SetAttrSource(&huge)
		if text, object := render(core.Text{}, r), render(core.JSON{}, r); len(text) < 5000*4 || len(object) < 5000*6 {
			t.Errorf("%d and %d bytes", len(text), len(object))
		}
		r.SetAttrSource(&small)
		if got := render(core.Text{}, r) + render(core.JSON{}, r); got != `INFO  a=1{"level":"INFO","msg":"","a":1}` {
			t.Errorf("got %s", got)
		}
	}
}

// probe is an AttrSource that notes what it is to append to.
type probe []int

func (p *probe) AppendAttrs(dst []slog.Attr) []slog.Attr {
	*p = append(*p, len(dst))
	return append(dst, slog.Int("a", 1), slog.Int("b", 2))
}

func TestFormattersStartAfresh(t *testing.T) {
	var p probe
	var r core.Record
	r.SetAttrSource(&p)
	for range 5 {
		render(core.Text{}, r)
		render(core.JSON{}, r)
	}
	for _, n := range p {
		if n != 0 {
			t.Fatalf("the source was given the attributes of others: %v", p)
		}
	}
}
