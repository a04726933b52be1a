package core_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// mask replaces the values of attributes named password.
func mask(_ []string, a slog.Attr) slog.Attr {
	if a.Key == "password" {
		a.Value = slog.StringValue("***")
	}
	return a
}

func TestRewriteMaskedValuesAreNowhere(t *testing.T) {
	source := list{slog.String("user", "joe"), slog.String("password", "s3cret"),
		slog.Group("db", slog.Any("password", standsFor{slog.StringValue("s3cret")}))}
	scope := (*core.Scope)(nil).With(slog.String("password", "s3cret")).WithGroup("g").With(slog.String("password", "s3cret"))
	r := core.Record{Message: "login", Line: []byte(`{"user":"joe","password":"s3cret"}`)}
	r.SetAttrSource(&source)
	r.SetScope(scope)

	var lines, objects tape
	c := new(capture)
	s := core.NewRewrite(core.NewMulti(newStream(t, &lines, nil), newStream(t, &objects, &core.StreamOptions{Formatter: core.JSON{}}), c),
		core.ReplaceAttrs(mask))
	noError(t, "Emit", s.Emit(r))
	if n, err := s.EmitBatch([]core.Record{r}); n != 1 || err != nil {
		t.Errorf("EmitBatch: %d, %v", n, err)
	}
	want := `{"level":"INFO","msg":"login","password":"***","g":{"password":"***","user":"joe","password":"***","db":{"password":"***"}}}`
	if got := objects.text(); got != want+"\n"+want+"\n" {
		t.Errorf("got %s", got)
	}
	if got := lines.all(); len(got) != 2 || got[0] != `INFO login password=*** g.password=*** g.user=joe g.password=*** g.db.password=***`+"\n" {
		t.Errorf("got %q", got)
	}
	for _, r := range c.all() {
		if r.Line != nil || strings.Contains(fmt.Sprint(r.AppendAttrs(nil)), "s3cret") {
			t.Errorf("delivered %+v", r)
		}
	}
	// Nobody else's record was changed.
	if got := render(core.JSON{}, r); strings.Count(got, "s3cret") != 4 || !bytes.Contains(r.Line, []byte("s3cret")) {
		t.Errorf("the original became %s, %s", got, r.Line)
	}
}

// python-semantics §22: a handler's filter can replace the record for that
// handler only.
func TestRewriteIsForThatSinkOnly(t *testing.T) {
	a, b := new(capture), new(capture)
	m := core.NewMulti(core.NewRewrite(a, func(r *core.Record) {
		r.Message, r.Level = "changed", core.LevelError
		r.SetAttrs(slog.Int("new", 1))
	}), b)
	r := record("original", slog.Int("old", 1))
	r.Line = []byte("original line")
	noError(t, "Emit", m.Emit(r))
	got, other := a.all()[0], b.all()[0]
	if got.Message != "changed" || got.Level != core.LevelError || keys(got.AppendAttrs(nil)) != "new" || got.Line != nil {
		t.Errorf("rewritten: %+v", got)
	}
	if other.Message != "original" || other.Level != core.LevelInfo || keys(other.AppendAttrs(nil)) != "old" || string(other.Line) != "original line" {
		t.Errorf("the other sink got %+v", other)
	}
	batch := []core.Record{r}
	_, err := core.NewRewrite(a, func(r *core.Record) { r.Message = "x" }).EmitBatch(batch)
	noError(t, "EmitBatch", err)
	if batch[0].Message != "original" {
		t.Error("the caller's batch was changed")
	}
}

