package logrussink_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// When the program ends, everything is delivered.
func TestFatalLosesNothing(t *testing.T) {
	h := &holder{}
	l := sinkOnly(h, &logrussink.Options{Formatter: &logrus.JSONFormatter{}})
	atExit := "never"
	l.ExitFunc = func(int) { atExit = h.got() }
	l.Info("a")
	l.Error("b")
	if h.got() != "" {
		t.Error("flushed at the level error")
	}
	l.Fatal("c")
	if atExit != "a b c" {
		t.Errorf("delivered before the exit: %s", atExit)
	}
}

func TestPanicLosesNothing(t *testing.T) {
	h := &holder{}
	l := sinkOnly(h, nil)
	l.Info("a")
	func() {
		defer func() {
			if e, ok := recover().(*logrus.Entry); !ok || e.Message != "b" {
				t.Errorf("recovered %v", e)
			}
		}()
		l.Panic("b")
	}()
	if h.got() != "a b" {
		t.Errorf("delivered %s", h.got())
	}
}

// Since 1.10 Log neither exits nor panics, whatever the level; no hook can tell.
func TestLogAtFatalLevelFlushesAndGoesOn(t *testing.T) {
	h := &holder{}
	l := sinkOnly(h, nil)
	l.ExitFunc = func(int) { t.Error("exit") }
	l.Info("a")
	l.Log(logrus.FatalLevel, "b")
	l.Log(logrus.PanicLevel, "c")
	if h.got() != "a b c" || h.flushes != 2 {
		t.Errorf("delivered %s in %d flushes", h.got(), h.flushes)
	}
}

// mild is a sink that wants nothing grave.
type mild struct{ *holder }

func (mild) Enabled(level slog.Level) bool { return level < core.LevelError }

// What the sink does not want ends the program all the same.
func TestFatalFlushesSinkThatIgnoresIt(t *testing.T) {
	h := &holder{}
	l := sinkOnly(mild{h}, nil)
	l.Info("a")
	l.Fatal("b")
	if h.got() != "a" {
		t.Errorf("delivered %q", h.got())
	}
}

// Exit handlers run even where Fatal itself is off, but nobody has registered
// one unasked.
func TestExitHandlerIsNeverRegisteredSilently(t *testing.T) {
	h := &holder{}
	hook := logrussink.NewHook(h, nil)
	l := newLogger(io.Discard, hook)
	l.Info("a")
	l.SetLevel(logrus.PanicLevel)
	l.Fatal("off")
	if h.flushes != 0 {
		t.Fatal("flushed")
	}
	logrus.RegisterExitHandler(hook.Close)
	l.Fatal("off")
	if h.got() != "a" {
		t.Errorf("delivered %q", h.got())
	}
}

func TestCloseLeavesTheSinkOpen(t *testing.T) {
	m := newMemo()
	hook := logrussink.NewHook(m, nil)
	l := newLogger(io.Discard, hook)
	hook.Close()
	hook.Close()
	l.Info("x")
	if err := m.Emit(core.Record{Message: "y"}); err != nil || len(m.all()) != 2 {
		t.Errorf("%d records, %v", len(m.all()), err)
	}
}

func TestFlushErrors(t *testing.T) {
	told := newFailures()
	h := &holder{flushErr: errSink}
	hook := logrussink.NewHook(h, &logrussink.Options{OnError: told.add})
	if err := hook.Flush(); !errors.Is(err, errSink) {
		t.Errorf("Flush: %v", err)
	}
	if len(told) != 0 {
		t.Error("what Flush returns is reported too")
	}
	hook.Close()
	told.want(t, errSink)
	newLogger(io.Discard, hook).Fatal("x")
	told.want(t, errSink)
}

func TestReturnErrorsAtFatal(t *testing.T) {
	sinks := badSinks()
	sinks["flush"] = &holder{flushErr: errSink}
	for name, sink := range sinks {
		hook := logrussink.NewHook(sink, &logrussink.Options{ReturnErrors: true})
		e := logrus.NewEntry(newLogger(io.Discard))
		e.Level = logrus.FatalLevel
		if err := hook.Fire(e); !errors.Is(err, errSink) {
			t.Errorf("%s: Fire: %v", name, err)
		}
	}
}

// A sink that cannot be flushed keeps nobody from ending.
func TestFlushTimeout(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{0: core.DefaultFlushTimeout, time.Second: time.Second} {
		t.Run(fmt.Sprint(given), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := newFailures()
				hook := logrussink.NewHook(&holder{hang: true}, &logrussink.Options{FlushTimeout: given, OnError: told.add})
				fatal := func() { newLogger(io.Discard, hook).Fatal("x") }
				if took := elapsed(fatal); took != want {
					t.Errorf("Fatal took %v, want %v", took, want)
				}
				told.want(t, context.DeadlineExceeded)
				var err error
				took := elapsed(func() { err = hook.Flush() })
				if took != want || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Flush: %v after %v", err, took)
				}
			})
		})
	}
}

// elapsed returns how long f takes.
func elapsed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
