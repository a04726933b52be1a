package core_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

// outage is a sink that fails with err, which may change.
type outage struct {
	batched
	mu    sync.Mutex
	err   error
	tries int
}

func newOutage(err error) *outage {
	o := &outage{err: err}
	o.fail = func(core.Record) error {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.tries++
		return o.err
	}
	return o
}

func (o *outage) set(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = err
}

// told collects what an OnError is told.
type told struct {
	mu   sync.Mutex
	errs []error
}

func (o *told) add(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.errs = append(o.errs, err)
}

// all waits until everything is told. It is called in a bubble.
func (o *told) all() []error {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]error(nil), o.errs...)
}

// newFailover returns a failover that tells errs, with a pause of a minute.
func newFailover(t *testing.T, sinks ...core.Sink) (*core.Failover, *told) {
	t.Helper()
	errs := new(told)
	f, err := core.NewFailover(sinks, &core.FailoverOptions{Pause: time.Minute, OnError: errs.add})
	if err != nil {
		t.Fatal(err)
	}
	return f, errs
}

func TestFailoverReturnsToTheFirstAfterThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newOutage(nil), newOutage(nil)
		f, errs := newFailover(t, first, second)
		send := func(message string) { noError(t, message, f.Emit(core.Record{Message: message})) }
		send("a")
		first.set(errNet)
		send("b")
		first.set(nil)
		send("c") // the first one would work, but rests
		time.Sleep(time.Minute - time.Nanosecond)
		send("d")
		time.Sleep(time.Nanosecond)
		send("e")
		if first.messages() != "a e" || second.messages() != "b c d" || first.tries != 3 {
			t.Errorf("first %q in %d tries, second %q", first.messages(), first.tries, second.messages())
		}
		if got := errs.all(); len(got) != 1 || !errors.Is(got[0], errNet) || !strings.Contains(got[0].Error(), "sink 1 rests for 1m0s") {
			t.Errorf("told %v", got)
		}
	})
}

func TestFailoverTellsOncePerOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newOutage(errNet), newOutage(nil)
		f, errs := newFailover(t, first, second)
		for range 5 {
			noError(t, "Emit", f.Emit(core.Record{}))
			noError(t, "Emit", f.Emit(core.Record{}))
			time.Sleep(time.Minute)
		}
		if got := errs.all(); len(got) != 1 || first.tries != 5 {
			t.Errorf("told %v in %d tries", got, first.tries)
		}
		first.set(nil)
		noError(t, "Emit", f.Emit(core.Record{}))
		first.set(errDisk)
		noError(t, "Emit", f.Emit(core.Record{}))
		if got := errs.all(); len(got) != 2 || !errors.Is(got[1], errDisk) {
			t.Errorf("told %v", got)
		}
	})
}

func TestFailoverPausesAsLongAsItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newOutage(core.RetryAfter(errNet, time.Hour)), newOutage(nil)
		f, _ := newFailover(t, first, second)
		noError(t, "Emit", f.Emit(core.Record{}))
		time.Sleep(time.Hour - time.Second)
		noError(t, "Emit", f.Emit(core.Record{}))
		if first.tries != 1 {
			t.Errorf("%d tries within the hour", first.tries)
		}
		time.Sleep(time.Second)
		noError(t, "Emit", f.Emit(core.Record{}))
		if first.tries != 2 {
			t.Errorf("%d tries after the hour", first.tries)
		}
	})
}

func TestFailoverDefaultPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := newOutage(errNet)
		f, err := core.NewFailover([]core.Sink{first, new(capture)}, &core.FailoverOptions{OnError: func(error) {}})
		noError(t, "NewFailover", err)
		for range 61 {
			noError(t, "Emit", f.Emit(core.Record{}))
			time.Sleep(time.Second)
		}
		if first.tries != 3 {
			t.Errorf("%d tries in a minute", first.tries)
		}
	})
}

func TestFailoverPermanentRestsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newOutage(core.Permanent(errNet)), newOutage(nil)
		f, errs := newFailover(t, first, second)
		noError(t, "Emit", f.Emit(core.Record{Message: "odd"}))
		first.set(nil)
		noError(t, "Emit", f.Emit(core.Record{Message: "next"}))
		if first.messages() != "next" || second.messages() != "odd" || len(errs.all()) != 0 {
			t.Errorf("first %q, second %q, told %v", first.messages(), second.messages(), errs.all())
		}
	})
}

// Nobody is left out as long as there is somebody to try.
func TestFailoverTriesRestingOnesAsALastChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newOutage(errNet), newOutage(errDisk)
		f, _ := newFailover(t, first, second)
		for range 2 {
			err := f.Emit(core.Record{Message: "lost"})
			if !errors.Is(err, errNet) || !errors.Is(err, errDisk) {
				t.Errorf("error %v", err)
			}
		}
		first.set(nil)
		noError(t, "Emit", f.Emit(core.Record{Message: "saved"}))
		if first.messages() != "saved" || first.tries != 3 || second.tries != 2 {
			t.Errorf("%q, %d and %d tries", first.messages(), first.tries, second.tries)
		}
		noError(t, "Emit", f.Emit(core.Record{Message: "next"}))
		if first.messages() != "saved next" {
			t.Errorf("the one that works again was not used: %q", first.messages())
		}
	})
}

// What one refuses for good may still find its way once another one is back, so
// a queue in front must not give it up.
func TestFailoverIsPermanentOnlyIfEverybodyIs(t *testing.T) {
	first, second := newOutage(core.Permanent(errNet)), newOutage(errDisk)
	f, _ := newFailover(t, first, second)
	err := f.Emit(core.Record{})
	if core.IsPermanent(err) || !errors.Is(err, errNet) || !errors.Is(err, errDisk) || err.Error() != "network trouble\ndisk trouble" {
		t.Errorf("error %v, permanent %v", err, core.IsPermanent(err))
	}
	second.set(core.Permanent(errDisk))
	if err := f.Emit(core.Record{}); !core.IsPermanent(err) {
		t.Errorf("error %v is not permanent", err)
	}
}

