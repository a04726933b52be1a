package core

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/logsinks/logsinks/core/internal/commit"
)

// streamTarget is the writer of a Stream. Only the goroutine that writes touches
// it.
type streamTarget struct {
	w     io.Writer
	flush func() error // nil: the writer has nothing to flush
	term  []byte
	limit time.Duration // how long to wait while the writer is not ready
	cut   bool          // a record was cut off: the next one begins on a new line
}

// set makes w the writer.
func (t *streamTarget) set(w io.Writer) {
	t.w, t.cut = w, false
	switch f := w.(type) {
	case interface{ Flush() error }:
		t.flush = f.Flush
	case interface{ Flush() }:
		t.flush = func() error { f.Flush(); return nil }
	default:
		t.flush = nil
	}
}

// Begin implements commit.Target.
func (t *streamTarget) Begin() error { return nil }

// Write implements commit.Target. It first ends a line that was cut off. A Write that
// panics may have cut one off: that is so until it returns.
func (t *streamTarget) Write(p []byte) (int, error) {
	if t.cut {
		if _, err := commit.WriteReady(t.w, t.term, t.limit); err != nil {
			return 0, err
		}
	}
	t.cut = len(t.term) > 0
	n, err := commit.WriteReady(t.w, p, t.limit)
	t.cut = false
	return n, err
}

// Undo implements commit.Target: what a stream has taken cannot be taken back.
func (t *streamTarget) Undo(int) { t.cut = len(t.term) > 0 }

// end completes a batch.
func (t *streamTarget) end() error {
	if t.flush == nil {
		return nil
	}
	return t.flush()
}

// sync flushes the writer and makes durable what can be.
func (t *streamTarget) sync() error {
	if err := t.end(); err != nil {
		return err
	}
	if f, ok := t.w.(*os.File); ok {
		// Of a file that cannot be asked, Sync says why.
		if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
			return nil
		}
	}
	s, ok := t.w.(interface{ Sync() error })
	if !ok {
		return nil
	}
	if err := s.Sync(); !unsyncable(err) {
		return err
	}
	return nil
}

// unsyncable tells whether err is what fsync answers on terminals, pipes,
// sockets and devices, which have nothing to sync.
func unsyncable(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.ENOTSUP)
}
