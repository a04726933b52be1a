package logrussink_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

func TestRecordCarriesTheEntry(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Logger: "app.db"})
	when := time.Date(2024, 2, 29, 23, 59, 59, 123456789, time.UTC)
	l.WithTime(when).WithField("k", 1).Warn("hello")
	r := m.only(t)
	if !r.Time.Equal(when) || r.Level != core.LevelWarn || r.Logger != "app.db" || r.Message != "hello" {
		t.Errorf("got %+v", r)
	}
	if r.Line != nil || r.Source() != nil || attrs(r) != "k=1" {
		t.Errorf("line %q, source %v, attributes %s", r.Line, r.Source(), attrs(r))
	}
}

// An entry that a program makes itself may have no map at all.
func TestEntryWithoutData(t *testing.T) {
	for _, f := range []logrus.Formatter{nil, &logrus.TextFormatter{DisableTimestamp: true}, fixed("level=info msg=x")} {
		m := newMemo()
		(&logrus.Entry{Logger: sinkOnly(m, &logrussink.Options{Formatter: f})}).Info("x")
		if r := m.only(t); attrs(r) != "" || f != nil && string(r.Line) != "level=info msg=x" {
			t.Errorf("%T: line %q, attributes %s", f, r.Line, attrs(r))
		}
	}
}

func TestTimeIsSet(t *testing.T) {
	m := newMemo()
	before := time.Now()
	sinkOnly(m, nil).Info("x")
	if at := m.only(t).Time; at.Before(before) || at.After(time.Now()) {
		t.Errorf("time %v", at)
	}
}

// logrus counts down as the gravity rises; our levels count up.
func TestSeverityRunsDown(t *testing.T) {
	want := map[logrus.Level]slog.Level{
		logrus.PanicLevel: 12, logrus.FatalLevel: 12, logrus.ErrorLevel: 8, logrus.WarnLevel: 4,
		logrus.InfoLevel: 0, logrus.DebugLevel: -4, logrus.TraceLevel: -8,
	}
	for _, level := range logrus.AllLevels {
		m := newMemo()
		sinkOnly(m, nil).Log(level, "x")
		if got := m.only(t).Level; got != want[level] {
			t.Errorf("%v became %d, want %d", level, got, want[level])
		}
	}
}

func TestLevelBeyondTrace(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Levels: []logrus.Level{42}})
	l.SetLevel(100)
	l.Log(42, "x")
	if got := m.only(t).Level; got != core.LevelTrace {
		t.Errorf("level %d", got)
	}
}

func TestLevelsOption(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Levels: []logrus.Level{logrus.ErrorLevel, logrus.DebugLevel}})
	for _, level := range logrus.AllLevels {
		l.Log(level, level.String())
	}
	var got []string
	for _, r := range m.all() {
		got = append(got, r.Message)
	}
	if s := strings.Join(got, " "); s != "error debug" {
		t.Errorf("got %q", s)
	}
}

// logrus asks once, at AddHook: nothing that happens to the options or to what
// Levels returned changes the hook.
func TestLevelsAreReadOnce(t *testing.T) {
	m := newMemo()
	opts := &logrussink.Options{Levels: []logrus.Level{logrus.ErrorLevel}}
	h := logrussink.NewHook(m, opts)
	opts.Levels[0] = logrus.InfoLevel
	h.Levels()[0] = logrus.InfoLevel
	l := newLogger(io.Discard, h)
	l.Error("x")
	l.Info("y")
	if r := m.only(t); r.Message != "x" {
		t.Errorf("got %q", r.Message)
	}
	if got := logrussink.NewHook(m, nil).Levels(); !reflect.DeepEqual(got, logrus.AllLevels) {
		t.Errorf("default %v", got)
	}
}

// counting is a formatter that counts its calls.
type counting struct{ calls int }

func (c *counting) Format(e *logrus.Entry) ([]byte, error) {
	c.calls++
	return []byte(e.Message + "\n"), nil
}

// The level filter and Enabled agree: what the sink would drop is not even
// rendered, and all else arrives.
func TestB61EnabledAgreesWithTheSink(t *testing.T) {
	for _, lowest := range []slog.Level{-8, -4, 0, 4, 8, 12, 13} {
		m := newMemo()
		f := &counting{}
		l := sinkOnly(core.NewMinLevel(m, lowest), &logrussink.Options{Formatter: f})
		want := 0
		for i, level := range []slog.Level{12, 12, 8, 4, 0, -4, -8} {
			if level >= lowest {
				want++
			}
			l.Log(logrus.Level(i), "x")
		}
		if n := len(m.all()); n != want || f.calls != want {
			t.Errorf("lowest %d: %d records and %d renderings, want %d", lowest, n, f.calls, want)
		}
	}
}

