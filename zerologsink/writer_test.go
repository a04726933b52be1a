package zerologsink_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

func TestB48CallerReusesItsBytes(t *testing.T) {
	k := newKeeper()
	var attrs []any // taken while Emit ran, without a Clone
	k.watch = func(r core.Record) {
		for a := range r.Attrs() {
			attrs = append(attrs, a.Key, a.Value.String())
		}
		attrs = append(attrs, r.Message, r.Source().File)
	}
	w := zerologsink.NewWriter(k, nil)
	p := []byte(`{"level":"info","k":"v","é":"\u00e9","n":[1],"caller":"f.go:3","padding":0,"message":"m"}` + "\n")
	want := string(p[:len(p)-1])
	if _, err := w.Write(p); err != nil {
		t.Fatal(err)
	}
	copy(p, `{"level":"warn","x":"y","caller":"other.go:7","message":"`)
	if _, err := w.Write(p); err != nil {
		t.Fatal(err)
	}
	r := k.all()[0]
	if string(r.Line) != want || r.Message != "m" || r.Source().File != "f.go" || attrsText(r) != `{"k":"v","é":"é","n":[1],"padding":0}` {
		t.Errorf("got %+v, %s", r, attrsText(r))
	}
	if got := fmt.Sprint(attrs[:10]...); got != fmt.Sprint("k", "v", "é", "é", "n", "[91 49 93]", "padding", "0", "m", "f.go") {
		t.Errorf("attributes now read %q", attrs)
	}
}

func TestB48ZerologReusesItsBuffer(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	for i := range 3 {
		l.Info().Int("i", i).Msg("m")
	}
	for i, r := range k.all() {
		if want := fmt.Sprintf(`{"level":"info","i":%d,"message":"m"}`, i); string(r.Line) != want {
			t.Errorf("got %s, want %s", r.Line, want)
		}
		if want := fmt.Sprintf(`{"i":%d}`, i); attrsText(r) != want {
			t.Errorf("got %s, want %s", attrsText(r), want)
		}
	}
}

func TestB57CountOfBytes(t *testing.T) {
	failure := errors.New("disk full")
	for _, tc := range []struct {
		name, line string
		err        error
		n          int
	}{
		{"taken", "{}\n", nil, 3},
		{"taken, no line end", "{}", nil, 2},
		{"unreadable", "text\n", nil, 5},
		{"empty", "", nil, 0},
		{"refused", "{}\n", failure, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := newKeeper()
			k.err = tc.err
			w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: func(error) {}})
			if n, err := w.Write([]byte(tc.line)); n != tc.n || err != tc.err {
				t.Errorf("Write: got %d, %v", n, err)
			}
			if n, err := w.WriteLevel(zerolog.InfoLevel, []byte(tc.line)); n != tc.n || err != tc.err {
				t.Errorf("WriteLevel: got %d, %v", n, err)
			}
		})
	}
}

func TestB57MultiWriters(t *testing.T) {
	for name, multi := range map[string]func(...io.Writer) io.Writer{
		"io.MultiWriter":           io.MultiWriter,
		"zerolog.MultiLevelWriter": func(ws ...io.Writer) io.Writer { return zerolog.MultiLevelWriter(ws...) },
	} {
		t.Run(name, func(t *testing.T) {
			var errs []error
			set(t, &zerolog.ErrorHandler, func(err error) { errs = append(errs, err) })
			filtering := newKeeper()
			filtering.min = core.LevelCritical
			a, b := newKeeper(), newKeeper()
			var buf bytes.Buffer
			l := zerolog.New(multi(zerologsink.NewWriter(a, nil), zerologsink.NewWriter(filtering, nil), zerologsink.NewWriter(b, nil), &buf))
			l.Error().Str("k", "v").Msg("m")
			if len(errs) > 0 || len(filtering.all()) > 0 {
				t.Errorf("errors %v", errs)
			}
			for _, k := range []*keeper{a, b} {
				r := k.one(t)
				if r.Level != core.LevelError || string(r.Line)+"\n" != buf.String() || r.Message != "m" {
					t.Errorf("got %v %s", r.Level, r.Line)
				}
			}
		})
	}
}

func TestErrorGoesToErrorHandlerAndOthersGetTheLine(t *testing.T) {
	var errs []error
	set(t, &zerolog.ErrorHandler, func(err error) { errs = append(errs, err) })
	bad, good := newKeeper(), newKeeper()
	bad.err = errors.New("disk full")
	l := zerolog.New(zerolog.MultiLevelWriter(zerologsink.NewWriter(bad, nil), zerologsink.NewWriter(good, nil)))
	l.Info().Msg("m")
	if len(errs) != 1 || !errors.Is(errs[0], bad.err) {
		t.Errorf("errors %v", errs)
	}
	good.one(t)
}

