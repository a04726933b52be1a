package core

import (
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"time"

	"github.com/logsinks/logsinks/core/internal/commit"
)

// StreamOptions are the options of [NewStream]. Nil means the zero value, which
// means the defaults.
type StreamOptions struct {
	Formatter    Formatter // renders records; default [Line]
	Terminator   string    // ends each record; default "\n"
	NoTerminator bool      // nothing ends a record

	// BlockTimeout is how long a write waits for a writer that is not ready (EAGAIN:
	// a pipe or terminal that another process has made non-blocking). Default one
	// second.
	BlockTimeout time.Duration

	// CloseTimeout is how long Close waits for a write that does not return.
	// Default [DefaultCloseTimeout].
	CloseTimeout time.Duration
}

// Stream is a [Sink] that writes records to an io.Writer: Python's
// StreamHandler. Each record, with its terminator, is one Write; under
// contention several records may share one. A writer with a method Flush() error
// or Flush() is flushed after each write.
//
// A failing Write is the error of its records; EPIPE is one. After a short write
// the rest of that record is not sent, and the next record begins on a new line.
//
// A writer that logs into its own Stream waits two seconds for itself the first
// time, and gets [ErrReentrant]; so may a record that a Stream behind another one
// has kept waiting for so long.
//
// On standard output and standard error the Go runtime ends the program when the
// reader of a pipe has gone (SIGPIPE); a program that wants to outlive its reader
// calls signal.Ignore(syscall.SIGPIPE) and gets the error instead.
//
// Flush makes a regular file durable (fsync) and calls another writer's Sync() error;
// terminals, pipes and devices know no such thing, and are left alone. Close
// flushes, and leaves the writer open: whoever opened it closes it.
//
// Stream is a [BatchSink] and a [Statser], and [LineOnly] if its formatter is.
type Stream struct {
	lines     commit.Lines
	target    *streamTarget
	formatter Formatter
	verbatim  bool // the formatter is Line: no need to call it
	lineOnly  bool
	timeout   time.Duration
}

// NewStream returns a sink that writes to w; nil means os.Stderr as it is now.
// w need not be safe for concurrent use.
func NewStream(w io.Writer, opts *StreamOptions) (*Stream, error) {
	o := StreamOptions{}
	if opts != nil {
		o = *opts
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if w == nil {
		w = os.Stderr
	}
	term := []byte(o.Terminator)
	target := &streamTarget{term: term, limit: o.BlockTimeout}
	target.set(w)
	return &Stream{
		lines:     commit.Lines{Writer: commit.NewDirect(target, target.end), Term: term},
		target:    target,
		formatter: o.Formatter,
		verbatim:  isLine(o.Formatter),
		lineOnly:  lineOnly(o.Formatter),
		timeout:   o.CloseTimeout,
	}, nil
}

// check fills in the defaults and returns everything that is wrong.
func (o *StreamOptions) check() error {
	var errs []error
	if o.NoTerminator && o.Terminator != "" {
		errs = append(errs, errors.New("core: StreamOptions: Terminator and NoTerminator exclude each other"))
	}
	if o.BlockTimeout < 0 {
		errs = append(errs, errors.New("core: StreamOptions: BlockTimeout is negative"))
	}
	if o.CloseTimeout < 0 {
		errs = append(errs, errors.New("core: StreamOptions: CloseTimeout is negative"))
	}
	if o.Formatter == nil {
		o.Formatter = Line{}
	}
	if o.Terminator == "" && !o.NoTerminator {
		o.Terminator = "\n"
	}
	if o.BlockTimeout == 0 {
		o.BlockTimeout = time.Second
	}
	if o.CloseTimeout == 0 {
		o.CloseTimeout = DefaultCloseTimeout
	}
	return errors.Join(errs...)
}

// Emit implements [Sink].
func (s *Stream) Emit(r Record) error {
	if s.verbatim && r.Line != nil {
		return s.lines.Verbatim(r.Line)
	}
	return s.lines.Emit(func(dst []byte) ([]byte, error) { return s.formatter.Append(dst, r), nil })
}

// EmitBatch implements [BatchSink]: the records leave in one write.
func (s *Stream) EmitBatch(rs []Record) (int, error) {
	return s.lines.EmitBatch(len(rs), func(dst []byte, i int) ([]byte, error) {
		return s.formatter.Append(dst, rs[i]), nil
	})
}

// Flush implements [Sink].
func (s *Stream) Flush(ctx context.Context) error {
	return s.lines.Flush(ctx, s.target.sync)
}

// Close implements [Sink].
func (s *Stream) Close() error {
	return s.lines.Close(s.timeout, s.target.sync, func() {})
}

// SetStream makes the sink write to w from the next record on, after flushing
// the writer it had, and returns that one; nil if it is w already. An error is
// about flushing, and does not keep w from being set. It waits for the write in
// progress, for as long as that takes.
func (s *Stream) SetStream(w io.Writer) (old io.Writer, err error) {
	if w == nil {
		w = os.Stderr
	}
	err = s.lines.Flush(context.Background(), func() error {
		if same(s.target.w, w) {
			return nil
		}
		old = s.target.w
		defer s.target.set(w)
		return s.target.end()
	})
	return old, err
}

// same tells whether a and b are the same writer. Those that cannot be compared
// are not.
func same(a, b io.Writer) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && reflect.ValueOf(a).Comparable() && a == b
}

// LineOnly is as the formatter says; see the interface [LineOnly].
func (s *Stream) LineOnly() bool { return s.lineOnly }

// Stats implements [Statser].
func (s *Stream) Stats() Stats { return statsOf(s.lines.Counts()) }

func statsOf(c commit.Counts) Stats {
	return Stats{Accepted: c.Accepted, Failed: c.Failed, Delivered: c.Delivered, Pending: c.Pending, Bytes: c.Bytes}
}

// isLine tells whether f is the formatter Line.
func isLine(f Formatter) bool {
	_, ok := f.(Line)
	return ok
}

var (
	_ Sink      = (*Stream)(nil)
	_ BatchSink = (*Stream)(nil)
	_ LineOnly  = (*Stream)(nil)
	_ Statser   = (*Stream)(nil)
)
