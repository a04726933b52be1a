package core_test

import (
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestTextLines(t *testing.T) {
	source := &slog.Source{Function: "pkg.f", File: "/src/f.go", Line: 7}
	full := record("it happened", slog.Int("a", 1))
	full.Level, full.Logger, full.Stack = slog.LevelWarn, "app.db", "f()\n\tf.go:1"
	full.SetSource(source)
	spaced := core.Record{Message: "m"}
	spaced.SetSource(&slog.Source{File: "/my src/f.go"})
	tests := map[string]struct {
		r    core.Record
		want string
	}{
		"everything":   {full, "2024-02-29T12:00:00.001Z WARN app.db: it happened a=1 source=/src/f.go:7\nf()\n\tf.go:1"},
		"nothing":      {core.Record{}, "INFO "},
		"only message": {core.Record{Message: "m"}, "INFO m"},
		"zone":         {core.Record{Time: noon.In(time.FixedZone("", -5400))}, "2024-02-29T10:30:00.001-01:30 INFO "},
		"odd source":   {spaced, `INFO m source="/my src/f.go":0`},
		"odd level":    {core.Record{Level: 7}, "WARN+3 "},
		"spaces":       {core.Record{Message: "a = \"b c\" \\ ", Logger: "my logger"}, `INFO my logger: a = "b c" \ `},
	}
	for name, test := range tests {
		if got := render(core.Text{}, test.r); got != test.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, test.want)
		}
	}
}

// textValues is what Text makes of single attributes.
var textValues = map[string]struct {
	a    slog.Attr
	want string
}{
	"string":        {slog.String("k", "v"), `k=v`},
	"empty":         {slog.String("k", ""), `k=""`},
	"space":         {slog.String("k", "a b"), `k="a b"`},
	"quote":         {slog.String("k", `a"b`), `k="a\"b"`},
	"equals":        {slog.String("k", "a=b"), `k="a=b"`},
	"backslash":     {slog.String("k", `a\b`), `k=a\b`},
	"both":          {slog.String("k", `a \b`), `k="a \\b"`},
	"letters":       {slog.String("k", "é世😀"), `k=é世😀`},
	"letters space": {slog.String("k", "é 世"), `k="é 世"`},
	"wide space":    {slog.String("k", "a\u00a0b\u3000c"), `k="a\u00a0b\u3000c"`},
	"replacement":   {slog.String("k", "\ufffd"), "k=\"\ufffd\""},
	"empty key":     {slog.String("", "v"), `""=v`},
	"odd key":       {slog.String("a b\n", "v"), `"a b\n"=v`},
	"int":           {slog.Int64("k", math.MinInt64), `k=-9223372036854775808`},
	"uint":          {slog.Uint64("k", math.MaxUint64), `k=18446744073709551615`},
	"float":         {slog.Float64("k", 1e21), `k=1e+21`},
	"NaN":           {slog.Float64("k", math.NaN()), `k=NaN`},
	"infinity":      {slog.Float64("k", math.Inf(-1)), `k=-Inf`},
	"bool":          {slog.Bool("k", true), `k=true`},
	"duration":      {slog.Duration("k", 1500*time.Millisecond), `k=1.5s`},
	"time":          {slog.Time("k", noon), `k=2024-02-29T12:00:00.001Z`},
	"nil":           {slog.Any("k", nil), `k=<nil>`},
	"zero":          {slog.Attr{}, ``},
	"resolved zero": {slog.Any("", standsFor{}), ``},
	"error":         {slog.Any("k", errDisk), `k="disk trouble"`},
	"text":          {slog.Any("k", asText("x")), `k=text:x`},
	"bad text":      {slog.Any("k", badText("x")), `k="!ERROR:no text: x"`},
	"stringer":      {slog.Any("k", asString("x")), `k=string:x`},
	"bytes":         {slog.Any("k", []byte("a\nb")), `k="a\nb"`},
	"map":           {slog.Any("k", map[string]int{"b": 1, "a": 2}), `k="{\"a\":2,\"b\":1}"`},
	"slice":         {slog.Any("k", []int{1, 2}), `k=[1,2]`},
	"channel":       {slog.Any("k", make(chan int)), `k="!ERROR:json: unsupported type: chan int"`},
	"panic":         {slog.Any("k", grumpy("x")), `k="!PANIC: grumpy x"`},
	"nil pointer":   {slog.Any("k", (*grumpy)(nil)), `k=<nil>`},
	"valuer":        {slog.Any("k", standsFor{slog.StringValue("v")}), `k=v`},
	"group":         {slog.Group("g", slog.Int("a", 1), slog.Group("h", slog.Int("b", 2)), slog.Int("c", 3)), `g.a=1 g.h.b=2 g.c=3`},
	"valuer group":  {slog.Any("g", standsFor{slog.GroupValue(slog.Int("a", 1))}), `g.a=1`},
	"no name":       {slog.Group("", slog.Int("a", 1), slog.Group("g", slog.Group("", slog.Int("b", 2)))), `a=1 g.b=2`},
	"empty group":   {slog.Group("g", slog.Group("h")), ``},
	"odd group":     {slog.Group("g h", slog.Int("a", 1), slog.Group("i", slog.Int("b", 2))), `"g h.a"=1 "g h.i.b"=2`},
	"odd member":    {slog.Group("g", slog.Int("", 1), slog.Int("a b", 2), slog.Int("c", 3)), `"g."=1 "g.a b"=2 g.c=3`},
}

