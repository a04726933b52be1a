package peers_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/logsinks/logsinks/core"
)

// lifeRules are about what is left when a sink is closed, and about what its
// callers may do.
var lifeRules = []rule{
	{"goroutines", "Close ends the goroutines, also just after a rotation with compression", 0, goroutinesEnd},
	{"B-46", "a record after Close is refused, and nothing is opened again", 0, afterClose},
	{"B-47", "a second Close does nothing, nor does one before the first record", 0, closeTwice},
	{"B-48", "callers may overwrite their bytes as soon as they have the answer", 0, overwritten},
}

// everything are options with all that may go on in the background.
func (r *run) everything() options {
	o := options{maxBytes: r.limit(), backups: 3, compress: r.can(compresses)}
	if r.can(byTime) {
		o.interval = day
	}
	return o
}

// goroutinesEnd gives the background work to do just before Close, by a Rotate.
// What chance has it do is over by then.
func goroutinesEnd(r *run) {
	before := runtime.NumGoroutine()
	r.open(r.everything())
	r.generations(20, 0)
	time.Sleep(4 * tick)
	r.turn()
	r.close()
	settle(func() error {
		if now := runtime.NumGoroutine(); now > before {
			return fails("leaves goroutines", fmt.Errorf("%d", now-before))
		}
		return nil
	})
}

func afterClose(r *run) {
	r.open(options{maxBytes: mebibyte})
	r.emit(1, small)
	r.close()
	r.quiet()
	err := r.try(small)
	r.quiet()
	switch there := counts(r.files())[r.issued] > 0; {
	case there:
		must(fails("opens the file again and writes the record", err))
	case err == nil:
		must(fails("loses the record and says nothing", nil))
	}
}

func closeTwice(r *run) {
	for _, records := range []int{0, 1} {
		r.open(options{path: filepath.Join(filepath.Dir(r.path), fmt.Sprint(records)), maxBytes: mebibyte})
		r.emit(records, small)
		r.close()
		if err := r.sink.Close(); err != nil {
			must(fails("the second Close returns an error", err))
		}
	}
}

func overwritten(r *run) {
	r.open(options{maxBytes: mebibyte})
	buf := make([]byte, 0, small)
	for range 100 {
		r.issued++
		buf = append(buf[:0], line(r.issued, small)...)
		if err := r.sink.Emit(core.Record{Line: buf}); err != nil {
			must(fails("refuses a record", err))
		}
		clear(buf)
	}
	r.close()
	settle(r.once)
}
