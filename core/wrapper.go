package core

import (
	"context"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// wrapper is what the sinks around one other sink have in common.
type wrapper struct {
	target Sink
	flag   guard.Flag
}

// wrap panics if target is nil: constructor tells whose mistake it is.
func (w *wrapper) wrap(target Sink, constructor string) {
	if target == nil {
		panic("core: " + constructor + ": nil target")
	}
	w.target = target
}

// Flush flushes the target.
func (w *wrapper) Flush(ctx context.Context) error {
	if err := w.flag.Check(); err != nil {
		return err
	}
	return w.target.Flush(ctx)
}

// Close closes the target.
func (w *wrapper) Close() error {
	if !w.flag.Close() {
		return nil
	}
	return w.target.Close()
}

// Unwrap returns the target.
func (w *wrapper) Unwrap() []Sink { return []Sink{w.target} }

// emitKept delivers to target those of rs that keep says yes to. The others are
// dealt with. What keep returns as an error is the error of that record.
func emitKept(target Sink, rs []Record, keep func(*Record) (bool, error)) (int, error) {
	kept := make([]Record, 0, len(rs))
	from := make([]int, 0, len(rs)) // where each of kept was in rs
	var bad error
	tried := 0
	for ; tried < len(rs); tried++ {
		r := rs[tried]
		ok, err := keep(&r)
		if err != nil {
			bad = err
			break
		}
		if ok {
			kept = append(kept, r)
			from = append(from, tried)
		}
	}
	if n, err := EmitBatch(target, kept); err != nil && n < len(from) {
		return from[n], err
	}
	return tried, bad
}
