package core

import (
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// OnError is a [Sink] that lets a function deal with the records that another
// sink fails to deliver: Python's handleError.
type OnError struct {
	wrapper
	handle func(Record, error) error
}

// NewOnError returns a sink in front of target. handle gets the very record that
// failed, and the error or panic of target; what it returns is what Emit returns,
// so nil means that it has dealt with the record. It is called on the goroutine
// that logs, and keeps nothing of the record. NewOnError panics if target or
// handle is nil.
func NewOnError(target Sink, handle func(Record, error) error) *OnError {
	if handle == nil {
		panic("core: NewOnError: nil function")
	}
	o := &OnError{handle: handle}
	o.wrap(target, "NewOnError")
	return o
}

// Emit implements [Sink].
func (o *OnError) Emit(r Record) error {
	if err := o.flag.Check(); err != nil {
		return err
	}
	return o.settle(&r, emit(o.target, &r))
}

// EmitBatch implements [BatchSink].
func (o *OnError) EmitBatch(rs []Record) (delivered int, err error) {
	if err := o.flag.Check(); err != nil {
		return 0, err
	}
	for delivered < len(rs) {
		n, err := emitBatch(o.target, rs[delivered:])
		if delivered += n; err == nil || delivered >= len(rs) {
			break
		}
		if err = o.settle(&rs[delivered], err); err != nil {
			return delivered, err
		}
		delivered++
	}
	return delivered, nil
}

// settle asks the function what becomes of a record that failed with err.
func (o *OnError) settle(r *Record, err error) error {
	if err == nil {
		return nil
	}
	return guard.Call(func() error { return o.handle(*r, err) })
}

// Enabled is as the target says.
func (o *OnError) Enabled(level slog.Level) bool { return enabled(o.target, level) }

var (
	_ BatchSink = (*OnError)(nil)
	_ Leveled   = (*OnError)(nil)
)
