package slogsink_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

func TestRecordCarriesTheCall(t *testing.T) {
	rec := &conformance.Recorder{}
	l := slog.New(slogsink.NewHandler(rec, &slogsink.Options{Logger: "app.db", AddSource: true}))
	before := time.Now()
	l.Warn("hello", "k", 1)
	_, file, line, _ := runtime.Caller(0)
	r := only(t, rec)
	if r.Time.Before(before) || r.Time.After(time.Now()) || r.Level != slog.LevelWarn || r.Logger != "app.db" || r.Message != "hello" {
		t.Errorf("got %+v", r)
	}
	src := r.Source()
	if src == nil || src.File != file || src.Line != line-1 || !strings.HasSuffix(src.Function, t.Name()) {
		t.Errorf("source %+v", src)
	}
	if r.Line != nil || attrs(r) != `{"k":1}` {
		t.Errorf("line %q, attributes %s", r.Line, attrs(r))
	}
}

func TestSourceIsUnknownUnlessAskedFor(t *testing.T) {
	for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, identity} {
		rec := &conformance.Recorder{}
		slog.New(slogsink.NewHandler(rec, &slogsink.Options{ReplaceAttr: replace})).Info("x")
		if r := only(t, rec); r.PC != 0 || r.Source() != nil {
			t.Errorf("source %+v", r.Source())
		}
	}
}

func TestZeroTimeAndZeroPCAreIgnored(t *testing.T) {
	for _, replace := range []func([]string, slog.Attr) slog.Attr{nil, identity} {
		opts := &slogsink.Options{AddSource: true, ReplaceAttr: replace}
		got := through(t, core.JSON{}, opts, plain, slog.NewRecord(time.Time{}, slog.LevelInfo, "m", 0))
		if got != `{"level":"INFO","msg":"m"}`+"\n" {
			t.Errorf("got %s", got)
		}
	}
}

// touchy counts how often it is looked at.
type touchy struct{ touched *int }

func (v touchy) LogValue() slog.Value {
	*v.touched++
	return slog.StringValue("looked at")
}

// What the handler's level or the sink's keeps out is not even looked at; what a
// caller hands to Handle without asking is delivered.
func TestEnabledIsAskedBeforeArgumentsAreTouched(t *testing.T) {
	var level slog.LevelVar
	for name, h := range map[string]slog.Handler{
		"handler": slogsink.NewHandler(&conformance.Recorder{}, &slogsink.Options{Level: &level}),
		"sink":    slogsink.NewHandler(core.NewMinLevel(&conformance.Recorder{}, &level), &slogsink.Options{Level: slog.LevelDebug}),
		"null":    slogsink.NewHandler(&core.Null{}, nil),
	} {
		touched := 0
		level.Set(slog.LevelError)
		slog.New(h).Warn("x", "v", touchy{&touched})
		if touched != 0 || h.Enabled(t.Context(), slog.LevelWarn) {
			t.Errorf("%s: looked at", name)
		}
		level.Set(slog.LevelWarn)
		slog.New(h).Warn("x", "v", touchy{&touched})
		if want := name != "null"; (touched > 0) != want || h.Enabled(t.Context(), slog.LevelWarn) != want {
			t.Errorf("%s: looked at %d times", name, touched)
		}
	}
}

func TestLevelIsInfoByDefault(t *testing.T) {
	rec := &conformance.Recorder{}
	l := slog.New(slogsink.NewHandler(rec, nil))
	l.Log(t.Context(), slog.LevelInfo-1, "below")
	l.Info("at")
	if got := messages(rec); got != "at" {
		t.Errorf("got %q", got)
	}
}

func TestHandleDoesNotAskForTheLevel(t *testing.T) {
	rec := &conformance.Recorder{}
	handle(t, slogsink.NewHandler(rec, nil), record(slog.LevelDebug, "below"))
	if r := only(t, rec); r.Level != slog.LevelDebug {
		t.Errorf("level %v", r.Level)
	}
}

func TestWithGroupOfNoNameIsTheReceiver(t *testing.T) {
	for _, opts := range []*slogsink.Options{nil, {Render: text}} {
		h := slogsink.NewHandler(&conformance.Recorder{}, opts)
		if got := h.WithGroup(""); got != slog.Handler(h) {
			t.Error("WithGroup made another handler")
		}
		if got := h.WithAttrs(nil); got != slog.Handler(h) {
			t.Error("WithAttrs made another handler")
		}
	}
}

// The slice belongs to WithAttrs, but what it says was read by then: slog's own
// handlers format it at once.
func TestWithAttrsOwnsItsSlice(t *testing.T) {
	for _, opts := range []*slogsink.Options{nil, {ReplaceAttr: identity}, {Render: text}} {
		rec := &conformance.Recorder{}
		given := []slog.Attr{slog.String("a", "1"), slog.Group("g", slog.String("b", "2"))}
		h := slogsink.NewHandler(rec, opts).WithAttrs(given)
		given[0], given[1] = slog.String("x", "9"), slog.String("y", "9")
		handle(t, h, record(slog.LevelInfo, "m"))
		if got := attrs(only(t, rec)); got != `{"a":"1","g":{"b":"2"}}` {
			t.Errorf("got %s", got)
		}
		if opts != nil && opts.Render != nil && lines(rec) != "level=INFO msg=m a=1 g.b=2" {
			t.Errorf("got line %s", lines(rec))
		}
	}
}

