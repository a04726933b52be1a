package core

import (
	"context"
	"errors"
	"slices"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// CloseAll flushes and closes sinks in reverse order, as Python's
// logging.shutdown does: what was made last may hold records for what was made
// first. Nothing that one sink does keeps the next from being closed; the errors
// are joined. ctx bounds the flushing, each sink's own limit the closing.
func CloseAll(ctx context.Context, sinks ...Sink) error {
	var errs []error
	for _, s := range slices.Backward(sinks) {
		if s == nil {
			continue
		}
		flush := guard.Call(func() error { return s.Flush(ctx) })
		if onlyClosed(flush) {
			flush = nil // closed already, by its owner or through a wrapper
		}
		errs = append(errs, flush, guard.Call(s.Close))
	}
	return errors.Join(errs...)
}

// onlyClosed tells whether err, joined or not, says nothing else than ErrClosed.
func onlyClosed(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return errors.Is(err, ErrClosed)
	}
	return !slices.ContainsFunc(joined.Unwrap(), func(err error) bool { return !onlyClosed(err) })
}
