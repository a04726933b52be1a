package conformance

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/logsinks/logsinks/core"
)

// modelTimeout is how long the model's Close takes at most.
const modelTimeout = 100 * time.Millisecond

// EmitBatch implements core.BatchSink.
func (m *model) EmitBatch(rs []core.Record) (int, error) {
	if !m.begin() {
		if m.has("batch accepts after Close") {
			return len(rs), nil
		}
		return 0, core.ErrClosed
	}
	defer m.end()
	if m.has("reverses batches") {
		rs = slices.Clone(rs)
		slices.Reverse(rs)
	}
	kept := 0
	for i := range rs {
		level := m.min
		if m.has("batch passes the filter by") {
			m.min = core.LevelTrace
		}
		err := m.take(rs[i])
		m.min = level
		if !m.has("does not count batches") {
			m.count(err)
		}
		if m.has("changes the batch") {
			rs[i] = core.Record{}
		}
		if err != nil && m.has("batch claims all") {
			return len(rs), nil
		}
		if err != nil && m.has("batch forgets what it delivered") {
			return 0, err
		}
		if err != nil {
			return i, err
		}
		if rs[i].Level >= m.min {
			kept++
		}
	}
	if m.has("batch counts what it kept") {
		return kept, nil
	}
	return len(rs), nil
}

// Close implements core.Sink.
func (m *model) Close() error {
	if m.has("close waits for ever") {
		m.turn <- struct{}{}
	} else {
		select {
		case m.turn <- struct{}{}:
		case <-time.After(modelTimeout):
			return errors.New("records stay behind")
		}
	}
	m.mu.Lock()
	first := !m.closed
	m.closed = true
	m.mu.Unlock()
	if !first {
		<-m.turn
		if m.has("second Close fails") {
			return core.ErrClosed
		}
		return nil
	}
	if m.has("leaks a goroutine") {
		go func() { select {} }()
	}
	if m.inner != nil && !m.has("closes nothing") {
		defer m.inner.Close()
	}
	return m.finish()
}

// finish delivers what is held, within the limit.
func (m *model) finish() error {
	done := make(chan error, 1)
	go func() {
		defer func() { <-m.turn }()
		done <- m.last()
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(modelTimeout):
		return errors.New("records stay behind")
	}
}

func (m *model) last() error {
	switch {
	case m.has("close drops what is held"):
		m.held = nil
	case m.has("close fails when there was nothing") && m.calls == 0:
		return errBroken
	}
	return m.flush()
}

// Enabled implements core.Leveled.
func (m *model) Enabled(l slog.Level) bool { return l >= m.min }

// LineOnly implements core.LineOnly.
func (m *model) LineOnly() bool { return m.secret == "" && !m.buffered }

// Stats implements core.Statser.
func (m *model) Stats() core.Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Pending = s.Accepted - s.Delivered
	return s
}

// Unwrap implements core.Unwrapper.
func (m *model) Unwrap() []core.Sink {
	if m.inner == nil {
		return nil
	}
	return []core.Sink{m.inner}
}

var _ interface {
	core.Sink
	core.BatchSink
	core.Leveled
	core.LineOnly
	core.Statser
	core.Unwrapper
} = (*model)(nil)
