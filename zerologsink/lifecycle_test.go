package zerologsink_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// wrappers are what may stand between a logger and its writer.
var wrappers = map[string]func(*zerologsink.Writer) io.Writer{
	"alone":               func(w *zerologsink.Writer) io.Writer { return w },
	"FilteredLevelWriter": func(w *zerologsink.Writer) io.Writer { return &zerolog.FilteredLevelWriter{Writer: w} },
	"MultiLevelWriter":    func(w *zerologsink.Writer) io.Writer { return zerolog.MultiLevelWriter(io.Discard, w) },
	"SyncWriter":          func(w *zerologsink.Writer) io.Writer { return zerolog.SyncWriter(w) },
	"LevelWriterAdapter":  func(w *zerologsink.Writer) io.Writer { return zerolog.LevelWriterAdapter{Writer: w} },
	"io.MultiWriter":      func(w *zerologsink.Writer) io.Writer { return io.MultiWriter(io.Discard, w) },
	"failing Close":       func(w *zerologsink.Writer) io.Writer { return zerolog.MultiLevelWriter(badCloser{}, w) },
	"TriggerLevelWriter": func(w *zerologsink.Writer) io.Writer {
		return &zerolog.TriggerLevelWriter{Writer: w, TriggerLevel: zerolog.ErrorLevel}
	},
}

// badCloser keeps MultiLevelWriter.Close from closing whatever comes after it.
type badCloser struct{ io.Writer }

func (badCloser) Write(p []byte) (int, error) { return len(p), nil }
func (badCloser) Close() error                { return errors.New("close") }

func TestB51FatalFlushesBeforeTheExit(t *testing.T) {
	for name, wrap := range wrappers {
		t.Run(name, func(t *testing.T) {
			k := newKeeper()
			l := zerolog.New(wrap(zerologsink.NewWriter(k, nil)))
			exits := 0
			set(t, &zerolog.FatalExitFunc, func() {
				exits++
				if n := len(k.flushed); n == 0 || k.flushed[n-1] != 2 {
					t.Errorf("flushes: %v", k.flushed)
				}
			})
			l.Info().Msg("before")
			l.Fatal().Msg("last words")
			if k.closed != 0 || exits != 1 {
				t.Errorf("sink closed %d times, %d exits", k.closed, exits)
			}
			// The program goes on.
			l.Warn().Msg("after")
			if rs := k.all(); len(rs) != 3 || rs[1].Level != core.LevelCritical || rs[2].Message != "after" {
				t.Errorf("got %v", rs)
			}
		})
	}
}

// zerolog closes the writer even where it writes nothing.
func TestB51FatalThatIsOffFlushes(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	l.Info().Msg("before")
	set(t, &zerolog.FatalExitFunc, func() {
		if len(k.flushed) != 1 || k.flushed[0] != 1 {
			t.Errorf("flushes: %v", k.flushed)
		}
	})
	off := l.Level(zerolog.Disabled)
	off.Fatal().Msg("not written")
	k.one(t)
}

// zerolog does not close the writer on Panic.
func TestB51PanicFlushes(t *testing.T) {
	for name, wrap := range wrappers {
		t.Run(name, func(t *testing.T) {
			k := newKeeper()
			l := zerolog.New(wrap(zerologsink.NewWriter(k, nil)))
			defer func() {
				if v := recover(); v != "last words" || len(k.flushed) != 1 || k.flushed[0] != 1 {
					t.Errorf("recovered %v, flushes %v", v, k.flushed)
				}
			}()
			l.Panic().Msg("last words")
		})
	}
}

func TestFlushesOnlyAtTheEnd(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	for level := range levels {
		if level != zerolog.FatalLevel && level != zerolog.PanicLevel {
			l.WithLevel(level).Msg("m")
		}
	}
	if len(k.flushed) > 0 {
		t.Errorf("flushes: %v", k.flushed)
	}
}

// What was logged before is worth flushing where the last record is not wanted.
func TestFlushesWhereTheSinkIgnoresTheLevel(t *testing.T) {
	k := newKeeper()
	k.min = core.LevelAlert
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	l.WithLevel(zerolog.PanicLevel).Msg("m")
	if len(k.flushed) != 1 {
		t.Errorf("flushes: %v", k.flushed)
	}
}

func TestFlushErrorAtTheEndIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, errs := newKeeper(), &errorList{}
		failure := errors.New("disk full")
		k.flush = func(context.Context) error { return failure }
		w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: errs.add})
		if n, err := w.WriteLevel(zerolog.PanicLevel, []byte("{}")); n != 2 || err != nil {
			t.Errorf("the record was delivered: got %d, %v", n, err)
		}
		synctest.Wait()
		if got := errs.all(); len(got) != 1 || !errors.Is(got[0], failure) {
			t.Errorf("reported %v", got)
		}
	})
}

func TestCloseFlushesAndLeavesTheSinkOpen(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, nil)
	for i := range 3 {
		if _, err := w.Write([]byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if len(k.flushed) != i+1 || k.flushed[i] != i+1 {
			t.Errorf("flushes: %v", k.flushed)
		}
	}
	if k.closed != 0 {
		t.Error("the sink was closed")
	}
	failure := errors.New("disk full")
	k.flush = func(context.Context) error { return failure }
	if err := w.Close(); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
}

func TestCloseWaitsNoLongerThanFlushTimeout(t *testing.T) {
	for _, tc := range []struct{ set, want time.Duration }{
		{0, core.DefaultFlushTimeout},
		{time.Minute, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := newKeeper()
			k.flush = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
			w := zerologsink.NewWriter(k, &zerologsink.Options{FlushTimeout: tc.set})
			start := time.Now()
			err := w.Close()
			if took := time.Since(start); took != tc.want || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("took %v, want %v: %v", took, tc.want, err)
			}
		})
	}
}

func TestSinkThatIsClosed(t *testing.T) {
	errs := &errorList{}
	sink := core.NewFunc(func(core.Record) error { return nil })
	w := zerologsink.NewWriter(sink, &zerologsink.Options{OnError: errs.add})
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteLevel(zerolog.FatalLevel, []byte("{}")); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Write: got %v", err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("Close: got %v: nothing was left to flush", err)
	}
	if got := errs.all(); len(got) > 0 {
		t.Errorf("reported %v", got)
	}
}

func TestFilteredLevelWriter(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(&zerolog.FilteredLevelWriter{Writer: zerologsink.NewWriter(k, nil), Level: zerolog.WarnLevel})
	l.Info().Msg("info")
	l.Warn().Msg("warn")
	l.WithLevel(42).Msg("42")
	if got := fmt.Sprint(messages(k)); got != "[warn 42]" {
		t.Errorf("got %s", got)
	}
}

func TestTriggerLevelWriter(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(&zerolog.TriggerLevelWriter{
		Writer:           zerologsink.NewWriter(k, nil),
		ConditionalLevel: zerolog.DebugLevel,
		TriggerLevel:     zerolog.ErrorLevel,
	})
	l.Debug().Msg("debug")
	l.Info().Msg("info")
	l.Error().Msg("error")
	if got := fmt.Sprint(messages(k)); got != "[info debug error]" {
		t.Errorf("got %s", got)
	}
	if got := k.all()[1].Level; got != core.LevelDebug {
		t.Errorf("level %v", got)
	}
}

func messages(k *keeper) (all []string) {
	for _, r := range k.all() {
		all = append(all, r.Message)
	}
	return all
}
