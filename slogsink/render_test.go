package slogsink_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// shouting is a handler of the kind that people write: it goes around another
// one, and writes in several pieces.
type shouting struct {
	slog.Handler
	w io.Writer
}

func (s shouting) Handle(ctx context.Context, r slog.Record) error {
	r.Message = strings.ToUpper(r.Message)
	_, _ = io.WriteString(s.w, "> ")
	err := s.Handler.Handle(ctx, r)
	_, _ = io.WriteString(s.w, "<\n")
	return err
}

func (s shouting) WithAttrs(attrs []slog.Attr) slog.Handler {
	return shouting{s.Handler.WithAttrs(attrs), s.w}
}

func (s shouting) WithGroup(name string) slog.Handler {
	return shouting{s.Handler.WithGroup(name), s.w}
}

// renderers are handlers that the bytes are compared for.
func renderers() map[string]func(io.Writer) slog.Handler {
	json := func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }
	return map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": json,
		"json, all options": func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{AddSource: true, Level: slog.LevelError, ReplaceAttr: mask})
		},
		"somebody's": func(w io.Writer) slog.Handler { return shouting{json(w), w} },
	}
}

// The lines are those that the renderer writes by itself, whatever the options of
// the handler are.
func TestSameBytesAsTheRenderer(t *testing.T) {
	for name, render := range renderers() {
		for past, derive := range derivations() {
			for call, r := range records() {
				want := natively(t, render, derive, r)
				got := through(t, nil, &slogsink.Options{Render: render, AddSource: true, ReplaceAttr: drop}, derive, r)
				same(t, fmt.Sprintf("%s, %s, %s", name, past, call), got, want)
			}
		}
	}
}

func TestLinesAreBesideTheFields(t *testing.T) {
	rec := &conformance.Recorder{}
	l := slog.New(slogsink.NewHandler(rec, &slogsink.Options{Render: text})).With("a", 1).WithGroup("g")
	l.Warn("m", "b", 2)
	r := only(t, rec)
	if r.Message != "m" || r.Level != slog.LevelWarn || attrs(r) != `{"a":1,"g":{"b":2}}` || string(r.Line) != "level=WARN msg=m a=1 g.b=2" {
		t.Errorf("got %+v, %s, line %s", r, attrs(r), r.Line)
	}
}

// writes is a renderer that writes the message as it is, and may fail.
type writes struct {
	slog.Handler
	w    io.Writer
	fail func(slog.Record) error
}

func (h writes) Handle(_ context.Context, r slog.Record) error {
	_, _ = io.WriteString(h.w, r.Message)
	if h.fail == nil {
		return nil
	}
	return h.fail(r)
}

func (h writes) WithGroup(string) slog.Handler { return h }

func verbatim(w io.Writer) slog.Handler { return writes{w: w} }

func TestOneLineEndIsCut(t *testing.T) {
	for rendered, line := range map[string]string{"a\n": "a", "a\n\n": "a\n", "a\r\n": "a\r", "a": "a", "\n": ""} {
		rec := &conformance.Recorder{}
		handle(t, slogsink.NewHandler(rec, &slogsink.Options{Render: verbatim}), record(slog.LevelInfo, rendered))
		if r := only(t, rec); r.Line == nil || string(r.Line) != line {
			t.Errorf("%q became %q", rendered, r.Line)
		}
	}
}

// A renderer that writes nothing by itself makes no record here either, however
// many it has rendered before.
func TestNothingRenderedIsNoRecord(t *testing.T) {
	rec := &conformance.Recorder{}
	h := slogsink.NewHandler(rec, &slogsink.Options{Render: verbatim})
	for _, msg := range []string{"", "a", "", "b\n", ""} {
		handle(t, h, record(slog.LevelInfo, msg))
	}
	if got := messages(rec); got != "a b\n" || lines(rec) != "a|b" {
		t.Errorf("got %q, lines %q", got, lines(rec))
	}
}

// failing makes a renderer that fails as fail says, after it has written half.
func failing(fail func(slog.Record) error) func(io.Writer) slog.Handler {
	return func(w io.Writer) slog.Handler { return writes{w: w, fail: fail} }
}

