package zapsink_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zapsink"
)

// ending is how an encoder ends its lines, and how the core and the sink are told.
type ending struct {
	name string
	conf func(*zapcore.EncoderConfig)
	core zapsink.Options
	sink core.StreamOptions
}

func endings() []ending {
	set := func(s string) func(*zapcore.EncoderConfig) {
		return func(c *zapcore.EncoderConfig) { c.LineEnding = s }
	}
	skip := func(c *zapcore.EncoderConfig) { c.LineEnding, c.SkipLineEnding = "ignored", true }
	return []ending{
		{"default", set(""), zapsink.Options{}, core.StreamOptions{}},
		{"\n", set("\n"), zapsink.Options{LineEnding: "\n"}, core.StreamOptions{}},
		{"\r\n found", set("\r\n"), zapsink.Options{}, core.StreamOptions{Terminator: "\r\n"}},
		{"\r\n told", set("\r\n"), zapsink.Options{LineEnding: "\r\n"}, core.StreamOptions{Terminator: "\r\n"}},
		{"custom", set("\x00--\n"), zapsink.Options{LineEnding: "\x00--\n"}, core.StreamOptions{Terminator: "\x00--\n"}},
		{"none", skip, zapsink.Options{NoLineEnding: true}, core.StreamOptions{NoTerminator: true}},
		{"none, whatever else", skip, zapsink.Options{NoLineEnding: true, LineEnding: "}"}, core.StreamOptions{NoTerminator: true}},
	}
}

// encoders are zap's, in several configurations.
func encoders() map[string]func(func(*zapcore.EncoderConfig)) zapcore.Encoder {
	return map[string]func(func(*zapcore.EncoderConfig)) zapcore.Encoder{
		"json":    func(f func(*zapcore.EncoderConfig)) zapcore.Encoder { return configured(f, zapcore.NewJSONEncoder) },
		"console": func(f func(*zapcore.EncoderConfig)) zapcore.Encoder { return configured(f, zapcore.NewConsoleEncoder) },
		"bare console": func(f func(*zapcore.EncoderConfig)) zapcore.Encoder {
			c := zapcore.EncoderConfig{MessageKey: "m"}
			f(&c)
			return zapcore.NewConsoleEncoder(c)
		},
	}
}

func configured(f func(*zapcore.EncoderConfig), encoder func(zapcore.EncoderConfig) zapcore.Encoder) zapcore.Encoder {
	c := zap.NewDevelopmentEncoderConfig()
	c.FunctionKey = "F"
	f(&c)
	return encoder(c)
}

// talk logs all that may make a difference to lines.
func talk(l *zap.Logger) {
	l.Info("plain")
	l.Info("fields", typed()...)
	l.Named("app").Named("db").With(zap.Int("a", 1), zap.Namespace("n")).Warn("derived", zap.Int("b", 2))
	for _, msg := range []string{"", "two\nlines", "ends\n", "ends\n\n", "\n", "}", "}\n", "binary \x00\xff", "\x00--\n"} {
		l.Info(msg)
		l.Named("n").Info(msg, zap.String("k", msg))
	}
	l.Error("with a stack")
	l.With(zap.Error(verbose{"x"})).DPanic("with a stack\n", zap.Int("k", 1))
	_ = panics(func() { l.Panic("panic") })
}

// The bytes are those that zap writes by itself, with every line ending, for both
// of its encoders, callers and stacks included.
func TestSameBytesAsZap(t *testing.T) {
	for name, encoder := range encoders() {
		for _, e := range endings() {
			for _, annotated := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %q, %v", name, e.name, annotated), func(t *testing.T) {
					compare(t, &e, func() zapcore.Encoder { return encoder(e.conf) }, annotated, talk)
				})
			}
		}
	}
}

