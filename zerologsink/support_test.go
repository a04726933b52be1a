package zerologsink_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// keeper is a sink that keeps what it gets. Its fields are set before use.
type keeper struct {
	min      slog.Level // less is not enabled
	lineOnly bool
	err      error // returned by Emit
	flush    func(context.Context) error
	watch    func(core.Record) // called by Emit, with the record itself

	mu      sync.Mutex
	records []core.Record
	flushed []int // how many records there were at each Flush
	closed  int
}

func newKeeper() *keeper { return &keeper{min: -100} }

func (k *keeper) Emit(r core.Record) error {
	if k.watch != nil {
		k.watch(r)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return k.err
	}
	k.records = append(k.records, r.Clone())
	return nil
}

func (k *keeper) Flush(ctx context.Context) error {
	k.mu.Lock()
	k.flushed = append(k.flushed, len(k.records))
	k.mu.Unlock()
	if k.flush != nil {
		return k.flush(ctx)
	}
	return nil
}

func (k *keeper) Close() error                  { k.closed++; return nil }
func (k *keeper) Enabled(level slog.Level) bool { return level >= k.min }
func (k *keeper) LineOnly() bool                { return k.lineOnly }

// all returns the records so far.
func (k *keeper) all() []core.Record {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.records)
}

// one returns the only record.
func (k *keeper) one(t testing.TB) core.Record {
	t.Helper()
	rs := k.all()
	if len(rs) != 1 {
		t.Fatalf("%d records, want 1", len(rs))
	}
	return rs[0]
}

// errorList collects what OnError is told.
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
	return slices.Clone(l.errs)
}

// attrsText is the JSON of the attributes, in their order.
func attrsText(r core.Record) string {
	r2 := core.Record{}
	r2.SetAttrs(r.AppendAttrs(nil)...)
	const head = `{"level":"INFO","msg":""`
	text := string(core.JSON{}.Append(nil, r2))[len(head):]
	if text == "}" {
		return "{}"
	}
	return "{" + text[1:]
}

// set gives a variable of package zerolog another value while the test runs.
func set[T any](t testing.TB, variable *T, value T) {
	old := *variable
	*variable = value
	t.Cleanup(func() { *variable = old })
}