func TestFailoverPanics(t *testing.T) {
	first := &capture{fail: func(core.Record) error { panic(errNet) }}
	second := new(capture)
	f, _ := newFailover(t, first, second)
	noError(t, "Emit", f.Emit(core.Record{Message: "m"}))
	var p *core.PanicError
	f, _ = newFailover(t, first)
	if err := f.Emit(core.Record{}); !errors.As(err, &p) || second.messages() != "m" {
		t.Errorf("error %v, second got %q", err, second.messages())
	}
}

func TestFailoverBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := new(batched), new(batched)
		first.fail = failOn("c", errNet)
		f, errs := newFailover(t, first, second)
		n, err := f.EmitBatch(records("a b c d"))
		if n != 4 || err != nil || first.messages() != "a b" || second.messages() != "c d" {
			t.Errorf("%d, %v, first %q, second %q", n, err, first.messages(), second.messages())
		}
		n, err = f.EmitBatch(records("e f"))
		if n != 2 || err != nil || second.messages() != "c d e f" || len(errs.all()) != 1 {
			t.Errorf("%d, %v, second %q, told %v", n, err, second.messages(), errs.all())
		}
		second.fail = failOn("h", errDisk)
		first.fail = failOn("h", errNet)
		n, err = f.EmitBatch(records("g h i"))
		if n != 1 || !errors.Is(err, errDisk) || !errors.Is(err, errNet) || first.messages() != "a b" {
			t.Errorf("%d, %v, first %q", n, err, first.messages())
		}
	})
}

// One by one, what was delivered before a panic is not delivered again.
func TestFailoverBatchAndAPanic(t *testing.T) {
	first := &capture{fail: func(r core.Record) error {
		if r.Message == "b" {
			panic(errNet)
		}
		return nil
	}}
	second := new(capture)
	f, _ := newFailover(t, first, second)
	n, err := f.EmitBatch(records("a b c"))
	if n != 3 || err != nil || first.messages() != "a" || second.messages() != "b c" {
		t.Errorf("%d, %v, first %q, second %q", n, err, first.messages(), second.messages())
	}
}

func TestFailoverFlushesAndClosesEverySink(t *testing.T) {
	bad := &capture{onFlush: func(context.Context) error { return errDisk }, onClose: func() error { return errDisk }}
	good := new(capture)
	f, _ := newFailover(t, bad, good)
	wantError(t, "Flush", f.Flush(t.Context()), errDisk)
	wantError(t, "Close", f.Close(), errDisk)
	if good.flushed != 1 || good.closed != 1 || len(f.Unwrap()) != 2 {
		t.Errorf("%d flushed, %d closed", good.flushed, good.closed)
	}
}

// Close returns when everything is told.
func TestFailoverCloseWaitsForOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := false
		f, err := core.NewFailover([]core.Sink{newOutage(errNet), new(capture)}, &core.FailoverOptions{
			OnError: func(error) { time.Sleep(500 * time.Millisecond); done = true }})
		noError(t, "NewFailover", err)
		noError(t, "Emit", f.Emit(core.Record{}))
		noError(t, "Close", f.Close())
		if !done {
			t.Error("an error was still on its way")
		}
	})
}

func TestFailoverAsItsSinksSay(t *testing.T) {
	f, _ := newFailover(t, &able{level: core.LevelError, lines: true}, &able{level: core.LevelDebug})
	if !f.Enabled(core.LevelDebug) || f.Enabled(core.LevelTrace) || f.LineOnly() {
		t.Error("both: wrong")
	}
	f, _ = newFailover(t, &able{level: core.LevelError, lines: true})
	if f.Enabled(core.LevelWarn) || !f.LineOnly() {
		t.Error("one: wrong")
	}
}

func TestFailoverOptionsErrors(t *testing.T) {
	for _, sinks := range [][]core.Sink{nil, {new(capture), nil}} {
		f, err := core.NewFailover(sinks, &core.FailoverOptions{Pause: -1})
		if f != nil || err == nil || !strings.Contains(err.Error(), "no sink, or a nil one") || !strings.Contains(err.Error(), "Pause is negative") {
			t.Errorf("%v: %v, %v", sinks, f, err)
		}
	}
}

func TestFailoverConcurrently(t *testing.T) {
	first, second := newOutage(nil), newOutage(nil)
	f, _ := newFailover(t, first, second)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				if i == 25 {
					first.set(errNet)
				}
				noError(t, "Emit", f.Emit(core.Record{Message: fmt.Sprint(g, i)}))
			}
		})
	}
	wg.Wait()
	if n := len(first.all()) + len(second.all()); n != 400 {
		t.Errorf("%d records of 400", n)
	}
}

// A record that a sink logs into itself is not that sink's failure.
func TestB56FailoverReentrantRecordRestsNobody(t *testing.T) {
	first, second := new(capture), new(capture)
	first.fail = func(core.Record) error { return core.ErrReentrant }
	f, err := core.NewFailover([]core.Sink{first, second}, &core.FailoverOptions{OnError: func(err error) { t.Errorf("reported %v", err) }})
	noError(t, "NewFailover", err)
	noError(t, "Emit", f.Emit(core.Record{Message: "inner"}))
	first.fail = nil
	noError(t, "Emit", f.Emit(core.Record{Message: "outer"}))
	noError(t, "Close", f.Close())
	if len(first.all()) != 1 || len(second.all()) != 1 {
		t.Errorf("first has %d records, second %d", len(first.all()), len(second.all()))
	}
}
