package logrussink_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// clashing is a FieldMap that makes clashes of its own.
var clashing = logrus.FieldMap{
	logrus.FieldKeyTime: "@t", logrus.FieldKeyLevel: "severity", logrus.FieldKeyMsg: "text",
	logrus.FieldKeyFunc: "fn", logrus.FieldKeyFile: "at", logrus.FieldKeyLogrusError: "oops",
}

func prettify(f *runtime.Frame) (function, file string) {
	return "", fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
}

// backwards is a formatter of the kind that people write: it changes its entry
// and returns bytes of its own.
type backwards struct{ logrus.TextFormatter }

func (b *backwards) Format(e *logrus.Entry) ([]byte, error) {
	e.Data["app"] = "demo"
	e.Message = "[demo] " + e.Message
	line, err := b.TextFormatter.Format(e)
	line = bytes.Clone(line)
	slices.Reverse(line)
	return line, err
}

// formatters are those that the bytes are compared for.
func formatters() map[string]logrus.Formatter {
	return map[string]logrus.Formatter{
		"text":                &logrus.TextFormatter{},
		"text no colors":      &logrus.TextFormatter{DisableColors: true},
		"text colors":         &logrus.TextFormatter{ForceColors: true},
		"text colors full":    &logrus.TextFormatter{ForceColors: true, FullTimestamp: true, PadLevelText: true},
		"text colors untimed": &logrus.TextFormatter{ForceColors: true, DisableTimestamp: true, DisableLevelTruncation: true},
		"text quote all":      &logrus.TextFormatter{ForceQuote: true},
		"text quote none":     &logrus.TextFormatter{DisableQuote: true, DisableTimestamp: true},
		"text quote empty":    &logrus.TextFormatter{QuoteEmptyFields: true, TimestampFormat: time.Kitchen},
		"text own order": &logrus.TextFormatter{SortingFunc: func(keys []string) {
			slices.SortFunc(keys, func(a, b string) int { return strings.Compare(b, a) })
		}},
		"text names":         &logrus.TextFormatter{FieldMap: clashing, CallerPrettyfier: prettify},
		"json":               &logrus.JSONFormatter{},
		"json pretty":        &logrus.JSONFormatter{PrettyPrint: true},
		"json not for HTML":  &logrus.JSONFormatter{DisableHTMLEscape: true, DisableTimestamp: true},
		"json nested":        &logrus.JSONFormatter{DataKey: "data", TimestampFormat: time.RFC3339Nano},
		"json names":         &logrus.JSONFormatter{FieldMap: clashing, CallerPrettyfier: prettify},
		"somebody else's":    &backwards{},
		"somebody's wrapper": &scribbler{},
	}
}

type point struct {
	X, Y int
	Tag  string `json:"tag,omitempty"`
}

type sad struct{}

func (*sad) Error() string { panic("no error text") }

// entries are the log calls that the bytes are compared for.
func entries() map[string]func(*logrus.Logger) {
	calls := map[string]func(*logrus.Logger){
		"empty":        func(l *logrus.Logger) { l.Info() },
		"newlines":     func(l *logrus.Logger) { l.Info("one\ntwo\n\n") },
		"binary":       func(l *logrus.Logger) { l.WithField("k\x00y", "\xff\xfe\x1b[0m").Warn("\x00\r\n\u2028") },
		"html":         func(l *logrus.Logger) { l.WithField("a<b", "x&y").Info("<script>") },
		"quotes":       func(l *logrus.Logger) { l.WithField("a b", `say "x"=y`).Info(`it's "quoted"`) },
		"println":      func(l *logrus.Logger) { l.Infoln("a", 1, true) },
		"format":       func(l *logrus.Logger) { l.Errorf("%d of %v", 1, []string{"a"}) },
		"function":     func(l *logrus.Logger) { l.WithField("f", func() {}).Info("dropped") },
		"functions":    func(l *logrus.Logger) { fn := func() {}; l.WithField("f", fn).WithField("g", &fn).Info("dropped") },
		"logrus_error": func(l *logrus.Logger) { l.WithField("logrus_error", 1).WithField("f", func() {}).Info("both") },
		"custom time":  func(l *logrus.Logger) { l.WithTime(time.Unix(1, 5).UTC()).Info("then") },
		"error":        func(l *logrus.Logger) { l.WithError(fmt.Errorf("outer: %w", errors.New("inner"))).Error("failed") },
		"nil error":    func(l *logrus.Logger) { l.WithError(nil).Error("no error") },
		"nil pointer":  func(l *logrus.Logger) { l.WithField("p", (*point)(nil)).WithField("any", nil).Info("nil") },
		"no fields":    func(l *logrus.Logger) { (&logrus.Entry{Logger: l}).Info("bare") },
		"clashes":      func(l *logrus.Logger) { l.WithFields(clashes("level", "msg", "time", "func", "file")).Info("clash") },
		"mapped clash": func(l *logrus.Logger) { l.WithFields(clashes("severity", "text", "@t", "fn", "at", "oops")).Info("x") },
		"prefix clash": func(l *logrus.Logger) { l.WithFields(clashes("msg", "fields.msg", "fields.level")).Info("clash") },
		"numbers":      func(l *logrus.Logger) { l.WithFields(numbers()).Info("numbers") },
		"values":       func(l *logrus.Logger) { l.WithFields(values()).Info("values") },
		"bytes":        func(l *logrus.Logger) { l.WithField("b", []byte("a b")).WithField("none", []byte{}).Info("bytes") },
		"own caller": func(l *logrus.Logger) {
			(&logrus.Entry{Logger: l, Caller: &runtime.Frame{File: "f.go", Line: 3}}).Info("at")
		},
		"fatal as such": func(l *logrus.Logger) { l.Fatal("end") },
		"long":          func(l *logrus.Logger) { l.WithField("long", strings.Repeat("x y", 50_000)).Info("long") },
	}
	for _, level := range logrus.AllLevels {
		calls["level "+level.String()] = func(l *logrus.Logger) { l.WithField("k", "v").Log(level, "at a level") }
	}
	return calls
}

