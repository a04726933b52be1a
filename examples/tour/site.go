package main

import (
	"sync"
	"sync/atomic"

	"github.com/logsinks/logsinks/core"
)

// site is what a row has at its disposal while it is tried, and where its errors
// are gathered.
type site struct {
	dir   string // a directory of its own; removed in the end
	total int    // records that are going to be logged
	count atomic.Int64

	mu     sync.Mutex
	errors int
	first  error
}

// logged returns how many records were logged so far.
func (s *site) logged() int { return int(s.count.Load()) }

// report takes note of err, unless it is nil. It suits OnError of every sink.
func (s *site) report(err error) {
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.errors++; s.first == nil {
		s.first = err
	}
}

// reported returns how many errors there were, and the first.
func (s *site) reported() (count int, first error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.errors, s.first
}

// gate stands between the adapters and the sink of a row and reports the records
// that the sink refuses, so that four frameworks need not print them.
type gate struct {
	*core.OnError
	lineOnly bool
}

func newGate(sink core.Sink, s *site) gate {
	l, ok := sink.(core.LineOnly)
	return gate{
		OnError: core.NewOnError(sink, func(_ core.Record, err error) error {
			s.report(err)
			return nil
		}),
		lineOnly: ok && l.LineOnly(),
	}
}

// LineOnly is as the sink says, so that the adapters treat the gate as they would
// treat the sink.
func (g gate) LineOnly() bool { return g.lineOnly }
