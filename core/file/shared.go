package file

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/commit"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// How a lock that another process holds is waited for: a few looks at once, then
// with pauses that double, up to a limit.
const (
	lockLooks    = 20
	lockPause    = 20 * time.Microsecond
	lockMaxPause = 2 * time.Millisecond
	lockLimit    = 10 * time.Second
)

// errLocked says that another process keeps the file locked.
var errLocked = errors.New("another process holds the lock")

// sharedLock is what processes hold while they write to a file that they share, or
// give one of its old files another name. The system frees it when a process ends, so
// it is never stale. One goroutine at a time may use it; nil is a lock that nobody needs.
type sharedLock struct {
	fs        fsys.FS
	path      string
	perm      fs.FileMode
	exact     bool        // the permissions count, whatever the umask says
	mkdir     bool        // make the directory if it is missing
	abandoned func() bool // tells whether nobody needs it any more
	lock      fsys.Lock   // nil: not open

	hook  *atomic.Bool // set while who logs waits; nil: it is the worker's
	held  *atomic.Bool // the worker holds its own
	wants *atomic.Bool // the worker waits for it
}

// another returns a lock of the same file for another goroutine.
func (l *sharedLock) another() *sharedLock {
	copied := *l
	copied.lock, copied.hook = nil, nil
	return &copied
}

// open opens the lock file, or creates it.
func (l *sharedLock) open() error {
	if l.lock != nil {
		return nil
	}
	lock, err := l.fs.Lock(l.path, l.perm)
	if l.mkdir && errors.Is(err, fs.ErrNotExist) {
		if err := l.fs.MkdirAll(filepath.Dir(l.path), 0o750); err != nil {
			return err
		}
		lock, err = l.fs.Lock(l.path, l.perm)
	}
	if err != nil {
		return err
	}
	l.lock = lock
	if info, err := lock.Stat(); l.exact && err == nil && info.Mode.Perm() != l.perm {
		_ = lock.Chmod(l.perm) // another owner has seen to that
	}
	return nil
}

// take waits for the lock.
func (l *sharedLock) take() error {
	if l == nil {
		return nil
	}
	if l.hook == nil {
		l.wants.Store(true)
		defer l.wants.Store(false)
	} else {
		l.giveWay()
	}
	if ok, err := l.try(); ok || err != nil {
		return err
	}
	if l.hook != nil {
		// What the worker calls while it holds the lock must not wait for us.
		if l.held.Load() && guard.InHook() {
			return guard.ErrReentrant
		}
		defer l.hook.Store(l.hook.Swap(true))
	}
	return l.await()
}

// giveWay lets the worker of this process have the lock first, if it waits for it: one who
// logs without a pause would always be faster.
func (l *sharedLock) giveWay() {
	start := time.Now()
	for look := 0; l.wants.Load() && time.Since(start) < 2*lockMaxPause; look++ {
		if look < lockLooks {
			runtime.Gosched()
		} else {
			time.Sleep(lockPause)
		}
	}
}

// await waits for the lock.
func (l *sharedLock) await() error {
	var waited, pause time.Duration
	for look := 0; ; look++ {
		ok, err := l.try()
		switch {
		case ok || err != nil:
			return err
		case l.abandoned():
			return errors.Join(core.ErrClosed, l.close())
		case look < lockLooks:
			runtime.Gosched()
			continue
		case waited >= lockLimit:
			return fmt.Errorf("%s: %w", l.path, errLocked)
		}
		pause = min(max(2*pause, lockPause), lockMaxPause)
		time.Sleep(pause)
		waited += pause
	}
}

// try takes the lock if nobody holds it. If somebody has deleted the lock file, others
// may hold another one: it has to be opened anew.
func (l *sharedLock) try() (bool, error) {
	if err := l.open(); err != nil {
		return false, err
	}
	ok, err := l.lock.TryLock()
	if !ok || err != nil {
		return false, err
	}
	mine, err := l.lock.Stat()
	if err == nil {
		var there fsys.Info
		if there, err = l.fs.Lstat(l.path); err == nil && there.Same(mine) {
			return true, nil
		}
	}
	lock := l.lock
	l.lock = nil
	if cerr := lock.Close(); err == nil || errors.Is(err, fs.ErrNotExist) {
		err = cerr
	}
	return false, err
}

// free lets others have the lock.
func (l *sharedLock) free() {
	switch {
	case l == nil || l.lock == nil:
	case l.abandoned() || l.lock.Unlock() != nil:
		_ = l.close() // which frees it as well; nobody else will, or could
	}
}

// close frees the lock and closes its file.
func (l *sharedLock) close() error {
	if l == nil || l.lock == nil {
		return nil
	}
	lock := l.lock
	l.lock = nil
	return lock.Close()
}

// sharing is a roller whose file other processes write to as well: each batch is
// written under the lock.
type sharing struct{ *roller }

// Begin implements commit.Target.
func (s sharing) Begin() error {
	if err := s.lock.take(); err != nil {
		return err
	}
	return s.roller.Begin()
}

// End implements commit.Ending.
func (s sharing) End() { s.lock.free() }

var (
	_ commit.Portioned = sharing{}
	_ commit.Ending    = sharing{}
)