func clashes(keys ...string) logrus.Fields {
	f := logrus.Fields{"innocent": true}
	for _, k := range keys {
		f[k] = "mine: " + k
	}
	return f
}

func numbers() logrus.Fields {
	return logrus.Fields{
		"int": -1, "int8": int8(-8), "uint64": ^uint64(0), "byte": byte(7), "rune": 'x', "bool": true,
		"f32": float32(0.1), "f64": 1e300, "uintptr": uintptr(9), "d": 1500 * time.Millisecond,
	}
}

func values() logrus.Fields {
	return logrus.Fields{
		"addr": netip.MustParseAddr("::1"), "when": time.Unix(0, 0).UTC(), "struct": point{1, 2, ""}, "pointer": &point{3, 4, "t"},
		"map": map[string]any{"b": []int{1, 2}, "a": map[string]any{"x": nil}}, "slice": []any{1, "two", nil}, "empty": "",
		"ip": []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "": "no key",
	}
}

// What the sink writes is what logrus writes, byte for byte: for its own
// formatters with all their settings, and for other people's.
func TestSameBytesAsLogrus(t *testing.T) {
	for name, f := range formatters() {
		for _, reportCaller := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, caller %v", name, reportCaller), func(t *testing.T) {
				compareAll(t, f, reportCaller)
			})
		}
	}
}

func compareAll(t *testing.T, f logrus.Formatter, reportCaller bool) {
	var own, ours bytes.Buffer
	sink, err := core.NewStream(&ours, terminator(f))
	if err != nil {
		t.Fatal(err)
	}
	// A hook before ours changes the entry: both must see that.
	earlier := spy(func(e *logrus.Entry) {
		e.Data = maps.Clone(e.Data)
		if e.Data == nil {
			e.Data = logrus.Fields{}
		}
		e.Data["added"] = e.Level
		e.Message += " (seen)"
	})
	l := newLogger(&own, earlier, logrussink.NewHook(sink, &logrussink.Options{Formatter: f}))
	l.SetFormatter(f)
	l.SetReportCaller(reportCaller)
	calls := entries()
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		own.Reset()
		ours.Reset()
		calls[name](l)
		if own.Len() == 0 || !bytes.Equal(own.Bytes(), ours.Bytes()) {
			t.Errorf("%s:\nlogrus %q\nsink   %q", name, own.String(), ours.String())
		}
	}
}

// terminator are options of a stream that ends lines as f does.
func terminator(f logrus.Formatter) *core.StreamOptions {
	_, odd := f.(*backwards)
	return &core.StreamOptions{NoTerminator: odd}
}

// logrus says of a field that it dropped it, in an unexported field of the entry:
// the formatter's copy has that too.
func TestDroppedFunctionIsInTheLine(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Formatter: &logrus.JSONFormatter{}})
	l.WithField("f", func() {}).WithField("k", "v").Info("x")
	r := m.only(t)
	if !strings.Contains(string(r.Line), `"logrus_error":"skipping unsupported field \"f\""`) {
		t.Errorf("line %s", r.Line)
	}
	if attrs(r) != "k=v" {
		t.Errorf("attributes %s", attrs(r))
	}
}

// fixed is a formatter that renders the same whatever happens.
type fixed string

func (f fixed) Format(*logrus.Entry) ([]byte, error) { return []byte(f), nil }

func TestOneLineEndIsCut(t *testing.T) {
	for rendered, line := range map[string]string{"a\n": "a", "a\n\n": "a\n", "a\r\n": "a\r", "a": "a", "\n": ""} {
		m := newMemo()
		sinkOnly(m, &logrussink.Options{Formatter: fixed(rendered)}).Info("x")
		if r := m.only(t); r.Line == nil || string(r.Line) != line {
			t.Errorf("%q became %q", rendered, r.Line)
		}
	}
}

// A formatter that renders nothing makes logrus write nothing; so does the sink.
func TestNothingRenderedIsNoRecord(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Formatter: fixed("")})
	l.Info("x")
	if n := len(m.all()); n != 0 {
		t.Errorf("%d records", n)
	}
}

// An error's text that panics is text to TextFormatter.
func TestPanickingValueInTheLine(t *testing.T) {
	m := newMemo()
	sinkOnly(m, &logrussink.Options{Formatter: &logrus.TextFormatter{}}).WithError(new(sad)).Info("x")
	if r := m.only(t); !strings.Contains(string(r.Line), "PANIC=Error method: no error text") {
		t.Errorf("line %s", r.Line)
	}
}
