package file

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// Rotating is a [core.Sink] that rotates its file: when a [Trigger] says so, the live file
// becomes an old one, which an [Archive] names, and a new one takes its place. Besides
// what [Sink] is, it is a [core.Rotator].
//
// A rotation costs no record: the new file is open before the old one is let go. If
// that is not possible, records go on to the old file; the failure is reported once,
// counted in [core.Stats], and tried again with growing pauses of 1 s to 30 s.
//
// Only one sink may write to a path. For two, in this process or in several, set Shared;
// otherwise records are lost, and nobody is told.
type Rotating struct {
	*engine
	roller *roller
}

// NewRotating returns a sink that rotates before the file at path would exceed maxBytes
// (Python's RotatingFileHandler). A file is larger only if it holds a single record. Old
// files are [Numbered] unless Archive says otherwise, and then opts must say how many
// Backups are kept. If maxBytes is 0, only Rotate and Also rotate.
//
// Options that cannot be used are one joined error, and nothing is created then.
func NewRotating(path string, maxBytes int64, opts *RotatingOptions) (*Rotating, error) {
	return newRotating(fsys.OS{}, path, maxBytes, opts)
}

// NewTimedRotating returns a sink that rotates at the instants of schedule (Python's
// TimedRotatingFileHandler), which is a [Calendar] or anything else with a method Next.
// Old files are [Dated] unless Archive says otherwise; all of them are kept unless
// Backups, MaxAge or MaxTotal says otherwise.
func NewTimedRotating(path string, schedule Schedule, opts *RotatingOptions) (*Rotating, error) {
	return newTimedRotating(fsys.OS{}, path, schedule, opts)
}

// NewRotatingWith returns a sink that rotates when trigger says so (Python's
// BaseRotatingHandler); nil: only Rotate and Also rotate.
func NewRotatingWith(path string, trigger Trigger, opts *RotatingOptions) (*Rotating, error) {
	return newRotatingWith(fsys.OS{}, path, trigger, opts)
}

func newRotating(fs fsys.FS, path string, maxBytes int64, opts *RotatingOptions) (*Rotating, error) {
	if maxBytes < 0 {
		_, err := opts.check(path, nil)
		return nil, errors.Join(wrong("maxBytes %d is negative", maxBytes), err)
	}
	return newRotatingWith(fs, path, MaxBytes(maxBytes), opts)
}

func newTimedRotating(fs fsys.FS, path string, schedule Schedule, opts *RotatingOptions) (*Rotating, error) {
	return newRotatingWith(fs, path, On(schedule), opts)
}

func newRotatingWith(fs fsys.FS, path string, trigger Trigger, opts *RotatingOptions) (*Rotating, error) {
	o, err := opts.check(path, trigger)
	if err != nil {
		return nil, err
	}
	if path, err = resolve(fs, path, o.NoFollow); err != nil {
		return nil, err
	}
	if o.Link, err = linkPath(path, &o); err != nil {
		return nil, err
	}
	r := new(roller)
	e, err := newEngine(fs, path, &o.Options, func(e *engine) error { return r.init(e, trigger, &o) })
	if err != nil {
		return nil, errors.Join(err, r.lock.close())
	}
	s := &Rotating{engine: e, roller: r}
	r.keeper.begin()
	if o.RollIdle {
		r.idle.start(s.lookIdle)
	}
	return s, nil
}

// Flush implements [core.Sink]. Old files are durable then, too, as [SyncPolicy] says; nobody
// who logs waits for those.
func (s *Rotating) Flush(ctx context.Context) error {
	err := s.engine.Flush(ctx)
	if errors.Is(err, core.ErrClosed) || errors.Is(err, core.ErrReentrant) || err != nil && ctx.Err() != nil {
		return err
	}
	if old := wrap(s.roller.retired.wait(ctx)); old != nil {
		err = errors.Join(err, old)
	}
	return err
}

// Close implements [core.Sink]. What is not compressed by then is compressed after the next
// start.
func (s *Rotating) Close() error {
	start := time.Now()
	err := s.engine.Close()
	if errors.Is(err, core.ErrReentrant) {
		return err
	}
	s.roller.keeper.stop(s.timeout - time.Since(start))
	s.reporter.Wait(s.timeout - time.Since(start))
	return err
}

// Rotate rotates now, even if the file is empty; it implements [core.Rotator]. If no new
// file can be made, the sink goes on with the one it has, and Rotate returns why. It waits,
// at most CloseTimeout, until the old file has its final name; if it cannot get that, this
// is reported. With Lazy, before the first record, the file is moved away, and the first
// record makes the new one.
func (s *Rotating) Rotate() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	tried := make(chan struct{})
	err := s.lines.Alone(ctx, func() error { return s.roller.rotateNow(tried) })
	if err != nil || guard.InHook() {
		return wrap(err)
	}
	select {
	case <-tried:
	case <-ctx.Done():
	}
	return nil
}

// Expired returns the paths of the old files that a sink with these options would delete
// as it is made, oldest first: a dry run of new limits. It creates and deletes nothing. The
// trigger is [MaxBytes] for [NewRotating], [On] for [NewTimedRotating]. Numbered files beyond
// Backups are not among them: no sink deletes those.
func Expired(path string, trigger Trigger, opts *RotatingOptions) ([]string, error) {
	o, err := opts.check(path, trigger)
	if err != nil {
		return nil, err
	}
	if path, err = resolve(fsys.OS{}, path, o.NoFollow); err != nil {
		return nil, err
	}
	var trouble error
	d := &disk{fs: fsys.OS{}, path: path, dir: filepath.Dir(path), report: func(err error) { trouble = errors.Join(trouble, err) }}
	paths, err := newKeeper(&roller{disk: d, opts: o}, nil).expired()
	return paths, wrap(errors.Join(trouble, err))
}

// Expired returns the paths of the old files that are to be deleted now, and have not
// been yet, oldest first. It deletes nothing.
func (s *Rotating) Expired() ([]string, error) {
	paths, err := s.roller.keeper.expired()
	return paths, wrap(err)
}

// Stats implements [core.Statser].
func (s *Rotating) Stats() core.Stats {
	stats := s.engine.Stats()
	stats.Rotations, stats.FailedRotations = s.roller.rotations.Load(), s.roller.failures.Load()
	return stats
}

var (
	_ core.Sink      = (*Rotating)(nil)
	_ core.BatchSink = (*Rotating)(nil)
	_ core.LineOnly  = (*Rotating)(nil)
	_ core.Reopener  = (*Rotating)(nil)
	_ core.Rotator   = (*Rotating)(nil)
	_ core.Statser   = (*Rotating)(nil)
)
