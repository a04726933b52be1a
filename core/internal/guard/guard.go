// Package guard holds what every sink needs around its own work: the closed
// flag with the one error for use after Close, calls into foreign code that may
// panic, and the question whether a call came from within a sink.
package guard

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// ErrClosed is returned by every operation on a closed sink but Close.
var ErrClosed = errors.New("core: sink is closed")

// Flag is the closed state of a sink without any other state to guard. The zero
// value is open. It is safe for concurrent use.
type Flag struct{ closed atomic.Bool }

// Check returns ErrClosed once the flag is closed.
func (f *Flag) Check() error {
	if f.closed.Load() {
		return ErrClosed
	}
	return nil
}

// Close closes the flag and tells whether this call was the first to do so.
func (f *Flag) Close() bool { return f.closed.CompareAndSwap(false, true) }

// PanicError is the error that a recovered panic becomes.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // the goroutine's stack at the panic
}

// Error describes the value; the stack is left to whoever wants it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value where that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Panicked returns the error for the recovered value v.
func Panicked(v any) error { return &PanicError{Value: v, Stack: debug.Stack()} }

// Recover turns a panic in flight into *err. It is deferred directly.
func Recover(err *error) {
	if v := recover(); v != nil {
		*err = Panicked(v)
	}
}

// Call runs f and returns its error, or its panic as an error.
func Call(f func() error) (err error) {
	defer Recover(&err)
	return f()
}
