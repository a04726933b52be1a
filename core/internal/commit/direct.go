package commit

import (
	"io"
	"runtime"
	"sync"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Direct writes synchronously. At any time at most one goroutine, the leader,
// works on the Target; whoever comes meanwhile joins the last job of a queue
// and waits. A leader that is done wakes the first of those who wait for the
// next job, and that one leads from then on.
//
// Functions that run while their goroutine leads are called lead…, but for Write:
// that is how a goroutine recognises on its own stack that it would be waiting
// for itself, where nobody has noted who leads.
type Direct struct {
	sender
	hooked Hooked       // the target, if it is one
	finish func() error // completes a batch; nil: nothing to do

	mu      sync.Mutex
	busy    bool          // somebody leads, or is being woken to lead
	closed  bool          // no records are taken any more
	ended   bool          // nothing is done any more
	closing chan struct{} // closed when Close is over; nil: nobody is in Close
	leader  uint64        // the goroutine that leads; 0: not noted
	atwork  int           // records that the leader is writing
	queue   []*job        // what waits, in order
	free    []*job        // a finished job, to be used again
	counts  Counts
	watch   watch
	rest    rest

	// Only the leader touches these, or who is about to lead.
	scratch []byte // a record and its terminator, to leave in one write
	one     [1]int // the end of a record that leaves alone
	company bool   // the last job held more than one record
}

// NewDirect returns a writer to t. finish, unless nil, is called after each batch
// like a method of t; if it fails, no record of the batch counts as delivered.
func NewDirect(t Target, finish func() error) *Direct {
	d := &Direct{sender: newSender(t), finish: finish}
	d.hooked, _ = t.(Hooked)
	return d
}

// Write implements Writer. A record that nobody is there to share a write with leaves
// from here, as leadRecords and send would do it: with few calls, since after a
// system call each return is dear.
func (d *Direct) Write(p, term []byte) (err error) {
	d.mu.Lock()
	if d.busy || d.closed || d.company || d.watch.suspicious {
		return d.share(p, term)
	}
	d.busy, d.atwork = true, 1
	d.mu.Unlock()
	err = guard.ErrGone // unless it returns
	defer d.written(&err, len(p)+len(term))
	if len(term) > 0 {
		d.scratch = append(append(d.scratch[:0], p...), term...)
		p = d.scratch
	}
	if err := d.target.Begin(); err != nil {
		return err
	}
	if d.portioned != nil {
		d.one[0] = len(p)
		d.portioned.Portion(0, d.one[:])
	}
	if n, err := d.target.Write(p); n < len(p) || err != nil {
		return d.short(p, n, err)
	}
	return d.finishBatch()
}

// written ends the lead of Write, which defers it.
func (d *Direct) written(err *error, bytes int) {
	if v := recover(); v != nil {
		*err = guard.Panicked(v)
	}
	d.end()
	if cap(d.scratch) > keepBytes {
		d.scratch = nil
	}
	if *err != nil {
		d.release(nil, tally{failed: 1})
		return
	}
	// What release does, without the call.
	d.mu.Lock()
	d.counts.Delivered++
	d.counts.Bytes += uint64(bytes)
	d.watch.turns++
	if len(d.queue) == 0 {
		d.busy, d.atwork = false, 0
		d.mu.Unlock()
		return
	}
	d.mu.Unlock()
	d.release(nil, tally{})
}

// share writes a record that may leave together with others. It is called with
// the lock held, and gives it up.
func (d *Direct) share(p, term []byte) error {
	var refused error
	switch {
	case d.closed:
		refused = guard.ErrClosed
	case d.busy && d.mine():
		refused = guard.ErrReentrant
	case d.busy:
		return d.follow(p, term)
	default:
		d.busy = true
		return d.gather(p, term)
	}
	d.counts.Failed++
	d.mu.Unlock()
	return refused
}

// mine tells whether the caller is the leader itself, as far as that was noted.
// The lock is held.
func (d *Direct) mine() bool { return same(d.hooked, d.leader) }

// same tells whether the caller is the leader, or what that waits for: a hook. One
// hook counts as any other, so that none waits for a sink that waits for one.
func same(h Hooked, leader uint64) bool {
	if h == nil {
		return guard.On(leader)
	}
	return h.InHook() && guard.InHook()
}

// gather leads a job that others are expected to join. It is called with the
// lock held, and gives it up.
func (d *Direct) gather(p, term []byte) error {
	w := d.rest.get()
	d.joinable().add(p, term, w)
	d.mu.Unlock()
	d.leadJob()
	return d.rest.verdict(w)
}

// short deals with a record p of which only n bytes were written, or all, but with
// an error.
func (d *Direct) short(p []byte, n int, err error) error {
	if n > 0 && n < len(p) {
		d.target.Undo(n)
	}
	if err == nil {
		err = io.ErrShortWrite
	}
	return err
}

// finishBatch completes a batch.
func (d *Direct) finishBatch() error {
	if d.finish == nil {
		return nil
	}
	return d.finish()
}

// follow joins the last job and waits for its verdict, or leads it. It is
// called with the lock held, and gives it up.
func (d *Direct) follow(p, term []byte) error {
	w := d.rest.get()
	d.joinable().add(p, term, w)
	d.guardWait()
	d.mu.Unlock()
	for {
		switch w.wait() {
		case lead:
			d.leadJob()
			return d.rest.verdict(w)
		case done:
			return d.rest.verdict(w)
		case check:
			if insideLead(1) && d.withdraw(w) {
				return d.refuse()
			}
		}
	}
}

// joinable returns the last job if records may still be added to it, or a new
// one behind it. The lock is held.
func (d *Direct) joinable() *job {
	if n := len(d.queue); n > 0 && !d.queue[n-1].turn && len(d.queue[n-1].buf) < jobBytes {
		return d.queue[n-1]
	}
	var j *job
	if n := len(d.free); n > 0 {
		j, d.free = d.free[n-1], d.free[:n-1]
	} else {
		j = new(job)
	}
	d.queue = append(d.queue, j)
	return j
}

// leadJob writes the first job of the queue, on whose behalf it was woken.
func (d *Direct) leadJob() {
	// Where there was company, it is about to log again: let it join.
	runtime.Gosched()
	d.mu.Lock()
	j := d.pop()
	d.atwork = len(j.ends)
	if d.watch.suspicious {
		d.leader = guard.Goroutine()
	}
	ended := d.ended
	d.mu.Unlock()
	d.company = len(j.ends) > 1
	err := guard.ErrGone // unless it returns
	defer func() {
		if err != nil {
			j.failRest(0, err)
		}
		t := j.tally()
		j.wake()
		d.release(j, t)
	}()
	if ended {
		err = guard.ErrClosed // Close has given up, and said so
		return
	}
	err = guard.Call(func() error { return d.leadRecords(j) })
}

// leadRecords writes every record of j and notes the error of each that failed.
// It returns the error of what concerns the whole job.
func (d *Direct) leadRecords(j *job) error {
	defer d.end()
	if err := d.target.Begin(); err != nil {
		return err
	}
	for i := 0; i < len(j.ends); {
		start := j.start(i)
		n, err := d.send(j.buf[start:], start, j.ends[i:])
		if i += n; err == nil {
			continue
		}
		// The others do not fail with it: each is tried as it would have been, had
		// it come alone. But who is not ready has been waited for long enough.
		j.waiters[i].err = err
		if i++; notReady(err) {
			j.failRest(i, err)
			break
		}
	}
	return d.finishBatch()
}

// release ends the caller's lead, in which t was done: the next job's first
// waiter leads, or nobody. finished is kept for the next job.
func (d *Direct) release(finished *job, t tally) {
	d.mu.Lock()
	d.counts.Delivered += uint64(t.delivered)
	d.counts.Failed += uint64(t.failed)
	d.counts.Bytes += uint64(t.bytes)
	d.atwork, d.leader = 0, 0
	d.watch.turns++
	if finished != nil && len(d.free) < maxFree && cap(finished.buf) <= jobBytes*2 {
		finished.reset()
		d.free = append(d.free, finished)
	}
	var next *waiter
	if len(d.queue) > 0 {
		d.queue[0].called = true
		next = d.queue[0].waiters[0]
	} else {
		d.busy = false
	}
	d.mu.Unlock()
	if next != nil {
		next.tell(lead)
	}
}

// refuse counts a record that would have waited for itself.
func (d *Direct) refuse() error {
	d.fail()
	return guard.ErrReentrant
}

// Counts implements Writer.
func (d *Direct) Counts() Counts {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.counts
	c.Accepted = c.Delivered
	return c
}

// pendingNow counts the records that are being written or wait for it. The lock is
// held.
func (d *Direct) pendingNow() int {
	n := d.atwork
	for _, j := range d.queue {
		n += len(j.ends)
	}
	return n
}

var _ Writer = (*Direct)(nil)
