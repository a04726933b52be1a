package slogsink_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// drop drops everything but the built-ins.
func drop(groups []string, a slog.Attr) slog.Attr {
	if builtin(groups, a) {
		return a
	}
	return slog.Attr{}
}

func builtin(groups []string, a slog.Attr) bool {
	switch a.Key {
	case slog.TimeKey, slog.LevelKey, slog.SourceKey, slog.MessageKey:
		return len(groups) == 0
	}
	return false
}

// butSource is replace but for the members of a *slog.Source, which JSONHandler
// makes a group and asks about, too. Elsewhere a source stays one value.
func butSource(replace func([]string, slog.Attr) slog.Attr) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == "function" || a.Key == "file" || a.Key == "line" {
			return a
		}
		return replace(groups, a)
	}
}

// mask hides the value of every k1, wherever it is.
func mask(_ []string, a slog.Attr) slog.Attr {
	if a.Key == "k1" {
		a.Value = slog.StringValue("***")
	}
	return a
}

// replacements are ReplaceAttr functions that leave the built-ins what they are.
var replacements = map[string]func([]string, slog.Attr) slog.Attr{
	"identity": identity,
	"drop":     drop,
	"mask":     mask,
	"groups in keys": func(groups []string, a slog.Attr) slog.Attr {
		if !builtin(groups, a) {
			a.Key = strings.Join(append([]string{a.Key}, groups...), "<")
		}
		return a
	},
	"retype": func(groups []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindInt64 && !builtin(groups, a) {
			a.Value = slog.StringValue(a.Value.String())
		}
		return a
	},
	"unresolved": func(groups []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindBool {
			a.Value = slog.AnyValue(stands{stands{a.Value.Bool()}})
		}
		return a
	},
	"into groups": func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindDuration {
			a.Value = slog.GroupValue(slog.String("k1", "secret"), slog.Float64("s", a.Value.Duration().Seconds()))
		}
		return a
	},
	"into groups of no name": func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindDuration {
			return slog.Group("", slog.Any("k1", stands{slog.GroupValue(slog.Int("deep", 1))}), slog.Int("", 2))
		}
		return a
	},
	"built-ins": func(groups []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Any().(type) {
		case time.Time:
			a.Value = slog.TimeValue(v.Add(time.Hour))
		case slog.Level:
			a.Value = slog.AnyValue(slog.LevelError)
		case *slog.Source:
			if v.File != "" { // slog has one without anything where there is none
				v.File = filepath.Base(v.File)
			}
		case string:
			if builtin(groups, a) {
				a.Value = slog.StringValue(strings.ToUpper(v))
			}
		}
		return a
	},
	"built-ins, unresolved": func(groups []string, a slog.Attr) slog.Attr {
		if builtin(groups, a) {
			a.Value = slog.AnyValue(stands{a.Value})
		}
		return a
	},
	"no time, no source": func(groups []string, a slog.Attr) slog.Attr {
		if builtin(groups, a) && (a.Key == slog.TimeKey || a.Key == slog.SourceKey) {
			return slog.Attr{}
		}
		return a
	},
	"level names": func(groups []string, a slog.Attr) slog.Attr {
		if l, ok := a.Value.Any().(slog.Level); ok && builtin(groups, a) {
			a.Value = slog.StringValue(l.String())
		}
		return a
	},
}

// What ReplaceAttr does to attributes, and to built-ins that stay what they are,
// it does as in slog's own handlers.
func TestReplacedAsByJSONHandler(t *testing.T) {
	for name, replace := range replacements {
		replace = butSource(replace)
		native := func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{AddSource: true, ReplaceAttr: replace})
		}
		opts := &slogsink.Options{AddSource: true, ReplaceAttr: replace}
		for past, derive := range derivations() {
			for call, r := range records() {
				want := natively(t, native, derive, r)
				same(t, fmt.Sprintf("%s, %s, %s", name, past, call), through(t, core.JSON{}, opts, derive, r), want)
			}
		}
	}
}

// asked notes what a ReplaceAttr is asked.
func asked(log *[]string) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, a slog.Attr) slog.Attr {
		*log = append(*log, fmt.Sprintf("%q %s=%v", groups, a.Key, a.Value.Kind()))
		return a
	}
}

// It is asked the same questions in the same order, too.
func TestReplaceAttrIsAskedAsByJSONHandler(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var want, got []string
		r, derive := record(slog.LevelInfo, "m", randomAttrs(rnd, 3)...), randomPast(rnd)
		natively(t, func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: butSource(asked(&want))})
		}, derive, r)
		through(t, core.JSON{}, &slogsink.Options{ReplaceAttr: butSource(asked(&got))}, derive, r)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("slog %s\nsink %s", want, got)
		}
	}
}

