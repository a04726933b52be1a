package commit

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// hooked is a target that calls a function, on another goroutine, in each Begin.
type hooked struct {
	fake
	f  func()
	on atomic.Bool
}

func (h *hooked) Begin() error {
	h.on.Store(true)
	defer h.on.Store(false)
	return guard.Hook(func() error { h.f(); return nil })
}

func (h *hooked) InHook() bool { return h.on.Load() }

// everybody calls f from n goroutines and fails if they do not come back.
func everybody(t *testing.T, n int, f func()) {
	t.Helper()
	var wg sync.WaitGroup
	for range n {
		wg.Go(f)
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("somebody waits for ever")
	}
}

// A record that comes while a hook runs is looked at, and must not miss that its
// leader has gone meanwhile.
func TestDirectRecordsDuringAHook(t *testing.T) {
	for range 2000 {
		d := NewDirect(&hooked{f: func() {
			for range 20 {
				runtime.Gosched()
			}
		}}, nil)
		everybody(t, 2, func() {
			if err := d.Write([]byte("x"), newline); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDirectRecordsOnceRecursionWasSeen(t *testing.T) {
	f := new(fake)
	d := NewDirect(f, nil)
	d.watch.suspicious = true
	everybody(t, 4, func() {
		for range 5000 {
			if err := d.Write([]byte("x"), newline); err != nil {
				t.Error(err)
				return
			}
		}
	})
	if n := len(f.lines()); n != 20000 {
		t.Errorf("%d lines", n)
	}
}

// A hook that logs, flushes or closes is refused at once.
func TestB56HookThatUsesItsWriter(t *testing.T) {
	for name, wrap := range map[string]func(Target) Writer{
		"direct": func(f Target) Writer { return NewDirect(f, nil) },
		"buffered": func(f Target) Writer {
			return NewBuffered(f, BufferConfig{Size: 1, Interval: time.Hour, Report: func(error) {}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w Writer
				var flush, closed, batch error
				h := &hooked{f: func() {
					flush = w.Flush(t.Context(), nothing)
					closed = w.Close(time.Minute, nothing, func() {})
					if name == "direct" {
						_, batch = w.WriteBatch([]byte("b\n"), []int{2})
					}
				}}
				w = wrap(h)
				start := time.Now()
				if err := errors.Join(w.Write([]byte("x"), newline), w.Flush(t.Context(), nothing)); err != nil {
					t.Error(err)
				}
				if !errors.Is(flush, guard.ErrReentrant) || !errors.Is(closed, guard.ErrReentrant) {
					t.Errorf("Flush: %v, Close: %v", flush, closed)
				}
				if name == "direct" && (!errors.Is(batch, guard.ErrReentrant) || w.Counts().Failed == 0) {
					t.Errorf("WriteBatch: %v, counts %+v", batch, w.Counts())
				}
				if took := time.Since(start); took > 0 {
					t.Errorf("took %v", took)
				}
				closeIt(t, w)
				if err := w.Close(time.Second, nothing, func() {}); err != nil {
					t.Errorf("second Close: %v", err)
				}
			})
		})
	}
}

// What a hook does with another writer is no recursion.
func TestB56HookThatUsesAnotherWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		other := NewBuffered(f, small)
		outer := NewDirect(&fake{onWrite: func([]byte) {
			if err := errors.Join(other.Write([]byte("x"), newline), other.Flush(t.Context(), nothing)); err != nil {
				t.Error(err)
			}
			closeIt(t, other)
		}}, nil)
		if err := outer.Write([]byte("x"), newline); err != nil {
			t.Error(err)
		}
		if len(f.lines()) != 1 {
			t.Errorf("wrote %q", f.lines())
		}
	})
}

// A target that ends the goroutine fails its record, not the writer.
func TestDirectTargetThatEndsTheGoroutine(t *testing.T) {
	for _, company := range []bool{false, true} {
		f := &fake{onWrite: func([]byte) { runtime.Goexit() }}
		d := NewDirect(f, nil)
		d.company = company
		everybody(t, 1, func() { d.Write([]byte("x"), newline) })
		everybody(t, 1, func() { d.WriteBatch([]byte("x\n"), []int{2}) })
		f.onWrite = nil
		everybody(t, 1, func() {
			if err := d.Write([]byte("y"), newline); err != nil {
				t.Error(err)
			}
		})
		if c := d.Counts(); c.Failed != 2 || c.Delivered != 1 {
			t.Errorf("company %v: counts %+v", company, c)
		}
	}
}

// full takes everything, and says that it failed.
type full struct{ fake }

func (f *full) Write(p []byte) (int, error) {
	n, _ := f.fake.Write(p)
	return n, errDisk
}

func TestErrorOfAWholeWrite(t *testing.T) {
	d := NewDirect(new(full), nil)
	if err := d.Write([]byte("x"), newline); !errors.Is(err, errDisk) {
		t.Errorf("Write: %v", err)
	}
	if n, err := d.WriteBatch([]byte("a\nb\n"), []int{2, 4}); n != 1 || !errors.Is(err, errDisk) {
		t.Errorf("WriteBatch: %d, %v", n, err)
	}
	if c := d.Counts(); c.Failed != 2 || c.Delivered != 1 {
		t.Errorf("counts %+v", c)
	}
}
