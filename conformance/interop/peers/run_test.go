package peers_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
)

// rule is a line of the table.
type rule struct {
	name  string // its number in the list of bugs
	text  string // what is demanded
	needs ability
	check func(r *run)
}

// fault is why a subject fails. The reason is the same whenever the rule is
// checked; the detail need not be.
type fault struct {
	reason string
	detail error
}

func (f *fault) Error() string { return f.reason }

// fails returns a fault; detail may be nil.
func fails(reason string, detail error) error { return &fault{reason, detail} }

// errLacking is that of a machine on which a rule cannot be checked.
var errLacking = errors.New("it cannot be checked here")

// stop is the panic that ends a check.
type stop struct{ err error }

// must ends the check if there is an error: with the subject's failure, if it is a
// fault, and otherwise with the news that nothing could be found out.
func must(err error) {
	if err != nil {
		panic(stop{err})
	}
}

// judge checks the rule.
func (u rule) judge(r *run) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case stop:
			err = v.err
		default:
			panic(v)
		}
	}()
	u.check(r)
	return nil
}

// run is a subject under a rule.
type run struct {
	subject subject
	dir     string // everything is below it; it was empty at the start
	path    string // the live name, in a directory that is there
	rule    string // its name
	part    string // of the rule, for a process that checks no more
	sink    core.Sink
	rotate  func() error
	issued  int // so many records there have been, numbered from 1
}

func newRun(s subject, dir string) *run {
	r := &run{subject: s, dir: dir, path: filepath.Join(dir, "log", "app.log")}
	must(os.MkdirAll(filepath.Dir(r.path), 0o777))
	return r
}

// can tells whether the subject has all these abilities.
func (r *run) can(a ability) bool { return r.subject.can&a == a }

// limit is a size with which turn works: out of reach, or for a subject that has
// no other way such that each record exceeds it.
func (r *run) limit() int64 {
	if r.can(manual) {
		return mebibyte
	}
	return 1
}

// open opens the subject, with the live name unless there is another, and with
// plenty of backups unless there is another limit.
func (r *run) open(o options) {
	o.path = cmp.Or(o.path, r.path)
	if o.backups == 0 && o.maxAge == 0 && o.maxTotal == 0 {
		o.backups = plenty
	}
	var err error
	if r.sink, r.rotate, err = r.subject.open(o); err != nil {
		must(fails("does not open", err))
	}
}

// line is record i.
func line(i, size int) []byte {
	head := fmt.Appendf(nil, "record %d/%d ", i, size)
	for len(head) < size-1 {
		head = append(head, 'x')
	}
	return append(head, '.')
}

// try emits the next record, of so many bytes. The error is one that Emit has
// returned.
func (r *run) try(size int) error {
	r.issued++
	err := r.sink.Emit(core.Record{Line: line(r.issued, size)})
	var panicked *core.PanicError
	if errors.As(err, &panicked) {
		must(fails("panics", err))
	}
	return err
}

// small is the size of records that are many.
const small = 100

// emit emits n records of that size, none of which may be refused.
func (r *run) emit(n, size int) {
	for range n {
		if err := r.try(size); err != nil {
			must(fails("refuses a record", err))
		}
	}
}

// turn begins a new file, unless the limit has done so.
func (r *run) turn() {
	if r.rotate == nil {
		return
	}
	if err := r.rotate(); err != nil {
		must(fails("Rotate fails", err))
	}
}

// generations puts n records into a file each. It pauses for the sake of those who
// tell their files apart by the millisecond.
func (r *run) generations(n int, pause time.Duration) {
	for range n {
		r.emit(1, small)
		time.Sleep(pause)
		r.turn()
	}
}

// tick is a pause that changes a name made of milliseconds.
const tick = 5 * time.Millisecond

// close closes the sink.
func (r *run) close() {
	if err := r.sink.Close(); err != nil {
		must(fails("Close fails", err))
	}
}

// settle repeats the check until it passes, for two seconds at most: what goes on
// in the background has so long.
func settle(check func() error) {
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			must(err)
		}
	}
}

// quiet returns when the directory has not changed for half a second.
func (r *run) quiet() {
	last := ""
	for since, end := time.Now(), time.Now().Add(10*time.Second); time.Since(since) < 500*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		now, err := r.listing()
		must(err)
		if now != last {
			since, last = time.Now(), now
		}
		if time.Now().After(end) {
			must(fails("its files go on changing", nil))
		}
	}
}