// WithAttrs reads its slice and never writes to it: callers share it.
func TestWithAttrsLeavesTheSliceAlone(t *testing.T) {
	given := []slog.Attr{slog.Any("v", touchy{new(int)}), slog.Group("", slog.Int("n", 1)), {}}
	h := slogsink.NewHandler(&conformance.Recorder{}, &slogsink.Options{
		ReplaceAttr: func([]string, slog.Attr) slog.Attr { return slog.Attr{} },
	})
	h.WithAttrs(given)
	if given[0].Value.Kind() != slog.KindLogValuer || given[1].Value.Kind() != slog.KindGroup || given[2].Key != "" {
		t.Errorf("now %v", given)
	}
}

func TestValuesOfWithAreResolvedThenAndOnce(t *testing.T) {
	rec := &conformance.Recorder{}
	touched := 0
	live := map[string]int{"n": 1}
	l := slog.New(slogsink.NewHandler(rec, nil)).With("v", touchy{&touched}, "live", live)
	if touched != 1 {
		t.Errorf("looked at %d times by With", touched)
	}
	live["n"] = 2
	l.Info("x")
	l.WithGroup("g").Info("y")
	for _, r := range rec.Records() {
		if got := attrs(r); got != `{"v":"looked at","live":{"n":1}}` {
			t.Errorf("%s has %s", r.Message, got)
		}
	}
	if touched != 1 {
		t.Errorf("looked at %d times", touched)
	}
}

// Whatever outlives Handle is a clone: the caller goes on with its slices.
func TestB52ValuesChangedAfterTheCall(t *testing.T) {
	rec := &conformance.Recorder{}
	live, bytes := &struct{ N int }{1}, []byte("first")
	slog.New(slogsink.NewHandler(rec, nil)).Info("x", "live", live, "bytes", bytes)
	live.N = 2
	copy(bytes, "XXXXX")
	if got := attrs(only(t, rec)); got != `{"live":{"N":1},"bytes":"Zmlyc3Q="}` {
		t.Errorf("got %s", got)
	}
}

// A context may carry values for the record. It never cancels it.
func TestContextThatHasEndedCancelsNothing(t *testing.T) {
	rec := &conformance.Recorder{}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("ended"))
	l := slog.New(slogsink.NewHandler(rec, &slogsink.Options{Render: text}))
	l.InfoContext(ctx, "x")
	if r := only(t, rec); string(r.Line) != "level=INFO msg=x" {
		t.Errorf("line %q", r.Line)
	}
}

// Handlers derived from one share its sink, and only that.
func TestB61DerivedHandlersDoNotMix(t *testing.T) {
	for name, opts := range map[string]*slogsink.Options{
		"no renderer": {}, "renderer": {Render: text}, "replacing": {ReplaceAttr: identity},
	} {
		t.Run(name, func(t *testing.T) {
			rec := &conformance.Recorder{}
			base := slog.New(slogsink.NewHandler(rec, opts)).With("p1", 1).With("p2", 2).WithGroup("g").With("p3", 3)
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					for range 50 {
						base.With("i", i).WithGroup("h").Info("m", "j", i)
					}
				})
			}
			wg.Wait()
			checkDerived(t, rec.Records(), opts.Render != nil)
		})
	}
}

func checkDerived(t *testing.T, records []core.Record, rendered bool) {
	t.Helper()
	count := map[string]int{}
	for _, r := range records {
		count[attrs(r)+" "+string(r.Line)]++
	}
	for i := range 8 {
		n := string(rune('0' + i))
		want := `{"p1":1,"p2":2,"g":{"p3":3,"i":` + n + `,"h":{"j":` + n + `}}} `
		if rendered {
			want += "level=INFO msg=m p1=1 p2=2 g.p3=3 g.i=" + n + " g.h.j=" + n
		}
		if count[want] != 50 {
			t.Errorf("%d of 50: %s", count[want], want)
		}
	}
	if len(records) != 400 {
		t.Errorf("%d records, want 400", len(records))
	}
}

func TestOptionsAreCopied(t *testing.T) {
	var buf bytes.Buffer
	opts := &slogsink.Options{Logger: "a"}
	h := slogsink.NewHandler(stream(t, &buf, core.JSON{}), opts)
	opts.Logger, opts.Level, opts.AddSource = "b", slog.LevelError, true
	opts.ReplaceAttr = func([]string, slog.Attr) slog.Attr { panic("too late") }
	opts.ContextAttrs = func(context.Context) []slog.Attr { panic("too late") }
	slog.New(h).InfoContext(t.Context(), "m")
	if got := buf.String(); !strings.HasSuffix(got, `"level":"INFO","logger":"a","msg":"m"}`+"\n") {
		t.Errorf("got %s", got)
	}
}

func TestNewHandlerPanics(t *testing.T) {
	if got := panics(func() { slogsink.NewHandler(nil, nil) }); got != "slogsink: NewHandler: nil sink" {
		t.Errorf("nil sink: %v", got)
	}
	none := &slogsink.Options{Render: func(io.Writer) slog.Handler { return nil }}
	if got := panics(func() { slogsink.NewHandler(&core.Null{}, none) }); got != "slogsink: NewHandler: Render returned nil" {
		t.Errorf("nil renderer: %v", got)
	}
}
