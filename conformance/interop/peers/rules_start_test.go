package peers_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"time"
)

// startRules are about what is found when the file is opened, and about schedules.
var startRules = []rule{
	{"B-15", "an archive that a crash has cut short is not taken for a whole one", compresses, func(r *run) { leftover(r, true) }},
	{"B-16", "an archive whose source is still there brings nothing twice", compresses, func(r *run) { leftover(r, false) }},
	{"B-19", "a file that is three days old does not get records of today, when a new one is due each day", byTime, oldFile},
	{"B-22", "a Rotate shortly before a rotation is due does not make for two", byTime | manual, rotateBeforeDue},
}

// leftover puts an archive beside a file that has been rotated but not compressed,
// and then has it compressed.
func leftover(r *run, cut bool) {
	o := options{maxBytes: r.limit()}
	r.open(o)
	r.generations(1, tick)
	r.emit(1, small)
	r.close()
	f := r.holder(1)
	text, err := os.ReadFile(f.path)
	must(err)
	archive := pack(text)
	if cut {
		archive = archive[:len(archive)/2]
	}
	must(os.WriteFile(f.path+".gz", archive, 0o666))
	o.compress = true
	r.open(o)
	r.generations(1, tick)
	r.emit(1, small)
	r.close()
	settle(r.once)
}

func pack(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	must(errors.Join(err, z.Close()))
	return b.Bytes()
}

// oldFile sets the clock of those who have one of their own, for the sake of the
// names that they make from it.
func oldFile(r *run) {
	const old = 3 * day
	o := options{maxBytes: mebibyte, interval: day}
	o.now = func() time.Time { return time.Now().Add(-old) }
	r.open(o)
	r.emit(1, small)
	r.close()
	r.quiet()
	for _, f := range r.files() {
		must(age(f.path, old))
	}
	o.now = nil
	r.open(o)
	r.emit(1, small)
	r.close()
	r.quiet()
	must(r.once())
	if f := r.holder(r.issued); len(f.records) > 1 {
		must(fails("adds to the old file", errors.New(f.path)))
	}
}

// rotateBeforeDue begins at a multiple of the interval, from which some reckon.
func rotateBeforeDue(r *run) {
	const interval = 2 * time.Second
	time.Sleep(time.Until(time.Now().Truncate(interval).Add(interval)))
	r.open(options{maxBytes: mebibyte, interval: interval})
	r.emit(1, small)
	time.Sleep(interval * 6 / 10)
	r.turn()
	time.Sleep(interval * 6 / 10)
	r.emit(1, small)
	r.close()
	r.quiet()
	must(r.once())
	if files := r.files(); len(files) != 2 {
		must(fails("rotates twice", nil))
	}
}
