//go:build unix

package file

import (
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// glances counts how often somebody looks at the clock.
type glances struct {
	fsys.FS
	n *atomic.Int64
}

func (g glances) Now() time.Time {
	g.n.Add(1)
	return g.FS.Now()
}

// A device never rotates, so that there is nothing to be in time for.
func TestRollIdleOfADevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(atomic.Int64)
		s := made(t)(newTimedRotating(glances{&faultfs.FS{FS: ageless{}}, n}, os.DevNull, Calendar{When: Seconds, Location: time.UTC}, &RotatingOptions{RollIdle: true}))
		emit(t, s, "a")
		n.Store(0)
		pass(s, time.Hour)
		if n := n.Load(); n > 300 {
			t.Errorf("%d looks at the clock in an hour", n)
		}
		closeSink(t, s)
	})
}
