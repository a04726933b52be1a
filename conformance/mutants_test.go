package conformance

import (
	"errors"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// modelHarness makes models with a bug.
func modelHarness(bug string, l Limits) SinkHarness {
	l.Close = modelTimeout
	return SinkHarness{Limits: l, New: func(t T) Rig {
		m, p := newModel(bug, l)
		m.min = core.LevelInfo
		m.inner = core.NewFunc(func(core.Record) error { return nil })
		return Rig{
			Sink: m,
			Received: func(T) []Received {
				p.mu.Lock()
				defer p.mu.Unlock()
				return append([]Received(nil), p.got...)
			},
			Break: func() { p.set(true) },
			Mend:  func() { p.set(false) },
			Hang: func() func() {
				p.mu.Lock()
				defer p.mu.Unlock()
				hang := make(chan struct{})
				p.hang = hang
				return func() { close(hang) }
			},
		}
	}}
}

var (
	direct   = Limits{}
	buffered = Limits{Buffered: true}
	masking  = Limits{Secret: "hunter2", NotVerbatim: true}
	bounded  = Limits{MaxRecord: 60_000}
)

func TestTheModelIsCorrect(t *testing.T) {
	for name, l := range map[string]Limits{"direct": direct, "buffered": buffered, "masking": masking, "bounded": bounded} {
		t.Run(name, func(t *testing.T) { Sink(t, modelHarness("", l)) })
	}
}

// sinkMutants are sinks with one bug each, and the case that must name it.
var sinkMutants = []struct {
	bug    string
	limits Limits
	by     string
}{
	{"drops every tenth", direct, "one goroutine"},
	{"delivers twice", direct, "one goroutine"},
	{"reverses", buffered, "one goroutine"},
	{"drops when it is busy", direct, "many goroutines"},
	{"flush does nothing", buffered, "flush"},
	{"flush fails when there is nothing", buffered, "flush of nothing"},
	{"flush is upset by an ended context", direct, "flush under an ended context"},
	{"swallows errors", direct, "truth"},
	{"is wrong about errors", direct, "truth"},
	{"swallows every other error", direct, "truth under contention"},
	{"stays broken", direct, "B45 recovery"},
	{"flush swallows errors", buffered, "flush tells"},
	{"batch claims all", direct, "batch tells"},
	{"batch counts what it kept", direct, "mixed batch"},
	{"reverses batches", direct, "batch"},
	{"batch forgets what it delivered", direct, "batch tells"},
	{"cuts lines", direct, "largest record"},
	{"cuts what is rendered", masking, "awkward text"},
	{"writes behind the line", direct, "lent records"},
	{"changes the batch", direct, "lent records"},
	{"keeps where it was", buffered, "kept source"},
	{"looks and then acts", buffered, "B47 Close within Emit"},
	{"does not count batches", direct, "statistics"},
	{"trims", direct, "verbatim"},
	{"splits at line ends", direct, "awkward text"},
	{"loses attributes", direct, "attributes"},
	{"loses the level", direct, "levels"},
	{"panics on an empty record", direct, "zero record"},
	{"trusts values", direct, "B52 hostile values"},
	{"masks attributes only", masking, "masking"},
	{"keeps the line", buffered, "B48 reused line"},
	{"keeps the batch", buffered, "B48 reused batch"},
	{"keeps the source", buffered, "kept source"},
	{"keeps the values", buffered, "B52 changed values"},
	{"accepts after Close", direct, "B46 use after Close"},
	{"second Close fails", direct, "B47 Close twice"},
	{"close fails when there was nothing", direct, "B47 Close before the first record"},
	{"close drops what is held", buffered, "B47 Close during Emit"},
	{"batch accepts after Close", direct, "everything at once"},
	{"leaks a goroutine", direct, "goroutines end"},
	{"closes nothing", direct, "wrapped sinks are closed"},
	{"flush waits for ever", direct, "B35 bounded Flush"},
	{"close waits for ever", direct, "B35 bounded Close"},
	{"batch passes the filter by", direct, "levels filtered alike"},
	{"reads what LineOnly promises not to", direct, "line only"},
	{"miscounts failures", direct, "statistics"},
}

func TestEveryMutantIsNamedByItsCase(t *testing.T) {
	covered := map[string]bool{}
	for _, m := range sinkMutants {
		covered[m.by] = true
		t.Run(m.bug, func(t *testing.T) {
			h := modelHarness(m.bug, m.limits)
			_, err := checkAll(only(sinkCases(), m.by), &h, 3*time.Second)
			expectViolation(t, err, m.by)
		})
	}
	for _, c := range sinkCases() {
		if !covered[c.name] {
			t.Errorf("no mutant shows that %q can fail", c.name)
		}
	}
}

// only returns the case with that name.
func only[H any](cases []testCase[H], name string) []testCase[H] {
	for _, c := range cases {
		if c.name == name {
			return []testCase[H]{c}
		}
	}
	return nil
}

func expectViolation(t *testing.T, err error, by string) {
	t.Helper()
	var v *Violation
	if !errors.As(err, &v) || v.Case != by || v.Rule == "" || v.Problem == "" {
		t.Errorf("the suite does not name the bug by %q: %v", by, err)
		return
	}
	t.Log(v)
}

func TestDeclaredLimitIsChecked(t *testing.T) {
	l := direct
	l.MaxRecord = 100
	h := modelHarness("has no limit", l)
	_, err := checkAll(only(sinkCases(), "largest record"), &h, patience)
	expectViolation(t, err, "largest record")
}
