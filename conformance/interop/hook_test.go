package interop_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
)

// broken is a writer that fails.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errTest }

func brokenStream(t *testing.T) core.Sink {
	t.Helper()
	sink, err := core.NewStream(broken{}, nil)
	check(t, err)
	return sink
}

// python-semantics §22: with a failing stream the error hook gets that very
// record.
func TestFailingStreamErrorHook(t *testing.T) {
	for _, a := range adapters {
		t.Run(a.name, func(t *testing.T) {
			var failed []core.Record
			var cause error
			sink := core.NewOnError(brokenStream(t), func(r core.Record, err error) error {
				failed, cause = append(failed, r.Clone()), err
				return nil
			})
			e := eventOf(a.levels, 7, 3)
			a.start(setup{sink: sink, onError: func(err error) { t.Errorf("reported: %v", err) }})(7)(e)
			if len(failed) != 1 || !errors.Is(cause, errTest) {
				t.Fatalf("%d records, %v", len(failed), cause)
			}
			o := output{formatter: core.JSON{}}
			if got, want := timeless(t, string(core.JSON{}.Append(nil, failed[0]))), o.expected(e, 7); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// stderrOf makes standard error a pipe and returns its reading end, and a
// function that ends that. Loggers take os.Stderr as it is when they are made.
func stderrOf(t *testing.T) (r *os.File, restore func()) {
	t.Helper()
	r, w, err := os.Pipe()
	check(t, err)
	old := os.Stderr
	os.Stderr = w
	t.Cleanup(func() { r.Close() })
	return r, func() {
		os.Stderr = old
		w.Close()
	}
}

// python-semantics §22: unless told otherwise, the cause of a failure is printed
// to standard error.
func TestFailingStreamPrintsTheCause(t *testing.T) {
	for _, a := range adapters {
		t.Run(a.name, func(t *testing.T) {
			r, restore := stderrOf(t)
			defer restore()
			a.start(setup{sink: brokenStream(t)})(7)(eventOf(a.levels, 7, 3))
			line, err := bufio.NewReader(r).ReadString('\n') // comes when it comes
			if err != nil || !strings.Contains(line, errTest.Error()) {
				t.Errorf("printed %q, %v", line, err)
			}
		})
	}
}

// python-semantics §22: switched off, nothing is printed.
func TestFailingStreamSwitchedOff(t *testing.T) {
	handler := zerolog.ErrorHandler
	defer func() { zerolog.ErrorHandler = handler }()
	for _, a := range adapters {
		t.Run(a.name, func(t *testing.T) {
			r, restore := stderrOf(t)
			told := make(chan error, 10)
			zerolog.ErrorHandler = func(err error) { told <- err } // zerolog's own switch
			a.start(setup{sink: brokenStream(t), onError: func(err error) { told <- err }})(7)(eventOf(a.levels, 7, 3))
			if err := <-told; !strings.Contains(err.Error(), errTest.Error()) {
				t.Errorf("told %v", err)
			}
			restore()
			if text, err := io.ReadAll(r); err != nil || len(text) > 0 {
				t.Errorf("printed %q, %v", text, err)
			}
		})
	}
}
