package lumber

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core"
	"gopkg.in/natefinch/lumberjack.v2"
)

// Sink is a [core.Sink] that writes to a lumberjack.Logger, which keeps the file,
// rotates it and sees to its backups: see the package comment for what that loses.
// Each record, with its terminator, is one Write, so that the files are those that
// lumberjack would make of the same lines; that is why Sink is no [core.BatchSink].
// A record that lumberjack refuses, as it is larger than MaxSize, is a
// [core.Permanent] error.
//
// Flush waits for the records that are being written; lumberjack cannot sync. Close
// closes the logger.
//
// Sink is a [core.Rotator] and a [core.Statser], and [core.LineOnly] if its
// formatter is. Its Stats know nothing of rotations.
type Sink struct {
	logger    *lumberjack.Logger
	formatter core.Formatter
	lineOnly  bool
	term      string
	timeout   time.Duration
	pool      sync.Pool // of *[]byte: rendered records

	turn    chan struct{} // who has put something in may use the logger
	cut     bool          // a record was cut off: the next one begins on a new line; for who has the turn
	closing sync.Once
	closed  chan struct{}

	writing, delivered, failed, bytes atomic.Uint64
}

// Wrap returns a sink that writes to l. From then on nobody else may write to l,
// rotate it or close it.
func Wrap(l *lumberjack.Logger, opts *Options) (*Sink, error) {
	o, err := opts.check()
	if err := errors.Join(checkLogger(l), err); err != nil {
		return nil, err
	}
	s := &Sink{
		logger: l, formatter: o.Formatter, term: o.Terminator, timeout: o.CloseTimeout,
		turn: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	if f, ok := o.Formatter.(core.LineOnly); ok {
		s.lineOnly = f.LineOnly()
	}
	return s, nil
}

// Emit implements [core.Sink].
func (s *Sink) Emit(r core.Record) error {
	n, err := s.emit(&r)
	if err != nil {
		s.failed.Add(1)
		return err
	}
	s.delivered.Add(1)
	s.bytes.Add(uint64(n))
	return nil
}

// emit writes r and returns how many bytes it has.
func (s *Sink) emit(r *core.Record) (n int, err error) {
	if s.isClosed() {
		return 0, core.ErrClosed // before a formatter is asked
	}
	b := s.get()
	defer s.put(b)
	if *b, err = s.render((*b)[:0], r); err != nil {
		return 0, err
	}
	return len(*b), s.alone(context.Background(), func() error { return s.write(*b) })
}

// render appends r and the terminator to dst.
func (s *Sink) render(dst []byte, r *core.Record) (out []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			out, err = dst, &core.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return append(s.formatter.Append(dst, *r), s.term...), nil
}

// write hands a record to lumberjack.
func (s *Sink) write(p []byte) error {
	s.writing.Store(1)
	defer s.writing.Store(0)
	if s.cut {
		if _, err := s.logger.Write([]byte(s.term)); err != nil {
			return err
		}
	}
	n, err := s.logger.Write(p)
	s.cut = n > 0 && n < len(p) && s.term != ""
	if int64(len(p)) > maxBytes(s.logger) {
		return core.Permanent(err)
	}
	return err
}

// alone runs f, which uses the logger, when nobody else does.
func (s *Sink) alone(ctx context.Context, f func() error) error {
	select {
	case s.turn <- struct{}{}:
	case <-s.closed:
		return core.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.isClosed() {
		return core.ErrClosed // lumberjack would open its file again
	}
	if err := f(); err != nil {
		return fmt.Errorf("lumber: %w", err)
	}
	return nil
}

func (s *Sink) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

// Flush implements [core.Sink].
func (s *Sink) Flush(ctx context.Context) error {
	return s.alone(ctx, func() error { return nil })
}

// Rotate has lumberjack begin a new file; see [core.Rotator].
func (s *Sink) Rotate() error {
	return s.alone(context.Background(), func() error {
		err := s.logger.Rotate()
		s.cut = s.cut && err != nil
		return err
	})
}

// Close implements [core.Sink].
func (s *Sink) Close() (err error) {
	s.closing.Do(func() {
		close(s.closed)
		err = s.closeLogger()
	})
	return err
}

// closeLogger closes the logger as soon as nobody uses it any more.
func (s *Sink) closeLogger() error {
	done := make(chan error, 1)
	go func() {
		s.turn <- struct{}{} // for good
		done <- s.logger.Close()
	}()
	limit := time.NewTimer(s.timeout)
	defer limit.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("lumber: %w", err)
		}
		return nil
	case <-limit.C:
		return fmt.Errorf("lumber: %w: %d records were still being written", core.ErrStuck, s.writing.Load())
	}
}

// LineOnly is as the formatter says; see [core.LineOnly].
func (s *Sink) LineOnly() bool { return s.lineOnly }

// Stats implements [core.Statser].
func (s *Sink) Stats() core.Stats {
	delivered := s.delivered.Load()
	return core.Stats{Accepted: delivered, Failed: s.failed.Load(), Delivered: delivered, Bytes: s.bytes.Load()}
}

// keepBytes is how large a buffer may be that is used again.
const keepBytes = 1 << 16

func (s *Sink) get() *[]byte {
	if b, ok := s.pool.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func (s *Sink) put(b *[]byte) {
	if cap(*b) <= keepBytes {
		s.pool.Put(b)
	}
}

var (
	_ core.Sink     = (*Sink)(nil)
	_ core.LineOnly = (*Sink)(nil)
	_ core.Rotator  = (*Sink)(nil)
	_ core.Statser  = (*Sink)(nil)
)
