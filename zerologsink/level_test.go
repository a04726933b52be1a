package zerologsink_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// levels is every level that zerolog can write.
var levels = map[zerolog.Level]slog.Level{
	-128:               core.LevelTrace,
	-5:                 core.LevelTrace,
	zerolog.TraceLevel: core.LevelTrace,
	zerolog.DebugLevel: core.LevelDebug,
	zerolog.InfoLevel:  core.LevelInfo,
	zerolog.WarnLevel:  core.LevelWarn,
	zerolog.ErrorLevel: core.LevelError,
	zerolog.FatalLevel: core.LevelCritical,
	zerolog.PanicLevel: core.LevelCritical,
	zerolog.NoLevel:    core.LevelInfo,
	8:                  core.LevelCritical,
	42:                 core.LevelCritical,
	127:                core.LevelCritical,
}

// Its own syslog writer drops trace and panics on levels that it does not know.
func TestLevelsOfWriteLevel(t *testing.T) {
	zerolog.SetGlobalLevel(-128)
	defer zerolog.SetGlobalLevel(zerolog.TraceLevel)
	for level, want := range levels {
		for _, lineOnly := range []bool{false, true} {
			k := newKeeper()
			k.lineOnly = lineOnly
			l := zerolog.New(zerologsink.NewWriter(k, nil)).Level(-128)
			l.WithLevel(level).Str("level", "spoof").Msg("m")
			if got := k.one(t).Level; got != want {
				t.Errorf("level %d: got %v, want %v", level, got, want)
			}
		}
	}
}

func TestWriteTakesLevelFromLine(t *testing.T) {
	zerolog.SetGlobalLevel(-128)
	defer zerolog.SetGlobalLevel(zerolog.TraceLevel)
	for level, want := range levels {
		for _, lineOnly := range []bool{false, true} {
			k := newKeeper()
			k.lineOnly = lineOnly
			w := zerologsink.NewWriter(k, nil)
			// The writer in between knows nothing of levels.
			l := zerolog.New(plainWriter{w}).Level(-128)
			l.WithLevel(level).Str("a", "b").Msg("m")
			r := k.one(t)
			if r.Level != want {
				t.Errorf("level %d: got %v, want %v", level, r.Level, want)
			}
			if got := attrsText(r); !lineOnly && got != `{"a":"b"}` {
				t.Errorf("level %d: attributes %s", level, got)
			}
		}
	}
}

// plainWriter hides all methods but Write.
type plainWriter struct{ w *zerologsink.Writer }

func (p plainWriter) Write(b []byte) (int, error) { return p.w.Write(b) }

func TestWriteLevelOfOddLines(t *testing.T) {
	for line, want := range map[string]slog.Level{
		`{"level":"ERROR"}`:                         core.LevelError,
		`{"level":"\u0065rror"}`:                    core.LevelError,
		`{"\u006cevel":"error"}`:                    core.LevelError,
		`{"a":{"level":"debug"},"level":"warn"}`:    core.LevelWarn,
		`{"level":"warn","level":"debug"}`:          core.LevelWarn,
		`{"level":"warn","raw":{bad}`:               core.LevelWarn,
		`{"level":3}`:                               core.LevelError,
		`{"level":"3"}`:                             core.LevelError,
		`{"level":""}`:                              core.LevelInfo,
		`{"level":"gold"}`:                          core.LevelInfo,
		`{"level":"300"}`:                           core.LevelInfo,
		`{"level":null}`:                            core.LevelInfo,
		`{"level":["error"]}`:                       core.LevelInfo,
		`{"a":1}`:                                   core.LevelInfo,
		`no JSON, "level":"error"`:                  core.LevelInfo,
		``:                                          core.LevelInfo,
		`{"level":"` + strings.Repeat("e", 1<<16):   core.LevelInfo,
		`{"level":"disabled"}`:                      core.LevelCritical,
		` { "level" : "panic" } `:                   core.LevelCritical,
		"{\"level\":\"e\xffrror\",\"level\":\"e\"}": core.LevelInfo,
	} {
		k := newKeeper()
		k.lineOnly = true
		if n, err := zerologsink.NewWriter(k, nil).Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("%s: got %d, %v", line, n, err)
		}
		if got := k.one(t).Level; got != want {
			t.Errorf("%s: got %v, want %v", line, got, want)
		}
	}
}

