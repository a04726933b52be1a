package core

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
	"github.com/logsinks/logsinks/core/internal/report"
)

// DefaultFlushTimeout is how long an adapter waits for a sink to flush unless
// its options say otherwise, where its framework flushes without a context.
const DefaultFlushTimeout = 5 * time.Second

// FrontOptions are the options of [NewFront]. Nil means the zero value, which
// means the defaults.
type FrontOptions struct {
	FlushTimeout time.Duration // limit of Flush; default [DefaultFlushTimeout]
	OnError      func(error)   // told what Report is given; default: standard error, at most one line a second
}

// Front is what every adapter between a framework and a [Sink] needs besides
// translating: it keeps a panicking sink from taking the program down, and a
// sink that logs through the logger it serves from doing so for ever.
//
// All methods may be called by many goroutines at once.
type Front struct {
	sink       Sink
	leveled    Leveled // the sink, if it is one
	lineOnly   bool
	inside     atomic.Int64 // calls of Emit in progress, and recursive
	seen       sync.Once    // recursion was
	goroutines sync.Map     // that are in emitOnce
	flushing   atomic.Int64 // calls of Flush in progress
	reporter   *report.Reporter
	timeout    time.Duration
}

// NewFront returns the front of sink. It panics if sink is nil.
func NewFront(sink Sink, opts *FrontOptions) *Front {
	if sink == nil {
		panic("core: NewFront: nil sink")
	}
	o := FrontOptions{}
	if opts != nil {
		o = *opts
	}
	if o.FlushTimeout <= 0 {
		o.FlushTimeout = DefaultFlushTimeout
	}
	f := &Front{sink: sink, lineOnly: lineOnly(sink), reporter: report.New(o.OnError), timeout: o.FlushTimeout}
	f.leveled, _ = sink.(Leveled)
	return f
}

// Enabled tells whether the sink would deliver records of this level.
func (f *Front) Enabled(level slog.Level) bool {
	return f.leveled == nil || f.leveled.Enabled(level)
}

// LineOnly tells whether the sink does with Line and Level; see [LineOnly].
func (f *Front) LineOnly() bool { return f.lineOnly }

// Emit delivers r. A panic of the sink is an error. A record that the sink
// itself logs, directly or through something that logs, reaches the sink again
// only a few times before [ErrReentrant] ends it, and never again afterwards.
func (f *Front) Emit(r *Record) (err error) {
	n := f.inside.Add(1)
	defer f.leave(&err)
	if n >= recursive {
		return f.emitOnce(r)
	}
	if n >= firstLook && n&(n-1) == 0 && f.recursing() {
		return ErrReentrant
	}
	return f.sink.Emit(*r)
}

const (
	// firstLook is how many calls must be in progress before one of them is worth
	// a look at its stack. The others look at every power of two: recursion
	// passes one sooner or later, ordinary concurrency seldom does.
	firstLook = 8
	// nested is how many fronts one log call may pass on its way: a program in
	// the middle of a migration may have a logger behind a logger.
	nested = 7
	// recursive is added to the calls in progress once recursion was seen. From
	// then on every call says which goroutine it is on.
	recursive = 1 << 40
)

// recursing tells whether the calling goroutine is inside of Emit already, of this
// front or of many.
func (f *Front) recursing() bool {
	if guard.Depth(isEmit) <= nested {
		return false
	}
	f.seen.Do(func() {
		f.inside.Add(recursive)
		f.Report(ErrReentrant)
	})
	return true
}

// emitOnce delivers r unless its goroutine is in here already.
func (f *Front) emitOnce(r *Record) error {
	id := guard.Goroutine()
	if _, inside := f.goroutines.LoadOrStore(id, true); inside {
		return ErrReentrant
	}
	defer f.goroutines.Delete(id)
	return f.sink.Emit(*r)
}

func isEmit(function string) bool { return function == guard.Module+".(*Front).Emit" }

func (f *Front) leave(err *error) {
	f.inside.Add(-1)
	if v := recover(); v != nil {
		*err = guard.Panicked(v)
	}
}

// Flush flushes the sink, and gives it the timeout as the limit; a sink that does
// not keep to it is waited for. A Flush of the sink that logs, at a level at which
// adapters flush, gets [ErrReentrant] in the end.
func (f *Front) Flush() error {
	n := f.flushing.Add(1)
	defer f.flushing.Add(-1)
	if n > nested && guard.Depth(isFlush) > nested {
		return ErrReentrant
	}
	ctx, cancel := context.WithTimeout(context.Background(), f.timeout)
	defer cancel()
	return guard.Call(func() error { return f.sink.Flush(ctx) })
}

func isFlush(function string) bool { return function == guard.Module+".(*Front).Flush" }

// Report hands err to OnError, soon, for frameworks that have no use for it.
// Nil is ignored.
func (f *Front) Report(err error) { f.reporter.Report(err) }

// Wait returns when OnError was told of everything, or after the timeout.
func (f *Front) Wait() { f.reporter.Wait(f.timeout) }

// Finish is for records after which the program may end: it flushes the sink,
// reports the error of that, and returns when OnError was told of everything, or
// after the timeout.
func (f *Front) Finish() {
	start := time.Now()
	f.Report(f.Flush())
	f.reporter.Wait(f.timeout - time.Since(start))
}
