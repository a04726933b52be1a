package commit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

var small = BufferConfig{Size: 64, Interval: time.Second, Report: func(error) {}}

func nothing() error { return nil }

func closeIt(t *testing.T, w Writer) {
	t.Helper()
	if err := w.Close(time.Second, nothing, func() {}); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestB60BufferedIdleFlushesByTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		b := NewBuffered(f, small)
		defer closeIt(t, b)
		b.Write([]byte("x"), newline)
		time.Sleep(999 * time.Millisecond)
		synctest.Wait()
		if f.calls() != 0 {
			t.Error("written before the interval")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if got := f.lines(); len(got) != 1 {
			t.Errorf("after the interval: %q", got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if f.calls() != 1 {
			t.Errorf("%d writes while idle", f.calls())
		}
	})
}

func TestBufferedWritesFullBuffersWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		b := NewBuffered(f, small)
		failed := produce(b, 4, 100)
		closeIt(t, b)
		checkOrder(t, f.lines(), 4, 100, failed)
		if f.calls() > 60 {
			t.Errorf("%d writes of 64-byte buffers", f.calls())
		}
		if c := b.Counts(); c.Accepted != 400 || c.Delivered != 400 || c.Pending != 0 || c.Bytes != uint64(len(f.out)) {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestBufferedTakesARecordLargerThanItself(t *testing.T) {
	f := new(fake)
	b := NewBuffered(f, small)
	huge := []byte(strings.Repeat("h", 1000))
	for _, rec := range [][]byte{[]byte("a"), huge, []byte("b")} {
		if err := b.Write(rec, newline); err != nil {
			t.Fatal(err)
		}
	}
	closeIt(t, b)
	if got := f.lines(); len(got) != 3 || got[1] != string(huge) {
		t.Errorf("got %d lines", len(got))
	}
}

func TestBufferedSlowTargetDelaysButLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{delay: 100 * time.Millisecond}
		b := NewBuffered(f, small)
		failed := produce(b, 8, 20)
		closeIt(t, b)
		checkOrder(t, f.lines(), 8, 20, failed)
	})
}

func TestB45BufferedKeepsWhatFailedAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports atomic.Int64
		config := small
		config.Report = func(error) { reports.Add(1) }
		f := &fake{limit: 10}
		b := NewBuffered(f, config)
		defer closeIt(t, b)
		accepted, refused := 0, 0
		for i := range 100 {
			switch err := b.Write(fmt.Appendf(nil, "r%02d", i), newline); {
			case err == nil:
				accepted++
			case errors.Is(err, errDisk):
				refused++
			default:
				t.Fatal(err)
			}
		}
		if refused == 0 || accepted < 30 {
			t.Errorf("accepted %d, refused %d: two buffers should be full, and the rest refused", accepted, refused)
		}
		if got := f.lines(); len(got) != 2 {
			t.Errorf("a torn record was left: %q", got)
		}
		if reports.Load() == 0 {
			t.Error("the failure was not reported")
		}
		if err := b.Flush(t.Context(), nothing); !errors.Is(err, errDisk) {
			t.Errorf("Flush: %v", err)
		}
		f.mu.Lock()
		f.limit = 0
		f.mu.Unlock()
		time.Sleep(config.Interval)
		synctest.Wait()
		if got := f.lines(); len(got) < 16 {
			t.Errorf("not retried after the interval: %q", got)
		}
		if err := b.Flush(t.Context(), nothing); err != nil {
			t.Errorf("Flush after recovery: %v", err)
		}
		if c, got := b.Counts(), f.lines(); len(got) != accepted || c.Delivered != uint64(accepted) || c.Failed != uint64(refused) {
			t.Errorf("%d lines for %d accepted, counts %+v", len(got), accepted, c)
		}
	})
}

func TestBufferedCloseSaysWhatStayed(t *testing.T) {
	f := &fake{begin: errDisk}
	b := NewBuffered(f, small)
	for range 3 {
		b.Write([]byte("x"), newline)
	}
	ran := false
	err := b.Close(time.Second, func() error { ran = true; return nil }, nil)
	if !errors.Is(err, errDisk) || !strings.Contains(err.Error(), "3 records stayed behind") || !ran {
		t.Errorf("Close: %v, ran %v", err, ran)
	}
	if c := b.Counts(); c.Lost != 3 || c.Pending != 0 {
		t.Errorf("counts %+v", c)
	}
	if err := b.Write([]byte("x"), nil); !errors.Is(err, guard.ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if err := b.Close(time.Second, nothing, nil); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if err := b.Flush(t.Context(), nothing); !errors.Is(err, guard.ErrClosed) {
		t.Errorf("Flush after Close: %v", err)
	}
}

func TestBufferedStuckTargetBoundsFlushAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		b := NewBuffered(&fake{hang: hang}, small)
		b.Write([]byte("x"), newline)
		b.Write([]byte("y"), newline)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Flush(ctx, nothing); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush: %v", err)
		}
		err := b.Close(5*time.Second, nothing, func() { close(hang) })
		if !errors.Is(err, ErrStuck) || !strings.Contains(err.Error(), "2 records") {
			t.Errorf("Close: %v", err)
		}
		<-b.done
	})
}

func TestBufferedPanickingTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fail := true
		f := &fake{onWrite: func([]byte) {
			if fail {
				panic("boom")
			}
		}}
		b := NewBuffered(f, small)
		b.Write([]byte("x"), newline)
		var p *guard.PanicError
		if err := b.Flush(t.Context(), nothing); !errors.As(err, &p) {
			t.Errorf("Flush: %v", err)
		}
		fail = false
		closeIt(t, b)
		if got := f.lines(); len(got) != 1 {
			t.Errorf("after the panic: %q", got)
		}
	})
}

func TestB56BufferedTargetThatLogsIntoItself(t *testing.T) {
	var w Writer
	var errs []error
	f := loud(&w, &errs)
	w = NewBuffered(f, small)
	for range 200 {
		if err := w.Write([]byte("outer"), newline); err != nil {
			t.Fatal(err)
		}
	}
	closeIt(t, w)
	outer, inner := 0, 0
	for _, line := range f.lines() {
		if line == "outer" {
			outer++
		} else {
			inner++
		}
	}
	accepted := 0
	for _, err := range errs {
		if err == nil {
			accepted++
		} else if !errors.Is(err, guard.ErrReentrant) && !errors.Is(err, guard.ErrClosed) {
			t.Errorf("inner record: %v", err)
		}
	}
	if lost := w.Counts().Lost; outer != 200 || uint64(inner)+lost != uint64(accepted) {
		t.Errorf("%d outer and %d inner lines; %d inner accepted, %d lost", outer, inner, accepted, lost)
	}
}
