package file

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core"
)

// idleLook is how long at most a sink that rolls while it is idle does not look at
// the clock: somebody may have set it.
const idleLook = time.Minute

// idleTimer calls a function at times.
type idleTimer struct {
	mu    sync.Mutex
	timer *time.Timer // nil: not begun, or stopped
}

// start calls look now.
func (t *idleTimer) start(look func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer = time.AfterFunc(0, look)
}

// again calls it once more after d, instead of when it would have been called otherwise,
// unless stop was called.
func (t *idleTimer) again(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Reset(d)
	}
}

func (t *idleTimer) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
}

// lookIdle is what the timer calls. The look itself sets the timer anew, also if it
// comes late or takes long.
func (s *Rotating) lookIdle() {
	s.roller.idle.again(idleLook)
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	err := s.lines.Alone(ctx, func() error {
		next, err := s.roller.rollIdle()
		s.roller.idle.again(next)
		return err
	})
	if !errors.Is(err, core.ErrClosed) && !errors.Is(err, context.DeadlineExceeded) {
		s.report(err)
	}
}

// rollIdle rotates if that is due, and returns when to look again.
func (r *roller) rollIdle() (next time.Duration, err error) {
	next = idleLook
	err = r.alone(func() error {
		if r.file == nil || r.ended {
			return nil
		}
		if r.watched {
			if err := r.disk.look(); err != nil {
				return err
			}
		}
		if r.look(); r.due(0) {
			if r.live.Empty {
				r.live.Since = r.live.Now
			} else {
				r.try()
			}
			r.look()
		}
		next = r.untilDue()
		return nil
	})
	return next, err
}

// untilDue returns how long the file is not due, at most idleLook.
func (r *roller) untilDue() time.Duration {
	next := idleLook
	if !r.info.Mode.IsRegular() {
		return next // it is never rotated
	}
	now := r.fs.Now()
	for _, s := range schedules(r.trigger) {
		if end := s.end(r.live.Since); !end.IsZero() {
			next = min(next, max(end.Sub(now), firstPause/100))
		}
	}
	if !r.retry.IsZero() {
		next = max(next, min(r.retry.Sub(now), idleLook))
	}
	return next
}
