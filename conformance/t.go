package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
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
			watch(t, patience, func() { c.run(t, h) })
		})
	}
}

// checkAll runs the cases outside of a test, each for at most limit, and returns
// what is wrong.
func checkAll[H any](cases []testCase[H], h *H, limit time.Duration) error {
	var errs []error
	for _, c := range cases {
		t := &checker{}
		watch(t, limit, func() { c.run(t, h) })
		t.clean()
		for _, problem := range t.found() {
			errs = append(errs, &Violation{Case: c.name, Rule: c.rule, Problem: problem})
		}
	}
	return errors.Join(errs...)
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
func watch(t T, limit time.Duration, f func()) {
	t.Helper()
	done := make(chan struct{})
	ended := false
	var panicked any
	go func() {
		defer close(done)
		defer func() {
			if !ended {
				panicked = recover()
			}
		}()
		f()
		ended = true
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		if panicked != nil {
			t.Errorf("panic: %v", panicked)
		}
	case <-timer.C:
		buf := make([]byte, 1<<20)
		t.Errorf("hangs; all goroutines:\n%s", buf[:runtime.Stack(buf, true)])
	}
}

// checker is a T outside of a test.
type checker struct {
	mu       sync.Mutex
	problems []string
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

func (c *checker) Skipf(string, ...any)     { runtime.Goexit() }
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

// found returns the problems so far.
func (c *checker) found() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.problems)
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
)
