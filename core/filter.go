package core

import (
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Filter is a [Sink] that hands on only the records that a function approves of:
// a Python handler's filter.
type Filter struct {
	wrapper
	keep func(Record) bool
}

// NewFilter returns a sink in front of target. keep is called by many goroutines
// at once and keeps nothing of the record; if it panics, that is the error of the
// record, which is not handed on. NewFilter panics if target or keep is nil.
func NewFilter(target Sink, keep func(Record) bool) *Filter {
	if keep == nil {
		panic("core: NewFilter: nil function")
	}
	f := &Filter{keep: keep}
	f.wrap(target, "NewFilter")
	return f
}

// Emit implements [Sink].
func (f *Filter) Emit(r Record) error {
	if err := f.flag.Check(); err != nil {
		return err
	}
	if ok, err := f.ask(&r); !ok {
		return err
	}
	return f.target.Emit(r)
}

// EmitBatch implements [BatchSink].
func (f *Filter) EmitBatch(rs []Record) (int, error) {
	if err := f.flag.Check(); err != nil {
		return 0, err
	}
	return emitKept(f.target, rs, f.ask)
}

func (f *Filter) ask(r *Record) (ok bool, err error) {
	defer guard.Recover(&err)
	return f.keep(*r), nil
}

// Enabled is as the target says.
func (f *Filter) Enabled(level slog.Level) bool { return enabled(f.target, level) }

var (
	_ BatchSink = (*Filter)(nil)
	_ Leveled   = (*Filter)(nil)
)