// Also about the members of groups that it returns, whatever their names are.
func TestReplaceAttrIsAskedAboutItsOwnGroups(t *testing.T) {
	for _, name := range []string{"", "own"} {
		grouping := func(log *[]string) func([]string, slog.Attr) slog.Attr {
			note := asked(log)
			return func(groups []string, a slog.Attr) slog.Attr {
				if note(groups, a); a.Value.Kind() == slog.KindBool {
					return slog.Group(name, slog.Int("n", 1), slog.Group("deeper", slog.Int("m", 2)))
				}
				return a
			}
		}
		var want, got []string
		r := record(slog.LevelInfo, "m", slog.Bool("b", true), slog.Group("g", slog.Bool("c", true)))
		derive := func(h slog.Handler) slog.Handler {
			return h.WithGroup("w").WithAttrs([]slog.Attr{slog.Bool("d", true)})
		}
		natively(t, func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: grouping(&want)})
		}, derive, r)
		through(t, core.JSON{}, &slogsink.Options{ReplaceAttr: grouping(&got)}, derive, r)
		if !reflect.DeepEqual(got, want) || len(want) != 12 {
			t.Errorf("%q:\nslog %s\nsink %s", name, want, got)
		}
	}
}

// Attributes of With are replaced once, when they are given.
func TestAttributesOfWithAreReplacedOnce(t *testing.T) {
	var log []string
	h := slogsink.NewHandler(&conformance.Recorder{}, &slogsink.Options{ReplaceAttr: asked(&log)}).WithGroup("g")
	derived := h.WithAttrs([]slog.Attr{slog.Int("n", 1)})
	if got := strings.Join(log, ", "); got != `["g"] n=Int64` {
		t.Errorf("asked by With: %s", got)
	}
	for range 2 {
		log = nil
		handle(t, derived, record(slog.LevelInfo, "m", slog.Bool("b", true)))
		if got := strings.Join(log, ", "); got != `[] time=Time, [] level=Any, [] msg=String, ["g"] b=Bool` {
			t.Errorf("asked by Handle: %s", got)
		}
	}
}

// builtinCases are what may become of a built-in attribute, and what the record
// is then like.
var builtinCases = []struct {
	name, key string
	to        slog.Attr
	want      string
}{
	{"time dropped", slog.TimeKey, slog.Attr{}, `{"level":"WARN","source":S,"msg":"m","k":1}`},
	{"time changed", slog.TimeKey, slog.Time("time", time.Unix(0, 0).UTC()), `{"time":"1970-01-01T00:00:00Z","level":"WARN","source":S,"msg":"m","k":1}`},
	{"time unknown", slog.TimeKey, slog.Time("time", time.Time{}), `{"level":"WARN","source":S,"msg":"m","k":1}`},
	{"time renamed", slog.TimeKey, slog.Time("ts", time.Unix(0, 0).UTC()), `{"level":"WARN","source":S,"msg":"m","ts":"1970-01-01T00:00:00Z","k":1}`},
	{"time retyped", slog.TimeKey, slog.Int("time", 7), `{"level":"WARN","source":S,"msg":"m","time":7,"k":1}`},
	{"level dropped", slog.LevelKey, slog.Attr{}, `{"time":T,"level":"WARN","source":S,"msg":"m","k":1}`},
	{"level changed", slog.LevelKey, slog.Any("level", slog.LevelError), `{"time":T,"level":"ERROR","source":S,"msg":"m","k":1}`},
	{"level renamed", slog.LevelKey, slog.Any("severity", slog.LevelError), `{"time":T,"level":"WARN","source":S,"msg":"m","severity":"ERROR","k":1}`},
	{"level's name", slog.LevelKey, slog.String("level", "WARN"), `{"time":T,"level":"WARN","source":S,"msg":"m","k":1}`},
	{"level retyped", slog.LevelKey, slog.String("level", "warning"), `{"time":T,"level":"WARN","source":S,"msg":"m","level":"warning","k":1}`},
	{"level as number", slog.LevelKey, slog.Int("level", 4), `{"time":T,"level":"WARN","source":S,"msg":"m","level":4,"k":1}`},
	{"source dropped", slog.SourceKey, slog.Attr{}, `{"time":T,"level":"WARN","msg":"m","k":1}`},
	{"source changed", slog.SourceKey, slog.Any("source", &slog.Source{File: "f"}), `{"time":T,"level":"WARN","source":{"file":"f"},"msg":"m","k":1}`},
	{"source nil", slog.SourceKey, slog.Any("source", (*slog.Source)(nil)), `{"time":T,"level":"WARN","msg":"m","k":1}`},
	{"source renamed", slog.SourceKey, slog.Any("at", &slog.Source{File: "f"}), `{"time":T,"level":"WARN","msg":"m","at":{"function":"","file":"f","line":0},"k":1}`},
	{"source retyped", slog.SourceKey, slog.String("source", "f:3"), `{"time":T,"level":"WARN","msg":"m","source":"f:3","k":1}`},
	{"message dropped", slog.MessageKey, slog.Attr{}, `{"time":T,"level":"WARN","source":S,"msg":"","k":1}`},
	{"message changed", slog.MessageKey, slog.String("msg", "n"), `{"time":T,"level":"WARN","source":S,"msg":"n","k":1}`},
	{"message renamed", slog.MessageKey, slog.String("text", "n"), `{"time":T,"level":"WARN","source":S,"msg":"","text":"n","k":1}`},
	{"message retyped", slog.MessageKey, slog.Bool("msg", true), `{"time":T,"level":"WARN","source":S,"msg":"","msg":true,"k":1}`},
	{"message as group", slog.MessageKey, slog.Group("msg", slog.Int("n", 1)), `{"time":T,"level":"WARN","source":S,"msg":"","msg":{"n":1},"k":1}`},
	{"message of no name", slog.MessageKey, slog.Any("", []int{1}), `{"time":T,"level":"WARN","source":S,"msg":"","":[1],"k":1}`},
}

