package slogsink_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// stream returns a sink that writes to w with f.
func stream(t testing.TB, w io.Writer, f core.Formatter) *core.Stream {
	t.Helper()
	s, err := core.NewStream(w, &core.StreamOptions{Formatter: f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// only returns the one record that r has.
func only(t *testing.T, r *conformance.Recorder) core.Record {
	t.Helper()
	all := r.Records()
	if len(all) != 1 {
		t.Fatalf("%d records, want 1", len(all))
	}
	return all[0]
}

// messages returns the messages of all records, joined.
func messages(r *conformance.Recorder) string {
	var all []string
	for _, rec := range r.Records() {
		all = append(all, rec.Message)
	}
	return strings.Join(all, " ")
}

// lines returns the lines of all records, joined.
func lines(r *conformance.Recorder) string {
	var all []string
	for _, rec := range r.Records() {
		all = append(all, string(rec.Line))
	}
	return strings.Join(all, "|")
}

// attrs returns the attributes of r as JSON.
func attrs(r core.Record) string {
	return string(core.JSON{}.AppendValue(nil, slog.GroupValue(r.AppendAttrs(nil)...)))
}

// fixed is when the records of these tests were made.
var fixed = time.Date(2026, 2, 3, 4, 5, 6, 789000000, time.UTC)

// record returns a record made by hand, at a fixed time and of unknown source.
func record(level slog.Level, msg string, attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(fixed, level, msg, 0)
	r.AddAttrs(attrs...)
	return r
}

// text renders without the time, into w.
func text(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: timeless})
}

// errSink is what broken sinks and renderers fail with.
var errSink = errors.New("no space left")

// failures is an OnError function and what it was told.
type failures chan error

func newFailures() failures { return make(failures, 100) }

func (f failures) add(err error) { f <- err }

// want waits for an error that is target, and returns it.
func (f failures) want(t *testing.T, target error) error {
	t.Helper()
	select {
	case err := <-f:
		if !errors.Is(err, target) {
			t.Errorf("reported %v, want %v", err, target)
		}
		return err
	case <-time.After(time.Minute):
		t.Fatalf("nothing was reported, want %v", target)
	}
	return nil
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
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// panics returns what f panics with.
func panics(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// handle hands r to h.
func handle(t *testing.T, h slog.Handler, r slog.Record) {
	t.Helper()
	if err := h.Handle(t.Context(), r); err != nil {
		t.Errorf("Handle: %v", err)
	}
}

// natively returns what a handler of slog makes of r, derived by derive.
func natively(t *testing.T, render func(io.Writer) slog.Handler, derive derivation, r slog.Record) string {
	t.Helper()
	var buf bytes.Buffer
	handle(t, derive(render(&buf)), r)
	return buf.String()
}

// through returns what a sink with f writes for r, by way of a handler derived by
// derive.
func through(t *testing.T, f core.Formatter, opts *slogsink.Options, derive derivation, r slog.Record) string {
	t.Helper()
	var buf bytes.Buffer
	handle(t, derive(slogsink.NewHandler(stream(t, &buf, f), opts)), r)
	return buf.String()
}

// derivation makes a handler of another one.
type derivation func(slog.Handler) slog.Handler

// plain derives nothing.
func plain(h slog.Handler) slog.Handler { return h }

// identity is a ReplaceAttr that changes nothing.
func identity(_ []string, a slog.Attr) slog.Attr { return a }

// catching is a handler that catches a record on its way to another one.
type catching struct {
	slog.Handler
	caught *slog.Record
}

func (c catching) Handle(ctx context.Context, r slog.Record) error {
	*c.caught = r.Clone()
	return c.Handler.Handle(ctx, r)
}

// same fails the test unless got is want, and shows where it is not.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	n := 0
	for n < min(len(got), len(want)) && got[n] == want[n] {
		n++
	}
	start := max(0, n-60)
	t.Errorf("%s: from byte %d on\ngot  %.200q\nwant %.200q", what, start, got[start:], want[start:])
}
