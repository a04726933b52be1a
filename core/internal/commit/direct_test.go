package commit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

func TestDirectWritesEachRecordOnce(t *testing.T) {
	f := new(fake)
	d := NewDirect(f, f.finish)
	for i := range 3 {
		if err := d.Write(fmt.Appendf(nil, "r%d", i), newline); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(f.out); got != "r0\nr1\nr2\n" || f.writes != 3 {
		t.Errorf("got %q in %d writes, want one write a record", got, f.writes)
	}
	if c := d.Counts(); c != (Counts{Accepted: 3, Delivered: 3, Bytes: 9}) {
		t.Errorf("counts %+v", c)
	}
}

// produce writes records "<goroutine>-<number>" from several goroutines.
func produce(w Writer, goroutines, each int) (failed []string) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				rec := fmt.Sprintf("%d-%d", g, i)
				if err := w.Write([]byte(rec), newline); err != nil {
					mu.Lock()
					failed = append(failed, rec)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// checkOrder fails unless lines holds every record but the failed ones once, and
// those of each goroutine in their order.
func checkOrder(t *testing.T, lines []string, goroutines, each int, failed []string) {
	t.Helper()
	lost := map[string]bool{}
	for _, rec := range failed {
		lost[rec] = true
	}
	next := make([]int, goroutines)
	for _, line := range lines {
		var g, i int
		if _, err := fmt.Sscanf(line, "%d-%d", &g, &i); err != nil {
			t.Fatalf("torn record %q", line)
		}
		for lost[fmt.Sprintf("%d-%d", g, next[g])] {
			next[g]++
		}
		if i != next[g] {
			t.Fatalf("goroutine %d: got %d, want %d", g, i, next[g])
		}
		next[g]++
	}
	if want := goroutines*each - len(failed); len(lines) != want {
		t.Fatalf("%d records arrived, want %d", len(lines), want)
	}
}

func TestDirectGroupsUnderContention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{delay: time.Millisecond}
		d := NewDirect(f, f.finish)
		failed := produce(d, 16, 50)
		checkOrder(t, f.lines(), 16, 50, failed)
		if f.writes > 16*50/4 {
			t.Errorf("%d writes for %d records: nothing was grouped", f.writes, 16*50)
		}
	})
}

func TestDirectFailureIsOneRecordsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{delay: time.Millisecond, bad: "3-7\n"}
		d := NewDirect(f, f.finish)
		failed := produce(d, 8, 10)
		if len(failed) != 1 || failed[0] != "3-7" {
			t.Errorf("failed %v, want only 3-7", failed)
		}
		checkOrder(t, f.lines(), 8, 10, failed)
		if c := d.Counts(); c.Failed != 1 || c.Delivered != 79 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestDirectBeginAndEndFailEveryRecord(t *testing.T) {
	for name, f := range map[string]*fake{"begin": {begin: errDisk}, "end": {end: errDisk}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f.delay = time.Millisecond
				d := NewDirect(f, f.finish)
				if failed := produce(d, 4, 3); len(failed) != 12 {
					t.Errorf("%d records failed, want all 12", len(failed))
				}
				if _, err := d.WriteBatch([]byte("a\n"), []int{2}); !errors.Is(err, errDisk) {
					t.Errorf("batch: %v", err)
				}
				if c := d.Counts(); c.Failed != 13 || c.Delivered != 0 {
					t.Errorf("counts %+v", c)
				}
			})
		})
	}
}

func TestDirectPanickingTarget(t *testing.T) {
	d := NewDirect(&fake{onWrite: func([]byte) { panic("boom") }}, nil)
	var p *guard.PanicError
	if err := d.Write([]byte("x"), nil); !errors.As(err, &p) || p.Value != "boom" {
		t.Errorf("Write: %v", err)
	}
	if _, err := d.WriteBatch([]byte("x"), []int{1}); !errors.As(err, &p) {
		t.Errorf("WriteBatch: %v", err)
	}
	if failed := produce(d, 8, 5); len(failed) != 40 {
		t.Errorf("%d of 40 failed", len(failed))
	}
	if err := d.Close(time.Second, func() error { return nil }, nil); err != nil {
		t.Errorf("Close after panics: %v", err)
	}
}

func TestDirectBatchStopsAtTheFailure(t *testing.T) {
	f := &fake{bad: "c\n"}
	d := NewDirect(f, f.finish)
	n, err := d.WriteBatch([]byte("a\nb\nc\nd\n"), []int{2, 4, 6, 8})
	if n != 2 || !errors.Is(err, errDisk) {
		t.Errorf("got %d, %v; want 2 delivered and the error", n, err)
	}
	if got := string(f.out); got != "a\nb\n" {
		t.Errorf("wrote %q", got)
	}
	if c := d.Counts(); c.Delivered != 2 || c.Failed != 1 || c.Bytes != 4 {
		t.Errorf("counts %+v", c)
	}
}

func TestDirectClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{delay: time.Millisecond}
		d := NewDirect(f, f.finish)
		var failed []string
		done := make(chan bool)
		go func() { failed = produce(d, 8, 50); close(done) }()
		time.Sleep(20 * time.Millisecond)
		closed := 0
		after := func() error { closed++; return errDisk }
		if err := d.Close(time.Second, after, nil); err != errDisk || closed != 1 {
			t.Errorf("Close: %v, ran %d times", err, closed)
		}
		if err := d.Close(time.Second, after, nil); err != nil || closed != 1 {
			t.Errorf("second Close: %v, ran %d times", err, closed)
		}
		<-done
		checkOrder(t, f.lines(), 8, 50, failed)
		if err := d.Flush(t.Context(), after); !errors.Is(err, guard.ErrClosed) {
			t.Errorf("Flush after Close: %v", err)
		}
		if _, err := d.WriteBatch([]byte("x"), []int{1}); !errors.Is(err, guard.ErrClosed) {
			t.Errorf("WriteBatch after Close: %v", err)
		}
	})
}

func TestDirectStuckTargetBoundsFlushAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		d := NewDirect(&fake{hang: hang}, nil)
		for range 3 {
			go d.Write([]byte("x"), newline)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := d.Flush(ctx, func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush: %v", err)
		}
		forced := false
		err := d.Close(5*time.Second, func() error { return nil }, func() { forced = true; close(hang) })
		if !errors.Is(err, ErrStuck) || !strings.Contains(err.Error(), "3 records") || !forced {
			t.Errorf("Close: %v, forced %v", err, forced)
		}
	})
}

func TestDirectHangingOperationBoundsFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		d := NewDirect(f, f.finish)
		hang := make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := d.Flush(ctx, func() error { <-hang; return nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush: %v", err)
		}
		// A second one gives up in the queue, and its place does not block others.
		if err := d.Flush(ctx, func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("queued Flush: %v", err)
		}
		close(hang)
		if err := d.Write([]byte("x"), newline); err != nil || len(f.lines()) != 1 {
			t.Errorf("Write afterwards: %v, %q", err, f.lines())
		}
	})
}
