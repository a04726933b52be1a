package commit

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// What comes to its turn behind Close finds nothing to do.
func TestB47OperationsBehindClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{hang: make(chan struct{})}
		d := NewDirect(f, nil)
		go d.Write([]byte("a"), newline)
		synctest.Wait()
		var batch, flush error
		closed := make(chan struct{})
		go func() { defer close(closed); closeIt(t, d) }()
		synctest.Wait()
		// Both were called before Close, and come to wait after it.
		var wg sync.WaitGroup
		wg.Go(func() { _, batch = d.WriteBatch([]byte("b\n"), []int{2}) })
		wg.Go(func() { flush = d.alone(context.Background(), false, nothing) })
		synctest.Wait()
		close(f.hang)
		<-closed
		wg.Wait()
		if !errors.Is(batch, guard.ErrClosed) || !errors.Is(flush, guard.ErrClosed) {
			t.Errorf("WriteBatch: %v, Flush: %v", batch, flush)
		}
		if got := f.lines(); len(got) != 1 {
			t.Errorf("wrote %q", got)
		}
	})
}

// Producers that wait for room are let go when Close gives up.
func TestB47BufferedProducersAreReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		b := NewBuffered(&fake{hang: hang}, small)
		results := make(chan error, 3)
		for range cap(results) {
			go func() {
				for {
					if err := b.Write([]byte(strings.Repeat("x", 40)), newline); err != nil {
						results <- err
						return
					}
				}
			}()
		}
		synctest.Wait()
		err := b.Close(time.Second, nothing, func() {})
		if !errors.Is(err, ErrStuck) || !strings.Contains(err.Error(), "2 records") {
			t.Errorf("Close: %v", err)
		}
		for range cap(results) {
			if err := <-results; !errors.Is(err, guard.ErrClosed) {
				t.Errorf("Write: %v", err)
			}
		}
		close(hang)
	})
}

// A buffer that is full is written at once, not when its time has come.
func TestBufferedFullBufferIsWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		b := NewBuffered(f, BufferConfig{Size: 64, Interval: time.Hour, Report: func(error) {}})
		defer closeIt(t, b)
		for range 2 {
			b.Write([]byte(strings.Repeat("x", 40)), newline)
		}
		synctest.Wait()
		if f.calls() != 1 {
			t.Errorf("%d writes", f.calls())
		}
	})
}

// Whoever waits for room is let in as soon as there is some, whoever else comes.
func TestBufferedEverybodyIsLetIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(slow)
		b := NewBuffered(s, BufferConfig{Size: 64, Interval: time.Hour, Report: func(error) {}})
		start := time.Now()
		everybody(t, 7, func() {
			if err := b.Write([]byte(strings.Repeat("x", 40)), newline); err != nil {
				t.Error(err)
			}
		})
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v", took)
		}
		closeIt(t, b)
	})
}

// busy is a target that is not ready, and has been waited for.
type busy struct{ fake }

func (b *busy) Write([]byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return 0, syscall.EAGAIN
}

// The records of a job do not wait for the same device one after the other.
func TestDirectWaitsOnceForWhatIsNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDirect(new(busy), nil)
		start := time.Now()
		everybody(t, 20, func() {
			if err := d.Write([]byte("x"), newline); !errors.Is(err, syscall.EAGAIN) {
				t.Errorf("Write: %v", err)
			}
		})
		if took := time.Since(start); took > 300*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if c := d.Counts(); c.Failed != 20 {
			t.Errorf("counts %+v", c)
		}
	})
}

// slow is a target whose Begin takes a while, and fails as long as it is broken.
type slow struct {
	fake
	broken atomic.Bool
}

func (s *slow) Begin() error {
	time.Sleep(30 * time.Millisecond)
	if s.broken.Load() {
		return errDisk
	}
	return nil
}

// While the disk fails, everybody gets an error in time, and nobody sleeps on.
func TestB45BufferedNobodySleepsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(slow)
		s.broken.Store(true)
		b := NewBuffered(s, BufferConfig{Size: 64, Interval: time.Hour, Report: func(error) {}})
		record := []byte(strings.Repeat("x", 40))
		for range 2 {
			if err := b.Write(record, newline); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		results := make(chan error)
		for range 4 {
			go func() { results <- b.Write(record, newline) }()
		}
		for range 4 {
			if err := <-results; !errors.Is(err, errDisk) {
				t.Errorf("Write: %v", err)
			}
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v", took)
		}
		s.broken.Store(false)
		closeIt(t, b)
		if c := b.Counts(); c.Delivered != 2 || c.Failed != 4 {
			t.Errorf("counts %+v", c)
		}
	})
}

