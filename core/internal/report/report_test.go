package report

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestReporterKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		r := New(func(err error) { got = append(got, err.Error()) })
		r.Report(nil)
		for i := range 3 {
			r.Report(fmt.Errorf("e%d", i))
		}
		r.Wait(time.Second)
		if s := strings.Join(got, " "); s != "e0 e1 e2" {
			t.Errorf("got %q", s)
		}
	})
}

func TestReporterSurvivesAPanickingHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := New(func(error) { calls++; panic("handler") })
		r.Report(errors.New("a"))
		r.Report(errors.New("b"))
		r.Wait(time.Second)
		if calls != 2 {
			t.Errorf("%d calls, want 2", calls)
		}
	})
}

func TestReporterBlockedHandlerCostsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var got []string
		r := New(func(err error) { <-release; got = append(got, err.Error()) })
		for i := range 1000 {
			r.Report(fmt.Errorf("e%d", i))
		}
		start := time.Now()
		r.Wait(time.Second)
		if took := time.Since(start); took != time.Second {
			t.Errorf("Wait took %v", took)
		}
		close(release)
		r.Wait(time.Second)
		total := 0
		for _, s := range got {
			var n int
			if k, _ := fmt.Sscanf(s, "%d more errors", &n); k == 1 {
				total += n
				continue
			}
			total++
		}
		if total != 1000 || len(got) > queued+2 {
			t.Errorf("%d calls account for %d of 1000 errors: %q", len(got), total, got)
		}
	})
}

// lines is a writer that can be read while it is written to.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSpace(l.b.String()), "\n")
}

func TestB54InternalErrorOutputIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lines
		l := NewLimiter(&out, time.Second)
		// 10,000 errors a second, for three seconds.
		for i := range 30_000 {
			l.Print(fmt.Errorf("no space left, try %d", i))
			time.Sleep(100 * time.Microsecond)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		got := out.all()
		if len(got) > 5 {
			t.Errorf("%d lines in 5 seconds: %q", len(got), got)
		}
		total := 1
		for _, s := range got[1:] {
			var n int
			if _, err := fmt.Sscanf(s, "logsinks: %d more errors", &n); err != nil {
				t.Fatalf("line %q", s)
			}
			total += n
		}
		if total != 30_000 {
			t.Errorf("lines account for %d of 30000 errors", total)
		}
		// Quiet again: the next error is printed at once.
		l.Print(errors.New("later"))
		if s := out.all(); s[len(s)-1] != "logsinks: later" {
			t.Errorf("got %q", s[len(s)-1])
		}
		time.Sleep(2 * time.Second)
	})
}

// What another sink reports, into which the handler logs, is told.
func TestReporterWithinAnotherHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		other := New(func(err error) { got = append(got, err.Error()) })
		var own *Reporter
		own = New(func(err error) {
			own.Report(errors.New("of its own doing"))
			other.Report(fmt.Errorf("other, because of %w", err))
		})
		own.Report(errors.New("first"))
		own.Wait(time.Second)
		other.Wait(time.Second)
		if s := strings.Join(got, "; "); s != "other, because of first" {
			t.Errorf("got %q", s)
		}
	})
}

// A handler that ends its goroutine, as t.Fatal does, is called again for the next
// error.
func TestReporterWhoseHandlerEndsTheGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		r := New(func(error) { told++; runtime.Goexit() })
		for range 5 {
			r.Report(errors.New("x"))
		}
		start := time.Now()
		r.Wait(time.Minute)
		if told != 5 || time.Since(start) > 0 {
			t.Errorf("told %d times, waited %v", told, time.Since(start))
		}
	})
}

// A limiter may be used in one bubble after the other.
func TestLimiterOutlivesABubble(t *testing.T) {
	var out strings.Builder
	l := NewLimiter(&out, 50*time.Millisecond)
	for range 2 {
		synctest.Test(t, func(*testing.T) { l.Print(errors.New("in a bubble")) })
	}
	for range 30 {
		l.Print(errors.New("outside"))
		time.Sleep(10 * time.Millisecond)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := strings.Count(out.String(), "outside"); n < 2 {
		t.Errorf("printed %q", out.String())
	}
}
