package core

import (
	"context"
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Sink is a place that records go to. It has three methods and will not get a
// fourth: whatever else a sink can do is an interface of its own, see
// [BatchSink], [Leveled], [LineOnly], [Rotator], [Reopener] and [Statser].
//
// Package conformance holds any implementation against what is said here.
type Sink interface {
	// Emit delivers r. Any number of goroutines may call it at once.
	//
	// It returns nil if r was handed over: to the kernel, the server, the queue or
	// the buffer that the sink's documentation names. An error means that r is not
	// delivered, and that the sink will not try it again. After Close it returns
	// [ErrClosed].
	//
	// It keeps nothing that r points to once it has returned: a sink that holds
	// records holds clones (see [Record.Clone]). Nor does it change any of it: other
	// sinks may get the same record.
	//
	// It waits for a network only within the sink's own limits. A disk or a pipe
	// is as slow as its device; who must not wait puts a queue in front.
	Emit(r Record) error

	// Flush returns when all that was accepted before the call is delivered, or
	// lost and counted. When ctx ends first, it returns ctx's error, soon. A sink
	// that wraps others flushes them.
	Flush(ctx context.Context) error

	// Close flushes, frees everything and ends every goroutine that the sink
	// began, and returns within the sink's own limit (an option CloseTimeout,
	// [DefaultCloseTimeout] unless set). Its error says how many records stayed
	// behind, if any did. A goroutine that hangs in a foreign call ends when that
	// call does. A second Close does nothing and returns nil. A sink that wraps
	// others closes them unless its options say otherwise.
	Close() error
}

// BatchSink is the ability of a [Sink] to deliver several records at less cost
// than one by one.
//
// This ability, like Leveled and LineOnly, counts on the outermost sink only: a
// wrapper that changes or drops records either implements it or hides it. Do not
// look for it through Unwrap.
type BatchSink interface {
	// EmitBatch delivers rs in order. The first delivered records are handed over,
	// err is about rs[delivered], the rest were not tried. err is nil if and only
	// if all were handed over. It neither keeps nor changes rs or what it points to.
	EmitBatch(rs []Record) (delivered int, err error)
}

// Leveled is the ability of a [Sink] to say in advance which records it will
// ignore. Adapters ask before they format.
type Leveled interface {
	// Enabled tells whether a record of this level would be delivered. It may
	// change over time.
	Enabled(level slog.Level) bool
}

// LineOnly is the ability of a [Sink] or a [Formatter] to do with little: if
// LineOnly returns true, it reads nothing but Line and Level of a record that has
// a Line. Whoever makes the record need not find out the rest, and whoever holds
// it need not resolve its attributes. The answer never changes.
type LineOnly interface{ LineOnly() bool }

// Rotator is the ability of a [Sink] to begin a new file, or whatever else it
// writes to, at once.
type Rotator interface{ Rotate() error }

// Reopener is the ability of a [Sink] to open what it writes to anew, by its
// name: what a program does on SIGHUP after something else has renamed the file.
type Reopener interface{ Reopen() error }

// Statser is the ability of a [Sink] to tell its counters.
type Statser interface{ Stats() Stats }

// Unwrapper is implemented by sinks that hand records on to others.
type Unwrapper interface{ Unwrap() []Sink }

// Walk calls visit for s and for every sink behind it, outermost first, until
// visit returns false.
func Walk(s Sink, visit func(Sink) bool) bool {
	if !visit(s) {
		return false
	}
	u, ok := s.(Unwrapper)
	if !ok {
		return true
	}
	for _, inner := range u.Unwrap() {
		if !Walk(inner, visit) {
			return false
		}
	}
	return true
}

// As returns the first sink, s or one behind it, that is a T. It is meant for
// [Rotator], [Reopener] and [Statser], and for concrete types; for abilities that
// count on the outermost sink only, assert s itself.
func As[T any](s Sink) (found T, ok bool) {
	Walk(s, func(s Sink) bool {
		found, ok = s.(T)
		return !ok
	})
	return found, ok
}

// EmitBatch delivers rs to s: as one batch if s is a [BatchSink], else one by
// one, where a panic is that record's error. The results are those of BatchSink.
func EmitBatch(s Sink, rs []Record) (delivered int, err error) {
	if b, ok := s.(BatchSink); ok {
		return b.EmitBatch(rs)
	}
	for i := range rs {
		if err := emit(s, &rs[i]); err != nil {
			return i, err
		}
	}
	return len(rs), nil
}

// emitBatch is EmitBatch, with the panic of a BatchSink as the error of the first
// record: how far it came nobody can tell.
func emitBatch(s Sink, rs []Record) (delivered int, err error) {
	defer guard.Recover(&err)
	return EmitBatch(s, rs)
}

// enabled tells whether s would deliver records of this level.
func enabled(s Sink, level slog.Level) bool {
	l, ok := s.(Leveled)
	return !ok || l.Enabled(level)
}

// lineOnly tells whether v reads nothing but the Line of records that have one.
func lineOnly(v any) bool {
	l, ok := v.(LineOnly)
	return ok && l.LineOnly()
}

// emit delivers r to s and turns a panic into an error.
func emit(s Sink, r *Record) (err error) {
	defer guard.Recover(&err)
	return s.Emit(*r)
}