func TestRendererThatFailsCostsTheLineOnly(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errSink },
		"panic": func() error { panic(errSink) },
	} {
		t.Run(name, func(t *testing.T) {
			rec, told := &conformance.Recorder{}, newFailures()
			h := slogsink.NewHandler(rec, &slogsink.Options{OnError: told.add, Render: failing(func(r slog.Record) error {
				if r.Message == "bad" {
					return fail()
				}
				return nil
			})})
			for _, msg := range []string{"good", "bad", "better"} {
				handle(t, h.WithGroup("g"), record(slog.LevelInfo, msg, slog.Int("k", 1)))
			}
			if got := lines(rec); got != "good||better" {
				t.Errorf("lines %q", got)
			}
			if r := rec.Records()[1]; r.Line != nil || r.Message != "bad" || attrs(r) != `{"g":{"k":1}}` {
				t.Errorf("got %+v, %s", r, attrs(r))
			}
			err := told.want(t, errSink)
			if !strings.HasPrefix(err.Error(), "slogsink: render: ") {
				t.Errorf("reported %v", err)
			}
			var p *core.PanicError
			if errors.As(err, &p) != (name == "panic") || p != nil && !strings.Contains(string(p.Stack), "render_test.go") {
				t.Errorf("reported %#v", err)
			}
		})
	}
}

// once is a value that logs the first time it is rendered, and something else
// of its kind with it, from deep down the stack.
type once struct {
	l    *slog.Logger
	said *atomic.Int64
	more slog.LogValuer
}

func (o once) LogValue() slog.Value {
	if o.said.Add(1) == 1 {
		down(200, func() { o.l.Info("said", "more", o.more) })
	}
	return slog.StringValue("done")
}

// down calls f from n calls further down the stack.
func down(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	down(n-1, f)
}

// slog renders without a lock, so that a value may log. So do we: the inner lines
// come first, and look as they should.
func TestB56ValueThatLogsWhileItIsRendered(t *testing.T) {
	var native, ours bytes.Buffer
	for _, h := range []slog.Handler{
		text(&native),
		slogsink.NewHandler(stream(t, &ours, nil), &slogsink.Options{Render: text, ReplaceAttr: drop}),
	} {
		watch(t, func() {
			l := slog.New(h).With("with", 1, "password", "xyzzy").WithGroup("g").With("v", 2)
			inmost := once{l: l.With("deep", 3), said: new(atomic.Int64)}
			l.Info("outer", "v", once{l: l, said: new(atomic.Int64), more: inmost})
		})
	}
	want := "level=INFO msg=said with=1 password=xyzzy g.v=2 g.deep=3 g.more=<nil>\n" +
		"level=INFO msg=said with=1 password=xyzzy g.v=2 g.more=done\n" +
		"level=INFO msg=outer with=1 password=xyzzy g.v=2 g.v=done\n"
	if got := ours.String(); got != native.String() || got != want {
		t.Errorf("slog\n%ssink\n%s", native.String(), got)
	}
}

// A renderer that logs through the logger that it serves would do so for ever.
func TestB56RendererThatLogs(t *testing.T) {
	rec, told := &conformance.Recorder{}, newFailures()
	var l *slog.Logger
	var calls atomic.Int64
	l = slog.New(slogsink.NewHandler(rec, &slogsink.Options{OnError: told.add, Render: failing(func(slog.Record) error {
		calls.Add(1)
		l.Info("inner")
		return nil
	})}))
	for range 3 {
		calls.Store(0)
		watch(t, func() { l.Info("outer") })
		if n := calls.Load(); n < 2 || n > 10 {
			t.Errorf("the renderer was called %d times", n)
		}
		told.want(t, core.ErrReentrant)
	}
	outer := 0
	for _, r := range rec.Records() {
		if r.Message == "outer" {
			outer++
		}
	}
	if outer != 3 {
		t.Errorf("%d records from outside, of %d", outer, len(rec.Records()))
	}
}

// crossing is a value that logs when the other one of its kind is being rendered.
type crossing struct {
	here, there chan struct{}
	to          *slog.Logger
}

func (c crossing) LogValue() slog.Value {
	close(c.here)
	<-c.there
	c.to.Info("across")
	return slog.StringValue("done")
}

