package logrussink_test

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// memo is a sink that keeps clones of what it gets.
type memo struct {
	core.Sink
	mu      sync.Mutex
	records []core.Record
}

func newMemo() *memo {
	m := &memo{}
	m.Sink = core.NewFunc(func(r core.Record) error {
		kept := r.Clone() // renders, and what is rendered may log
		m.mu.Lock()
		defer m.mu.Unlock()
		m.records = append(m.records, kept)
		return nil
	})
	return m
}

func (m *memo) all() []core.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.records)
}

// only returns the one record that m has.
func (m *memo) only(t *testing.T) core.Record {
	t.Helper()
	all := m.all()
	if len(all) != 1 {
		t.Fatalf("%d records, want 1", len(all))
	}
	return all[0]
}

// holder is a sink that delivers nothing before it is flushed.
type holder struct {
	mu        sync.Mutex
	held      []string
	delivered []string
	flushes   int
	hang      bool  // Flush returns when its context ends
	flushErr  error // what Flush returns
}

func (h *holder) Emit(r core.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = append(h.held, strings.Clone(r.Message))
	return nil
}

func (h *holder) Flush(ctx context.Context) error {
	if h.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flushes++
	h.delivered = append(h.delivered, h.held...)
	h.held = nil
	return h.flushErr
}

func (h *holder) Close() error { return h.Flush(context.Background()) }

// got returns the messages delivered so far, joined.
func (h *holder) got() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.delivered, " ")
}

// spy is a hook that calls a function.
type spy func(*logrus.Entry)

func (spy) Levels() []logrus.Level { return logrus.AllLevels }

func (s spy) Fire(e *logrus.Entry) error {
	s(e)
	return nil
}

// newLogger returns a logger for all levels that writes to out and does not exit.
func newLogger(out io.Writer, hooks ...logrus.Hook) *logrus.Logger {
	l := logrus.New()
	l.SetOutput(out)
	l.SetLevel(logrus.TraceLevel)
	l.ExitFunc = func(int) {}
	for _, h := range hooks {
		l.AddHook(h)
	}
	return l
}

// sinkOnly returns a logger with nothing but a hook to sink.
func sinkOnly(sink core.Sink, opts *logrussink.Options) *logrus.Logger {
	l := newLogger(io.Discard, logrussink.NewHook(sink, opts))
	logrussink.DiscardOutput(l)
	return l
}

// attrs renders the attributes of r, as key=value.
func attrs(r core.Record) string {
	var all []string
	for a := range r.Attrs() {
		all = append(all, a.String())
	}
	return strings.Join(all, " ")
}

// failures is an OnError function and what it was told.
type failures chan error

func newFailures() failures { return make(failures, 10_000) }

func (f failures) add(err error) { f <- err }

// want waits for an error that is target.
func (f failures) want(t *testing.T, target error) {
	t.Helper()
	select {
	case err := <-f:
		if !errors.Is(err, target) {
			t.Errorf("reported %v, want %v", err, target)
		}
	case <-time.After(time.Minute):
		t.Fatalf("nothing was reported, want %v", target)
	}
}

// watch fails the test if f does not return.
func watch(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("deadlock")
	}
}

// stderr returns what f writes to os.Stderr.
func stderr(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	defer func() { os.Stderr = old }()
	f()
	_ = w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
