package core

import (
	"bytes"
	"io"
	"log/slog"
	"time"
)

// WriterOptions are the options of [NewWriter]. Nil means the zero value, which
// means the defaults.
type WriterOptions struct {
	Level  slog.Level // of every record; default [LevelInfo]
	Logger string     // name of the logger, of every record; default ""
}

// Writer is an io.Writer that makes each Write a record: for package log and for
// http.Server.ErrorLog, which write one record at a time. What copies streams, as
// os/exec does for a child process, writes in pieces, which are no records.
//
//	log.SetOutput(core.NewWriter(sink, nil))
//
// The record's Line, and its message, is what was written, without a final line
// end; a prefix or a date in front is part of it. Write returns len(p) when the
// record was handed over, and 0 with the sink's error when not.
//
// A log.Logger holds a lock of its own while it writes: a sink, or an error
// handler on the same goroutine, that logs through that very logger waits for
// ever.
type Writer struct {
	front *Front
	opts  WriterOptions
}

// NewWriter returns a writer in front of sink. It panics if sink is nil. There
// is nothing to close.
func NewWriter(sink Sink, opts *WriterOptions) *Writer {
	w := &Writer{front: NewFront(sink, nil)}
	if opts != nil {
		w.opts = *opts
	}
	return w
}

// Write makes p a record.
func (w *Writer) Write(p []byte) (int, error) {
	if !w.front.Enabled(w.opts.Level) {
		return len(p), nil
	}
	line := bytes.TrimSuffix(p, []byte("\n"))
	if line == nil {
		line = []byte{}
	}
	r := Record{Level: w.opts.Level, Logger: w.opts.Logger, Line: line}
	if !w.front.LineOnly() {
		r.Time, r.Message = time.Now(), string(line)
	}
	if err := w.front.Emit(&r); err != nil {
		return 0, err
	}
	return len(p), nil
}

var _ io.Writer = (*Writer)(nil)