func TestBuiltinsAreReplaced(t *testing.T) {
	for _, c := range builtinCases {
		t.Run(c.name, func(t *testing.T) {
			got := loggedWith(t, func(groups []string, a slog.Attr) slog.Attr {
				if a.Key == c.key && builtin(groups, a) {
					return c.to
				}
				return a
			})
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// loggedWith returns what becomes of a record with replace. S stands for the
// source of the call, T for its time.
func loggedWith(t *testing.T, replace func([]string, slog.Attr) slog.Attr) string {
	t.Helper()
	var r slog.Record
	var source, at string
	taker := slogsink.NewHandler(core.NewFunc(func(rec core.Record) error {
		at = string(core.JSON{}.AppendValue(nil, slog.TimeValue(rec.Time)))
		source = string(core.JSON{}.AppendValue(nil, slog.AnyValue(rec.Source())))
		return nil
	}), &slogsink.Options{AddSource: true})
	slog.New(catching{taker, &r}).Warn("m", "k", 1)
	got := through(t, core.JSON{}, &slogsink.Options{AddSource: true, ReplaceAttr: replace}, plain, r)
	got = strings.ReplaceAll(strings.TrimSuffix(got, "\n"), `"source":`+source, `"source":S`)
	return strings.Replace(got, `"time":`+at, `"time":T`, 1)
}

// Where the call was is what ReplaceAttr has said: there is no program counter
// left that says otherwise.
func TestReplacedSourceIsTheOnlyOne(t *testing.T) {
	rec := &conformance.Recorder{}
	slog.New(slogsink.NewHandler(rec, &slogsink.Options{AddSource: true, ReplaceAttr: identity})).Info("m")
	if r := only(t, rec); r.PC != 0 || r.Source() == nil || filepath.Base(r.Source().File) != "replace_test.go" {
		t.Errorf("PC %d, source %+v", r.PC, r.Source())
	}
}

// All at once: what is no built-in any more stands in front, outside of groups.
func TestAllBuiltinsReplaced(t *testing.T) {
	replace := func(groups []string, a slog.Attr) slog.Attr {
		if builtin(groups, a) {
			return slog.String("was_"+a.Key, "x")
		}
		return a
	}
	derive := func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.Int("a", 1)}).WithGroup("g") }
	for _, r := range []slog.Record{record(slog.LevelInfo, "m", slog.Int("b", 2)), record(slog.LevelInfo, "m", slog.Int("b", 2))} {
		got := through(t, core.JSON{}, &slogsink.Options{ReplaceAttr: replace}, derive, r)
		want := `{"level":"INFO","msg":"","was_time":"x","was_level":"x","was_msg":"x","a":1,"g":{"b":2}}` + "\n"
		if got != want {
			t.Errorf("got %swant %s", got, want)
		}
	}
}

// A function that makes groups of everything ends; in slog's own handlers it
// ends the program.
func TestReplaceAttrThatReturnsGroupsWithoutEnd(t *testing.T) {
	for _, key := range []string{"again", ""} {
		var got string
		watch(t, func() {
			got = through(t, core.JSON{}, &slogsink.Options{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
				if builtin(groups, a) {
					return a
				}
				return slog.Group(key, slog.Int("n", 1), slog.Int("n", 2))
			}}, plain, record(slog.LevelInfo, "m", slog.Bool("b", true)))
		})
		if n := strings.Count(got, "groups without end"); n != 256 {
			t.Errorf("got %d ends: %.200s", n, got)
		}
	}
}

// A panic of ReplaceAttr is the record's error. What it was to mask is not
// delivered.
func TestReplaceAttrThatPanics(t *testing.T) {
	for _, bad := range []string{slog.TimeKey, slog.LevelKey, slog.SourceKey, slog.MessageKey, "k"} {
		var buf bytes.Buffer
		told := newFailures()
		h := slogsink.NewHandler(stream(t, &buf, core.JSON{}), &slogsink.Options{
			AddSource: true, OnError: told.add,
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == bad {
					panic(errSink)
				}
				return a
			},
		})
		var r slog.Record
		slog.New(catching{h, &r}).Info("m", "k", "secret")
		var p *core.PanicError
		if err := h.Handle(t.Context(), r); !errors.As(err, &p) || !errors.Is(err, errSink) {
			t.Errorf("%s: Handle: %v", bad, err)
		}
		told.want(t, errSink)
		if buf.Len() > 0 {
			t.Errorf("%s: wrote %s", bad, buf.String())
		}
	}
}
