package zapsink_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// levels are zap's, and two that other libraries add.
var levels = []zapcore.Level{-5, -2, zap.DebugLevel, zap.InfoLevel, zap.WarnLevel, zap.ErrorLevel, zap.DPanicLevel, zap.PanicLevel, zap.FatalLevel}

func TestRecordCarriesTheEntry(t *testing.T) {
	rec := &conformance.Recorder{}
	when := time.Date(2024, 2, 29, 23, 59, 59, 123456789, time.FixedZone("", 3600))
	c := zapsink.NewCore(rec, zap.DebugLevel, nil)
	ent := zapcore.Entry{Level: zap.WarnLevel, Time: when, LoggerName: "app.db", Message: "hello", Stack: "main.main\n\tmain.go:3"}
	if err := c.Write(ent, []zap.Field{zap.Int("k", 1)}); err != nil {
		t.Fatal(err)
	}
	r := only(t, rec)
	if r.Time != when || r.Level != core.LevelWarn || r.Logger != "app.db" || r.Message != "hello" || r.Stack != ent.Stack {
		t.Errorf("got %+v", r)
	}
	if r.Line != nil || r.Source() != nil || r.PC != 0 || attrs(r) != `{"k":1}` {
		t.Errorf("line %q, source %v, attributes %s", r.Line, r.Source(), attrs(r))
	}
}

// Numbers are never compared across frameworks: there is a table.
func TestSeverity(t *testing.T) {
	want := map[zapcore.Level]slog.Level{
		-128: -512, -5: -20, -2: -8, zap.DebugLevel: -4, zap.InfoLevel: 0, zap.WarnLevel: 4, zap.ErrorLevel: 8,
		zap.DPanicLevel: 12, zap.PanicLevel: 12, zap.FatalLevel: 12, zapcore.InvalidLevel: 12, 127: 12,
	}
	for l, level := range want {
		rec := &conformance.Recorder{}
		_ = zapsink.NewCore(rec, l, nil).Write(zapcore.Entry{Level: l}, nil)
		if got := only(t, rec).Level; got != level {
			t.Errorf("%v became %v, want %v", l, got, level)
		}
	}
}

// enablers decide in several places what is enabled, and agree.
func enablers(sink core.Sink) map[string]zapcore.Core {
	atWarn := core.NewMinLevel(sink, core.LevelWarn)
	return map[string]zapcore.Core{
		"level":        zapsink.NewCore(sink, zap.WarnLevel, nil),
		"atomic level": zapsink.NewCore(sink, zap.NewAtomicLevelAt(zap.WarnLevel), nil),
		"function":     zapsink.NewCore(sink, zap.LevelEnablerFunc(func(l zapcore.Level) bool { return l >= zap.WarnLevel }), nil),
		"sink":         zapsink.NewCore(atWarn, zapcore.Level(-5), nil),
		"both":         zapsink.NewCore(atWarn, zap.InfoLevel, &zapsink.Options{Encoder: jsonEncoder()}),
		"derived":      zapsink.NewCore(atWarn, zap.DebugLevel, nil).With([]zap.Field{zap.Int("k", 1)}),
	}
}

func TestCheckAddsItselfOnlyWhereEnabled(t *testing.T) {
	for name, c := range enablers(&conformance.Recorder{}) {
		for _, l := range levels {
			ce := c.Check(zapcore.Entry{Level: l}, nil)
			if want := l >= zap.WarnLevel; (ce != nil) != want || c.Enabled(l) != want {
				t.Errorf("%s, %v: checked %v, enabled %v", name, l, ce != nil, c.Enabled(l))
			}
		}
	}
}

func TestCheckKeepsTheOthers(t *testing.T) {
	a, b := &conformance.Recorder{}, &conformance.Recorder{}
	ent := zapcore.Entry{Level: zap.InfoLevel}
	ce := zapsink.NewCore(a, zap.InfoLevel, nil).Check(ent, nil)
	if zapsink.NewCore(b, zap.ErrorLevel, nil).Check(ent, ce) != ce {
		t.Error("a core that is off made another entry")
	}
	zapsink.NewCore(b, zap.InfoLevel, nil).Check(ent, ce).Write()
	only(t, a)
	only(t, b)
}

// Who calls Write has decided: a core that filters around another one relies on
// that.
func TestWriteDoesNotFilter(t *testing.T) {
	rec := &conformance.Recorder{}
	c := zapsink.NewCore(rec, zap.FatalLevel, nil)
	for _, l := range levels {
		if err := c.Write(zapcore.Entry{Level: l, Message: fmt.Sprint(int(l))}, nil); err != nil {
			t.Error(err)
		}
	}
	if got := messages(rec); got != "-5 -2 -1 0 1 2 3 4 5" {
		t.Errorf("got %s", got)
	}
}

