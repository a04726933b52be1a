package core_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestFrontMakesPanicsErrors(t *testing.T) {
	f := core.NewFront(&capture{
		fail:    func(core.Record) error { panic(errNet) },
		onFlush: func(context.Context) error { panic(errDisk) },
	}, nil)
	var p *core.PanicError
	if err := f.Emit(&core.Record{}); !errors.As(err, &p) || !errors.Is(err, errNet) {
		t.Errorf("Emit: %v", err)
	}
	if err := f.Flush(); !errors.As(err, &p) || !errors.Is(err, errDisk) {
		t.Errorf("Flush: %v", err)
	}
}

func TestFrontHandsOn(t *testing.T) {
	c := &capture{fail: failOn("bad", errDisk)}
	f := core.NewFront(c, nil)
	r := core.Record{Message: "a"}
	noError(t, "Emit", f.Emit(&r))
	wantError(t, "Emit", f.Emit(&core.Record{Message: "bad"}), errDisk)
	noError(t, "Flush", f.Flush())
	if c.messages() != "a" || c.flushed != 1 {
		t.Errorf("got %q, %d flushes", c.messages(), c.flushed)
	}
	if !f.Enabled(core.LevelTrace) || f.LineOnly() {
		t.Error("a sink that does not say otherwise wants everything")
	}
	f = core.NewFront(&able{level: core.LevelWarn, lines: true}, nil)
	if f.Enabled(core.LevelInfo) || !f.Enabled(core.LevelWarn) || !f.LineOnly() {
		t.Error("not as the sink says")
	}
}

// echo is a sink that logs, through a front to itself, each record it gets.
type echo struct {
	front   *core.Front
	entered atomic.Int64
	refused atomic.Int64
}

func (e *echo) sink() core.Sink {
	return core.NewFunc(func(r core.Record) error {
		e.entered.Add(1)
		if err := e.front.Emit(&r); errors.Is(err, core.ErrReentrant) {
			e.refused.Add(1)
		}
		return nil
	})
}

func TestB56RecursionThroughAFrontEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errs := new(told)
		var e echo
		e.front = core.NewFront(e.sink(), &core.FrontOptions{OnError: errs.add})
		noError(t, "Emit", e.front.Emit(&core.Record{}))
		if n := e.entered.Load(); n < 1 || n > 20 || e.refused.Load() != 1 {
			t.Errorf("the sink was entered %d times, %d records refused", n, e.refused.Load())
		}
		if got := errs.all(); len(got) != 1 || !errors.Is(got[0], core.ErrReentrant) {
			t.Errorf("told %v", got)
		}
		// From now on it does not nest at all.
		for range 10 {
			e.entered.Store(0)
			noError(t, "Emit", e.front.Emit(&core.Record{}))
			if n := e.entered.Load(); n != 1 {
				t.Errorf("later, the sink was entered %d times", n)
			}
		}
		if got := errs.all(); len(got) != 1 {
			t.Errorf("told %v", got)
		}
	})
}

func TestB56RecursionUnderConcurrencyEnds(t *testing.T) {
	var e echo
	e.front = core.NewFront(e.sink(), &core.FrontOptions{OnError: func(error) {}})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				noError(t, "Emit", e.front.Emit(&core.Record{}))
			}
		})
	}
	wg.Wait()
	e.entered.Store(0)
	noError(t, "Emit", e.front.Emit(&core.Record{}))
	if n := e.entered.Load(); n != 1 {
		t.Errorf("in the end, the sink was entered %d times", n)
	}
}

// A crowd that waits in the sink is no recursion.
func TestB56ConcurrencyIsNotMistaken(t *testing.T) {
	for _, fronts := range []int{1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			gate := make(chan struct{})
			c := &capture{fail: func(core.Record) error { <-gate; return nil }}
			errs := new(told)
			front := chain(c, fronts, errs)
			var wg sync.WaitGroup
			for range 200 {
				wg.Go(func() { noError(t, "Emit", front.Emit(&core.Record{})) })
			}
			synctest.Wait()
			for range 50 {
				wg.Go(func() { noError(t, "Emit", front.Emit(&core.Record{})) })
			}
			synctest.Wait()
			close(gate)
			wg.Wait()
			if n := len(c.all()); n != 250 || len(errs.all()) != 0 {
				t.Errorf("%d fronts: %d records, told %v", fronts, n, errs.all())
			}
		})
	}
}

// chain returns the outermost of n fronts in front of s.
func chain(s core.Sink, n int, errs *told) *core.Front {
	front := core.NewFront(s, &core.FrontOptions{OnError: errs.add})
	for range n - 1 {
		inner := front
		pass := core.NewFunc(func(r core.Record) error { return inner.Emit(&r) })
		front = core.NewFront(pass, &core.FrontOptions{OnError: errs.add})
	}
	return front
}

