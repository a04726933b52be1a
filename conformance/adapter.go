package conformance

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// AdapterHarness tells the suite how to log through a framework.
type AdapterHarness struct {
	// New returns a logger of the framework that logs everything to sink.
	New func(t T, sink core.Sink, o AdapterOptions) Front

	// Levels are those that the framework has, as sinks see them.
	Levels []slog.Level

	// Traits are what the framework cannot do, or does in its own way.
	Traits Traits

	// File is the name of the file, without its folder, from which Front.Log calls
	// the framework. "": that of whichever Go file.
	File string
}

// AdapterOptions are what a case wants of an adapter.
type AdapterOptions struct {
	Line         bool          // the framework renders each record
	Source       bool          // records say where they were logged
	FlushTimeout time.Duration // as the adapter's option; 0: its default

	// OnError is told of failures in whatever way the framework has for that.
	OnError func(error)

	// ContextAttrs is as the option of adapters whose framework passes contexts.
	ContextAttrs func(context.Context) []slog.Attr
}

// Front is a logger. Functions that may be nil say by that that the framework
// has no such thing.
type Front struct {
	// Log logs a message with attributes, which it turns into what the framework
	// calls so. The level is one of the harness.
	Log func(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr)

	With      func(attrs ...slog.Attr) Front // a logger that adds them to each record
	WithGroup func(name string) Front        // a logger whose attributes are in a group; may be nil
	Named     func(name string) Front        // a logger with that name; may be nil
	Enabled   func(level slog.Level) bool    // may be nil
	Flush     func() error                   // may be nil
	Fatal     func(msg string)               // logs, and comes back although the framework would exit; may be nil
	Panic     func(msg string)               // logs, and comes back from the framework's panic; may be nil

	// Native returns what the framework itself, without an adapter, has written for
	// the same calls so far, if AdapterOptions.Line is set; may be nil.
	Native func() []byte
}

// Traits are data about a framework. The zero value is a framework like slog.
type Traits struct {
	Sorted         bool // attributes of a call come sorted by key
	NoDuplicates   bool // of two attributes with one key, one is left
	NoContext      bool // contexts do not come through
	NoSource       bool // records do not say where they were logged
	AlwaysLine     bool // the framework renders every record, asked or not
	WithReadsLater bool // With keeps its values and reads them at each call

	// PanicsOn tells whether the framework itself panics when it logs v. Nil: it
	// never does.
	PanicsOn func(v any) bool

	// Convert returns what becomes of an attribute on its way through the
	// framework, which may have fewer kinds than slog. Nil: nothing.
	Convert func(slog.Attr) slog.Attr
}

// Adapter runs the suite for adapters.
func Adapter(t *testing.T, h AdapterHarness) {
	t.Helper()
	runAll(t, adapterCases(), &h)
}

// CheckAdapter runs the suite for adapters outside of a test. It returns the cases
// that were skipped, each with the reason, and an error that joins a [Violation]
// for each rule that is not kept.
func CheckAdapter(h AdapterHarness) (skipped []string, err error) {
	return checkAll(adapterCases(), &h, patience)
}

// adapterCases are the rules for adapters.
func adapterCases() []testCase[AdapterHarness] {
	var all []testCase[AdapterHarness]
	for _, some := range [][]testCase[AdapterHarness]{
		translationCases, renderingCases, sharingCases, troubleCases,
	} {
		all = append(all, some...)
	}
	return all
}

// info is a level that every framework has.
const info = core.LevelInfo

// bench is a logger in front of a recorder.
type bench struct {
	Front
	sink   *Recorder
	errors *errorList
}

// bench makes a logger in front of a fresh recorder.
func (h *AdapterHarness) bench(t T, o AdapterOptions) bench {
	t.Helper()
	b := bench{sink: &Recorder{}, errors: &errorList{}}
	if o.OnError == nil {
		o.OnError = b.errors.add
	}
	b.Front = h.New(t, b.sink, o)
	return b
}

// log logs at level Info.
func (b *bench) log(t T, msg string, attrs ...slog.Attr) {
	t.Helper()
	b.Log(t.Context(), info, msg, attrs...)
}

// only returns the one record that has come.
func (b *bench) only(t T) core.Record {
	t.Helper()
	got := b.sink.Records()
	if len(got) != 1 {
		t.Fatalf("%d records arrived, want 1", len(got))
	}
	return got[0]
}

// errorList is an OnError function that remembers.
type errorList struct {
	mu   sync.Mutex
	errs []error
}

func (l *errorList) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err)
}

func (l *errorList) all() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]error(nil), l.errs...)
}

// wait returns the errors when there are at least n, or after a while.
func (l *errorList) wait(n int) []error {
	for range 300 {
		if errs := l.all(); len(errs) >= n {
			return errs
		}
		time.Sleep(10 * time.Millisecond)
	}
	return l.all()
}
