package core_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

func TestB53MultiIsolatesErrorsAndPanics(t *testing.T) {
	first, last := new(capture), new(capture)
	failing := &capture{fail: failOn("m", errDisk)}
	panicking := &capture{fail: func(core.Record) error { panic(errNet) }}
	m := core.NewMulti(first, failing, panicking, last)
	err := m.Emit(core.Record{Message: "m"})
	var p *core.PanicError
	if !errors.Is(err, errDisk) || !errors.Is(err, errNet) || !errors.As(err, &p) {
		t.Errorf("error %v", err)
	}
	if first.messages() != "m" || last.messages() != "m" {
		t.Errorf("delivered %q and %q", first.messages(), last.messages())
	}
	if err := core.NewMulti(first, last).Emit(core.Record{}); err != nil {
		t.Errorf("nobody failed: %v", err)
	}
}

func TestB53MultiFlushesAndClosesEverySink(t *testing.T) {
	panics := func() error { panic(errNet) }
	bad := &capture{onFlush: func(context.Context) error { return errDisk }, onClose: func() error { return errDisk }}
	worse := &capture{onFlush: func(context.Context) error { return panics() }, onClose: panics}
	good := new(capture)
	m := core.NewMulti(bad, worse, good)
	for what, err := range map[string]error{"Flush": m.Flush(t.Context()), "Close": m.Close()} {
		if !errors.Is(err, errDisk) || !errors.Is(err, errNet) {
			t.Errorf("%s: %v", what, err)
		}
	}
	noError(t, "second Close", m.Close())
	if good.flushed != 1 || good.closed != 1 {
		t.Errorf("%d flushed, %d closed", good.flushed, good.closed)
	}
}

func TestMultiWithoutSinks(t *testing.T) {
	m := core.NewMulti()
	noError(t, "Emit", m.Emit(core.Record{}))
	noError(t, "Flush", m.Flush(t.Context()))
	if m.Enabled(core.LevelEmergency) || len(m.Unwrap()) != 0 {
		t.Error("delivers to nobody, but is enabled")
	}
	noError(t, "Close", m.Close())
}

func TestMultiEnabledIfAnyAndLineOnlyIfAll(t *testing.T) {
	quiet, loud := &able{level: core.LevelError, lines: true}, &able{level: core.LevelDebug}
	m := core.NewMulti(quiet, loud)
	if !m.Enabled(core.LevelDebug) || m.Enabled(core.LevelTrace) || m.LineOnly() {
		t.Error("both: wrong")
	}
	m = core.NewMulti(quiet, &able{level: core.LevelCritical, lines: true})
	if m.Enabled(core.LevelWarn) || !m.Enabled(core.LevelError) || !m.LineOnly() {
		t.Error("quiet ones: wrong")
	}
}

func TestMultiKeepsItsOwnList(t *testing.T) {
	a, b := new(capture), new(capture)
	sinks := []core.Sink{a}
	m := core.NewMulti(sinks...)
	sinks[0] = b
	m.Unwrap()[0] = b
	noError(t, "Emit", m.Emit(core.Record{Message: "m"}))
	if a.messages() != "m" {
		t.Error("the list is shared")
	}
	if _, ok := core.Sink(m).(core.BatchSink); ok {
		t.Error("Multi takes batches, and would repeat records behind a queue that retries")
	}
}

func TestCloseAll(t *testing.T) {
	var order []string
	note := func(name string) *capture {
		return &capture{
			onFlush: func(context.Context) error { order = append(order, "flush "+name); return nil },
			onClose: func() error { order = append(order, "close "+name); return nil },
		}
	}
	a, b, c := note("a"), note("b"), note("c")
	noError(t, "CloseAll", core.CloseAll(t.Context(), a, nil, b, c))
	// python-semantics §22: shutdown in reverse order of creation, flush then close.
	if got := strings.Join(order, ", "); got != "flush c, close c, flush b, close b, flush a, close a" {
		t.Errorf("order %s", got)
	}
	noError(t, "nothing to close", core.CloseAll(t.Context()))
}

func TestCloseAllGoesOn(t *testing.T) {
	last := new(capture)
	flushFails := &capture{onFlush: func(context.Context) error { return errDisk }}
	closeFails := &capture{onClose: func() error { return errNet }}
	panics := &capture{onFlush: func(context.Context) error { panic("flush") }, onClose: func() error { panic("close") }}
	var typedNil *able
	err := core.CloseAll(t.Context(), last, flushFails, closeFails, panics, typedNil)
	if !errors.Is(err, errDisk) || !errors.Is(err, errNet) || !strings.Contains(err.Error(), "panic: flush") || !strings.Contains(err.Error(), "panic: close") {
		t.Errorf("error %v", err)
	}
	for _, c := range []*capture{last, flushFails, closeFails, panics} {
		if c.flushed != 1 || c.closed != 1 {
			t.Errorf("%d flushed, %d closed", c.flushed, c.closed)
		}
	}
}

func TestCloseAllOfWhatIsClosedAlready(t *testing.T) {
	stream := newStream(t, new(tape), nil)
	wrapped := core.NewMinLevel(stream, core.LevelInfo)
	noError(t, "CloseAll", core.CloseAll(t.Context(), stream, wrapped, core.NewKeepOpen(stream)))
	noError(t, "again", core.CloseAll(t.Context(), stream, wrapped))

	// Others that share a Multi with a closed one still have their say.
	bad := &capture{onFlush: func(context.Context) error { return errDisk }}
	wantError(t, "CloseAll", core.CloseAll(t.Context(), core.NewMulti(stream, bad)), errDisk)
}

func TestCloseAllFlushesWithinTheContext(t *testing.T) {
	c := &capture{onFlush: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantError(t, "CloseAll", core.CloseAll(ctx, c), context.Canceled)
	if c.closed != 1 {
		t.Error("not closed")
	}
}