// compare logs natively and through a stream and a file at once.
func compare(t *testing.T, e *ending, encoder func() zapcore.Encoder, annotated bool, talk func(*zap.Logger)) {
	t.Helper()
	var native, streamed bytes.Buffer
	s, err := core.NewStream(&streamed, &e.sink)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log")
	f, err := file.New(path, &file.Options{Terminator: e.sink.Terminator, NoTerminator: e.sink.NoTerminator, BufferSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	opts := e.core
	opts.Encoder = encoder()
	cores := zapcore.NewTee(
		zapcore.NewCore(encoder(), zapcore.AddSync(&native), zap.DebugLevel),
		zapsink.NewCore(s, zap.DebugLevel, &opts), zapsink.NewCore(f, zap.DebugLevel, &opts),
	)
	talk(zap.New(cores, zap.WithCaller(annotated), zap.AddStacktrace(stackAt(annotated))))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	filed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, "stream", streamed.Bytes(), native.Bytes())
	differ(t, "file", filed, native.Bytes())
}

func stackAt(annotated bool) zapcore.LevelEnabler {
	if annotated {
		return zap.ErrorLevel
	}
	return zapcore.InvalidLevel
}

// differ fails the test unless got is want, and shows where it is not.
func differ(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) && len(want) > 0 {
		return
	}
	n := 0
	for n < min(len(got), len(want)) && got[n] == want[n] {
		n++
	}
	start := max(0, n-60)
	t.Errorf("%s: from byte %d on\ngot  %.200q\nwant %.200q", what, start, got[start:], want[start:])
}

// A console line may end in anything that a message ends in. Told what the
// encoder adds, the core cuts off that and no more.
func TestSameBytesWhateverMessagesEndIn(t *testing.T) {
	awkward := func(l *zap.Logger) {
		for _, msg := range []string{"a\r", "\r", "\r\r", "a\n\r", "a\r\n", "\r\n\r\n", "a"} {
			l.Info(msg)
			l.Info(msg, zap.Int("k", 1))
		}
	}
	for name, encoder := range encoders() {
		for _, e := range endings() {
			if e.core.LineEnding == "" && !e.core.NoLineEnding && name != "json" {
				continue // it has to guess
			}
			t.Run(fmt.Sprintf("%s, %q", name, e.name), func(t *testing.T) {
				compare(t, &e, func() zapcore.Encoder { return encoder(e.conf) }, false, awkward)
			})
		}
	}
}

func TestOneLineEndIsCut(t *testing.T) {
	for _, c := range []struct {
		opts           zapsink.Options
		rendered, want string
	}{
		{zapsink.Options{}, "a\n", "a"},
		{zapsink.Options{}, "a\r\n", "a"},
		{zapsink.Options{}, "a\n\n", "a\n"},
		{zapsink.Options{}, "a\r", "a\r"},
		{zapsink.Options{}, "a", "a"},
		{zapsink.Options{}, "\n", ""},
		{zapsink.Options{}, "\r\n", ""},
		{zapsink.Options{LineEnding: "\n"}, "a\r\n", "a\r"},
		{zapsink.Options{LineEnding: "--"}, "a\n--", "a\n"},
		{zapsink.Options{LineEnding: "--"}, "a\n", "a\n"},
		{zapsink.Options{NoLineEnding: true}, "a\n", "a\n"},
	} {
		rec := &conformance.Recorder{}
		c.opts.Encoder = badEncoder{Encoder: jsonEncoder(), text: c.rendered}
		logger(rec, &c.opts).Info("m")
		if r := only(t, rec); r.Line == nil || string(r.Line) != c.want {
			t.Errorf("%q became %q, want %q", c.rendered, r.Line, c.want)
		}
	}
}

// An encoder that renders nothing makes zap write nothing, and no record here.
func TestNothingRenderedIsNoRecord(t *testing.T) {
	rec := &conformance.Recorder{}
	l := logger(rec, &zapsink.Options{Encoder: badEncoder{Encoder: jsonEncoder()}})
	if l.Info("m"); len(rec.Records()) > 0 {
		t.Errorf("got %+v", rec.Records())
	}
}

// The line is the record's own: the encoder's buffer is used for the next one.
func TestB48LineIsNotOverwritten(t *testing.T) {
	rec := &conformance.Recorder{}
	l := logger(rec, &zapsink.Options{Encoder: jsonEncoder()})
	for i := range 3 {
		l.Info(fmt.Sprint(i))
	}
	for i, r := range rec.Records() {
		if !bytes.Contains(r.Line, fmt.Appendf(nil, `"msg":"%d"`, i)) {
			t.Errorf("record %d has line %s", i, r.Line)
		}
	}
}

// Fields that an encoder has from before are in its lines.
func TestEncoderWithFields(t *testing.T) {
	rec := &conformance.Recorder{}
	enc := jsonEncoder()
	enc.AddString("app", "x")
	logger(rec, &zapsink.Options{Encoder: enc}).With(zap.Int("k", 1)).Info("m")
	if r := only(t, rec); !bytes.HasSuffix(r.Line, []byte(`"msg":"m","app":"x","k":1}`)) || attrs(r) != `{"k":1}` {
		t.Errorf("line %s, attributes %s", r.Line, attrs(r))
	}
}
