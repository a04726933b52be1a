package commit

import (
	"slices"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// stall is how long nothing may move before those who wait are asked whether
// they wait for themselves: longer than a Stream waits for a pipe by default.
const stall = 2 * time.Second

// watch finds the record that was logged from within the Target (a writer or a
// hook that logs to its own sink). Its goroutine waits for a leader that is
// itself. Looking for that on every stack would cost more than the write, so it
// is done when nothing has moved for a while; from then on leaders say who they
// are, which costs less.
type watch struct {
	armed      time.Time // when inspect was last ordered
	running    bool      // it was
	suspicious bool
	turns      uint64 // jobs done
	seen       uint64 // turns at the last look
}

// guardWait sees to it that inspect is called after a while, where nobody knows
// better. The lock is held, and the caller the last in the queue.
func (d *Direct) guardWait() {
	w := &d.watch
	switch {
	case d.hooked != nil:
		return
	case w.running && len(d.queue[len(d.queue)-1].waiters) > 1:
		return // the first of the job has looked
	}
	// A timer of a synctest bubble that has ended does not fire any more. Bubbles have
	// a time of their own, which only the wall clock shows.
	now := time.Now().Round(0)
	if age := now.Sub(w.armed); w.running && age >= 0 && age <= 2*stall {
		return
	}
	w.running, w.armed, w.seen = true, now, w.turns
	time.AfterFunc(stall, d.inspect)
}

// inspect runs on the timer's goroutine.
func (d *Direct) inspect() {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.watch
	if len(d.queue) == 0 {
		w.running = false
		return
	}
	if w.turns == w.seen {
		d.checkAll()
	}
	w.armed, w.seen = time.Now().Round(0), w.turns
	time.AfterFunc(stall, d.inspect)
}

// checkAll asks everybody who waits, once.
func (d *Direct) checkAll() {
	for _, j := range d.queue {
		for _, w := range j.waiters {
			if !w.checked && w.told() == parked {
				w.checked = true
				w.ring(check)
			}
		}
	}
}

// withdraw takes w, and its record, out of the queue, and reports false where its
// job has begun. From then on every leader of a job says who it is.
func (d *Direct) withdraw(w *waiter) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for q, j := range d.queue {
		i := slices.Index(j.waiters, w)
		if i < 0 {
			continue
		}
		if j.called {
			return false
		}
		d.watch.suspicious = true
		if j.remove(i); len(j.waiters) == 0 {
			d.queue = slices.Delete(d.queue, q, q+1)
		}
		return true
	}
	return false
}

// insideLead tells whether the calling goroutine is working for a leader, or runs a
// hook that one waits for. The caller says how many calls of Direct.Write it is in
// itself. The leader may be another Direct's, behind whose target this one is: then
// a record that this one has kept waiting for so long is refused without need.
func insideLead(writes int) bool {
	return guard.Depth(leads) > writes || guard.InHook()
}

// leads tells whether function may run on behalf of a leader.
func leads(function string) bool {
	method, ok := strings.CutPrefix(function, guard.Module+"/internal/commit.(*Direct).")
	return ok && (method == "Write" || strings.HasPrefix(method, "lead"))
}
