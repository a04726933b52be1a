package file

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/commit"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/report"
)

// engine is what all sinks of this package are made of: records become bytes,
// a commit.Writer brings the bytes to the disk.
type engine struct {
	lines     commit.Lines
	disk      *disk
	target    target // the disk, or what stands in front of it
	formatter core.Formatter
	verbatim  bool // a Line is written as it is
	lineOnly  bool
	level     slog.Leveler // flush at or above it; nil: not buffered
	reporter  *report.Reporter
	timeout   time.Duration
}

// target is a disk, or stands in front of one.
type target interface {
	commit.Target
	open() error
	reopenNow() error // for a caller who asks for it
	finish() error    // completes a batch if each is made durable
	flush() error     // when all records are written
	close() error     // likewise
	abandon()         // by any goroutine, under a call that does not return
}

// newEngine opens the file, unless it is lazy, and starts what writes to it. Before
// that, setup may change what the engine is made of. The options were checked.
func newEngine(fs fsys.FS, path string, o *Options, setup func(*engine) error) (*engine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	e := &engine{
		formatter: o.Formatter,
		reporter:  report.New(o.OnError),
		timeout:   o.CloseTimeout,
	}
	_, line := o.Formatter.(core.Line)
	e.verbatim = line && o.Encoding == nil
	if f, ok := o.Formatter.(core.LineOnly); ok {
		e.lineOnly = f.LineOnly()
	}
	e.disk = &disk{
		fs: fs, path: path, dir: filepath.Dir(path), opts: *o,
		first: true, report: e.report,
	}
	e.target = e.disk
	e.disk.encoder.enc = o.Encoding
	if err := e.disk.setTerm(o.Terminator); err != nil {
		return nil, err
	}
	if err := setup(e); err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	if !o.Lazy {
		if err := e.target.open(); err != nil {
			return nil, fmt.Errorf("file: %w", err)
		}
	}
	e.start(o)
	return e, nil
}

// start makes the writer that the options ask for.
func (e *engine) start(o *Options) {
	if !e.disk.encoder.on() {
		e.lines.Term = e.disk.term
	}
	if o.BufferSize == 0 {
		var end func() error
		if o.Sync == SyncEach {
			end = e.target.finish
		}
		e.lines.Writer = commit.NewDirect(e.target, end)
		return
	}
	e.level = o.FlushLevel
	e.lines.Writer = commit.NewBuffered(e.target, commit.BufferConfig{
		Size:     o.BufferSize,
		Interval: o.FlushInterval,
		Report:   e.report,
	})
}

// Emit implements [core.Sink].
func (e *engine) Emit(r core.Record) error {
	var err error
	if e.verbatim && r.Line != nil {
		err = e.lines.Verbatim(r.Line)
	} else {
		err = e.lines.Emit(func(dst []byte) ([]byte, error) { return e.render(dst, &r) })
	}
	if err != nil {
		return wrap(err)
	}
	if e.level != nil && r.Level >= e.level.Level() {
		e.drain()
	}
	return nil
}

// EmitBatch implements [core.BatchSink]: the records leave in one write.
func (e *engine) EmitBatch(rs []core.Record) (int, error) {
	n, err := e.lines.EmitBatch(len(rs), func(dst []byte, i int) ([]byte, error) {
		return e.render(dst, &rs[i])
	})
	for i := range rs[:n] {
		if e.level != nil && rs[i].Level >= e.level.Level() {
			e.drain()
			break
		}
	}
	return n, wrap(err)
}

// drain writes the buffers. The record that asks for it is accepted already: if
// the disk fails, it stays in the buffer and the failure is reported there.
func (e *engine) drain() {
	_ = e.lines.Flush(context.Background(), func() error { return nil })
}

// render appends r as it is written, without its terminator unless that had to
// be encoded along.
func (e *engine) render(dst []byte, r *core.Record) ([]byte, error) {
	start := len(dst)
	dst = e.formatter.Append(dst, *r)
	if !e.disk.encoder.on() {
		return dst, nil
	}
	text, err := e.disk.encoder.bytes(append(dst[start:], e.disk.opts.Terminator...))
	if err != nil {
		return nil, core.Permanent(fmt.Errorf("encoding: %w", err))
	}
	return append(dst[:start], text...), nil
}

// report reports what no caller is told.
func (e *engine) report(err error) {
	if err != nil {
		e.reporter.Report(fmt.Errorf("file: %s: %w", e.disk.path, err))
	}
}

// wrap says where an error comes from. ErrClosed stays itself.
func wrap(err error) error {
	if err == nil || errors.Is(err, core.ErrClosed) {
		return err
	}
	return fmt.Errorf("file: %w", err)
}

// Flush implements [core.Sink]. Under [SyncOnFlush] and [SyncEach] what was written is
// durable when it returns nil.
func (e *engine) Flush(ctx context.Context) error {
	return wrap(e.lines.Flush(ctx, e.target.flush))
}

// Close implements [core.Sink].
func (e *engine) Close() error {
	start := time.Now()
	err := wrap(e.lines.Close(e.timeout, e.target.close, e.target.abandon))
	e.reporter.Wait(e.timeout - time.Since(start))
	return err
}

// Reopen opens the path anew, as after something else has renamed the file; see
// [core.Reopener]. If that fails, the sink goes on with the file it has.
func (e *engine) Reopen() error {
	ctx, cancel := context.WithTimeout(context.Background(), e.timeout)
	defer cancel()
	return wrap(e.lines.Alone(ctx, e.target.reopenNow))
}

// LineOnly is as the formatter says; see [core.LineOnly].
func (e *engine) LineOnly() bool { return e.lineOnly }

// Path returns the absolute path of the file.
func (e *engine) Path() string { return e.disk.path }

// Stats implements [core.Statser].
func (e *engine) Stats() core.Stats {
	c := e.lines.Counts()
	s := core.Stats{
		Accepted:  c.Accepted,
		Failed:    c.Failed,
		Delivered: c.Delivered,
		Pending:   c.Pending,
		Bytes:     c.Bytes,
		Reopens:   e.disk.reopens.Load(),
	}
	if c.Lost > 0 {
		s.Dropped = map[core.Reason]uint64{core.ReasonClosed: c.Lost}
	}
	return s
}
