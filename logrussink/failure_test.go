package logrussink_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

var errSink = errors.New("sink failed")

// badSinks are sinks that deliver nothing, and fail with errSink.
func badSinks() map[string]core.Sink {
	return map[string]core.Sink{
		"error": core.NewFunc(func(core.Record) error { return errSink }),
		"panic": core.NewFunc(func(core.Record) error { panic(errSink) }),
	}
}

// logrus fires no hook behind one that returns an error. This one does not.
func TestB53FailingSinkDoesNotStopOtherHooks(t *testing.T) {
	for name, sink := range badSinks() {
		t.Run(name, func(t *testing.T) {
			told := newFailures()
			m := newMemo()
			var own bytes.Buffer
			l := newLogger(&own,
				logrussink.NewHook(sink, &logrussink.Options{OnError: told.add}),
				logrussink.NewHook(m, nil))
			if printed := stderr(t, func() { l.Info("x") }); printed != "" {
				t.Errorf("logrus printed %q", printed)
			}
			if r := m.only(t); r.Message != "x" || own.Len() == 0 {
				t.Errorf("record %+v, own output %q", r, own.String())
			}
			told.want(t, errSink)
		})
	}
}

func TestReturnErrorsStopsOtherHooks(t *testing.T) {
	for name, sink := range badSinks() {
		t.Run(name, func(t *testing.T) {
			told := newFailures()
			m := newMemo()
			l := newLogger(io.Discard,
				logrussink.NewHook(sink, &logrussink.Options{ReturnErrors: true, OnError: told.add}),
				logrussink.NewHook(m, nil))
			printed := stderr(t, func() { l.Info("x") })
			if !strings.HasPrefix(printed, "Failed to fire hook:") || !strings.Contains(printed, errSink.Error()) {
				t.Errorf("logrus printed %q", printed)
			}
			if n := len(m.all()); n != 0 || len(told) != 0 {
				t.Errorf("%d records behind, %d errors reported", n, len(told))
			}
		})
	}
}

// Standard error gets a line a second, not one for each record.
func TestB54DefaultReportIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		printed := stderr(t, func() {
			l := sinkOnly(badSinks()["error"], nil)
			for range 1000 {
				l.Info("x")
			}
			time.Sleep(3 * time.Second)
		})
		if n := strings.Count(printed, "\n"); n < 1 || n > 4 || !strings.Contains(printed, errSink.Error()) {
			t.Errorf("%d lines: %s", n, printed)
		}
	})
}

func TestClosedSink(t *testing.T) {
	m := newMemo()
	h := logrussink.NewHook(m, &logrussink.Options{ReturnErrors: true})
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Fire(logrus.NewEntry(newLogger(io.Discard))); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Fire: %v", err)
	}
	if err := h.Flush(); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Flush: %v", err)
	}
}

// formatterFunc is a function as a logrus.Formatter.
type formatterFunc func(*logrus.Entry) ([]byte, error)

func (f formatterFunc) Format(e *logrus.Entry) ([]byte, error) { return f(e) }

// A formatter that fails costs its line, not the record.
func TestFormatterFails(t *testing.T) {
	broken := errors.New("no line")
	for name, f := range map[string]formatterFunc{
		"error": func(*logrus.Entry) ([]byte, error) { return []byte("half a li"), broken },
		"panic": func(*logrus.Entry) ([]byte, error) { panic(broken) },
	} {
		t.Run(name, func(t *testing.T) {
			told := newFailures()
			m := newMemo()
			l := sinkOnly(m, &logrussink.Options{Formatter: f, OnError: told.add, ReturnErrors: true})
			l.WithField("k", "v").Info("x")
			if r := m.only(t); r.Line != nil || r.Message != "x" || attrs(r) != "k=v" {
				t.Errorf("record %+v", r)
			}
			told.want(t, broken)
		})
	}
}