// A front that has seen recursion still serves those who come by way of another.
func TestB56ChainAfterRecursion(t *testing.T) {
	var inner *core.Front
	c := new(capture)
	looping := true
	inner = core.NewFront(core.NewFunc(func(r core.Record) error {
		if looping {
			_ = inner.Emit(&r)
		}
		return c.Emit(r)
	}), &core.FrontOptions{OnError: func(error) {}})
	noError(t, "Emit", inner.Emit(&core.Record{}))
	looping = false
	c.records = nil
	outer := core.NewFront(core.NewFunc(func(r core.Record) error { return inner.Emit(&r) }), nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 50 {
				noError(t, "Emit through both", outer.Emit(&core.Record{Message: "m"}))
			}
		})
	}
	wg.Wait()
	if n := len(c.all()); n != 1000 {
		t.Errorf("%d delivered", n)
	}
}

func TestB56FlushThatFlushesEnds(t *testing.T) {
	var f *core.Front
	calls := 0
	var last error
	f = core.NewFront(&capture{onFlush: func(context.Context) error {
		calls++
		if err := f.Flush(); err != nil {
			last = err
		}
		return nil
	}}, nil)
	noError(t, "Flush", f.Flush())
	wantError(t, "innermost Flush", last, core.ErrReentrant)
	if calls > 10 {
		t.Errorf("%d calls", calls)
	}
}

// An OnError that logs through the front whose failure it is told of.
func TestB56OnErrorThatLogsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *core.Front
		var calls atomic.Int64
		log := func() { f.Report(f.Emit(&core.Record{})) }
		f = core.NewFront(&capture{fail: func(core.Record) error { return errDisk }}, &core.FrontOptions{
			OnError: func(err error) {
				wantError(t, "told", err, errDisk)
				calls.Add(1)
				log()
			},
		})
		for i := range 3 {
			log()
			synctest.Wait()
			if n := calls.Load(); n != int64(i+1) {
				t.Fatalf("after %d failures: %d calls", i+1, n)
			}
		}
	})
}

func TestFrontReportReachesOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errs := new(told)
		f := core.NewFront(new(capture), &core.FrontOptions{OnError: errs.add})
		f.Report(nil)
		f.Report(errDisk)
		f.Report(errNet)
		if got := errs.all(); len(got) != 2 || got[0] != errDisk || got[1] != errNet {
			t.Errorf("told %v", got)
		}
	})
}

func TestFrontFlushIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, hang, release := stuck(t)
		s := newStream(t, hang, nil)
		go func() { _ = s.Emit(line("a")) }()
		synctest.Wait()
		waits := &capture{onFlush: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		for _, test := range []struct {
			opts *core.FrontOptions
			want time.Duration
		}{{nil, core.DefaultFlushTimeout}, {&core.FrontOptions{FlushTimeout: time.Minute}, time.Minute}} {
			for _, sink := range []core.Sink{waits, s} {
				start := time.Now()
				wantError(t, "Flush", core.NewFront(sink, test.opts).Flush(), context.DeadlineExceeded)
				if took := time.Since(start); took != test.want {
					t.Errorf("took %v, want %v", took, test.want)
				}
			}
		}
		release()
	})
}

func TestFrontFinishWaitsForOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []error
		opts := &core.FrontOptions{OnError: func(err error) { time.Sleep(time.Second); got = append(got, err) }}
		f := core.NewFront(&capture{onFlush: func(context.Context) error { return errDisk }}, opts)
		f.Report(errNet)
		f.Finish()
		if len(got) != 2 || got[0] != errNet || got[1] != errDisk {
			t.Errorf("told %v", got)
		}

		never := make(chan struct{})
		f = core.NewFront(new(capture), &core.FrontOptions{FlushTimeout: 3 * time.Second, OnError: func(error) { <-never }})
		f.Report(errNet)
		start := time.Now()
		f.Finish()
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
		close(never)
	})
}

// A front in front of a stream whose writer logs through that front.
func TestB56WriterThatLogsThroughTheFront(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *core.Front
		var w tape
		var refused atomic.Int64
		s := newStream(t, writerFunc(func(p []byte) (int, error) {
			if errors.Is(f.Emit(&core.Record{Line: []byte("inner")}), core.ErrReentrant) {
				refused.Add(1)
			}
			return w.Write(p)
		}), nil)
		f = core.NewFront(s, &core.FrontOptions{OnError: func(error) {}})
		for range 5 {
			noError(t, "Emit", f.Emit(&core.Record{Line: []byte("outer")}))
		}
		if got := w.text(); got != "outer\nouter\nouter\nouter\nouter\n" || refused.Load() != 5 {
			t.Errorf("wrote %q, %d refused", got, refused.Load())
		}
	})
}

func TestFrontKeepsItsOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errs := new(told)
		opts := core.FrontOptions{OnError: errs.add}
		f := core.NewFront(newStream(t, io.Discard, nil), &opts)
		opts.OnError = nil
		f.Report(errDisk)
		if got := errs.all(); len(got) != 1 {
			t.Errorf("told %v", got)
		}
	})
}
