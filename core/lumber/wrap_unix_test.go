//go:build unix

package lumber_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/lumber"
)

// A named pipe that nobody reads keeps lumberjack from opening it.
func TestWrapWhileLumberjackHangs(t *testing.T) {
	l := logger(t)
	check(t, syscall.Mkfifo(l.Filename, 0o600))
	s := wrap(t, l, &lumber.Options{CloseTimeout: 20 * time.Millisecond})
	errs := make(chan error, 2)
	for range cap(errs) {
		go func() { errs <- s.Emit(line("a")) }()
	}
	eventually(t, "one writes", func() bool { return bytes.Contains(stacks(), []byte(".(*Logger).openExistingOrNew")) })

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Flush: %v", err)
	}
	if err := s.Close(); !errors.Is(err, core.ErrStuck) {
		t.Errorf("Close: %v", err)
	}
	if err := <-errs; !errors.Is(err, core.ErrClosed) {
		t.Errorf("the record that had to wait: %v", err)
	}

	r, err := os.Open(l.Filename)
	check(t, err)
	defer r.Close()
	if err := <-errs; err != nil {
		t.Errorf("the record that was being written: %v", err)
	}
	// The end of the pipe comes when the logger is closed.
	got := make([]byte, 10)
	n, _ := r.Read(got)
	if end, err := r.Read(got[n:]); string(got[:n]) != "a\n" || end != 0 {
		t.Errorf("read %q, then %d bytes, %v", got[:n], end, err)
	}
	eventually(t, "the goroutine of Close ends", func() bool { return !bytes.Contains(stacks(), []byte("lumber.(*Sink)")) })
}
