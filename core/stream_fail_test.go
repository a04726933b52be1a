package core_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

// line returns a record with a Line.
func line(s string) core.Record { return core.Record{Line: []byte(s)} }

func TestStreamFailingWriter(t *testing.T) {
	w := &faulty{fail: map[string]error{"bad\n": errDisk}}
	s := newStream(t, w, nil)
	noError(t, "Emit", s.Emit(line("one")))
	wantError(t, "Emit", s.Emit(line("bad")), errDisk)
	noError(t, "Emit after a failure", s.Emit(line("two")))
	if w.text() != "one\ntwo\n" {
		t.Errorf("wrote %q", w.text())
	}
}

func TestStreamBeginsANewLineAfterAShortWrite(t *testing.T) {
	tests := map[string]struct {
		opts *core.StreamOptions
		cut  int   // bytes of the bad record that are taken
		err  error // of the writer
		want string
	}{
		"error":             {nil, 2, errDisk, "one\nba\ntwo\nsix\n"},
		"no error":          {nil, 2, nil, "one\nba\ntwo\nsix\n"},
		"all but newline":   {nil, 3, errDisk, "one\nbad\ntwo\nsix\n"},
		"nothing was taken": {nil, 0, errDisk, "one\ntwo\nsix\n"},
		"terminator":        {&core.StreamOptions{Terminator: ";"}, 1, errDisk, "one;b;two;six;"},
		"no terminator":     {&core.StreamOptions{NoTerminator: true}, 1, errDisk, "onebtwosix"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := &faulty{fail: map[string]error{}, short: map[string]int{}}
			for _, end := range []string{"", ";", "\n"} {
				w.fail["bad"+end], w.short["bad"+end] = test.err, test.cut
			}
			s := newStream(t, w, test.opts)
			noError(t, "Emit", s.Emit(line("one")))
			want := test.err
			if want == nil {
				want = io.ErrShortWrite
			}
			wantError(t, "Emit", s.Emit(line("bad")), want)
			noError(t, "Emit", s.Emit(line("two")))
			noError(t, "Emit", s.Emit(line("six")))
			if w.text() != test.want || slices.Contains(w.all(), "") {
				t.Errorf("wrote %q, want %q", w.all(), test.want)
			}
		})
	}
}

func TestStreamBatchTellsHowManyWereDelivered(t *testing.T) {
	tests := []struct{ cut, delivered int }{{0, 0}, {3, 0}, {4, 1}, {6, 1}, {8, 2}, {11, 2}}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.cut), func(t *testing.T) {
			all := "one\ntwo\nsix\n"
			w := &faulty{fail: map[string]error{all: errDisk}, short: map[string]int{all: test.cut}}
			s := newStream(t, w, nil)
			n, err := s.EmitBatch([]core.Record{line("one"), line("two"), line("six")})
			if n != test.delivered || !errors.Is(err, errDisk) {
				t.Errorf("delivered %d, error %v", n, err)
			}
			noError(t, "Emit", s.Emit(line("end")))
			want := all[:test.cut]
			if test.cut%4 != 0 {
				want += "\n"
			}
			if w.text() != want+"end\n" {
				t.Errorf("wrote %q, want %q", w.text(), want+"end\n")
			}
			if st := s.Stats(); st.Delivered != uint64(n)+1 || st.Failed != 1 {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

func TestStreamBatchWithARecordThatCannotBeRendered(t *testing.T) {
	var w tape
	s := newStream(t, &w, &core.StreamOptions{Formatter: core.FormatterFunc(func(dst []byte, r core.Record) []byte {
		if r.Message == "bad" {
			panic("bad record")
		}
		return append(dst, r.Message...)
	})})
	n, err := s.EmitBatch(records("a b bad c"))
	var p *core.PanicError
	if n != 2 || !errors.As(err, &p) || w.text() != "a\nb\n" {
		t.Errorf("delivered %d, error %v, wrote %q", n, err, w.text())
	}
	if n, err = s.EmitBatch(records("bad c")); n != 0 || !errors.As(err, &p) {
		t.Errorf("delivered %d, error %v", n, err)
	}
	if err := s.Emit(records("bad")[0]); !errors.As(err, &p) {
		t.Errorf("Emit: %v", err)
	}
	noError(t, "Emit", s.Emit(records("c")[0]))
	if w.text() != "a\nb\nc\n" {
		t.Errorf("wrote %q", w.text())
	}
}

func TestStreamPanickingWriter(t *testing.T) {
	var w tape
	bad := true
	s := newStream(t, writerFunc(func(p []byte) (int, error) {
		if bad {
			panic(errDisk)
		}
		return w.Write(p)
	}), nil)
	var p *core.PanicError
	if err := s.Emit(line("a")); !errors.As(err, &p) || !errors.Is(err, errDisk) {
		t.Errorf("Emit: %v", err)
	}
	if n, err := s.EmitBatch([]core.Record{line("b")}); n != 0 || !errors.As(err, &p) {
		t.Errorf("EmitBatch: %d, %v", n, err)
	}
	bad = false
	noError(t, "Emit after a panic", s.Emit(line("c")))
	noError(t, "Flush", s.Flush(t.Context()))
	// Nobody knows what the panicking Write has written: the next record begins on
	// a new line.
	if w.text() != "\nc\n" {
		t.Errorf("wrote %q", w.text())
	}
}

// writerFunc is a function as an io.Writer. It cannot be compared.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// again is a writer that takes a few bytes and is then, for a while, not ready.
type again struct {
	tape
	takes int
	until time.Time // never takes anything before
}

func (a *again) Write(p []byte) (int, error) {
	if time.Now().Before(a.until) {
		return 0, fmt.Errorf("write: %w", syscall.EAGAIN)
	}
	n := min(a.takes, len(p))
	_, _ = a.tape.Write(p[:n])
	if n < len(p) {
		return n, syscall.EAGAIN
	}
	return n, nil
}

func TestStreamGoesOnWhereAWriterWasNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &again{takes: 4, until: time.Now().Add(500 * time.Millisecond)}
		s := newStream(t, w, nil)
		noError(t, "Emit", s.Emit(line("more than four")))
		noError(t, "Emit", s.Emit(line("x")))
		if w.text() != "more than four\nx\n" {
			t.Errorf("wrote %q", w.text())
		}
	})
}

