package core

import (
	"context"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Func is a [Sink] made of a function, for tests and for what is too small for a
// type of its own.
type Func struct {
	flag guard.Flag
	emit func(Record) error
}

// NewFunc returns a sink whose Emit calls emit, from many goroutines at once. It
// panics if emit is nil.
func NewFunc(emit func(Record) error) *Func {
	if emit == nil {
		panic("core: NewFunc: nil function")
	}
	return &Func{emit: emit}
}

// Emit implements [Sink].
func (f *Func) Emit(r Record) error {
	if err := f.flag.Check(); err != nil {
		return err
	}
	return f.emit(r)
}

// Flush is [Sink]'s; there is nothing to flush.
func (f *Func) Flush(context.Context) error { return f.flag.Check() }

// Close implements [Sink].
func (f *Func) Close() error {
	f.flag.Close()
	return nil
}

var _ Sink = (*Func)(nil)
