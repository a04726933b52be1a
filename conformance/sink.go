package conformance

import (
	"log/slog"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// SinkHarness tells the suite how to make a sink and see what it delivers.
type SinkHarness struct {
	// New returns a fresh sink whose destination is empty. It cleans up through t.
	New func(t T) Rig

	// Limits are what the sink cannot do, or does not promise.
	Limits Limits
}

// Rig is a sink with its destination.
type Rig struct {
	Sink core.Sink

	// Received returns what the destination has got so far, in the order in which
	// it came. It is called when the sink is flushed or closed.
	Received func(t T) []Received

	// Break makes the destination refuse everything, Mend ends that. Nil: it cannot
	// be made to fail.
	Break, Mend func()

	// Hang makes the destination take records but not return until the function
	// that it returns is called. Nil: it cannot be made to hang.
	Hang func() (release func())
}

// Received is one record as the destination has it.
type Received struct {
	Text  string      // all of it, or the text, if it has parts
	Level *slog.Level // its level; nil: the destination does not know levels
}

// Limits are data about a sink. The zero value promises everything that the
// contract leaves open.
type Limits struct {
	Discards    bool          // nothing arrives anywhere: a null sink
	Buffered    bool          // Emit may return nil before the destination was asked
	Unordered   bool          // records of one goroutine may overtake each other
	NotVerbatim bool          // a Line may be changed on its way
	NoAttrs     bool          // attributes do not arrive, even of records without a Line
	KeepsOpen   bool          // Close leaves the wrapped sinks open
	MaxRecord   int           // size of the largest Line that is delivered, in bytes; larger ones are an error; 0: no limit
	Close       time.Duration // how long Close may take; 0: [core.DefaultCloseTimeout]

	// Secret is a text that the sink keeps from its destination wherever a record
	// has it as the value of the attribute "secret": a sink that masks.
	Secret string
}

// Sink runs the suite for sinks.
func Sink(t *testing.T, h SinkHarness) {
	t.Helper()
	runAll(t, sinkCases(), &h)
}

// CheckSink runs the suite for sinks outside of a test. It returns the cases that
// were skipped, each with the reason, and an error that joins a [Violation] for
// each rule that is not kept.
func CheckSink(h SinkHarness) (skipped []string, err error) {
	return checkAll(sinkCases(), &h, patience)
}

// sinkCases are the rules for sinks.
func sinkCases() []testCase[SinkHarness] {
	var all []testCase[SinkHarness]
	for _, some := range [][]testCase[SinkHarness]{
		deliveryCases, contentCases, keepingCases, closingCases, failureCases, abilityCases,
	} {
		all = append(all, some...)
	}
	return all
}

// rig makes a rig and closes its sink in the end, if that can be closed at all.
func (h *SinkHarness) rig(t T) Rig {
	t.Helper()
	r := h.New(t)
	t.Cleanup(func() {
		done := make(chan struct{})
		go func() { defer close(done); _ = r.Sink.Close() }()
		select {
		case <-done:
		case <-time.After(h.Limits.closeLimit()):
		}
	})
	return r
}

// closeLimit is how long Close may take, with some air.
func (l *Limits) closeLimit() time.Duration {
	limit := l.Close
	if limit == 0 {
		limit = core.DefaultCloseTimeout
	}
	return limit + 2*time.Second
}

// flush flushes, and fails if that fails.
func (r *Rig) flush(t T) {
	t.Helper()
	if err := r.Sink.Flush(t.Context()); err != nil {
		t.Errorf("Flush: %v", err)
	}
}

// finish closes the sink and returns what has arrived.
func (r *Rig) finish(t T) []Received {
	t.Helper()
	if err := r.Sink.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	return r.Received(t)
}

// emit emits, and fails if that fails.
func (r *Rig) emit(t T, rs ...core.Record) {
	t.Helper()
	for i := range rs {
		if err := r.Sink.Emit(rs[i]); err != nil {
			t.Fatalf("Emit of record %d: %v", i, err)
		}
	}
}