func TestTextValues(t *testing.T) {
	for name, test := range textValues {
		want := "INFO m " + test.want
		if test.want == "" {
			want = "INFO m"
		}
		r := core.Record{Message: "m"}
		r.SetAttrs(test.a)
		if got := render(core.Text{}, r); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		source := list{test.a}
		r.SetAttrSource(&source)
		if got := render(core.Text{}, r); got != want {
			t.Errorf("%s, from a source: got %s, want %s", name, got, want)
		}
	}
}

func TestTextKeepsDuplicatesAndOrder(t *testing.T) {
	r := core.Record{Message: "m"}
	r.SetAttrs(slog.Int("b", 1), slog.Int("a", 2), slog.Int("b", 3))
	if got := render(core.Text{}, r); got != "INFO m b=1 a=2 b=3" {
		t.Error(got)
	}
}

func TestTextTimeFormat(t *testing.T) {
	zone := time.FixedZone("A\nB", 3600)
	r := core.Record{Time: noon.In(zone), Message: "m"}
	r.SetAttrs(slog.Time("t", noon), slog.Time("z", noon.In(zone)))
	tests := []struct{ layout, want string }{
		{"15:04", "13:00 INFO m t=12:00 z=13:00"},
		{"15 04", `13 00 INFO m t="12 00" z="13 00"`},
		{"15 MST", `13 A\nB INFO m t="12 UTC" z="13 A\nB"`},
	}
	for _, test := range tests {
		if got := render(core.Text{TimeFormat: test.layout}, r); got != test.want {
			t.Errorf("%s: got %q, want %q", test.layout, got, test.want)
		}
	}
}

// Text has its own way to write its default layout.
func TestTextTimeIsThatOfPackageTime(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("", 86399), time.FixedZone("", -1)}
	for range 200 {
		zones = append(zones, time.FixedZone("x", random.IntN(36*3600)-18*3600))
	}
	check := func(when time.Time) {
		want := when.Format(core.TextTime)
		if got := render(core.Text{}, core.Record{Time: when}); got != want+" INFO " {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for i := range 20_000 {
		seconds := random.Int64N(1<<39) - 1<<38
		nanos := []int64{0, 1, 999_999, 1_000_000, 120_000_000, 999_999_999, random.Int64N(1e9)}[i%7]
		check(time.Unix(seconds, nanos).In(zones[i%len(zones)]))
	}
	for _, year := range []int{-50_000, -1, 0, 1, 999, 1000, 9999, 10_000, 123_456} {
		for _, zone := range zones[:20] {
			check(time.Date(year, 1, 1, 0, 30, 0, 5_000_000, zone))
			check(time.Date(year, 12, 31, 23, 30, 0, 5_000_000, time.UTC).In(zone))
		}
	}
}

func TestTextScope(t *testing.T) {
	base := (*core.Scope)(nil).With(slog.Int("a", 1)).WithGroup("g h").With(slog.Int("b", 2)).WithGroup("i")
	r := record("m", slog.Int("c", 3))
	r.Time = time.Time{}
	r.SetScope(base)
	if got := render(core.Text{}, r); got != `INFO m a=1 "g h.b"=2 "g h.i.c"=3` {
		t.Error(got)
	}
}

func TestTextLongGroupNames(t *testing.T) {
	name := strings.Repeat("n", 100)
	r := core.Record{Message: "m"}
	r.SetAttrs(slog.Group(name, slog.Int("a", 1), slog.Group(name, slog.Int("b", 2))), slog.Int("c", 3))
	want := fmt.Sprintf("INFO m %[1]s.a=1 %[1]s.%[1]s.b=2 c=3", name)
	for range 3 {
		if got := render(core.Text{}, r); got != want {
			t.Errorf("got %s", got)
		}
	}
}
