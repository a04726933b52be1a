package slogsink_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// badSinks are sinks that deliver nothing.
func badSinks() map[string]core.Sink {
	closed := &conformance.Recorder{}
	_ = closed.Close()
	return map[string]core.Sink{
		"error":  core.NewFunc(func(core.Record) error { return errSink }),
		"panic":  core.NewFunc(func(core.Record) error { panic(errSink) }),
		"closed": closed,
	}
}

// Logger drops the errors of a handler, so they are reported; who calls Handle
// gets them, too.
func TestErrorsAreReportedAndReturned(t *testing.T) {
	for name, sink := range badSinks() {
		t.Run(name, func(t *testing.T) {
			want := errSink
			if name == "closed" {
				want = core.ErrClosed
			}
			told := newFailures()
			h := slogsink.NewHandler(sink, &slogsink.Options{OnError: told.add, Render: text})
			slog.New(h).Info("x")
			told.want(t, want)
			if err := h.WithGroup("g").Handle(t.Context(), record(slog.LevelInfo, "y")); !errors.Is(err, want) {
				t.Errorf("Handle: %v", err)
			}
			told.want(t, want)
			if len(told) > 0 {
				t.Errorf("also reported %v", <-told)
			}
		})
	}
}

func TestErrorsGoToStandardErrorByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := stderr(t, func() {
			l := slog.New(slogsink.NewHandler(badSinks()["error"], nil))
			for range 100 {
				l.Info("x")
			}
			synctest.Wait()
		})
		if n := strings.Count(got, "\n"); n != 1 || !strings.Contains(got, errSink.Error()) {
			t.Errorf("%d lines: %s", n, got)
		}
	})
}

type traceKey struct{}

// trace returns the trace of ctx, if it has one.
func trace(ctx context.Context) []slog.Attr {
	id, ok := ctx.Value(traceKey{}).(string)
	if !ok {
		return nil
	}
	return []slog.Attr{slog.String("trace", id), slog.Group("empty")}
}

func TestContextAttrsComeInFrontOfTheRecordsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec, told := &conformance.Recorder{}, newFailures()
		h := slogsink.NewHandler(rec, &slogsink.Options{ContextAttrs: trace, Render: text, AddSource: true, OnError: told.add})
		l := slog.New(h).With("with", 1).WithGroup("g")
		ctx := context.WithValue(t.Context(), traceKey{}, "abc")
		l.InfoContext(ctx, "m", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6)
		r := only(t, rec)
		if got := attrs(r); got != `{"with":1,"g":{"trace":"abc","a":1,"b":2,"c":3,"d":4,"e":5,"f":6}}` {
			t.Errorf("got %s", got)
		}
		if got := string(r.Line); got != "level=INFO msg=m with=1 g.trace=abc g.a=1 g.b=2 g.c=3 g.d=4 g.e=5 g.f=6" {
			t.Errorf("line %s", got)
		}
		if src := r.Source(); src == nil || !strings.HasSuffix(src.File, "failure_test.go") {
			t.Errorf("source %+v", src)
		}
		if synctest.Wait(); len(told) > 0 {
			t.Errorf("reported %v", <-told)
		}
	})
}

func TestContextAttrsWithoutAContext(t *testing.T) {
	rec := &conformance.Recorder{}
	h := slogsink.NewHandler(rec, &slogsink.Options{ContextAttrs: trace})
	for _, ctx := range []context.Context{nil, context.Background()} {
		if err := h.Handle(ctx, record(slog.LevelInfo, "m", slog.Int("a", 1))); err != nil {
			t.Error(err)
		}
	}
	for _, r := range rec.Records() {
		if got := attrs(r); got != `{"a":1}` {
			t.Errorf("got %s", got)
		}
	}
	if n := len(rec.Records()); n != 2 {
		t.Errorf("%d records", n)
	}
}

func TestContextAttrsThatPanicsCostsNothingElse(t *testing.T) {
	rec, told := &conformance.Recorder{}, newFailures()
	h := slogsink.NewHandler(rec, &slogsink.Options{
		OnError:      told.add,
		ContextAttrs: func(context.Context) []slog.Attr { panic(errSink) },
	})
	handle(t, h, record(slog.LevelInfo, "m", slog.Int("a", 1)))
	if got := attrs(only(t, rec)); got != `{"a":1}` {
		t.Errorf("got %s", got)
	}
	err := told.want(t, errSink)
	var p *core.PanicError
	if !strings.HasPrefix(err.Error(), "slogsink: ContextAttrs: ") || !errors.As(err, &p) || !strings.Contains(string(p.Stack), "failure_test.go") {
		t.Errorf("reported %#v", err)
	}
}

// A sink that logs through slog.Default while it is the default is stopped.
func TestB56SinkThatLogsToTheDefault(t *testing.T) {
	restoreDefault(t)
	told := newFailures()
	var outer, inner atomic.Int64
	sink := core.NewFunc(func(r core.Record) error {
		if r.Message == "outer" {
			outer.Add(1)
		} else {
			inner.Add(1)
		}
		slog.Error("inner")
		return nil
	})
	slog.SetDefault(slog.New(slogsink.NewHandler(sink, &slogsink.Options{OnError: told.add, Render: text})))
	watch(t, func() {
		for range 100 {
			slog.Info("outer")
		}
	})
	if outer.Load() != 100 || inner.Load() > 20 {
		t.Errorf("%d records from outside, %d from within", outer.Load(), inner.Load())
	}
	told.want(t, core.ErrReentrant)
}

// Two loggers that hand on to each other, in the middle of a migration, do so a
// few times.
func TestCyclesEnd(t *testing.T) {
	told := newFailures()
	var first, second *slog.Logger
	var calls atomic.Int64
	forward := func(to **slog.Logger) core.Sink {
		return core.NewFunc(func(r core.Record) error {
			calls.Add(1)
			(*to).Info(r.Message)
			return nil
		})
	}
	first = slog.New(slogsink.NewHandler(forward(&second), &slogsink.Options{OnError: told.add}))
	second = slog.New(slogsink.NewHandler(forward(&first), &slogsink.Options{OnError: told.add}))
	watch(t, func() { first.Info("round and round") })
	if n := calls.Load(); n < 2 || n > 50 {
		t.Errorf("%d calls", n)
	}
	told.want(t, core.ErrReentrant)
}
