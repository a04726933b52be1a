package conformance

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core"
)

// closingCases are about the end of a sink's life.
var closingCases = []testCase[SinkHarness]{
	{"B46 use after Close", "after Close, Emit, EmitBatch and Flush return ErrClosed, and nothing more arrives", func(t T, h *SinkHarness) {
		r := h.rig(t)
		r.emit(t, numbered(mark{0, 0}))
		r.finish(t)
		if err := r.Sink.Emit(numbered(mark{0, 1})); !errors.Is(err, core.ErrClosed) {
			t.Errorf("Emit: %v", err)
		}
		if n, err := core.EmitBatch(r.Sink, batch(0, 2, 3)); n != 0 || !errors.Is(err, core.ErrClosed) {
			t.Errorf("EmitBatch: %d, %v", n, err)
		}
		if err := r.Sink.Flush(t.Context()); !errors.Is(err, core.ErrClosed) {
			t.Errorf("Flush: %v", err)
		}
		checkExactly(t, &h.Limits, r.Received(t), []mark{{0, 0}})
	}},
	{"B47 Close twice", "a second Close does nothing and returns nil", func(t T, h *SinkHarness) {
		r := h.rig(t)
		r.emit(t, numbered(mark{0, 0}))
		r.finish(t)
		for range 2 {
			if err := r.Sink.Close(); err != nil {
				t.Errorf("Close again: %v", err)
			}
		}
		checkExactly(t, &h.Limits, r.Received(t), []mark{{0, 0}})
	}},
	{"B47 Close before the first record", "a sink may be closed unused", func(t T, h *SinkHarness) {
		r := h.rig(t)
		checkExactly(t, &h.Limits, r.finish(t), nil)
	}},
	{"B47 Close during Emit", "Close may come at any time: what Emit took arrives, what it did not is ErrClosed", func(t T, h *SinkHarness) {
		r := h.rig(t)
		first := mark{4, 0}
		r.emit(t, numbered(first)) // so that there is something to lose, whoever is faster
		var want []mark
		var producers sync.WaitGroup
		started := make(chan struct{})
		producers.Go(func() {
			close(started)
			want = produce(r.Sink, 4, 500, func(m mark, err error) {
				if !errors.Is(err, core.ErrClosed) {
					t.Errorf("Emit of %v: %v", m, err)
				}
			})
		})
		<-started
		runtime.Gosched()
		var closers sync.WaitGroup
		for range 3 {
			closers.Go(func() {
				if err := r.Sink.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
		}
		closers.Wait()
		producers.Wait()
		checkExactly(t, &h.Limits, r.Received(t), append(want, first))
	}},
	{"B47 Close within Emit", "Close may come while Emit renders a record, which then arrives or is ErrClosed", func(t T, h *SinkHarness) {
		for range 5 {
			r := h.rig(t)
			closed := make(chan struct{})
			closing := sync.OnceFunc(func() {
				go func() {
					defer close(closed)
					if err := r.Sink.Close(); err != nil {
						t.Errorf("Close: %v", err)
					}
				}()
				select {
				case <-closed:
				case <-time.After(20 * time.Millisecond): // it waits for Emit, as it may
				}
			})
			rec := core.Record{Level: core.LevelInfo, Message: mark{0, 0}.String()}
			rec.SetAttrSource(attrSource(closing))
			var want []mark
			if err := r.Sink.Emit(rec); err == nil {
				want = append(want, mark{0, 0})
			} else if !errors.Is(err, core.ErrClosed) {
				t.Errorf("Emit: %v", err)
			}
			closing() // if nobody has asked for the attributes
			<-closed
			checkExactly(t, &h.Limits, r.Received(t), want)
		}
	}},
	{"goroutines end", "Close ends every goroutine that the sink began", func(t T, h *SinkHarness) {
		before := runtime.NumGoroutine()
		for i := range 20 {
			r := h.rig(t)
			r.emit(t, numbered(mark{0, i}))
			r.finish(t)
		}
		if now := settled(before); now > before {
			t.Errorf("%d goroutines before, %d after 20 sinks were closed", before, now)
		}
	}},
	{"wrapped sinks are closed", "closing a sink closes those behind it, unless it is declared to keep them open", func(t T, h *SinkHarness) {
		r := h.rig(t)
		u, ok := r.Sink.(core.Unwrapper)
		if !ok {
			t.Skipf("the sink wraps no other")
		}
		inner := u.Unwrap()
		r.finish(t)
		for i, s := range inner {
			err := s.Flush(t.Context())
			if closed := errors.Is(err, core.ErrClosed); closed == h.Limits.KeepsOpen {
				t.Errorf("sink %d of %d behind it: Flush after Close: %v", i+1, len(inner), err)
			}
		}
	}},
	{"B35 bounded Flush", "Flush returns when its context ends, whatever the destination does", func(t T, h *SinkHarness) {
		r := h.rig(t)
		release := r.hang(t)
		defer release()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := r.Sink.Flush(ctx); err == nil {
			t.Errorf("Flush says that all has arrived")
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("Flush took %v, with 50ms to go", took)
		}
	}},
	{"B35 bounded Close", "Close returns within the sink's limit, whatever the destination does, and says that records stayed behind; its goroutines end when the destination answers", func(t T, h *SinkHarness) {
		before := runtime.NumGoroutine()
		r := h.rig(t)
		release := r.hang(t)
		defer release()
		start := time.Now()
		if err := r.Sink.Close(); err == nil {
			t.Errorf("Close says that all has arrived")
		}
		if took := time.Since(start); took > h.Limits.closeLimit() {
			t.Errorf("Close took %v", took)
		}
		release()
		if now := settled(before); now > before {
			t.Errorf("%d goroutines before, %d after the destination has answered", before, now)
		}
	}},
}

// hang makes the destination hang and gives it something to hang in.
func (r *Rig) hang(t T) (release func()) {
	t.Helper()
	if r.Hang == nil {
		t.Skipf("the harness cannot make the destination hang")
	}
	var once sync.Once
	open := r.Hang()
	release = func() { once.Do(open) }
	started := make(chan struct{})
	go func() {
		close(started)
		_ = r.Sink.Emit(numbered(mark{0, 0}))
	}()
	<-started
	time.Sleep(20 * time.Millisecond)
	return release
}

// settled waits until there are no more than n goroutines, for a while, and
// returns how many there are.
func settled(n int) int {
	now := runtime.NumGoroutine()
	for range 200 {
		if now <= n {
			break
		}
		time.Sleep(10 * time.Millisecond)
		now = runtime.NumGoroutine()
	}
	return now
}

// attrSource is an attribute source without attributes that calls a function.
type attrSource func()

// AppendAttrs implements core.AttrSource.
func (f attrSource) AppendAttrs(dst []slog.Attr) []slog.Attr {
	f()
	return dst
}
