package guard_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/logsinks/logsinks/core/internal/guard"
)

func TestFlag(t *testing.T) {
	var f guard.Flag
	if err := f.Check(); err != nil {
		t.Errorf("new: %v", err)
	}
	var first atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if f.Close() {
				first.Add(1)
			}
			if err := f.Check(); err != guard.ErrClosed {
				t.Errorf("closed: %v", err)
			}
		})
	}
	wg.Wait()
	if n := first.Load(); n != 1 {
		t.Errorf("%d were the first to close", n)
	}
}

func TestCall(t *testing.T) {
	if err := guard.Call(func() error { return nil }); err != nil {
		t.Errorf("got %v", err)
	}
	if err := guard.Call(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("got %v", err)
	}
	err := guard.Call(func() error { panic(io.EOF) })
	var p *guard.PanicError
	if !errors.As(err, &p) || p.Value != any(io.EOF) || !errors.Is(err, io.EOF) || err.Error() != "panic: EOF" {
		t.Errorf("got %#v", err)
	}
	if !strings.Contains(string(p.Stack), "guard_test.TestCall") {
		t.Errorf("stack %s", p.Stack)
	}
	err = guard.Call(func() error { panic("text") })
	if errors.Unwrap(err) != nil || err.Error() != "panic: text" {
		t.Errorf("got %#v", err)
	}
	none := []int{}
	err = guard.Call(func() error { none[0] = 1; return nil })
	var r runtime.Error
	if !errors.As(err, &r) {
		t.Errorf("got %#v", err)
	}
}

func TestRecover(t *testing.T) {
	f := func() (n int, err error) {
		defer guard.Recover(&err)
		n = 1
		panic("late")
	}
	if n, err := f(); n != 1 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	g := func() (err error) {
		defer guard.Recover(&err)
		return io.EOF
	}
	if err := g(); err != io.EOF {
		t.Errorf("no panic: %v", err)
	}
}

// nest calls itself n times and then f.
func nest(n int, f func()) {
	if n > 1 {
		nest(n-1, f)
		return
	}
	f()
}

func TestDepth(t *testing.T) {
	isNest := func(function string) bool { return strings.HasSuffix(function, "guard_test.nest") }
	for n := 1; n < 200; n++ { // the stack is looked at in pieces
		nest(n, func() {
			if got := guard.Depth(isNest); got != n {
				t.Errorf("depth %d, want %d", got, n)
			}
		})
	}
	if got := guard.Depth(isNest); got != 0 {
		t.Errorf("outside: depth %d", got)
	}
	nest(5, func() {
		done := make(chan int)
		go func() { done <- guard.Depth(isNest) }()
		if got := <-done; got != 0 {
			t.Errorf("another goroutine: depth %d", got)
		}
	})
}

// outer is small enough to be inlined into its caller.
func outer() int { return inner() }

func inner() int {
	return guard.Depth(func(function string) bool {
		return strings.HasSuffix(function, "guard_test.outer") || strings.HasSuffix(function, "guard_test.inner") ||
			strings.HasSuffix(function, "guard.Depth")
	})
}

// The caller counts, Depth itself does not, inlined or not.
func TestDepthSeesInlinedFunctions(t *testing.T) {
	if got := outer(); got != 2 {
		t.Errorf("depth %d, want 2", got)
	}
}

func TestErrorsAreTheirOwn(t *testing.T) {
	if errors.Is(guard.ErrClosed, guard.ErrReentrant) || guard.ErrClosed.Error() == guard.ErrReentrant.Error() {
		t.Error("two errors that are one")
	}
}