func TestLevelNamesAreAsParseLevel(t *testing.T) {
	marshal := map[string]func(zerolog.Level) string{
		"as they are": zerolog.LevelFieldMarshalFunc,
		"upper case":  func(l zerolog.Level) string { return strings.ToUpper(l.String()) },
		"one letter":  func(l zerolog.Level) string { return (l.String() + " ")[:1] },
		"own words":   func(l zerolog.Level) string { return fmt.Sprintf("<%q %d>", "level", 10*l) },
	}
	for name, f := range marshal {
		t.Run(name, func(t *testing.T) {
			set(t, &zerolog.LevelFieldMarshalFunc, f)
			set(t, &zerolog.LevelWarnValue, "attention")
			names := []string{"0", "-1", "42", "127", "-128"}
			for l := zerolog.TraceLevel; l <= zerolog.NoLevel; l++ {
				names = append(names, f(l), strings.ToLower(f(l)))
			}
			for _, name := range names {
				parsed, err := zerolog.ParseLevel(name)
				if err != nil {
					t.Fatal(err)
				}
				k := newKeeper()
				fmt.Fprintf(zerologsink.NewWriter(k, nil), `{"level":%q}`, name)
				if got := k.one(t).Level; got != levels[parsed] {
					t.Errorf("%q: got %v, want %v", name, got, levels[parsed])
				}
			}
		})
	}
}

func TestLevelHasPlainNameToo(t *testing.T) {
	set(t, &zerolog.LevelFieldMarshalFunc, func(l zerolog.Level) string { return "<" + l.String() + ">" })
	set(t, &zerolog.LevelErrorValue, "trouble")
	for _, name := range []string{"<trouble>", "trouble", "TROUBLE"} {
		k := newKeeper()
		fmt.Fprintf(zerologsink.NewWriter(k, nil), `{"level":"%s"}`, name)
		if r := k.one(t); r.Level != core.LevelError || attrsText(r) != "{}" {
			t.Errorf("%s: got %v %s", name, r.Level, attrsText(r))
		}
	}
}

func TestLevelThatIsNotZerologsStaysAttribute(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	l.Log().Str("level", "error").Msg("none given: the field is the user's")
	l.Info().Str("level", "error").Msg("one given: zerolog's comes first")
	fmt.Fprint(zerologsink.NewWriter(k, nil), `{"level":"gold"}`)
	fmt.Fprint(zerologsink.NewWriter(k, &zerologsink.Options{LevelField: "severity"}), `{"severity":"warn","level":"a"}`)
	want := []string{`INFO {"level":"error"}`, `INFO {"level":"error"}`, `INFO {"level":"gold"}`, `WARN {"level":"a"}`}
	for i, r := range k.all() {
		if got := fmt.Sprint(r.Level, " ", attrsText(r)); got != want[i] {
			t.Errorf("%d: got %s, want %s", i, got, want[i])
		}
	}
}

func TestNoLevelFieldInZerolog(t *testing.T) {
	set(t, &zerolog.LevelFieldName, "")
	k := newKeeper()
	w := zerologsink.NewWriter(k, nil)
	l := zerolog.New(w)
	l.Warn().Str("", "an empty name").Str("level", "x").Msg("m")
	if r := k.one(t); r.Level != core.LevelWarn || attrsText(r) != `{"":"an empty name","level":"x"}` {
		t.Errorf("got %v %s", r.Level, attrsText(r))
	}
}

func TestSinkIsAskedForItsLevel(t *testing.T) {
	k := newKeeper()
	k.min = core.LevelWarn
	k.err = fmt.Errorf("not to be asked")
	w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: func(err error) { t.Error(err) }})
	for _, line := range []string{`{"level":"info"}`, `no JSON at all`} {
		if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("Write: got %d, %v", n, err)
		}
		if n, err := w.WriteLevel(zerolog.InfoLevel, []byte(line)); n != len(line) || err != nil {
			t.Errorf("WriteLevel: got %d, %v", n, err)
		}
	}
	if n, err := w.WriteLevel(zerolog.WarnLevel, []byte("{}")); n != 0 || err != k.err {
		t.Errorf("at warn: got %d, %v", n, err)
	}
}
