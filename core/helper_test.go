package core_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

var (
	errDisk = errors.New("disk trouble")
	errNet  = errors.New("network trouble")
)

// noon is the time of most records here.
var noon = time.Date(2024, 2, 29, 12, 0, 0, 1_500_000, time.UTC)

// tape is a writer that keeps every Write apart from the others.
type tape struct {
	mu     sync.Mutex
	writes []string
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes = append(t.writes, string(p))
	return len(p), nil
}

// all returns what was written so far, one string for each Write.
func (t *tape) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.writes...)
}

func (t *tape) text() string { return strings.Join(t.all(), "") }

// capture is a sink that keeps clones of what it is given. Its functions, where
// set, decide the results and run first.
type capture struct {
	mu      sync.Mutex
	records []core.Record
	flushed int
	closed  int
	fail    func(r core.Record) error
	onFlush func(ctx context.Context) error
	onClose func() error
}

func (c *capture) Emit(r core.Record) error {
	if c.fail != nil {
		if err := c.fail(r); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, r.Clone())
	return nil
}

func (c *capture) Flush(ctx context.Context) error {
	c.mu.Lock()
	c.flushed++
	c.mu.Unlock()
	if c.onFlush != nil {
		return c.onFlush(ctx)
	}
	return nil
}

func (c *capture) Close() error {
	c.mu.Lock()
	c.closed++
	c.mu.Unlock()
	if c.onClose != nil {
		return c.onClose()
	}
	return nil
}

// all returns the records so far.
func (c *capture) all() []core.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]core.Record(nil), c.records...)
}

// messages returns the messages so far, separated by blanks.
func (c *capture) messages() string {
	var all []string
	for _, r := range c.all() {
		all = append(all, r.Message)
	}
	return strings.Join(all, " ")
}

// batched is a capture that takes batches, and counts them.
type batched struct {
	capture
	batches int
}

func (b *batched) EmitBatch(rs []core.Record) (int, error) {
	b.batches++
	for i := range rs {
		if err := b.Emit(rs[i]); err != nil {
			return i, err
		}
	}
	return len(rs), nil
}

// able is a capture with a level and a say about lines.
type able struct {
	capture
	level slog.Level
	lines bool
}

func (a *able) Enabled(l slog.Level) bool { return l >= a.level }
func (a *able) LineOnly() bool            { return a.lines }

// failOn returns a fail function that refuses the records with a message.
func failOn(message string, err error) func(core.Record) error {
	return func(r core.Record) error {
		if r.Message == message {
			return err
		}
		return nil
	}
}

// records returns one record for each word.
func records(words string) []core.Record {
	var rs []core.Record
	for _, w := range strings.Fields(words) {
		rs = append(rs, core.Record{Message: w})
	}
	return rs
}

// record returns a record with attributes.
func record(message string, attrs ...slog.Attr) core.Record {
	r := core.Record{Time: noon, Message: message}
	r.SetAttrs(attrs...)
	return r
}

// list is an AttrSource that has its attributes ready.
type list []slog.Attr

func (l *list) AppendAttrs(dst []slog.Attr) []slog.Attr { return append(dst, *l...) }

// here returns the program counter of its caller.
func here() uintptr {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	return pcs[0]
}

// render returns what f makes of r.
func render(f core.Formatter, r core.Record) string { return string(f.Append(nil, r)) }

// mustPanic fails unless f panics with a text that begins with want.
func mustPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if text, _ := recover().(string); !strings.HasPrefix(text, want) {
			t.Errorf("panic %q, want %q", text, want)
		}
	}()
	f()
}

// newStream returns a stream, which the test closes.
func newStream(t *testing.T, w interface{ Write([]byte) (int, error) }, opts *core.StreamOptions) *core.Stream {
	t.Helper()
	s, err := core.NewStream(w, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// wantError fails unless err is want.
func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// noError fails if there is one.
func noError(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
