package zapsink_test

import (
	"bytes"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// zap prints what Write returns, once for each record, and nobody else is told.
func TestB53ErrorsOfWriteAreReturned(t *testing.T) {
	for name, sink := range badSinks() {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			told := newFailures()
			l := logger(sink, &zapsink.Options{OnError: told.add}, zap.ErrorOutput(zapcore.AddSync(&out)), zap.WithClock(stopped{}))
			l.Info("x")
			l.Info("y")
			synctest.Wait()
			if got := out.String(); strings.Count(got, " write error: ") != 2 || strings.Count(got, errSink.Error()) != 2 || strings.Count(got, "\n") != 2 {
				t.Errorf("%s: zap printed %q", name, got)
			}
			if len(told) > 0 {
				t.Errorf("%s: reported %v", name, <-told)
			}
		})
	}
}

func TestPanicOfTheSinkIsAnError(t *testing.T) {
	err := zapsink.NewCore(badSinks()["panic"], zap.DebugLevel, nil).Write(zapcore.Entry{}, nil)
	var p *core.PanicError
	if !errors.As(err, &p) || !errors.Is(err, errSink) {
		t.Errorf("Write: %v", err)
	}
}

// One core's error does not keep the others in a tee from writing.
func TestB53OthersInATeeStillWrite(t *testing.T) {
	for name, sink := range badSinks() {
		before, after := &conformance.Recorder{}, &conformance.Recorder{}
		c := func(s core.Sink) zapcore.Core { return zapsink.NewCore(s, zap.DebugLevel, nil) }
		var out bytes.Buffer
		l := zap.New(zapcore.NewTee(c(before), c(sink), c(after)), zap.ErrorOutput(zapcore.AddSync(&out)))
		l.Info("x", zap.Int("k", 1))
		for _, rec := range []*conformance.Recorder{before, after} {
			if r := only(t, rec); r.Message != "x" || attrs(r) != `{"k":1}` {
				t.Errorf("%s: got %+v", name, r)
			}
		}
		if n := strings.Count(out.String(), "\n"); n != 1 {
			t.Errorf("%s: zap printed %d lines", name, n)
		}
	}
}

func TestB46WriteAfterTheSinkWasClosed(t *testing.T) {
	var buf bytes.Buffer
	sink := stream(t, &buf, nil)
	c := zapsink.NewCore(sink, zap.DebugLevel, &zapsink.Options{Encoder: jsonEncoder()})
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(zapcore.Entry{}, nil); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Write: %v", err)
	}
	if buf.Len() > 0 {
		t.Errorf("wrote %q", buf.String())
	}
}

// An entry that cannot be encoded is not written, as by zap's own core.
func TestErrorOfTheEncoder(t *testing.T) {
	rec := &conformance.Recorder{}
	c := zapsink.NewCore(rec, zap.DebugLevel, &zapsink.Options{Encoder: badEncoder{Encoder: jsonEncoder(), err: errSink}})
	err := c.Write(zapcore.Entry{}, nil)
	if !errors.Is(err, errSink) || !strings.HasPrefix(err.Error(), "zapsink: encoder: ") || len(rec.Records()) > 0 {
		t.Errorf("Write: %v, %d records", err, len(rec.Records()))
	}
}

// bomb is a marshaler of all kinds that panics.
type bomb struct{}

func (bomb) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddString("before", "the end")
	enc.OpenNamespace("never")
	panic(errSink)
}

func (bomb) MarshalLogArray(enc zapcore.ArrayEncoder) error {
	enc.AppendString("before")
	panic(errSink)
}

func (bomb) MarshalJSON() ([]byte, error) { panic(errSink) }

// bombs are fields that panic, and what is left of them.
var bombs = []struct {
	name  string
	field zap.Field
	want  string
}{
	{"object", zap.Object("k", bomb{}), `"k":"!PANIC: no space left"`},
	{"array", zap.Array("k", bomb{}), `"k":"!PANIC: no space left"`},
	{"dict", zap.Dict("k", zap.Int("a", 1), zap.Object("b", bomb{})), `"k":"!PANIC: no space left"`},
	{"inline", zap.Inline(bomb{}), `"Error":"!PANIC: no space left"`},
	{"objects", zap.Objects("k", []bomb{{}}), `"k":"!PANIC: no space left"`},
	{"reflect", zap.Reflect("k", bomb{}), `"k":"!PANIC: no space left"`},
	{"unknown", zap.Field{Key: "k"}, `"k":"!PANIC: unknown field type: {k 0 0  <nil>}"`},
	{"wrong type", zap.Field{Key: "k", Type: zapcore.BinaryType}, `"k":"!PANIC: interface conversion: interface {} is nil, not []uint8"`},
}

