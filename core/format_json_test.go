package core_test

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestJSONMembersAndTheirOrder(t *testing.T) {
	r := record("m", slog.Int("a", 1))
	r.Level, r.Logger, r.Stack = core.LevelNotice, "app.db", "f()\n\tf.go:1"
	r.SetSource(&slog.Source{Function: "pkg.f", File: "/src/f.go", Line: 7})
	r.Line = []byte("not used")
	want := `{"time":"2024-02-29T12:00:00.0015Z","level":"NOTICE","source":{"function":"pkg.f","file":"/src/f.go","line":7},` +
		`"logger":"app.db","msg":"m","a":1,"stack":"f()\n\tf.go:1"}`
	if got := render(core.JSON{}, r); got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
	if got := render(core.JSON{}, core.Record{}); got != `{"level":"INFO","msg":""}` {
		t.Errorf("empty record: %s", got)
	}
}

func TestJSONAttributes(t *testing.T) {
	tests := map[string]struct {
		attrs []slog.Attr
		want  string
	}{
		"NaN and infinities":  {[]slog.Attr{slog.Float64("n", math.NaN()), slog.Float64("p", math.Inf(1)), slog.Float64("m", math.Inf(-1))}, `,"n":"NaN","p":"+Inf","m":"-Inf"`},
		"year beyond 9999":    {[]slog.Attr{slog.Time("t", time.Date(12345, 1, 2, 3, 4, 5, 0, time.UTC))}, `,"t":"12345-01-02T03:04:05Z"`},
		"year before 0":       {[]slog.Attr{slog.Time("t", time.Date(-7, 1, 2, 3, 4, 5, 0, time.UTC))}, `,"t":"-0007-01-02T03:04:05Z"`},
		"duplicates are kept": {[]slog.Attr{slog.Int("k", 1), slog.Int("k", 2), slog.Int("msg", 3)}, `,"k":1,"k":2,"msg":3`},
		"empty group":         {[]slog.Attr{slog.Group("g"), slog.Group("g", slog.Group("h", slog.Attr{})), slog.Int("a", 1)}, `,"a":1`},
		"empty group at last": {[]slog.Attr{slog.Group("g", slog.Int("a", 1), slog.Group("h"))}, `,"g":{"a":1}`},
		"group without name":  {[]slog.Attr{slog.Group("", slog.Int("a", 1), slog.Group("g", slog.Group("", slog.Int("b", 2))))}, `,"a":1,"g":{"b":2}`},
		"zero attribute":      {[]slog.Attr{{}, slog.Any("", nil), slog.Any("", standsFor{})}, ``},
		"nil with a name":     {[]slog.Attr{slog.Any("n", nil)}, `,"n":null`},
		"empty name":          {[]slog.Attr{slog.String("", "x")}, `,"":"x"`},
		"invalid UTF-8":       {[]slog.Attr{slog.Any("j", asJSON("a\xffb"))}, ",\"j\":{\"json\":\"a\ufffdb\"}"},
		"panic":               {[]slog.Attr{slog.Any("e", grumpy("\n")), slog.Any("p", (*grumpy)(nil))}, `,"e":"!PANIC: grumpy \n","p":"<nil>"`},
		"no JSON":             {[]slog.Attr{slog.Any("c", make(chan int))}, `,"c":"!ERROR:json: unsupported type: chan int"`},
		"partial source":      {[]slog.Attr{slog.Any("s", &slog.Source{Line: 1})}, `,"s":{"function":"","file":"","line":1}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := `{"level":"INFO","msg":"m"` + test.want + `}`
			r := core.Record{Message: "m"}
			r.SetAttrs(test.attrs...)
			if got := render(core.JSON{}, r); got != want {
				t.Errorf("\ngot  %s\nwant %s", got, want)
			}
			source := list(test.attrs)
			r.SetAttrSource(&source)
			if got := render(core.JSON{}, r); got != want {
				t.Errorf("from a source: %s", got)
			}
			if got := render(core.JSON{}, r.Clone()); got != want {
				t.Errorf("clone: %s", got)
			}
		})
	}
}

func TestJSONTimeFormat(t *testing.T) {
	f := core.JSON{TimeFormat: `15:04 "` + "\n"}
	r := record("m", slog.Time("t", noon), slog.Group("g", slog.Time("t", noon)))
	want := `{"time":"12:00 \"\n","level":"INFO","msg":"m","t":"12:00 \"\n","g":{"t":"12:00 \"\n"}}`
	if got := render(f, r); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestJSONAppendValue(t *testing.T) {
	tests := []struct {
		v    slog.Value
		want string
	}{
		{slog.StringValue("a\"b"), `"a\"b"`},
		{slog.AnyValue(standsFor{slog.IntValue(3)}), `3`},
		{slog.GroupValue(), `{}`},
		{slog.GroupValue(slog.Int("a", 1), slog.Group("g"), slog.Group("h", slog.Time("t", noon))), `{"a":1,"h":{"t":"2024"}}`},
		{slog.AnyValue(nil), `null`},
		{slog.TimeValue(noon), `"2024"`},
	}
	for _, test := range tests {
		if got := string(core.JSON{TimeFormat: "2006"}.AppendValue([]byte("x"), test.v)); got != "x"+test.want {
			t.Errorf("%v: got %s, want %s", test.v, got, test.want)
		}
	}
}

// endless is a LogValuer that stands for itself.
type endless struct{}

func (e endless) LogValue() slog.Value { return slog.AnyValue(e) }

// tree is a LogValuer that stands for a group of two of its kind.
type tree struct{}

func (tree) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("l", tree{}), slog.Any("r", tree{}))
}

// ring is a pointer that leads to itself.
type ring struct {
	Next *ring
}

// knot is a group that holds itself twice.
func knot() slog.Value {
	attrs := make([]slog.Attr, 2)
	v := slog.GroupValue(attrs[0:2:2]...)
	for i, key := range []string{"l", "r"} {
		attrs[i] = slog.Attr{Key: key, Value: slog.GroupValue(attrs...)}
	}
	return v
}

func TestValuesWithoutEndEnd(t *testing.T) {
	self := &ring{}
	self.Next = self
	slice := make([]any, 1)
	slice[0] = slice
	values := map[string]slog.Value{
		"valuer":       slog.AnyValue(endless{}),
		"valuer tree":  slog.AnyValue(tree{}),
		"valuer group": slog.GroupValue(slog.Any("a", endless{}), slog.Any("b", tree{})),
		"group":        knot(),
		"map":          slog.AnyValue(cycle()),
		"pointer":      slog.AnyValue(self),
		"slice":        slog.AnyValue(slice),
	}
	pattern, err := core.NewPattern("%(attrs)s", nil)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(_ []string, a slog.Attr) slog.Attr { return a }
	uses := map[string]func(core.Record) string{
		"JSON":    func(r core.Record) string { return render(core.JSON{}, r) },
		"Text":    func(r core.Record) string { return render(core.Text{}, r) },
		"Pattern": func(r core.Record) string { return render(pattern, r) },
		"Clone":   func(r core.Record) string { return render(core.JSON{}, r.Clone()) },
		"Replace": func(r core.Record) string { core.ReplaceAttrs(keep)(&r); return render(core.JSON{}, r) },
		"Scope": func(r core.Record) string {
			var s *core.Scope
			for a := range r.Attrs() {
				s = s.With(a)
			}
			r.SetAttrs()
			r.SetScope(s)
			return render(core.JSON{}, r)
		},
	}
	for name, v := range values {
		for use, f := range uses {
			t.Run(name+"/"+use, func(t *testing.T) {
				got := f(record("m", slog.Attr{Key: "k", Value: v}))
				if len(got) > 16<<20 || strings.Contains(got, "\n") {
					t.Errorf("%d bytes", len(got))
				}
				if strings.HasPrefix(got, "{") && !usable(got) {
					t.Error("not valid JSON")
				}
				if !strings.Contains(got, "nested too deeply") && !strings.Contains(got, "too many times") && !strings.Contains(got, "encountered a cycle") {
					t.Errorf("nothing tells why it ends: %.300s", got)
				}
			})
		}
	}
}

func TestGroupsAreCutOffBeyondSixtyFour(t *testing.T) {
	nest := func(n int) core.Record {
		a := slog.Int("a", 1)
		for range n {
			a = slog.Attr{Key: "g", Value: slog.GroupValue(a)}
		}
		return record("m", a)
	}
	for _, f := range []core.Formatter{core.JSON{}, core.Text{}} {
		if got := render(f, nest(64)); strings.Contains(got, "too deep") {
			t.Errorf("64 groups: %s", got)
		}
		if got := render(f, nest(65)); !strings.Contains(got, "attribute nested too deeply") {
			t.Errorf("65 groups: %s", got)
		}
	}
}
