package peers_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core"
)

// rotationRules are about what a rotation does with the records, and with the
// limits that it is there for.
var rotationRules = []rule{
	{"B-01", "50 rotations within a moment lose nothing", bySize, burst},
	{"B-02", "of two rotations within a second, with compression, both files remain, also where names tell no more than the second", compresses, twoInASecond},
	{"B-07", "a record larger than the size limit is written", bySize, oversize},
	{"B-08", "of 30 rotations within a second two backups remain, when two are to be kept, also where names tell no more than the second", byCount, twoBackups},
	{"B-24", "old files with a tag in their names are counted: of five, two remain", byCount | tags, tagged},
	{"B-25 all", "without a limit on backups, all are kept", bySize, keepAll},
	{"B-25 none", "no backups are kept when none are wanted", keepsNone, keepNone},
	{"B-31", "the files never have more bytes together than allowed, but for one record", byTotal, total},
	{"B-33", "with 64 writers, no file is larger than the size limit", bySize, manyWriters},
}

// burst does that several times, since whether two of them meet in a millisecond
// is chance.
func burst(r *run) {
	for i := range 10 {
		r := newRun(r.subject, filepath.Join(r.dir, fmt.Sprint(i)))
		early()
		r.open(options{maxBytes: r.limit()})
		r.generations(50, 0)
		r.close()
		settle(r.once)
	}
}

// early returns early in a second.
func early() {
	if late := time.Duration(time.Now().Nanosecond()); late > time.Second/2 {
		time.Sleep(time.Second - late)
	}
}

// twoInASecond pauses for those who cannot be asked for names that tell only the
// second.
func twoInASecond(r *run) {
	early()
	r.open(options{maxBytes: r.limit(), compress: true, seconds: true})
	r.generations(2, tick)
	r.emit(1, small)
	r.close()
	settle(func() error {
		backups, err := r.backups()
		for _, b := range backups {
			if !b.compressed() {
				err = fails("leaves a file uncompressed", errors.New(b.path))
			}
		}
		return errors.Join(r.once(), err)
	})
}

func oversize(r *run) {
	r.open(options{maxBytes: mebibyte})
	r.emit(1, small)
	if err := r.try(2 * mebibyte); err != nil {
		must(fails("refuses the record with an error", err))
	}
	r.emit(1, small)
	r.close()
	settle(r.once)
}

// twoBackups pauses for the same reason.
func twoBackups(r *run) {
	early()
	r.open(options{maxBytes: r.limit(), backups: 2, seconds: true})
	r.generations(30, tick)
	r.close()
	r.twoRemain()
}

// tagged has a tag that looks like more parts of a name, and like an extension.
func tagged(r *run) {
	r.open(options{maxBytes: r.limit(), backups: 2, tag: "v1.2-rc.3"})
	r.generations(5, tick)
	r.close()
	r.twoRemain()
}

func (r *run) twoRemain() {
	settle(func() error {
		backups, err := r.backups()
		switch n := len(backups); {
		case err != nil:
			return err
		case n > 2:
			return fails("keeps more than two backups", fmt.Errorf("%d", n))
		case n < 2:
			return fails("has fewer than two backups", fmt.Errorf("%d", n))
		}
		return nil
	})
}

// keepAll takes its time: who names files by the second shall not be judged by
// that here.
func keepAll(r *run) {
	r.open(options{maxBytes: r.limit(), backups: all})
	r.generations(3, 1100*time.Millisecond)
	r.emit(1, small)
	r.close()
	r.quiet()
	must(r.once())
}

func keepNone(r *run) {
	r.open(options{maxBytes: r.limit(), backups: none})
	r.generations(3, tick)
	r.emit(1, small)
	r.close()
	settle(func() error {
		backups, err := r.backups()
		if len(backups) > 0 {
			err = fails("keeps backups", errors.New(backups[0].path))
		}
		return err
	})
	must(r.lostFrom(r.issued))
}

// total gives what works in the background the time to do so. The size of the
// records is such that the total is exceeded between two rotations by size.
func total(r *run) {
	const budget, size = 4 * mebibyte, 60_000
	early()
	r.open(options{maxBytes: mebibyte, maxTotal: budget, compress: r.can(compresses)})
	for range 2 * budget / size {
		r.emit(1, size)
		time.Sleep(time.Millisecond)
		if n := r.bytes(); n > budget+size+1 {
			must(fails("has more bytes than allowed", fmt.Errorf("%d", n)))
		}
	}
	r.close()
	settle(func() error { return r.lostFrom(r.issued) })
}

// bytes returns the size of all files together.
func (r *run) bytes() (n int64) {
	must(r.walk(func(_ string, info fs.FileInfo) error {
		n += info.Size()
		return nil
	}))
	return n
}

// manyWriters has so large a limit that records that come as one Write, as those
// of a Stream may, are far below it together.
func manyWriters(r *run) {
	const writers, each, size = 64, 16, 8 << 10
	r.open(options{maxBytes: mebibyte})
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				errs[w] = errors.Join(errs[w], r.sink.Emit(core.Record{Line: line(1+w*each+i, size)}))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		must(fails("refuses a record", err))
	}
	r.close()
	must(r.walk(func(path string, info fs.FileInfo) error {
		if info.Size() > mebibyte {
			return fails("has larger files", fmt.Errorf("%s: %d bytes", path, info.Size()))
		}
		return nil
	}))
}
