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

// Rotating is a [core.Sink] that writes to a file and, when a [Trigger] says so,
// gives it up for a new one of the same name. What becomes of the old one, an
// [Archive] says. Besides what [Sink] is, it is a [core.Rotator].
//
// A record is never lost to a rotation: a new file is open before the old one is
// given up. While that is not possible, records go to the old file; the failure is
// reported once, and tried again with growing pauses of 1 s to 30 s.
type Rotating struct {
	*engine
	roller *roller
}

// NewRotating returns a sink that begins a new file before the one at path would
// exceed maxBytes (Python's RotatingFileHandler). A file is larger only if it holds
// a single record. Old files are [Numbered] unless Archive says otherwise. If
// maxBytes is 0, a new file is begun only by Rotate and by Also.
//
// Options that cannot be used are one joined error, and nothing is created then.
func NewRotating(path string, maxBytes int64, opts *RotatingOptions) (*Rotating, error) {
	return newRotating(fsys.OS{}, path, maxBytes, opts)
}

// NewTimedRotating returns a sink that begins a new file at the instants of schedule
// (Python's TimedRotatingFileHandler), which a [Calendar] has or anything else with
// a method Next. Old files are [Dated] unless Archive says otherwise; all of them are
// kept unless Backups, MaxAge or MaxTotal says otherwise.
func NewTimedRotating(path string, schedule Schedule, opts *RotatingOptions) (*Rotating, error) {
	return newTimedRotating(fsys.OS{}, path, schedule, opts)
}

// NewRotatingWith returns a sink that begins a new file when trigger says so
// (Python's BaseRotatingHandler); nil: only by Rotate and by Also.
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

// Flush is [core.Sink]'s: files that were given up are durable then, too. Nobody who logs
// waits for those.
func (s *Rotating) Flush(ctx context.Context) error {
	err := s.engine.Flush(ctx)
	return errors.Join(err, wrap(s.roller.retired.wait(ctx)))
}

// Close is [core.Sink]'s. Old files that are not compressed by then are compressed
// after the next start.
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

// Rotate begins a new file at once, even if the old one is empty; where nothing was
// logged and Lazy is set, the new one is made by the first record. See [core.Rotator]. If that fails, the sink goes on with the file it has. It returns when
// the old file has its place too, or that has failed, which is reported, or has taken as
// long as CloseTimeout.
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
// as it is made, oldest first. It makes none, and neither creates nor deletes anything:
// it shows what new limits would do to files that are there. The trigger is [MaxBytes]
// for [NewRotating], [On] for [NewTimedRotating].
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

// Stats is [core.Statser]'s.
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
