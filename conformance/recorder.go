package conformance

import (
	"context"
	"slices"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// Recorder is a [core.Sink] that keeps what it is given, for tests. Its zero
// value is ready, and all methods may be called by many goroutines at once.
type Recorder struct {
	// OnEmit, if not nil, is called for each record before it is kept; its error is
	// Emit's, and the record is then not kept. It must not change while records
	// come.
	OnEmit func(core.Record) error

	// Hold keeps records back until Flush or Close, as a sink with a buffer does.
	Hold bool

	mu      sync.Mutex
	kept    []core.Record
	held    []core.Record
	flushes int
	closed  bool
}

// Emit implements core.Sink.
func (s *Recorder) Emit(r core.Record) error {
	if s.isClosed() {
		return core.ErrClosed
	}
	if s.OnEmit != nil {
		if err := s.OnEmit(r); err != nil {
			return err
		}
	}
	r = r.Clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Hold {
		s.held = append(s.held, r)
	} else {
		s.kept = append(s.kept, r)
	}
	return nil
}

func (s *Recorder) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Flush implements core.Sink.
func (s *Recorder) Flush(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return core.ErrClosed
	}
	s.flushes++
	s.release()
	return nil
}

// Close implements core.Sink.
func (s *Recorder) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.release()
	return nil
}

func (s *Recorder) release() {
	s.kept = append(s.kept, s.held...)
	s.held = nil
}

// Records returns the records kept so far: clones, in the order in which they came.
func (s *Recorder) Records() []core.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

// Flushes returns how often Flush was called.
func (s *Recorder) Flushes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flushes
}

var _ core.Sink = (*Recorder)(nil)
