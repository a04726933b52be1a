package commit

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// loud is a target whose Write logs to its own writer, once per record that
// comes from outside.
func loud(w *Writer, errs *[]error) *fake {
	var mu sync.Mutex
	return &fake{onWrite: func(p []byte) {
		err := (*w).Write([]byte("inner"), newline)
		mu.Lock()
		defer mu.Unlock()
		*errs = append(*errs, err)
	}}
}

func TestB56DirectTargetThatLogsIntoItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Writer
		var errs []error
		f := loud(&w, &errs)
		w = NewDirect(f, f.finish)
		start := time.Now()
		for range 3 {
			if err := w.Write([]byte("outer"), newline); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took > 3*stall {
			t.Errorf("took %v: only the first record may wait", took)
		}
		if len(errs) != 3 {
			t.Fatalf("%d inner records, want 3", len(errs))
		}
		for _, err := range errs {
			if !errors.Is(err, guard.ErrReentrant) {
				t.Errorf("inner record: %v", err)
			}
		}
		if got := f.lines(); len(got) != 3 {
			t.Errorf("wrote %q", got)
		}
		if c := w.Counts(); c.Delivered != 3 || c.Failed != 3 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestB56SlowTargetIsNotMistaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{delay: 10 * stall}
		d := NewDirect(f, f.finish)
		failed := produce(d, 4, 3)
		checkOrder(t, f.lines(), 4, 3, failed)
		if len(failed) > 0 {
			t.Errorf("failed %v: waiting for a slow device is no recursion", failed)
		}
	})
}

func TestB56InnerRecordAmongOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w Writer
		var errs []error
		f := loud(&w, &errs)
		f.delay = time.Millisecond
		w = NewDirect(f, f.finish)
		failed := produce(w, 4, 5)
		lines := f.lines()
		if len(failed) > 0 || len(lines) < 20 {
			t.Fatalf("failed %v, wrote %d lines", failed, len(lines))
		}
		accepted := 0
		for _, err := range errs {
			if err == nil {
				accepted++
			}
		}
		if len(lines) != 20+accepted {
			t.Errorf("%d lines, %d inner records accepted", len(lines), accepted)
		}
	})
}

func TestB56OperationsFromWithin(t *testing.T) {
	for name, make := range map[string]func(Target) Writer{
		"direct":   func(f Target) Writer { return NewDirect(f, nil) },
		"buffered": func(f Target) Writer { return NewBuffered(f, small) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w Writer
				var flush, closed error
				f := &fake{onWrite: func([]byte) {
					flush = w.Flush(context.Background(), func() error { return nil })
					closed = w.Close(time.Minute, func() error { return nil }, func() {})
				}}
				w = make(f)
				if err := w.Write([]byte("x"), newline); err != nil {
					t.Fatal(err)
				}
				if err := w.Flush(t.Context(), func() error { return nil }); err != nil {
					t.Fatal(err)
				}
				if !errors.Is(flush, guard.ErrReentrant) || !errors.Is(closed, guard.ErrReentrant) {
					t.Errorf("from within: Flush %v, Close %v", flush, closed)
				}
				w.Close(time.Second, func() error { return nil }, func() {})
			})
		})
	}
}
