package core_test

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// inScope renders a record with attrs in s, without what is the same for all.
func inScope(s *core.Scope, attrs ...slog.Attr) string {
	var r core.Record
	r.SetAttrs(attrs...)
	r.SetScope(s)
	got := render(core.JSON{}, r)
	return "{" + got[len(`{"level":"INFO","msg":""`):]
}

func TestScope(t *testing.T) {
	var none *core.Scope
	a, b, c := slog.Int("a", 1), slog.Int("b", 2), slog.Int("c", 3)
	tests := map[string]struct {
		scope *core.Scope
		want  string
	}{
		"nil":              {none, `{,"c":3}`},
		"with":             {none.With(a).With(b), `{,"a":1,"b":2,"c":3}`},
		"group":            {none.WithGroup("g"), `{,"g":{"c":3}}`},
		"with group":       {none.With(a).WithGroup("g").With(b), `{,"a":1,"g":{"b":2,"c":3}}`},
		"groups":           {none.WithGroup("g").WithGroup("h").With(b).WithGroup("i"), `{,"g":{"h":{"b":2,"i":{"c":3}}}}`},
		"no name":          {none.WithGroup("").With(a).WithGroup(""), `{,"a":1,"c":3}`},
		"nothing":          {none.With().With(slog.Attr{}).With(slog.Group("g")), `{,"c":3}`},
		"inlined":          {none.With(slog.Group("", a, slog.Group("", b))), `{,"a":1,"b":2,"c":3}`},
		"same group twice": {none.WithGroup("g").WithGroup("g"), `{,"g":{"g":{"c":3}}}`},
		"odd names":        {none.WithGroup("\"\n"), `{,"\"\n":{"c":3}}`},
	}
	for name, test := range tests {
		if got := inScope(test.scope, c); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestOpenGroupsWithNothingInThemAreLeftOut(t *testing.T) {
	var none *core.Scope
	empty := []slog.Attr{{}, slog.Group("x"), slog.Group("", slog.Group("y"))}
	for want, scope := range map[string]*core.Scope{
		`{}`:                      none.WithGroup("g").WithGroup("h"),
		`{,"a":1}`:                none.With(slog.Int("a", 1)).WithGroup("g"),
		`{,"g":{"a":1}}`:          none.WithGroup("g").With(slog.Int("a", 1)).WithGroup("h").WithGroup("i"),
		`{,"a":1,"g":{"b":[]}}`:   none.With(slog.Int("a", 1)).WithGroup("g").With(slog.Any("b", []int{})),
		`{,"g":{"h":{"a":null}}}`: none.WithGroup("g").WithGroup("h").With(slog.Any("a", nil)),
	} {
		if got := inScope(scope); got != want {
			t.Errorf("no attributes: got %s, want %s", got, want)
		}
		if got := inScope(scope, empty...); got != want {
			t.Errorf("empty attributes: got %s, want %s", got, want)
		}
	}
}

func TestScopeGroups(t *testing.T) {
	var none *core.Scope
	for _, test := range []struct {
		scope *core.Scope
		want  []string
	}{
		{none, nil},
		{none.With(slog.Int("a", 1)), nil},
		{none.WithGroup("g").With(slog.Int("a", 1)).WithGroup("h"), []string{"g", "h"}},
	} {
		if got := test.scope.Groups(); !slices.Equal(got, test.want) {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// What is given to With is rendered then and there.
func TestB52ScopeFreezesWhatItGets(t *testing.T) {
	p := &pair{1, 2}
	attrs := []slog.Attr{slog.Any("p", p), slog.Any("v", standsFor{slog.AnyValue(p)})}
	s := (*core.Scope)(nil).With(attrs...)
	p.A, attrs[1] = 9, slog.Int("other", 9)
	if got := inScope(s); got != `{,"p":{"A":1,"B":2},"v":{"A":1,"B":2}}` {
		t.Error(got)
	}
}

// Siblings share what they have in common, and must not see each other.
func TestB61ScopesNeverAlias(t *testing.T) {
	base := (*core.Scope)(nil)
	for i := range 3 {
		base = base.With(slog.Int(fmt.Sprint("base", i), i)).WithGroup(fmt.Sprint("g", i))
	}
	const siblings = 8
	before := inScope(base, slog.Int("own", 0))
	var wg sync.WaitGroup
	for n := range siblings {
		wg.Go(func() {
			for range 100 {
				child := base.With(slog.Int("n", n)).With(slog.Int("m", n))
				grandchild := child.WithGroup("h").With(slog.Int("o", n))
				check := func(s *core.Scope, want string) {
					if got := inScope(s, slog.Int("own", n)); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				}
				open := `{,"base0":0,"g0":{"base1":1,"g1":{"base2":2,"g2":{"n":%[1]d,"m":%[1]d,`
				check(child, fmt.Sprintf(open+`"own":%[1]d}}}}`, n))
				check(grandchild, fmt.Sprintf(open+`"h":{"o":%[1]d,"own":%[1]d}}}}}`, n))
				if got := inScope(base, slog.Int("own", 0)); got != before {
					t.Errorf("the parent became %s", got)
				}
			}
		})
	}
	wg.Wait()
}

// A scope is rendered once for each format that its records are written in.
func TestScopeInManyFormats(t *testing.T) {
	s := (*core.Scope)(nil).With(slog.Time("t", noon)).WithGroup("g").With(slog.Time("t", noon)).WithGroup("h")
	r := record("m", slog.Time("t", noon))
	r.SetScope(s)
	empty := core.Record{}
	empty.SetScope(s)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				for _, layout := range []string{"2006", "01", "02", "15", "04", "05"} {
					v := noon.Format(layout)
					want := fmt.Sprintf(`{"time":%[1]q,"level":"INFO","msg":"m","t":%[1]q,"g":{"t":%[1]q,"h":{"t":%[1]q}}}`, v)
					if got := render(core.JSON{TimeFormat: layout}, r); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
					want = fmt.Sprintf(`{"level":"INFO","msg":"","t":%[1]q,"g":{"t":%[1]q}}`, v)
					if got := render(core.JSON{TimeFormat: layout}, empty); got != want {
						t.Errorf("empty: got %s, want %s", got, want)
					}
				}
			}
		})
	}
	wg.Wait()
}