// A field that panics costs its value, and nothing of the others.
func TestFieldThatPanics(t *testing.T) {
	for _, c := range bombs {
		around := []zap.Field{zap.Int("a", 1), c.field, zap.Int("z", 2)}
		want := `{"a":1,` + c.want + `,"z":2}`
		if got := logged(t, around...); got != want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, want)
		}
		if got := given(t, around...); got != want {
			t.Errorf("%s, With: got %s\nwant %s", c.name, got, want)
		}
		around[0] = zap.Inline(zapcore.ObjectMarshalerFunc(opening))
		want = strings.Replace(want, `"a":1`, `"in":{"a":1`, 1) + "}"
		if got := logged(t, around...); got != want {
			t.Errorf("%s, in a namespace: got %s\nwant %s", c.name, got, want)
		}
	}
}

func opening(enc zapcore.ObjectEncoder) error {
	enc.OpenNamespace("in")
	enc.AddInt("a", 1)
	return nil
}

// With an encoder a marshaler's panic is the caller's, as with zap itself.
func TestFieldThatPanicsInTheEncoder(t *testing.T) {
	own := zap.New(zapcore.NewCore(jsonEncoder(), zapcore.AddSync(&bytes.Buffer{}), zap.DebugLevel))
	rec := &conformance.Recorder{}
	ours := logger(rec, &zapsink.Options{Encoder: jsonEncoder()})
	for _, c := range bombs {
		want := panics(func() { own.Info("m", c.field) })
		if got := panics(func() { ours.Info("m", c.field) }); !sameError(got, want) {
			t.Errorf("%s: panicked with %v, want %v", c.name, got, want)
		}
		want = panics(func() { own.With(c.field) })
		if got := panics(func() { ours.With(c.field) }); !sameError(got, want) {
			t.Errorf("%s, With: panicked with %v, want %v", c.name, got, want)
		}
	}
	if ours.Info("good"); !strings.HasSuffix(messages(rec), "good") {
		t.Errorf("got %q", messages(rec))
	}
}

// sameError tells whether two recovered values say the same.
func sameError(a, b any) bool {
	ea, _ := a.(error)
	eb, _ := b.(error)
	return ea != nil && eb != nil && ea.Error() == eb.Error() || a == b
}

// Two loggers that hand on to each other, in the middle of a migration, do so a
// few times.
func TestCyclesEnd(t *testing.T) {
	var first, second *zap.Logger
	var calls atomic.Int64
	forward := func(to **zap.Logger) core.Sink {
		return core.NewFunc(func(r core.Record) error {
			calls.Add(1)
			(*to).Info(r.Message)
			return nil
		})
	}
	quiet := &zapsink.Options{OnError: func(error) {}}
	first, second = logger(forward(&second), quiet), logger(forward(&first), quiet)
	first.Info("round and round")
	if n := calls.Load(); n < 2 || n > 50 {
		t.Errorf("%d calls", n)
	}
}

// A field may log while it is rendered.
func TestB56FieldThatLogsWhileItIsRendered(t *testing.T) {
	rec := &conformance.Recorder{}
	l := logger(rec, &zapsink.Options{Encoder: jsonEncoder()})
	l.Info("outer", zap.Stringer("v", chatty{l}))
	got := rec.Records()
	last := got[len(got)-1]
	if got[0].Message != "inner" || last.Message != "outer" || attrs(last) != `{"v":"said"}` || !strings.Contains(string(last.Line), `"v":"said"`) {
		t.Errorf("got %s", messages(rec))
	}
}

type chatty struct{ l *zap.Logger }

func (c chatty) String() string {
	c.l.Info("inner", zap.Int("k", 1))
	return "said"
}
