package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
	"github.com/logsinks/logsinks/core/internal/report"
)

// FailoverOptions are the options of [NewFailover]. Nil means the zero value,
// which means the defaults.
type FailoverOptions struct {
	// Pause is how long a sink that has failed is left alone before it is tried
	// again. An error marked by [RetryAfter] sets its own. Default 30 seconds.
	Pause time.Duration

	// OnError is told when a sink fails and its records go elsewhere. Default: a
	// line on standard error, at most one a second.
	OnError func(error)
}

// Failover is a [Sink] that gives each record to the first of several sinks that
// takes it. A sink that fails is left alone for a pause, then tried again with
// the next record: the first one is returned to as soon as it works.
//
// A record that no sink takes, the resting ones included, is an error. One that
// was refused as [Permanent], or as [ErrReentrant], is offered to the others, too,
// but rests nobody; the error is permanent only if all have refused it so.
type Failover struct {
	flag     guard.Flag
	began    time.Time
	members  []*member
	pause    time.Duration
	reporter *report.Reporter
}

type member struct {
	sink  Sink
	until atomic.Int64 // rests until then, as now has it; 0: works
}

// now is the time since the beginning, which no change of the clock changes.
func (f *Failover) now() int64 { return int64(time.Since(f.began)) }

// resting tells whether m is to be left alone for now.
func (f *Failover) resting(m *member) bool {
	until := m.until.Load()
	return until != 0 && f.now() < until
}

// NewFailover returns a sink that prefers the first of sinks.
func NewFailover(sinks []Sink, opts *FailoverOptions) (*Failover, error) {
	o := FailoverOptions{}
	if opts != nil {
		o = *opts
	}
	var errs []error
	if len(sinks) == 0 || slices.Contains(sinks, nil) {
		errs = append(errs, errors.New("core: NewFailover: no sink, or a nil one"))
	}
	if o.Pause < 0 {
		errs = append(errs, errors.New("core: FailoverOptions: Pause is negative"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if o.Pause == 0 {
		o.Pause = 30 * time.Second
	}
	f := &Failover{began: time.Now(), pause: o.Pause, reporter: report.New(o.OnError)}
	for _, s := range sinks {
		f.members = append(f.members, &member{sink: s})
	}
	return f, nil
}

// Emit implements [Sink].
func (f *Failover) Emit(r Record) error {
	return f.try(func(s Sink) error { return emit(s, &r) })
}

// EmitBatch implements [BatchSink]. The record that a sink refuses goes to the others;
// what comes behind it is a batch of its own, for the first sink that works then.
func (f *Failover) EmitBatch(rs []Record) (delivered int, err error) {
	for delivered < len(rs) {
		if err := f.flag.Check(); err != nil {
			return delivered, err
		}
		n, err := f.batch(rs[delivered:])
		if delivered += n; err == nil {
			break
		}
		if err := f.Emit(rs[delivered]); err != nil {
			return delivered, err
		}
		delivered++
	}
	return delivered, nil
}

// batch delivers rs to the first sink that does not rest, or to the first.
func (f *Failover) batch(rs []Record) (n int, err error) {
	i := max(0, slices.IndexFunc(f.members, func(m *member) bool { return !f.resting(m) }))
	err = f.offer(i, func(s Sink) error {
		n, err = emitBatch(s, rs)
		return err
	})
	return min(n, len(rs)), err
}

// try calls deliver for one sink after the other, the resting ones last, until
// it succeeds.
func (f *Failover) try(deliver func(Sink) error) error {
	if err := f.flag.Check(); err != nil {
		return err
	}
	var errs []error
	var resting []int
	for i, m := range f.members {
		if f.resting(m) {
			resting = append(resting, i)
		} else if err := f.offer(i, deliver); err != nil {
			errs = append(errs, err)
		} else {
			return nil
		}
	}
	for _, i := range resting {
		err := f.offer(i, deliver)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return verdict(errs)
}

// verdict joins the errors of all sinks. What one has refused for good another
// may still take: the verdict is permanent only if every error is.
func verdict(errs []error) error {
	if slices.ContainsFunc(errs, func(err error) bool { return !IsPermanent(err) }) {
		for i, err := range errs {
			if IsPermanent(err) {
				errs[i] = unmarked{err}
			}
		}
	}
	return errors.Join(errs...)
}

// unmarked is an error whose marks errors.As does not find.
type unmarked struct{ err error }

func (u unmarked) Error() string        { return u.err.Error() }
func (u unmarked) Is(target error) bool { return errors.Is(u.err, target) }

// offer calls deliver for sink i, and notes how it went.
func (f *Failover) offer(i int, deliver func(Sink) error) error {
	m := f.members[i]
	err := deliver(m.sink)
	if err != nil {
		f.rest(i, err)
	} else if m.until.Load() != 0 {
		m.until.Store(0)
	}
	return err
}

// rest leaves member i alone for a while.
func (f *Failover) rest(i int, err error) {
	if IsPermanent(err) || errors.Is(err, ErrReentrant) {
		return // the record's fault, or the program's
	}
	pause, ok := RetryDelay(err)
	if !ok {
		pause = f.pause
	}
	until := max(f.now()+int64(pause), 1)
	if f.members[i].until.Swap(until) == 0 {
		f.reporter.Report(fmt.Errorf("core: failover: sink %d rests for %v: %w", i+1, pause, err))
	}
}

// Flush flushes every sink, one after the other: each may hold records that it has
// accepted. One that hangs leaves no time to those behind it.
func (f *Failover) Flush(ctx context.Context) error {
	if err := f.flag.Check(); err != nil {
		return err
	}
	return each(f.Unwrap(), func(s Sink) error { return s.Flush(ctx) })
}

// Close closes every sink.
func (f *Failover) Close() error {
	if !f.flag.Close() {
		return nil
	}
	defer f.reporter.Wait(time.Second)
	return each(f.Unwrap(), Sink.Close)
}

// Enabled is true if any of the sinks would deliver a record of this level.
func (f *Failover) Enabled(level slog.Level) bool {
	return slices.ContainsFunc(f.members, func(m *member) bool { return enabled(m.sink, level) })
}

// LineOnly is true if it is true of every sink.
func (f *Failover) LineOnly() bool {
	return !slices.ContainsFunc(f.members, func(m *member) bool { return !lineOnly(m.sink) })
}

// Unwrap returns the sinks.
func (f *Failover) Unwrap() []Sink {
	sinks := make([]Sink, len(f.members))
	for i, m := range f.members {
		sinks[i] = m.sink
	}
	return sinks
}

var (
	_ BatchSink = (*Failover)(nil)
	_ Leveled   = (*Failover)(nil)
	_ LineOnly  = (*Failover)(nil)
)