// What could not be written is tried again after the interval, without any call.
func TestB45BufferedRetriesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(slow)
		s.broken.Store(true)
		b := NewBuffered(s, small)
		defer closeIt(t, b)
		b.Write([]byte("x"), newline)
		time.Sleep(5 * small.Interval)
		s.broken.Store(false)
		time.Sleep(2 * small.Interval)
		synctest.Wait()
		if len(s.lines()) != 1 {
			t.Errorf("wrote %q", s.lines())
		}
	})
}

// A flush ends although others go on logging.
func TestBufferedFlushAmongProducers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBuffered(&fake{delay: time.Millisecond}, small)
		var stop atomic.Bool
		for range 4 {
			go func() {
				for !stop.Load() {
					b.Write([]byte("x"), newline)
				}
			}()
		}
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := b.Flush(ctx, nothing); err != nil {
				t.Errorf("Flush: %v", err)
			}
			cancel()
		}
		stop.Store(true)
		closeIt(t, b)
	})
}

// Alone runs though nothing can be written, and then what waits is tried again.
func TestAloneOnAFailingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(slow)
		s.broken.Store(true)
		b := NewBuffered(s, BufferConfig{Size: 64, Interval: time.Hour, Report: func(error) {}})
		defer closeIt(t, b)
		b.Write([]byte("x"), newline)
		if err := b.Flush(t.Context(), nothing); !errors.Is(err, errDisk) {
			t.Errorf("Flush: %v", err)
		}
		mend := func() error { s.broken.Store(false); return nil }
		if err := b.Alone(t.Context(), mend); err != nil {
			t.Errorf("Alone: %v", err)
		}
		time.Sleep(time.Second)
		if len(s.lines()) != 1 {
			t.Errorf("wrote %q", s.lines())
		}
	})
}

// What waits when Close gives up is refused: the program may have closed the device.
func TestB47NothingIsWrittenAfterCloseHasGivenUp(t *testing.T) {
	for name, wrap := range map[string]func(Target) Writer{
		"direct": func(f Target) Writer { return NewDirect(f, nil) },
		"buffered": func(f Target) Writer {
			return NewBuffered(f, BufferConfig{Size: 4, Interval: time.Hour, Report: func(error) {}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{hang: make(chan struct{})}
				w := wrap(f)
				var wg sync.WaitGroup
				for range 4 {
					wg.Go(func() { w.Write([]byte("xxx"), newline) })
				}
				synctest.Wait()
				var alone error
				wg.Go(func() {
					alone = w.Alone(context.Background(), func() error { t.Error("an operation was run"); return nil })
				})
				synctest.Wait()
				if err := w.Close(time.Second, nothing, func() {}); !errors.Is(err, ErrStuck) {
					t.Errorf("Close: %v", err)
				}
				close(f.hang)
				wg.Wait()
				synctest.Wait()
				if !errors.Is(alone, guard.ErrClosed) || f.calls() != 1 || len(f.lines()) != 1 {
					t.Errorf("Alone: %v; %d writes: %q", alone, f.calls(), f.lines())
				}
				c := w.Counts()
				if c.Delivered != 1 || c.Pending != 0 || c.Accepted != c.Delivered+c.Lost {
					t.Errorf("counts %+v", c)
				}
			})
		})
	}
}

// A Close that is refused because it comes from within leaves the writer open, and a
// Close that came meanwhile does the work.
func TestB56CloseFromWithinAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		d := NewDirect(f, nil)
		var inner error
		f.onWrite = func([]byte) { inner = d.Close(time.Minute, nothing, func() {}) }
		var wg sync.WaitGroup
		wg.Go(func() { d.Write([]byte("x"), newline) })
		synctest.Wait()
		ran := false
		if err := d.Close(time.Minute, func() error { ran = true; return nil }, func() {}); err != nil || !ran {
			t.Errorf("Close: %v, ran %v", err, ran)
		}
		wg.Wait()
		if !errors.Is(inner, guard.ErrReentrant) {
			t.Errorf("Close from within: %v", inner)
		}
		if err := d.Write([]byte("y"), newline); !errors.Is(err, guard.ErrClosed) {
			t.Errorf("Write: %v", err)
		}
	})
}

// A writer may be used in one bubble after the other, and outside of all.
func TestDirectOutlivesABubble(t *testing.T) {
	f := &fake{delay: 10 * time.Millisecond}
	d := NewDirect(f, nil)
	crowd := func() {
		everybody(t, 8, func() {
			if err := d.Write([]byte("x"), newline); err != nil {
				t.Error(err)
			}
		})
	}
	for range 3 {
		synctest.Test(t, func(*testing.T) { crowd() })
	}
	crowd()
	if n := len(f.lines()); n != 32 {
		t.Errorf("%d lines", n)
	}
}
