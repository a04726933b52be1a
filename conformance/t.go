package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// T is what a harness and a case need of *testing.T.
type T interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
	Cleanup(f func())
	TempDir() string
	Context() context.Context
}

// patience is how long a case may take before it counts as hanging.
const patience = time.Minute

// testCase is one rule.
type testCase[H any] struct {
	name string
	rule string // what must be true, in words
	run  func(t T, h *H)
}

// runAll runs the cases as subtests.
func runAll[H any](t *testing.T, cases []testCase[H], h *H) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("the rule: %s", c.rule)
				}
			}()
			watch(t, patience, func(t T) { c.run(t, h) })
		})
	}
}

// checkAll runs the cases outside of a test, each for at most limit. It returns
// the cases that were skipped, with the reasons, and what is wrong.
func checkAll[H any](cases []testCase[H], h *H, limit time.Duration) (skipped []string, err error) {
	var errs []error
	for _, c := range cases {
		t := &checker{}
		watch(t, limit, func(t T) { c.run(t, h) })
		t.clean()
		problems, reason := t.found()
		for _, problem := range problems {
			errs = append(errs, &Violation{Case: c.name, Rule: c.rule, Problem: problem})
		}
		if reason != "" {
			skipped = append(skipped, c.name+": "+reason)
		}
	}
	return skipped, errors.Join(errs...)
}

// Violation is one rule that is not kept.
type Violation struct {
	Case    string // the name of the case
	Rule    string // what must be true
	Problem string // what was seen instead
}

// Error names the case, the problem and the rule.
func (v *Violation) Error() string {
	return fmt.Sprintf("%s: %s (the rule: %s)", v.Case, v.Problem, v.Rule)
}

// watch runs f on a goroutine of its own, so that one that hangs fails its case
// and not the whole run. FailNow and SkipNow, which end a goroutine, end f's.
func watch(t T, limit time.Duration, f func(T)) {
	t.Helper()
	lent := &lease{T: t}
	defer lent.end()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				lent.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		f(lent)
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		buf := make([]byte, 1<<20)
		lent.Errorf("hangs; all goroutines:\n%s", buf[:runtime.Stack(buf, true)])
	}
}

// lease is a T until the case is over. A goroutine that hangs, and goes on when
// its sink is closed in the end, would otherwise fail a test that has ended, which
// panics.
type lease struct {
	T
	mu   sync.Mutex
	over bool
}

// end returns when nobody uses the T any more.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

// use calls f with the T, unless the case is over.
func (l *lease) use(f func(T)) {
	l.T.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		f(l.T)
	}
}

func (l *lease) Logf(format string, args ...any) {
	l.T.Helper()
	l.use(func(t T) { t.Helper(); t.Logf(format, args...) })
}

func (l *lease) Errorf(format string, args ...any) {
	l.T.Helper()
	l.use(func(t T) { t.Helper(); t.Errorf(format, args...) })
}

func (l *lease) Fatalf(format string, args ...any) {
	l.T.Helper()
	l.use(func(t T) { t.Helper(); t.Fatalf(format, args...) })
	runtime.Goexit()
}

func (l *lease) Skipf(format string, args ...any) {
	l.T.Helper()
	l.use(func(t T) { t.Helper(); t.Skipf(format, args...) })
	runtime.Goexit()
}

func (l *lease) Cleanup(f func()) { l.use(func(t T) { t.Cleanup(f) }) }

// call calls f and returns its error, or its panic as one.
func call(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &core.PanicError{Value: p}
		}
	}()
	return f()
}

// checker is a T outside of a test.
type checker struct {
	mu       sync.Mutex
	problems []string
	skipped  string // why the case was skipped
	cleanups []func()
}

func (c *checker) Helper()             {}
func (c *checker) Logf(string, ...any) {}
func (c *checker) Errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *checker) Fatalf(format string, args ...any) {
	c.Errorf(format, args...)
	runtime.Goexit()
}

func (c *checker) Skipf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (c *checker) Context() context.Context { return context.Background() }

func (c *checker) Cleanup(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cleanups = append(c.cleanups, f)
}

func (c *checker) TempDir() string {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		c.Fatalf("no temporary directory: %v", err)
	}
	c.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// found returns the problems so far, and why the case was skipped, if it was.
func (c *checker) found() (problems []string, skipped string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.problems), c.skipped
}

// clean runs the cleanups, last first.
func (c *checker) clean() {
	c.mu.Lock()
	cleanups := c.cleanups
	c.cleanups = nil
	c.mu.Unlock()
	for _, f := range slices.Backward(cleanups) {
		f()
	}
}

var (
	_ T = (*testing.T)(nil)
	_ T = (*checker)(nil)
	_ T = (*lease)(nil)
)
