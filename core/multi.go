package core

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Multi is a [Sink] that gives every record to several others. One that fails or
// panics does not keep the record from the next; the errors are joined.
//
// It is no [BatchSink], and has no place behind a queue that retries: a record
// that one member refused would be repeated to all. A sink that needs retries
// gets a queue of its own, inside the Multi.
type Multi struct {
	flag  guard.Flag
	sinks []Sink
}

// NewMulti returns a sink in front of sinks. It panics if one of them is nil.
func NewMulti(sinks ...Sink) *Multi {
	if slices.Contains(sinks, nil) {
		panic("core: NewMulti: nil sink")
	}
	return &Multi{sinks: slices.Clone(sinks)}
}

// Emit implements [Sink]. Its error joins those of the sinks that failed.
func (m *Multi) Emit(r Record) error {
	if err := m.flag.Check(); err != nil {
		return err
	}
	var errs []error
	for _, s := range m.sinks {
		if err := emit(s, &r); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Flush flushes every sink, one after the other. One that hangs leaves no time to
// those behind it.
func (m *Multi) Flush(ctx context.Context) error {
	if err := m.flag.Check(); err != nil {
		return err
	}
	return each(m.sinks, func(s Sink) error { return s.Flush(ctx) })
}

// Close closes every sink, one after the other.
func (m *Multi) Close() error {
	if !m.flag.Close() {
		return nil
	}
	return each(m.sinks, Sink.Close)
}

// each calls f for every sink, whatever happens, and joins the errors.
func each(sinks []Sink, f func(Sink) error) error {
	var errs []error
	for _, s := range sinks {
		if err := guard.Call(func() error { return f(s) }); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Enabled is true if any of the sinks would deliver a record of this level.
func (m *Multi) Enabled(level slog.Level) bool {
	return slices.ContainsFunc(m.sinks, func(s Sink) bool { return enabled(s, level) })
}

// LineOnly is true if it is true of every sink.
func (m *Multi) LineOnly() bool {
	return !slices.ContainsFunc(m.sinks, func(s Sink) bool { return !lineOnly(s) })
}

// Unwrap returns the sinks.
func (m *Multi) Unwrap() []Sink { return slices.Clone(m.sinks) }

var (
	_ Sink     = (*Multi)(nil)
	_ Leveled  = (*Multi)(nil)
	_ LineOnly = (*Multi)(nil)
)