func TestLevelOfAgreesWithEnabled(t *testing.T) {
	for name, c := range enablers(&conformance.Recorder{}) {
		if got := zapcore.LevelOf(c); got != zap.WarnLevel {
			t.Errorf("%s: %v", name, got)
		}
	}
	for want, c := range map[zapcore.Level]zapcore.Core{
		zap.DebugLevel:       zapsink.NewCore(&conformance.Recorder{}, zapcore.Level(-5), nil), // the least that zap knows
		zap.FatalLevel:       zapsink.NewCore(&conformance.Recorder{}, zap.FatalLevel, nil),
		zap.DPanicLevel:      zapsink.NewCore(core.NewMinLevel(&conformance.Recorder{}, core.LevelCritical), zap.DebugLevel, nil),
		zapcore.InvalidLevel: zapsink.NewCore(&core.Null{}, zap.DebugLevel, nil),
	} {
		if got := zap.New(c).Level(); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestLevelOfFollowsAnAtomicLevel(t *testing.T) {
	level := zap.NewAtomicLevelAt(zap.ErrorLevel)
	l := zap.New(zapsink.NewCore(&conformance.Recorder{}, level, nil))
	for _, want := range []zapcore.Level{zap.ErrorLevel, zap.DebugLevel} {
		level.SetLevel(want)
		if got := l.Level(); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// around are cores around another one, as programs put them there.
func around(t *testing.T) map[string]func(zapcore.Core) zapcore.Core {
	return map[string]func(zapcore.Core) zapcore.Core{
		"increased level": func(c zapcore.Core) zapcore.Core {
			c, err := zapcore.NewIncreaseLevelCore(c, zap.WarnLevel)
			if err != nil {
				t.Fatal(err)
			}
			return c
		},
		"zap.IncreaseLevel": func(c zapcore.Core) zapcore.Core {
			return zap.New(c, zap.IncreaseLevel(zap.ErrorLevel)).Core()
		},
		"sampler": func(c zapcore.Core) zapcore.Core { return zapcore.NewSamplerWithOptions(c, time.Hour, 2, 3) },
		"tee":     func(c zapcore.Core) zapcore.Core { return zapcore.NewTee(c, zapcore.NewNopCore(), c) },
		"hooks": func(c zapcore.Core) zapcore.Core {
			return zapcore.RegisterHooks(c, func(zapcore.Entry) error { return nil })
		},
		"lazy with": func(c zapcore.Core) zapcore.Core { return zapcore.NewLazyWith(c, []zap.Field{zap.Int("lazy", 1)}) },
		"all": func(c zapcore.Core) zapcore.Core {
			c = zapcore.NewSamplerWithOptions(c, time.Hour, 1, 2).With([]zap.Field{zap.Namespace("n")})
			return zap.New(zapcore.NewTee(c, c), zap.IncreaseLevel(zap.InfoLevel)).Core()
		},
	}
}

// Around this core, they let through what they let through around zap's own.
func TestCoresAroundIt(t *testing.T) {
	for name, wrap := range around(t) {
		t.Run(name, func(t *testing.T) {
			var native, ours bytes.Buffer
			own := zapcore.NewCore(jsonEncoder(), zapcore.AddSync(&native), zap.DebugLevel)
			c := zapsink.NewCore(stream(t, &ours, nil), zap.DebugLevel, &zapsink.Options{Encoder: jsonEncoder()})
			clock := zap.WithClock(stopped{})
			for _, l := range []*zap.Logger{zap.New(wrap(own), clock), zap.New(wrap(c), clock)} {
				for i := range 10 {
					l.Debug("d", zap.Int("i", i))
					l.With(zap.Int("w", i)).Info("i")
					l.Warn("w", zap.Int("i", i))
					l.Error("e", zap.Int("i", i))
				}
			}
			if native.Len() == 0 || native.String() != ours.String() {
				t.Errorf("zap\n%ssink\n%s", native.String(), ours.String())
			}
		})
	}
}

// stopped is a clock that does not go on.
type stopped struct{}

func (stopped) Now() time.Time                       { return time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC) }
func (stopped) NewTicker(time.Duration) *time.Ticker { return nil }

// A program may change an entry and its fields before the cores write them.
func TestCheckedEntryBefore(t *testing.T) {
	rec := &conformance.Recorder{}
	l := logger(rec, &zapsink.Options{Encoder: badEncoder{Encoder: jsonEncoder(), text: "line"}}, zap.AddCaller())
	ce := l.Check(zap.InfoLevel, "secret")
	ce = ce.Before(ce.Entry, func(ent zapcore.Entry, fields []zapcore.Field) (zapcore.Entry, []zapcore.Field) {
		ent.Message, ent.Level, ent.Caller.File = "masked", zap.ErrorLevel, "short.go"
		return ent, append([]zapcore.Field{zap.Int("added", 1)}, fields...)
	})
	ce.Write(zap.String("k", "v"))
	r := only(t, rec)
	if r.Message != "masked" || r.Level != core.LevelError || attrs(r) != `{"added":1,"k":"v"}` || r.Source().File != "short.go" {
		t.Errorf("got %+v, %s, %v", r, attrs(r), r.Source())
	}
}

func TestNewCorePanics(t *testing.T) {
	if got := panics(func() { zapsink.NewCore(nil, zap.InfoLevel, nil) }); got != "zapsink: NewCore: nil sink" {
		t.Errorf("nil sink: %v", got)
	}
	if got := panics(func() { zapsink.NewCore(&core.Null{}, nil, nil) }); got != "zapsink: NewCore: nil LevelEnabler" {
		t.Errorf("nil enabler: %v", got)
	}
}

func TestOptionsAreCopied(t *testing.T) {
	rec := &conformance.Recorder{}
	opts := &zapsink.Options{LineEnding: "!", Encoder: badEncoder{Encoder: jsonEncoder(), text: "line!"}}
	l := logger(rec, opts)
	opts.LineEnding, opts.NoLineEnding, opts.Encoder = "?", true, nil
	l.Info("m")
	if r := only(t, rec); string(r.Line) != "line" {
		t.Errorf("line %q", r.Line)
	}
}
