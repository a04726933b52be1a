package core_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

// wrap returns every wrapper of this package around target.
func wrap(target core.Sink) map[string]core.Sink {
	failover, err := core.NewFailover([]core.Sink{target}, &core.FailoverOptions{OnError: func(error) {}})
	if err != nil {
		panic(err)
	}
	return map[string]core.Sink{
		"KeepOpen": core.NewKeepOpen(target),
		"MinLevel": core.NewMinLevel(target, core.LevelTrace),
		"Filter":   core.NewFilter(target, func(core.Record) bool { return true }),
		"Rewrite":  core.NewRewrite(target, func(*core.Record) {}),
		"OnError":  core.NewOnError(target, func(_ core.Record, err error) error { return err }),
		"Multi":    core.NewMulti(target),
		"Failover": failover,
	}
}

func TestWrappersHandOn(t *testing.T) {
	for name := range wrap(new(capture)) {
		t.Run(name, func(t *testing.T) {
			target := &batched{capture: capture{fail: failOn("bad", errDisk)}}
			s := wrap(target)[name]
			noError(t, "Emit", s.Emit(core.Record{Message: "a"}))
			wantError(t, "Emit", s.Emit(core.Record{Message: "bad"}), errDisk)
			noError(t, "Flush", s.Flush(t.Context()))
			if target.messages() != "a" || target.flushed != 1 {
				t.Errorf("got %q, %d flushes", target.messages(), target.flushed)
			}
			target.onFlush = func(ctx context.Context) error { return ctx.Err() }
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			wantError(t, "Flush", s.Flush(ctx), context.Canceled)
			u := s.(core.Unwrapper).Unwrap()
			if len(u) != 1 || u[0] != core.Sink(target) {
				t.Errorf("Unwrap: %v", u)
			}
		})
	}
}

func TestWrappersHandOnBatches(t *testing.T) {
	for name := range wrap(new(capture)) {
		if name == "Multi" {
			continue // which is no BatchSink, on purpose
		}
		t.Run(name, func(t *testing.T) {
			target := &batched{capture: capture{fail: failOn("bad", errDisk)}}
			s := wrap(target)[name].(core.BatchSink)
			n, err := s.EmitBatch(records("a b c"))
			if n != 3 || err != nil || target.batches != 1 || target.messages() != "a b c" {
				t.Errorf("%d, %v, %d batches, %q", n, err, target.batches, target.messages())
			}
			n, err = s.EmitBatch(records("d bad e"))
			if n != 1 || !errors.Is(err, errDisk) || target.messages() != "a b c d" {
				t.Errorf("%d, %v, %q", n, err, target.messages())
			}
			single := new(capture)
			n, err = wrap(single)[name].(core.BatchSink).EmitBatch(records("a b"))
			if n != 2 || err != nil || single.messages() != "a b" {
				t.Errorf("one by one: %d, %v, %q", n, err, single.messages())
			}
		})
	}
}

func TestB46WrappersAfterClose(t *testing.T) {
	for name := range wrap(new(capture)) {
		t.Run(name, func(t *testing.T) {
			target := &capture{onClose: func() error { return errDisk }}
			s := wrap(target)[name]
			err := s.Close()
			if name == "KeepOpen" {
				noError(t, "Close", err)
			} else {
				wantError(t, "Close", err, errDisk)
			}
			noError(t, "second Close", s.Close())
			wantError(t, "Emit", s.Emit(core.Record{}), core.ErrClosed)
			wantError(t, "Flush", s.Flush(t.Context()), core.ErrClosed)
			if b, ok := s.(core.BatchSink); ok {
				n, err := b.EmitBatch(records("a"))
				wantError(t, "EmitBatch", err, core.ErrClosed)
				if n != 0 {
					t.Errorf("delivered %d", n)
				}
			}
			wantClosed, wantFlushed := 1, 0
			if name == "KeepOpen" {
				wantClosed, wantFlushed = 0, 1
			}
			if target.closed != wantClosed || target.flushed != wantFlushed || target.messages() != "" {
				t.Errorf("target: %d closed, %d flushed, got %q", target.closed, target.flushed, target.messages())
			}
		})
	}
}

func TestB61WrappersSayWhatTheirTargetsDeliver(t *testing.T) {
	for name := range wrap(new(capture)) {
		if s := wrap(new(capture))[name].(core.Leveled); !s.Enabled(core.LevelTrace) {
			t.Errorf("%s around a sink without level: disabled", name)
		}
		s := wrap(&able{level: core.LevelWarn, lines: true})[name]
		for _, level := range []slog.Level{core.LevelTrace, core.LevelInfo, core.LevelWarn, core.LevelEmergency} {
			if got, want := s.(core.Leveled).Enabled(level), level >= core.LevelWarn; got != want {
				t.Errorf("%s: Enabled(%v) is %v", name, level, got)
			}
		}
		// Those that look at a record, or show it to somebody, need all of it.
		looks := name == "Filter" || name == "Rewrite" || name == "OnError"
		l, ok := s.(core.LineOnly)
		if got := ok && l.LineOnly(); got == looks {
			t.Errorf("%s: LineOnly is %v", name, got)
		}
		if l, ok := wrap(new(capture))[name].(core.LineOnly); ok && l.LineOnly() {
			t.Errorf("%s around a sink that needs more: LineOnly", name)
		}
	}
}

func TestKeepOpenClosesWithinItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &capture{onFlush: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		k := core.NewKeepOpen(target)
		start := time.Now()
		wantError(t, "Close", k.Close(), context.DeadlineExceeded)
		if took := time.Since(start); took != core.DefaultCloseTimeout {
			t.Errorf("took %v", took)
		}
	})
}

func TestConstructorsRefuseNil(t *testing.T) {
	c := new(capture)
	mustPanic(t, "core: NewKeepOpen: nil target", func() { core.NewKeepOpen(nil) })
	mustPanic(t, "core: NewMinLevel: nil target", func() { core.NewMinLevel(nil, core.LevelInfo) })
	mustPanic(t, "core: NewMinLevel: nil level", func() { core.NewMinLevel(c, nil) })
	mustPanic(t, "core: NewFilter: nil target", func() { core.NewFilter(nil, func(core.Record) bool { return true }) })
	mustPanic(t, "core: NewFilter: nil function", func() { core.NewFilter(c, nil) })
	mustPanic(t, "core: NewRewrite: nil target", func() { core.NewRewrite(nil, func(*core.Record) {}) })
	mustPanic(t, "core: NewRewrite: nil function", func() { core.NewRewrite(c, nil) })
	mustPanic(t, "core: NewOnError: nil target", func() { core.NewOnError(nil, func(core.Record, error) error { return nil }) })
	mustPanic(t, "core: NewOnError: nil function", func() { core.NewOnError(c, nil) })
	mustPanic(t, "core: NewMulti: nil sink", func() { core.NewMulti(c, nil) })
	mustPanic(t, "core: NewFunc: nil function", func() { core.NewFunc(nil) })
	mustPanic(t, "core: NewFront: nil sink", func() { core.NewFront(nil, nil) })
	mustPanic(t, "core: NewFront: nil sink", func() { core.NewWriter(nil, nil) })
}

func TestNull(t *testing.T) {
	var n core.Null
	noError(t, "Emit", n.Emit(core.Record{}))
	noError(t, "Flush", n.Flush(t.Context()))
	if n.Enabled(core.LevelEmergency) || !n.LineOnly() {
		t.Error("Null wants to see records")
	}
	noError(t, "Close", n.Close())
	noError(t, "second Close", n.Close())
	wantError(t, "Emit", n.Emit(core.Record{}), core.ErrClosed)
	wantError(t, "Flush", n.Flush(t.Context()), core.ErrClosed)
}

func TestFunc(t *testing.T) {
	var got []string
	f := core.NewFunc(func(r core.Record) error {
		got = append(got, r.Message)
		return failOn("bad", errDisk)(r)
	})
	noError(t, "Emit", f.Emit(core.Record{Message: "a"}))
	wantError(t, "Emit", f.Emit(core.Record{Message: "bad"}), errDisk)
	noError(t, "Flush", f.Flush(t.Context()))
	noError(t, "Close", f.Close())
	noError(t, "second Close", f.Close())
	wantError(t, "Emit", f.Emit(core.Record{Message: "late"}), core.ErrClosed)
	wantError(t, "Flush", f.Flush(t.Context()), core.ErrClosed)
	if len(got) != 2 {
		t.Errorf("called with %q", got)
	}
}

func TestEmitBatchOneByOne(t *testing.T) {
	c := &capture{fail: failOn("bad", errDisk)}
	n, err := core.EmitBatch(c, records("a b bad c"))
	if n != 2 || !errors.Is(err, errDisk) || c.messages() != "a b" {
		t.Errorf("%d, %v, %q", n, err, c.messages())
	}
	n, err = core.EmitBatch(c, nil)
	if n != 0 || err != nil {
		t.Errorf("empty: %d, %v", n, err)
	}
	b := new(batched)
	if n, err = core.EmitBatch(b, records("a b")); n != 2 || err != nil || b.batches != 1 {
		t.Errorf("%d, %v, %d batches", n, err, b.batches)
	}
}

func TestWalkAndAs(t *testing.T) {
	a, b, c := new(capture), new(batched), newStream(t, new(tape), nil)
	inner := core.NewMinLevel(b, core.LevelInfo)
	multi := core.NewMulti(a, inner, c)
	top := core.NewKeepOpen(multi)
	var order []core.Sink
	whole := core.Walk(top, func(s core.Sink) bool { order = append(order, s); return true })
	want := []core.Sink{top, multi, a, inner, b, c}
	for i := range want {
		if !whole || len(order) != len(want) || order[i] != want[i] {
			t.Fatalf("walked %v", order)
		}
	}
	visits := 0
	if core.Walk(top, func(s core.Sink) bool { visits++; return s != core.Sink(inner) }) || visits != 4 {
		t.Errorf("%d visits after stopping", visits)
	}
	if got, ok := core.As[core.Statser](top); !ok || got != core.Statser(c) {
		t.Errorf("As Statser: %v, %v", got, ok)
	}
	if got, ok := core.As[*batched](top); !ok || got != b {
		t.Errorf("As batched: %v, %v", got, ok)
	}
	if got, ok := core.As[*core.KeepOpen](top); !ok || got != top {
		t.Errorf("As itself: %v, %v", got, ok)
	}
	if got, ok := core.As[core.Rotator](top); ok || got != nil {
		t.Errorf("As Rotator: %v, %v", got, ok)
	}
}

func TestKeepOpenInFrontOfAClosedSink(t *testing.T) {
	target := core.NewFunc(func(core.Record) error { return nil })
	noError(t, "CloseAll", core.CloseAll(t.Context(), core.NewKeepOpen(target), target))
}
