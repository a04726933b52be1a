package commit

const (
	// jobBytes is how large a job may grow before the next record starts another
	// one: beyond it a larger write gains nothing measurable.
	jobBytes = 1 << 20
	// maxFree is how many finished jobs are kept for use: while one is written,
	// another fills.
	maxFree = 2
	// keepBytes is the largest scratch buffer that is kept after a record.
	keepBytes = 64 << 10
)

// job is what a leader does in one go: write records that wait for it or, as a
// turn, whatever the one who waits wants to do alone.
type job struct {
	turn    bool
	called  bool      // its first waiter has been, or is being, woken to lead
	buf     []byte    // the records, one after the other
	ends    []int     // where each ends in buf
	waiters []*waiter // who waits for each; the first one leads
}

func (j *job) add(p, term []byte, w *waiter) {
	j.buf = append(append(j.buf, p...), term...)
	j.ends = append(j.ends, len(j.buf))
	j.waiters = append(j.waiters, w)
}

// start returns where record i begins.
func (j *job) start(i int) int {
	if i == 0 {
		return 0
	}
	return j.ends[i-1]
}

// remove takes out record i as if it had never been added.
func (j *job) remove(i int) {
	if j.turn {
		j.waiters = nil
		return
	}
	start, end := j.start(i), j.ends[i]
	j.buf = append(j.buf[:start], j.buf[end:]...)
	j.ends = append(j.ends[:i], j.ends[i+1:]...)
	for k := i; k < len(j.ends); k++ {
		j.ends[k] -= end - start
	}
	j.waiters = append(j.waiters[:i], j.waiters[i+1:]...)
}

// failRest gives err to every record from the i-th on that has no error of its own.
func (j *job) failRest(i int, err error) {
	for _, w := range j.waiters[i:] {
		if w.err == nil {
			w.err = err
		}
	}
}

// tally is what a leader did.
type tally struct{ delivered, failed, bytes int }

// tally counts the verdicts.
func (j *job) tally() (t tally) {
	for i, w := range j.waiters {
		if w.err != nil {
			t.failed++
			continue
		}
		t.delivered++
		t.bytes += j.ends[i] - j.start(i)
	}
	return t
}

// wake tells everybody but the first waiter, who did the work, that it is done.
func (j *job) wake() {
	for _, w := range j.waiters[1:] {
		w.tell(done)
	}
}

func (j *job) reset() {
	clear(j.waiters)
	*j = job{buf: j.buf[:0], ends: j.ends[:0], waiters: j.waiters[:0]}
}