// scribbler is a formatter that changes all it can reach of its entry.
type scribbler struct{ logrus.JSONFormatter }

func (s *scribbler) Format(e *logrus.Entry) ([]byte, error) {
	e.Data["scribbled"] = true
	delete(e.Data, "k")
	e.Message += "!"
	e.Level = logrus.TraceLevel
	if e.Caller != nil {
		e.Caller.File = "scribbled.go"
	}
	return s.JSONFormatter.Format(e)
}

// What one hook changes the next ones and the output see, so this one changes
// nothing, nor does its formatter. TextFormatter cuts a newline off the message
// when it writes colors.
func TestEntryIsLeftAlone(t *testing.T) {
	formatters := []logrus.Formatter{nil, &logrus.JSONFormatter{}, &logrus.TextFormatter{ForceColors: true}, &scribbler{}}
	for _, f := range formatters {
		t.Run(fmt.Sprintf("%T", f), func(t *testing.T) {
			m := newMemo()
			var before, after logrus.Entry
			l := newLogger(io.Discard,
				spy(func(e *logrus.Entry) { before = snapshot(e) }),
				logrussink.NewHook(m, &logrussink.Options{Formatter: f}),
				spy(func(e *logrus.Entry) { after = snapshot(e) }))
			l.SetReportCaller(true)
			l.WithField("k", "v").WithContext(context.Background()).Info("hello\n")
			if !reflect.DeepEqual(before, after) {
				t.Errorf("before %+v\nafter %+v", before, after)
			}
			if r := m.only(t); r.Message != "hello\n" || attrs(r) != "k=v" || r.Level != core.LevelInfo {
				t.Errorf("record %+v", r)
			}
		})
	}
}

func snapshot(e *logrus.Entry) logrus.Entry {
	s := *e
	s.Data = maps.Clone(e.Data)
	caller := *e.Caller
	s.Caller = &caller
	return s
}

func TestCallerBecomesTheSource(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, nil)
	l.SetReportCaller(true)
	l.Info("x")
	_, file, line, _ := runtime.Caller(0)
	src := m.only(t).Source()
	if src == nil || src.File != file || src.Line != line-1 || !strings.HasSuffix(src.Function, t.Name()) {
		t.Errorf("source %+v", src)
	}
}

// Since 1.10 a program may set the caller itself, without a program counter.
func TestCallerSetByTheProgram(t *testing.T) {
	m := newMemo()
	e := logrus.NewEntry(sinkOnly(m, nil))
	e.Caller = &runtime.Frame{Function: "main.f", File: "main.go", Line: 7}
	e.Info("x")
	if src := m.only(t).Source(); src == nil || *src != (slog.Source{Function: "main.f", File: "main.go", Line: 7}) {
		t.Errorf("source %+v", src)
	}
}

func TestDiscardOutput(t *testing.T) {
	var own, lines bytes.Buffer
	sink, err := core.NewStream(&lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := newLogger(&own)
	l.SetFormatter(&logrus.TextFormatter{DisableTimestamp: true})
	l.AddHook(logrussink.NewHook(sink, &logrussink.Options{Formatter: l.Formatter}))
	logrussink.DiscardOutput(l)
	l.WithField("k", "v").Info("x")
	if own.Len() > 0 || l.Out != io.Discard {
		t.Errorf("the logger wrote %q to %T", own.String(), l.Out)
	}
	if got := lines.String(); got != "level=info msg=x k=v\n" {
		t.Errorf("the sink wrote %q", got)
	}
}

func TestDiscardOutputBeforeNewHook(t *testing.T) {
	m := newMemo()
	l := newLogger(io.Discard)
	logrussink.DiscardOutput(l)
	l.AddHook(logrussink.NewHook(m, &logrussink.Options{Formatter: l.Formatter}))
	l.Info("x")
	if r := m.only(t); r.Line != nil {
		t.Errorf("line %q", r.Line)
	}
}

func TestNilSinkPanics(t *testing.T) {
	defer func() {
		if v := recover(); v != "logrussink: NewHook: nil sink" {
			t.Errorf("recovered %v", v)
		}
	}()
	logrussink.NewHook(nil, nil)
}