func TestRewriteAndLines(t *testing.T) {
	tests := map[string]struct {
		line   []byte
		change func(r *core.Record)
		want   []byte
	}{
		"dropped":        {[]byte("old"), func(*core.Record) {}, nil},
		"own":            {[]byte("old"), func(r *core.Record) { r.Line = []byte("new") }, []byte("new")},
		"own equal":      {[]byte("old"), func(r *core.Record) { r.Line = []byte("old") }, []byte("old")},
		"own first":      {nil, func(r *core.Record) { r.Line = []byte("new") }, []byte("new")},
		"nil stays":      {nil, func(*core.Record) {}, nil},
		"empty dropped":  {[]byte{}, func(*core.Record) {}, nil},
		"shortened":      {[]byte("old line"), func(r *core.Record) { r.Line = r.Line[:3] }, nil},
		"cut in front":   {[]byte("old line"), func(r *core.Record) { r.Line = r.Line[4:] }, nil},
		"made from old":  {[]byte("old"), func(r *core.Record) { r.Line = append([]byte("> "), r.Line...) }, []byte("> old")},
		"removed by own": {[]byte("old"), func(r *core.Record) { r.Line = nil }, nil},
	}
	for name, test := range tests {
		c := new(capture)
		noError(t, name, core.NewRewrite(c, test.change).Emit(core.Record{Line: test.line}))
		if got := c.all()[0].Line; (got == nil) != (test.want == nil) || !bytes.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// A mask that fails must not let pass what it was to hide.
func TestRewriteThatPanicsDeliversNothing(t *testing.T) {
	c := new(capture)
	w := core.NewRewrite(c, func(r *core.Record) {
		if r.Message == "bad" {
			panic(errNet)
		}
	})
	var p *core.PanicError
	if err := w.Emit(records("bad")[0]); !errors.As(err, &p) || !errors.Is(err, errNet) {
		t.Errorf("Emit: %v", err)
	}
	n, err := w.EmitBatch(records("a bad b"))
	if n != 1 || !errors.As(err, &p) || c.messages() != "a" {
		t.Errorf("EmitBatch: %d, %v, delivered %q", n, err, c.messages())
	}
}

// replaces are functions as slog.HandlerOptions takes them.
var replaces = map[string]func(groups []string, a slog.Attr) slog.Attr{
	"same": func(_ []string, a slog.Attr) slog.Attr { return a },
	"path": func(groups []string, a slog.Attr) slog.Attr {
		return slog.String(strings.Join(append(groups[:len(groups):len(groups)], a.Key), "/"), a.Value.String())
	},
	"drop a": func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "a" {
			return slog.Attr{}
		}
		return a
	},
	"drop all": func([]string, slog.Attr) slog.Attr { return slog.Attr{} },
	"valuer":   func(_ []string, a slog.Attr) slog.Attr { a.Value = slog.AnyValue(standsFor{a.Value}); return a },
	"kinds":    func(_ []string, a slog.Attr) slog.Attr { return slog.String(a.Key, a.Value.Kind().String()) },
}

func TestReplaceAttrsIsSlogs(t *testing.T) {
	groups := [][]slog.Attr{
		{slog.Int("a", 1), slog.Group("g", slog.Int("a", 2), slog.Int("b", 3), slog.Group("h", slog.Int("c", 4))), slog.Int("d", 5)},
		{slog.Group("", slog.Int("b", 1), slog.Group("g", slog.Group("", slog.Int("c", 2))))},
		{slog.Any("v", standsFor{slog.IntValue(1)}), slog.Any("g", standsFor{slog.GroupValue(slog.Int("b", 2))})},
		{slog.Any("e", errDisk), slog.Any("n", nil), slog.Int("b", 1)},
	}
	for name, replace := range replaces {
		for i, attrs := range groups {
			var buf bytes.Buffer
			h := slog.NewJSONHandler(&buf, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
				if len(groups) == 0 && (a.Key == "level" || a.Key == "msg") {
					return a // no attributes of the record here
				}
				return replace(groups, a)
			}})
			rec := slog.Record{Message: "m"}
			rec.AddAttrs(attrs...)
			noError(t, "Handle", h.Handle(context.Background(), rec))
			want := strings.TrimSpace(buf.String())

			r := core.Record{Message: "m"}
			r.SetAttrs(attrs...)
			core.ReplaceAttrs(replace)(&r)
			if got := render(core.JSON{}, r); got != want && usable(want) {
				t.Errorf("%s, attributes %d:\ngot  %s\nwant %s", name, i, got, want)
			}
		}
	}
}

// The groups of a Scope count like any other.
func TestReplaceAttrsSeesScopes(t *testing.T) {
	r := record("m", slog.Int("c", 3))
	r.SetScope((*core.Scope)(nil).With(slog.Int("a", 1)).WithGroup("g").With(slog.Int("b", 2)).WithGroup("h"))
	var seen []string
	core.ReplaceAttrs(func(groups []string, a slog.Attr) slog.Attr {
		seen = append(seen, fmt.Sprint(groups, a.Key))
		return a
	})(&r)
	if got := strings.Join(seen, " "); got != "[]a [g]b [g h]c" {
		t.Errorf("saw %s", got)
	}
}

func TestAppendReplaced(t *testing.T) {
	groups := []string{"g", "h", "spare"}[:2]
	attrs := []slog.Attr{slog.Int("a", 1), slog.Group("i", slog.Int("b", 2)), {}}
	dst := []slog.Attr{slog.Int("before", 0)}
	got := core.AppendReplaced(dst, groups, attrs, replaces["path"])
	if s := fmt.Sprint(got); s != "[before=0 g/h/a=1 i=[g/h/i/b=2] g/h/=<nil>]" {
		t.Errorf("got %s", s)
	}
	if groups[:3][2] != "spare" || attrs[0].Key != "a" || attrs[1].Value.Group()[0].Key != "b" {
		t.Errorf("what was given was changed: %q, %v", groups[:3], attrs)
	}
}