func TestPanicOfSinkIsError(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, nil)
	k.watch = func(core.Record) { panic("boom") }
	n, err := w.WriteLevel(zerolog.InfoLevel, []byte(`{"a":1}`))
	var p *core.PanicError
	if n != 0 || !errors.As(err, &p) || p.Value != "boom" {
		t.Errorf("got %d, %v", n, err)
	}
	k.watch = nil
	if _, err := w.Write([]byte(`{"a":2}`)); err != nil || attrsText(k.one(t)) != `{"a":2}` {
		t.Errorf("afterwards: %v", err)
	}
}

func TestB56SinkThatLogsThroughItsLogger(t *testing.T) {
	var errs []error
	set(t, &zerolog.ErrorHandler, func(err error) { errs = append(errs, err) })
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, &zerologsink.Options{OnError: func(error) {}}))
	k.watch = func(core.Record) { l.Info().Str("a", "b").Msg("inner") }
	l.Info().Msg("outer")
	if len(errs) == 0 || !errors.Is(errs[0], core.ErrReentrant) {
		t.Fatalf("errors %v", errs)
	}
	for _, r := range k.all() {
		if want := fmt.Sprintf(`"message":%q}`, r.Message); !strings.HasSuffix(string(r.Line), want) {
			t.Errorf("message %q of line %s", r.Message, r.Line)
		}
	}
}

func TestLineIsCutOfOneLineEnd(t *testing.T) {
	for in, want := range map[string]string{"": "", "\n": "", "a": "a", "a\n": "a", "a\n\n": "a\n", "a\r\n": "a\r", "a\nb": "a\nb"} {
		for _, lineOnly := range []bool{false, true} {
			k := newKeeper()
			k.lineOnly = lineOnly
			var line []byte
			k.watch = func(r core.Record) { line = slices.Clone(r.Line) }
			var p []byte
			if in != "" {
				p = []byte(in)
			}
			if _, err := zerologsink.NewWriter(k, &zerologsink.Options{OnError: func(error) {}}).Write(p); err != nil {
				t.Fatal(err)
			}
			if line == nil || string(line) != want {
				t.Errorf("%q: got %q, nil: %v", in, line, line == nil)
			}
		}
	}
}

// A sink that needs only the line gets only the line.
func TestLineOnlySinkCostsNoDecoding(t *testing.T) {
	k := newKeeper()
	k.lineOnly = true
	k.watch = func(r core.Record) {
		if !r.Time.IsZero() || r.Message != "" || r.AppendAttrs(nil) != nil {
			t.Errorf("got %+v", r)
		}
	}
	w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: func(err error) { t.Error(err) }})
	for _, line := range []string{`{"time":"2024-01-01T00:00:00Z","a":1,"message":"m"}`, "text", "\xbf\xff"} {
		if _, err := w.WriteLevel(zerolog.WarnLevel, []byte(line)); err != nil {
			t.Error(err)
		}
	}
	for _, r := range k.all() {
		if r.Level != core.LevelWarn {
			t.Errorf("got %v", r.Level)
		}
	}
}

func TestLineOnlyAllocatesNothing(t *testing.T) {
	p := []byte(`{"level":"debug","a":"text","b":[1,2.5,{"c":null}],"message":"m"}` + "\n")
	w := zerologsink.NewWriter(discard{}, nil)
	for name, write := range map[string]func() (int, error){
		"Write":      func() (int, error) { return w.Write(p) },
		"WriteLevel": func() (int, error) { return w.WriteLevel(zerolog.DebugLevel, p) },
	} {
		if n := testing.AllocsPerRun(100, func() { _, _ = write() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// discard is a sink that is content with the line.
type discard struct{ core.Sink }

func (discard) Emit(core.Record) error { return nil }
func (discard) LineOnly() bool         { return true }

func TestNilSinkPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	zerologsink.NewWriter(nil, nil)
}

func TestOptionsAreCopied(t *testing.T) {
	k := newKeeper()
	o := &zerologsink.Options{MessageField: "msg"}
	w := zerologsink.NewWriter(k, o)
	o.MessageField, o.Render = "message", func(io.Writer) io.Writer { panic("too late") }
	if _, err := w.Write([]byte(`{"msg":"m"}`)); err != nil || k.one(t).Message != "m" {
		t.Errorf("got %v, %v", k.all(), err)
	}
}
