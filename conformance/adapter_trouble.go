package conformance

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core"
)

var errSink = errors.New("the sink refuses")

// troubleCases are about sinks that misbehave and programs that end.
var troubleCases = []testCase[AdapterHarness]{
	{"B53 failing sink", "an error of the sink is told, and the next record is logged", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		b.sink.OnEmit = func(r core.Record) error {
			if r.Message == "bad" {
				return errSink
			}
			return nil
		}
		b.log(t, "bad")
		b.log(t, "good")
		if r := b.only(t); r.Message != "good" {
			t.Errorf("arrived: %q", r.Message)
		}
		if errs := b.errors.wait(1); len(errs) != 1 || !errors.Is(errs[0], errSink) {
			t.Errorf("told: %v", errs)
		}
	}},
	{"B53 panicking sink", "a panic of the sink is told as an error, and takes nothing down", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		b.sink.OnEmit = func(r core.Record) error {
			if r.Message == "bad" {
				panic("in the sink")
			}
			return nil
		}
		b.log(t, "bad")
		b.log(t, "good")
		if r := b.only(t); r.Message != "good" {
			t.Errorf("arrived: %q", r.Message)
		}
		var p *core.PanicError
		if errs := b.errors.wait(1); len(errs) != 1 || !errors.As(errs[0], &p) {
			t.Errorf("told: %v", errs)
		}
	}},
	{"B46 closed sink", "logging to a closed sink is told as ErrClosed, and nothing else happens", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		_ = b.sink.Close()
		b.log(t, "late")
		if errs := b.errors.wait(1); len(errs) == 0 || !errors.Is(errs[0], core.ErrClosed) {
			t.Errorf("told: %v", errs)
		}
	}},
	{"B56 sink that logs", "a sink that logs through the logger it serves ends neither in a deadlock nor in recursion without end", func(t T, h *AdapterHarness) {
		for _, line := range []bool{false, true} {
			b := h.bench(t, AdapterOptions{Line: line})
			var calls atomic.Int64
			b.sink.OnEmit = func(core.Record) error {
				if calls.Add(1) < 10_000 {
					b.log(t, "from within the sink")
				}
				return nil
			}
			b.log(t, "first")
			if n := calls.Load(); n > 1000 {
				t.Errorf("one record reached the sink %d times", n)
			}
			calls.Store(0)
			b.log(t, "second")
			if n := calls.Load(); n > 10 {
				t.Errorf("the second record reached the sink %d times", n)
			}
		}
	}},
	{"B52 hostile values", "values that panic or never end take nothing down", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		sent := 0
		for _, v := range hostileValues() {
			err := call(func() error { b.log(t, "m", slog.Any("hostile", v)); return nil })
			switch {
			case err == nil:
				sent++
			case h.Traits.PanicsOn == nil || !h.Traits.PanicsOn(v):
				t.Errorf("%T: %v", v, err)
			}
		}
		if got := len(b.sink.Records()); got < sent {
			t.Errorf("%d of %d records arrived", got, sent)
		}
	}},
	{"B51 Fatal", "a fatal record and all before it are delivered, and failures told, before the program would end", func(t T, h *AdapterHarness) {
		h.checkLast(t, func(f *Front) func(string) { return f.Fatal })
	}},
	{"B51 Panic", "the same for a panic", func(t T, h *AdapterHarness) {
		h.checkLast(t, func(f *Front) func(string) { return f.Panic })
	}},
	{"flush", "the framework's flush flushes the sink", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		if b.Flush == nil {
			t.Skipf("the framework does not flush")
		}
		b.sink.Hold = true
		b.log(t, "held")
		if err := b.Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
		b.only(t)
	}},
	{"bounded flush", "a sink that hangs while it flushes delays the framework by the flush timeout at most", func(t T, h *AdapterHarness) {
		rec := &Recorder{}
		hanging := &hangingSink{Recorder: rec, release: make(chan struct{})}
		defer close(hanging.release)
		front := h.New(t, hanging, AdapterOptions{FlushTimeout: 50 * time.Millisecond, OnError: func(error) {}})
		start := time.Now()
		for _, f := range []func(string){front.Fatal, front.Panic} {
			if f != nil {
				f("last words")
			}
		}
		if front.Flush != nil && front.Flush() == nil {
			t.Errorf("flush: nil")
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
	}},
}

// checkLast checks a call after which the program ends.
func (h *AdapterHarness) checkLast(t T, ending func(*Front) func(string)) {
	t.Helper()
	b := h.bench(t, AdapterOptions{})
	last := ending(&b.Front)
	if last == nil {
		t.Skipf("the framework has no such call, or cannot be kept from ending the program")
	}
	b.sink.Hold = true
	b.sink.OnEmit = func(r core.Record) error {
		if r.Message == "bad" {
			return errSink
		}
		return nil
	}
	b.log(t, "before")
	b.log(t, "bad")
	last("last")
	got := b.sink.Records()
	if len(got) != 2 || got[1].Message != "last" || got[1].Level < core.LevelCritical {
		t.Errorf("arrived: %+v", got)
	}
	if errs := b.errors.all(); len(errs) != 1 || !errors.Is(errs[0], errSink) {
		t.Errorf("told by then: %v", errs)
	}
	told := &errorList{}
	front := h.New(t, deafSink{&Recorder{}}, AdapterOptions{OnError: told.add})
	ending(&front)("last")
	if errs := told.all(); len(errs) == 0 || !errors.Is(errs[0], errSink) {
		t.Errorf("of a flush that fails, told by then: %v", errs)
	}
	b.log(t, "after")
	if err := b.sink.Flush(t.Context()); err != nil || len(b.sink.Records()) != 3 {
		t.Errorf("the sink was closed: %v, %d records", err, len(b.sink.Records()))
	}
}

// deafSink cannot flush.
type deafSink struct{ *Recorder }

func (deafSink) Flush(context.Context) error { return errSink }

// hangingSink hangs while it flushes, until its context ends.
type hangingSink struct {
	*Recorder
	release chan struct{}
}

func (s *hangingSink) Flush(ctx context.Context) error {
	select {
	case <-s.release:
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.Recorder.Flush(ctx)
}
