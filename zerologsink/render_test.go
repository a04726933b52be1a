package zerologsink_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// upper is a writer that changes what it passes on.
type upper struct{ w io.Writer }

func (u upper) Write(p []byte) (int, error) { return u.w.Write(bytes.ToUpper(p)) }

func TestRenderKeepsLevelAndFields(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{Render: func(w io.Writer) io.Writer { return upper{w} }})
	l := zerolog.New(w)
	l.Warn().Str("k", "v").Msg("m")
	r := k.one(t)
	if string(r.Line) != `{"LEVEL":"WARN","K":"V","MESSAGE":"M"}` {
		t.Errorf("line %s", r.Line)
	}
	if r.Level != core.LevelWarn || r.Message != "m" || attrsText(r) != `{"k":"v"}` {
		t.Errorf("got %v %q %s", r.Level, r.Message, attrsText(r))
	}
}

func TestRenderIsCutOfOneLineEnd(t *testing.T) {
	for out, want := range map[string]string{"a": "a", "a\n": "a", "a\n\n": "a\n", "\n": ""} {
		k := newKeeper()
		w := zerologsink.NewWriter(k, &zerologsink.Options{Render: func(w io.Writer) io.Writer {
			return writerFunc(func(p []byte) (int, error) { return io.WriteString(w, out) })
		}})
		if n, err := w.Write([]byte("{}\n")); n != 3 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
		if got := k.one(t).Line; string(got) != want || got == nil {
			t.Errorf("%q: got %q", out, got)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestRenderThatFilters(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{Render: func(w io.Writer) io.Writer {
		return &zerolog.FilteredLevelWriter{Writer: zerolog.LevelWriterAdapter{Writer: w}, Level: zerolog.WarnLevel}
	}})
	for _, line := range []string{`{"level":"info"}`, `{"level":"warn"}`} {
		if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	}
	if got := string(k.one(t).Line); got != `{"level":"warn"}` {
		t.Errorf("got %s", got)
	}
}

// No record is lost to a writer that cannot render it.
func TestRenderThatFails(t *testing.T) {
	failure := errors.New("cannot")
	for name, fail := range map[string]func(io.Writer) (int, error){
		"error": func(w io.Writer) (int, error) {
			n, _ := io.WriteString(w, "half a li")
			return n, failure
		},
		"panic": func(io.Writer) (int, error) { panic(failure) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k, errs := newKeeper(), &errorList{}
				bad := true
				w := zerologsink.NewWriter(k, &zerologsink.Options{
					OnError: errs.add,
					Render: func(w io.Writer) io.Writer {
						return writerFunc(func(p []byte) (int, error) {
							if bad {
								return fail(w)
							}
							return upper{w}.Write(p)
						})
					},
				})
				fmt.Fprintln(w, `{"a":1}`)
				bad = false
				fmt.Fprintln(w, `{"b":2}`)
				synctest.Wait()
				rs := k.all()
				if len(rs) != 2 || string(rs[0].Line) != `{"a":1}` || attrsText(rs[0]) != `{"a":1}` || string(rs[1].Line) != `{"B":2}` {
					t.Errorf("got %+v", rs)
				}
				if got := errs.all(); len(got) != 1 || !errors.Is(got[0], failure) || !strings.HasPrefix(got[0].Error(), "zerologsink: render: ") {
					t.Errorf("reported %v", got)
				}
			})
		})
	}
}

func TestConsoleWriterOnGarbage(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{
		OnError: func(error) {},
		Render:  func(w io.Writer) io.Writer { return zerolog.ConsoleWriter{Out: w} },
	})
	fmt.Fprintln(w, "no JSON")
	if r := k.one(t); string(r.Line) != "no JSON" || r.Message != "no JSON" {
		t.Errorf("got %q %q", r.Line, r.Message)
	}
}

// An event logged by the sink, while the outer one's buffer is in use, gets
// another.
func TestRenderWithinRender(t *testing.T) {
	var made atomic.Int32
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{
		OnError: func(error) {},
		Render:  func(w io.Writer) io.Writer { made.Add(1); return upper{w} },
	})
	inner := true
	k.watch = func(core.Record) {
		if inner {
			inner = false
			fmt.Fprintln(w, "{\"inner\":1}")
		}
	}
	fmt.Fprintln(w, `{"outer":1}`)
	rs := k.all()
	if len(rs) != 2 || string(rs[0].Line) != `{"INNER":1}` || string(rs[1].Line) != `{"OUTER":1}` || made.Load() != 2 {
		t.Errorf("%d writers made, got %+v", made.Load(), rs)
	}
}

func TestLargeRenderedLine(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{Render: func(w io.Writer) io.Writer { return upper{w} }})
	long := strings.Repeat("x", 1<<20)
	fmt.Fprintf(w, "{\"long\":%q}\n", long)
	fmt.Fprintln(w, `{"short":1}`)
	if rs := k.all(); string(rs[0].Line) != `{"LONG":"`+strings.ToUpper(long)+`"}` || string(rs[1].Line) != `{"SHORT":1}` {
		t.Errorf("got %d bytes, %s", len(rs[0].Line), rs[1].Line)
	}
}