func TestStreamWaitsOnlySoLongForAWriter(t *testing.T) {
	for name, limit := range map[string]time.Duration{"default": time.Second, "set": 330 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := &core.StreamOptions{BlockTimeout: limit}
				if name == "default" {
					opts = nil
				}
				w := &again{takes: 4, until: time.Now().Add(time.Hour)}
				s := newStream(t, w, opts)
				start := time.Now()
				wantError(t, "Emit", s.Emit(line("one")), syscall.EAGAIN)
				const pause = 50 * time.Millisecond // the last look may come so much later
				if took := time.Since(start); took < limit || took > limit+pause {
					t.Errorf("took %v, want %v", took, limit)
				}
				w.until = time.Time{}
				noError(t, "Emit", s.Emit(line("two")))
				if w.text() != "two\n" {
					t.Errorf("wrote %q", w.text())
				}
			})
		})
	}
}

func TestStreamEndsALineThatAWriterHasBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &again{takes: 0}
		s := newStream(t, writerFunc(func(p []byte) (int, error) {
			if len(w.all()) == 0 {
				_, _ = w.tape.Write(p[:2])
				return 2, syscall.EAGAIN
			}
			return w.Write(p)
		}), nil)
		wantError(t, "Emit", s.Emit(line("one")), syscall.EAGAIN)
		wantError(t, "Emit, still blocked", s.Emit(line("two")), syscall.EAGAIN)
		w.takes = 100
		noError(t, "Emit", s.Emit(line("six")))
		if w.text() != "on\nsix\n" {
			t.Errorf("wrote %q", w.text())
		}
	})
}

func TestB56StreamWriterThatLogsIntoItsOwnStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w tape
		var s *core.Stream
		var mu sync.Mutex
		var inner []error
		s = newStream(t, writerFunc(func(p []byte) (int, error) {
			err := s.Emit(line("inner"))
			_, batch := s.EmitBatch([]core.Record{line("inner")})
			flush := s.Flush(t.Context())
			_, set := s.SetStream(io.Discard)
			mu.Lock()
			inner = append(inner, err, batch, flush, set)
			mu.Unlock()
			return w.Write(p)
		}), nil)
		for range 3 {
			noError(t, "Emit", s.Emit(line("outer")))
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { noError(t, "Emit", s.Emit(line("outer"))) })
		}
		wg.Wait()
		for _, err := range inner {
			wantError(t, "from within", err, core.ErrReentrant)
		}
		if got := w.text(); len(inner) < 16 || got != "outer\nouter\nouter\nouter\nouter\nouter\nouter\n" {
			t.Errorf("%d inner errors, wrote %q", len(inner), got)
		}
	})
}