// encoding/json refuses channels: logrus would lose the record.
func TestFieldThatJSONRefuses(t *testing.T) {
	m := newMemo()
	told := newFailures()
	l := sinkOnly(m, &logrussink.Options{Formatter: &logrus.JSONFormatter{}, OnError: told.add})
	l.WithField("ch", make(chan int)).Info("refused")
	l.Info("next")
	all := m.all()
	if len(all) != 2 || all[0].Line != nil || all[0].Message != "refused" || !strings.Contains(string(all[1].Line), `"msg":"next"`) {
		t.Errorf("records %+v", all)
	}
	if err := <-told; !strings.HasPrefix(err.Error(), "logrussink: formatter: ") {
		t.Errorf("reported %v", err)
	}
}

// A sink that logs each record through the logger it serves ends soon, hangs
// nowhere, and goes on delivering what comes from outside.
func TestB56SinkThatLogsThroughItsLogger(t *testing.T) {
	for _, f := range []logrus.Formatter{nil, &logrus.JSONFormatter{}, &scribbler{}} {
		t.Run(fmt.Sprintf("%T", f), func(t *testing.T) {
			var l *logrus.Logger
			var outer, inner atomic.Int64
			sink := core.NewFunc(func(r core.Record) error {
				if r.Message == "outer" {
					outer.Add(1)
				} else {
					inner.Add(1)
				}
				l.WithField("k", r.Message).Log(logrus.FatalLevel, "inner")
				return nil
			})
			told := newFailures()
			l = sinkOnly(sink, &logrussink.Options{Formatter: f, OnError: told.add})
			watch(t, func() {
				for range 100 {
					l.Info("outer")
				}
			})
			if outer.Load() != 100 || inner.Load() > 20 {
				t.Errorf("%d records from outside, %d from within", outer.Load(), inner.Load())
			}
			told.want(t, core.ErrReentrant)
		})
	}
}

// chatty is a value that logs while it is rendered.
type chatty struct{ l *logrus.Logger }

func (c chatty) String() string {
	c.l.Info("inner")
	return "said"
}

// logrus renders without a lock since 1.10, so that a field may log. So do we.
func TestB56FieldThatLogsWhileItIsRendered(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Formatter: &logrus.TextFormatter{DisableTimestamp: true}})
	watch(t, func() { l.WithField("k", chatty{l}).Info("outer") })
	var got []string
	for _, r := range m.all() {
		got = append(got, string(r.Line))
	}
	// A clone renders the value once more, and the field logs once more.
	if s := strings.Join(got, "|"); !strings.Contains(s, "level=info msg=inner|") || !strings.Contains(s, "level=info msg=outer k=said") {
		t.Errorf("got %s", s)
	}
}

// While one record waits in the sink, others are rendered and delivered.
func TestSlowSinkHoldsUpOnlyItsCaller(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var got []string
	sink := core.NewFunc(func(r core.Record) error {
		if r.Message == "slow" {
			close(entered)
			<-release
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, string(r.Line))
		return nil
	})
	l := sinkOnly(sink, &logrussink.Options{Formatter: &logrus.TextFormatter{DisableTimestamp: true}})
	var slow sync.WaitGroup
	slow.Go(func() { l.Info("slow") })
	<-entered
	watch(t, func() { l.Info("quick") })
	close(release)
	slow.Wait()
	// The slow one's line has not been overwritten meanwhile.
	if s := strings.Join(got, "|"); s != "level=info msg=quick|level=info msg=slow" {
		t.Errorf("got %s", s)
	}
}

// What a formatter of logrus lets its user change, no later hook sees.
func TestCallerThatIsPrettifiedInPlace(t *testing.T) {
	spoil := func(f *runtime.Frame) (string, string) {
		f.File, f.Function = "changed", "changed"
		return "function", "file"
	}
	later := newMemo()
	l := sinkOnly(newMemo(), &logrussink.Options{Formatter: &logrus.JSONFormatter{CallerPrettyfier: spoil}})
	l.AddHook(logrussink.NewHook(later, nil))
	l.SetReportCaller(true)
	l.Info("m")
	if src := later.all()[0].Source(); src == nil || filepath.Base(src.File) != "failure_test.go" {
		t.Errorf("the later hook sees %+v", src)
	}
}
