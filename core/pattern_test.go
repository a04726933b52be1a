package core_test

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

// pattern returns the formatter for format, which tells times in UTC.
func pattern(t testing.TB, format string) *core.Pattern {
	t.Helper()
	p, err := core.NewPattern(format, &core.PatternOptions{Location: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// described is a record that has something for every name.
func described() core.Record {
	r := record("it häppened", slog.Int("a", 1), slog.Group("g", slog.String("b", "c d")))
	r.Level, r.Logger = slog.LevelWarn, "app.db"
	r.SetSource(&slog.Source{Function: "example.org/app/db.(*Conn).open", File: "/src/app/db.conn.go", Line: 42})
	return r
}

func TestPatternNames(t *testing.T) {
	tests := []struct{ format, want, unknown string }{
		{"%(asctime)s", "2024-02-29 12:00:00,001", ""},
		{"%(attrs)s", `a=1 g.b="c d"`, ""},
		{"%(created)s", "1709208000.0015", "0.0"},
		{"%(created)f", "1709208000.001500", "0.000000"},
		{"%(created)d", "1709208000", "0"},
		{"%(filename)s", "db.conn.go", "(unknown file)"},
		{"%(funcName)s", "open", "(unknown function)"},
		{"%(levelname)s", "WARNING", "INFO"},
		{"%(levelno)s", "30", "20"},
		{"%(levelno)d", "30", "20"},
		{"%(lineno)d", "42", "0"},
		{"%(message)s", "it häppened", ""},
		{"%(module)s", "db.conn", "(unknown file)"},
		{"%(msecs)s", "1.0", "0.0"},
		{"%(msecs)03d", "001", "000"},
		{"%(name)s", "app.db", "root"},
		{"%(pathname)s", "/src/app/db.conn.go", "(unknown file)"},
		{"%(process)d", fmt.Sprint(os.Getpid()), fmt.Sprint(os.Getpid())},
		{"%(relativeCreated)d", "", "0"},
		{"100%% %(name)s%%", "100% app.db%", "100% root%"},
		{"", "", ""},
		{"no name, line\nend", "no name, line\nend", "no name, line\nend"},
		{"%(levelname)-8s[%(name)8s] %(message)s", "WARNING [  app.db] it häppened", "INFO    [    root] "},
	}
	for _, test := range tests {
		p := pattern(t, test.format)
		if got := render(p, described()); got != test.want && !strings.Contains(test.format, "relative") {
			t.Errorf("%s: got %q, want %q", test.format, got, test.want)
		}
		if got := render(p, core.Record{}); got != test.unknown {
			t.Errorf("%s, empty record: got %q, want %q", test.format, got, test.unknown)
		}
	}
}

// The wanted texts are CPython's.
func TestPatternFlagsWidthsPrecisions(t *testing.T) {
	tests := []struct{ format, want string }{
		{"%(lineno)5d|%(lineno)-5d|%(lineno)05d|%(lineno)-05d", "   42|42   |00042|42   "},
		{"%(lineno)+d|%(lineno) d|%(lineno)+ d|%(lineno)+05d", "+42| 42|+42|+0042"},
		{"%(lineno).4d|%(lineno)8.4d|%(lineno)08.4d|%(lineno)-8.4d|", "0042|    0042|00000042|0042    |"},
		{"%(lineno)i|%(lineno)u|%(lineno)s|%(lineno)05s|%(lineno).1s|%(lineno)-4s|", "42|42|42|   42|4|42  |"},
		{"%(lineno)x|%(lineno)X|%(lineno)o|%(lineno)#x|%(lineno)#X|%(lineno)#o", "2a|2A|52|0x2a|0X2A|0o52"},
		{"%(lineno)#08x|%(lineno)+#8x|%(lineno)#.3o|%(lineno)#d", "0x00002a|   +0x2a|0o052|42"},
		{"%(lineno)f|%(lineno).1e|%(lineno)g|%(lineno)8.2F|%(lineno)E|%(lineno)G", "42.000000|4.2e+01|42|   42.00|4.200000E+01|42"},
		{"%(lineno)#g|%(lineno)#.0f|%(lineno)+.1f|%(lineno)08.1f", "42.0000|42.|+42.0|000042.0"},
		{"%(created).3f|%(created)15.1f|%(created)-15.1f|%(created).0f", "1709208000.001|   1709208000.0|1709208000.0   |1709208000"},
		{"%(created)g|%(created).3s|%(created)+d|%(created)20s", "1.70921e+09|170|+1709208000|     1709208000.0015"},
		{"%(message)15s|%(message)-15s|%(message).5s|%(message)8.5s|%(message).0s|", "    it häppened|it häppened    |it hä|   it hä||"},
		{"%(message)05s|%(message)3s|%(message)+#015s|%(message).s|", "it häppened|it häppened|    it häppened||"},
		{"%(asctime).10s|%(asctime)25s|", "2024-02-29|  2024-02-29 12:00:00,001|"},
		{"%(msecs)4.1f|%(msecs)-6s|", " 1.0|1.0   |"},
	}
	for _, test := range tests {
		if got := render(pattern(t, test.format), described()); got != test.want {
			t.Errorf("%s:\ngot  %q\nwant %q", test.format, got, test.want)
		}
	}
	before := core.Record{Time: time.Unix(-2, 500_000_000)}
	if got := render(pattern(t, "%(created)d|%(created)05d|%(created)s|%(created)+.1f"), before); got != "-1|-0001|-1.5|-1.5" {
		t.Errorf("before 1970: %q", got)
	}
	after := core.Record{Time: time.Unix(0, 250)}
	if got := render(pattern(t, "%(created)s|%(created).1e"), after); got != "2.5e-07|2.5e-07" {
		t.Errorf("just after: %q", got)
	}
	after.Time = time.Unix(0, 100_000)
	if got := render(pattern(t, "%(created)s"), after); got != "0.0001" {
		t.Errorf("a little later: %q", got)
	}
	empty := pattern(t, "%(lineno).0d|%(lineno)3.d|%(lineno)#x|%(lineno)+d|%(lineno)#o")
	if got := render(empty, core.Record{}); got != "0|  0|0x0|+0|0o0" {
		t.Errorf("zero: %q", got)
	}
}

func TestPatternErrors(t *testing.T) {
	tests := map[string]struct {
		format string
		want   []string
	}{
		"unknown name":          {"%(nonsense)s", []string{`at "%(nonsense)s": unknown name "nonsense"`}},
		"no name":               {"%()d", []string{`unknown name ""`}},
		"no counterpart":        {"%(threadName)s %(thread)d %(processName)s %(taskName)s", []string{"threadName has no", "thread has no", "processName has no", "taskName has no"}},
		"positional":            {"%s and %d", []string{`at "%s and %d": a percent sign needs a name`, `at "%d": a percent sign needs a name`}},
		"trailing percent":      {"100%", []string{`at "%": a percent sign needs a name`}},
		"not closed":            {"%(message", []string{"a parenthesis is not closed"}},
		"no conversion":         {"%(message)", []string{"the conversion is missing"}},
		"no conversion, spec":   {"%(message)-08.3", []string{"the conversion is missing"}},
		"bad conversion":        {"%(message)r %(message)q", []string{"unknown conversion 'r'", "unknown conversion 'q'"}},
		"number for text":       {"%(message)d", []string{"%d does not fit message, which is text"}},
		"hexadecimal for float": {"%(created)x", []string{"%x does not fit created"}},
		"huge width":            {"%(message)99999999999999999999s", []string{"width and precision end at 4096"}},
		"huge precision":        {"%(created).4097f", []string{"width and precision end at 4096"}},
		"all of them":           {"%(a)s %(message)y %z %(msecs)X %", []string{`"a"`, "'y'", `at "%z`, "%X does not fit", `at "%":`}},
	}
	for name, test := range tests {
		p, err := core.NewPattern(test.format, nil)
		if err == nil || p != nil {
			t.Errorf("%s: got %v and error %v", name, p, err)
			continue
		}
		if n := strings.Count(err.Error(), "core: pattern: at "); n != len(test.want) {
			t.Errorf("%s: %d errors, want %d: %v", name, n, len(test.want), err)
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in %v", name, want, err)
			}
		}
	}
	if _, err := core.NewPattern("%(message)4096.4096s", nil); err != nil {
		t.Errorf("the largest width: %v", err)
	}
}

func TestPatternLevelNamesArePythons(t *testing.T) {
	p := pattern(t, "%(levelname)s %(levelno)d")
	for level, want := range map[slog.Level]string{
		core.LevelTrace: "Level 5 5", core.LevelDebug: "DEBUG 10", core.LevelInfo: "INFO 20", core.LevelNotice: "Level 25 25",
		core.LevelWarn: "WARNING 30", core.LevelError: "ERROR 40", core.LevelCritical: "CRITICAL 50", core.LevelEmergency: "CRITICAL 50",
	} {
		if got := render(p, core.Record{Level: level}); got != want {
			t.Errorf("%v: got %q, want %q", level, got, want)
		}
	}
}

func TestPatternTimes(t *testing.T) {
	zone := time.FixedZone("", 3600)
	p, err := core.NewPattern("%(asctime)s", &core.PatternOptions{TimeFormat: time.RFC1123Z, Location: zone})
	noError(t, "NewPattern", err)
	if got := render(p, core.Record{Time: noon}); got != "Thu, 29 Feb 2024 13:00:00 +0100" {
		t.Error(got)
	}
	p, err = core.NewPattern("%(asctime)s", nil)
	noError(t, "NewPattern", err)
	if got, want := render(p, core.Record{Time: noon}), noon.Local().Format("2006-01-02 15:04:05,000"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPatternRelativeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pattern(t, "%(relativeCreated)d %(relativeCreated)s %(relativeCreated).2f")
		time.Sleep(1500*time.Millisecond + 250*time.Microsecond)
		if got := render(p, core.Record{Time: time.Now()}); got != "1500 1500.25 1500.25" {
			t.Error(got)
		}
		if got := render(p, core.Record{Time: time.Now().Add(-2 * time.Second)}); got != "-499 -499.75 -499.75" {
			t.Error(got)
		}
	})
}

// The reference formats exception and stack text once, in the right order
// (python-semantics §22).
func TestPatternStackOnceAfterTheMessage(t *testing.T) {
	r := core.Record{Message: "m", Stack: "f()\n\tf.go:1\x1b"}
	for format, want := range map[string]string{
		"%(message)s":               "m\nf()\n\tf.go:1\\x1b",
		"<%(message)s %(message)s>": "<m m>\nf()\n\tf.go:1\\x1b",
		"%(levelno)s":               "20\nf()\n\tf.go:1\\x1b",
	} {
		if got := render(pattern(t, format), r); got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
	}
}

func TestPatternEscapes(t *testing.T) {
	for name, n := range nasty {
		r := core.Record{Message: n.in, Logger: n.in}
		r.SetAttrs(slog.String("k", n.in))
		r.SetSource(&slog.Source{Function: n.in, File: n.in})
		got := render(pattern(t, "%(name)s|%(message)s|%(attrs)s|%(message)40s|%(pathname)s|%(funcName)s|%(module)s|%(filename)s"), r)
		if !harmless(got) {
			t.Errorf("%s: %q", name, got)
		}
		if !strings.HasPrefix(got, n.message+"|"+n.message+"|k="+n.value+"|") {
			t.Errorf("%s: got %q", name, got)
		}
	}
	p, err := core.NewPattern("%(message)s|%(attrs)s", &core.PatternOptions{AllowMultiline: true})
	noError(t, "NewPattern", err)
	r := core.Record{Message: "a\n\x1b"}
	r.SetAttrs(slog.String("k", "a\nb"))
	if got := render(p, r); got != "a\n\\x1b|k=\"a\\nb\"" {
		t.Errorf("multiline: %q", got)
	}
}

func FuzzPattern(f *testing.F) {
	for _, format := range []string{
		"%(asctime)s %(levelname)-8s %(name)s: %(message)s", "%(lineno)#08.3x%%", "%(created)+010.2f %(attrs)s",
		"%", "%(", "%(message", "%(message)", "%(message).", "%s", "%(a)(b)s", "%(lineno)0-+ #5000000000000000000.9d",
	} {
		f.Add(format, []byte("\x17\x02seed\xff\n"))
	}
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		p, err := core.NewPattern(format, nil)
		if (err == nil) == (p == nil) {
			t.Fatalf("got %v and error %v", p, err)
		}
		if p == nil {
			return
		}
		d := &dice{data: data}
		r := d.record()
		got := render(p, r)
		if harmless(format) && !harmless(got) {
			t.Errorf("%q: %q", format, got)
		}
		if len(got) > 5000*(1+len(format)) {
			t.Errorf("%q: %d bytes", format, len(got))
		}
	})
}
