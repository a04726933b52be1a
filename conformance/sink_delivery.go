package conformance

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core"
)

// deliveryCases are about records that nothing goes wrong with.
var deliveryCases = []testCase[SinkHarness]{
	{"one goroutine", "every record that Emit took arrives once, in order", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var want []mark
		for i := range 100 {
			m := mark{0, i}
			r.emit(t, numbered(m))
			want = append(want, m)
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"many goroutines", "Emit may be called by many goroutines at once; every record arrives once and whole, those of one goroutine in order", func(t T, h *SinkHarness) {
		r := h.rig(t)
		want := produce(r.Sink, 8, 200, func(m mark, err error) { t.Errorf("Emit of %v: %v", m, err) })
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"flush", "when Flush returns nil, all that was accepted before has arrived", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var want []mark
		for round := range 3 {
			for i := range 10 {
				m := mark{round, i}
				r.emit(t, numbered(m))
				want = append(want, m)
			}
			r.flush(t)
			checkExactly(t, &h.Limits, r.Received(t), want)
		}
	}},
	{"flush of nothing", "Flush of a sink without records is nil", func(t T, h *SinkHarness) {
		r := h.rig(t)
		r.flush(t)
		checkExactly(t, &h.Limits, r.finish(t), nil)
	}},
	{"flush under an ended context", "Flush returns soon when its context has ended, with that error or nil", func(t T, h *SinkHarness) {
		r := h.rig(t)
		r.emit(t, numbered(mark{0, 0}))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Sink.Flush(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Flush: %v", err)
		}
		checkExactly(t, &h.Limits, r.finish(t), []mark{{0, 0}})
	}},
	{"everything at once", "Emit, EmitBatch, Flush and Close may run at the same time: what was accepted arrives, the rest is refused", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var singles, batches []mark
		var closed atomic.Bool
		var wg sync.WaitGroup
		wg.Go(func() {
			singles = produce(r.Sink, 4, 200, func(m mark, err error) {
				if !errors.Is(err, core.ErrClosed) {
					t.Errorf("Emit of %v: %v", m, err)
				}
			})
		})
		wg.Go(func() { batches = produceBatches(r.Sink, 9, &closed) })
		wg.Go(func() {
			for !closed.Load() && r.Sink.Flush(t.Context()) == nil {
				time.Sleep(time.Millisecond)
			}
		})
		time.Sleep(5 * time.Millisecond)
		r.finish(t)
		closed.Store(true)
		wg.Wait()
		checkExactly(t, &h.Limits, r.Received(t), append(singles, batches...))
	}},
	{"batch", "EmitBatch of several sizes delivers every record once, in order, and says how many", func(t T, h *SinkHarness) {
		r := h.rig(t)
		var want []mark
		for size, first := 0, 0; size <= 1000; size, first = size*3+1, first+size {
			n, err := core.EmitBatch(r.Sink, batch(0, first, size))
			if n != size || err != nil {
				t.Fatalf("EmitBatch of %d: %d, %v", size, n, err)
			}
			for i := range size {
				want = append(want, mark{0, first + i})
			}
		}
		checkExactly(t, &h.Limits, r.finish(t), want)
	}},
	{"largest record", "a record beyond the declared limit is an error and nothing else is lost; one within it, or any where none is declared, is delivered whole", func(t T, h *SinkHarness) {
		r := h.rig(t)
		size := 10 << 20
		if h.Limits.MaxRecord > 0 {
			size = h.Limits.MaxRecord
			if err := r.Sink.Emit(sized(mark{0, 0}, size+1)); err == nil {
				r.flush(t)
				t.Errorf("a record of %d bytes is accepted, beyond the limit of %d", size+1, size)
			}
		}
		r.emit(t, sized(mark{0, 1}, size), numbered(mark{0, 2}))
		got := r.finish(t)
		checkExactly(t, &h.Limits, got, []mark{{0, 1}, {0, 2}})
		for _, one := range got {
			m, _ := markOf(one.Text)
			if m.number == 1 && (!strings.Contains(one.Text, tail) || len(one.Text) < size && !h.Limits.NotVerbatim) {
				t.Errorf("%d of %d bytes arrived", len(one.Text), size)
			}
		}
	}},
}

// produceBatches emits batches until one is refused, or a few after closed, and
// returns what was accepted.
func produceBatches(s core.Sink, goroutine int, closed *atomic.Bool) (accepted []mark) {
	for first, late := 0, 0; late < 3; first += 10 {
		if closed.Load() {
			late++
		}
		n, err := core.EmitBatch(s, batch(goroutine, first, 10))
		for i := range n {
			accepted = append(accepted, mark{goroutine, first + i})
		}
		if err != nil {
			break
		}
	}
	return accepted
}

// sized returns a record whose Line, and message, has size bytes.
func sized(m mark, size int) core.Record {
	r := numbered(m)
	r.Message = m.String() + strings.Repeat("x", size-len(m.String())-len(tail)) + tail
	r.Line = []byte(r.Message)
	return r
}