// Two loggers whose values log to each other do not wait for each other.
func TestB56ValuesThatLogCrosswise(t *testing.T) {
	a, b := &conformance.Recorder{}, &conformance.Recorder{}
	toA := slog.New(slogsink.NewHandler(a, &slogsink.Options{Render: text}))
	toB := slog.New(slogsink.NewHandler(b, &slogsink.Options{Render: text}))
	inA, inB := make(chan struct{}), make(chan struct{})
	watch(t, func() {
		var wg sync.WaitGroup
		wg.Go(func() { toA.Info("outer", "v", crossing{here: inA, there: inB, to: toB}) })
		wg.Go(func() { toB.Info("outer", "v", crossing{here: inB, there: inA, to: toA}) })
		wg.Wait()
	})
	for _, rec := range []*conformance.Recorder{a, b} {
		if !strings.Contains(lines(rec), "level=INFO msg=across") || !strings.Contains(lines(rec), "level=INFO msg=outer v=done") {
			t.Errorf("got %s", lines(rec))
		}
	}
}

// Whoever merely comes at the same time waits for the renderer: it is called for
// one record at a time, and there is one of it.
func TestRendererIsCalledForOneRecordAtATime(t *testing.T) {
	rec := &conformance.Recorder{}
	var made, inside atomic.Int64
	entered, release := make(chan struct{}), make(chan struct{})
	h := slogsink.NewHandler(rec, &slogsink.Options{Render: func(w io.Writer) slog.Handler {
		made.Add(1)
		return failing(func(r slog.Record) error {
			if inside.Add(1) != 1 {
				t.Error("called twice at once")
			}
			if r.Message == "first" {
				close(entered)
				<-release
			}
			inside.Add(-1)
			return nil
		})(w)
	}})
	var wg sync.WaitGroup
	wg.Go(func() { handle(t, h, record(slog.LevelInfo, "first")) })
	<-entered
	for g := range 8 {
		wg.Go(func() {
			for i := range 100 {
				handle(t, h, record(slog.LevelInfo, fmt.Sprintf("%d/%d", g, i)))
			}
		})
	}
	for range 1000 {
		runtime.Gosched() // they come, and find it taken
	}
	close(release)
	wg.Wait()
	for _, r := range rec.Records() {
		if string(r.Line) != r.Message {
			t.Fatalf("%q has line %q", r.Message, r.Line)
		}
	}
	if len(rec.Records()) != 801 || made.Load() != 1 {
		t.Errorf("%d records, %d renderers", len(rec.Records()), made.Load())
	}
}

// While one record waits in the sink, others are rendered and delivered, and do
// not write over its line.
func TestSlowSinkHoldsUpOnlyItsCaller(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	rec := &conformance.Recorder{OnEmit: func(r core.Record) error {
		if r.Message == "slow" {
			close(entered)
			<-release
		}
		return nil
	}}
	h := slogsink.NewHandler(rec, &slogsink.Options{Render: verbatim})
	var slow sync.WaitGroup
	slow.Go(func() { handle(t, h, record(slog.LevelInfo, "slow")) })
	<-entered
	watch(t, func() { handle(t, h, record(slog.LevelInfo, "quick")) })
	close(release)
	slow.Wait()
	if got := lines(rec); got != "quick|slow" {
		t.Errorf("got %s", got)
	}
}

// state is a value that changes.
type state struct{ now *string }

func (s state) LogValue() slog.Value { return slog.StringValue(*s.now) }

// What was given to With has its value of then in every line, also in one that is
// rendered while another one is.
func TestB52RendererShowsTheValuesOfWith(t *testing.T) {
	var out bytes.Buffer
	now := "old"
	l := slog.New(slogsink.NewHandler(stream(t, &out, nil), &slogsink.Options{Render: text})).With("state", state{&now})
	now = "new"
	l.Info("outer", "v", once{l: l, said: new(atomic.Int64)})
	want := "level=INFO msg=said state=old more=<nil>\nlevel=INFO msg=outer state=old v=done\n"
	if got := out.String(); got != want {
		t.Errorf("got %s", got)
	}
}

// A renderer that writes at the wrong time is told so, and spoils no line.
func TestRendererThatWritesLate(t *testing.T) {
	rec := &conformance.Recorder{}
	var out io.Writer
	h := slogsink.NewHandler(rec, &slogsink.Options{Render: func(w io.Writer) slog.Handler {
		out = w
		return text(w)
	}})
	handle(t, h, record(slog.LevelInfo, "one"))
	if n, err := out.Write([]byte("late")); n != 0 || err == nil {
		t.Errorf("Write: %d, %v", n, err)
	}
	handle(t, h, record(slog.LevelInfo, "two"))
	for _, r := range rec.Records() {
		if want := "level=INFO msg=" + r.Message; string(r.Line) != want {
			t.Errorf("got %q", r.Line)
		}
	}
}
