package commit

import (
	"sync"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Lines turns records into bytes for a Writer, without holding a lock meanwhile.
type Lines struct {
	Writer
	Term []byte // ends each record
	pool sync.Pool
}

// buffer is what a record, or a batch of them, is rendered into.
type buffer struct {
	buf  []byte
	ends []int
}

// Verbatim writes line as it is, and Term.
func (l *Lines) Verbatim(line []byte) error { return l.Write(line, l.Term) }

// Emit writes what render appends, and Term. An error or a panic of render is
// the record's.
func (l *Lines) Emit(render func(dst []byte) ([]byte, error)) error {
	b := l.get()
	defer l.put(b)
	if err := b.add(l.Term, render); err != nil {
		return err
	}
	return l.Write(b.buf, nil)
}

// EmitBatch writes n records, in as few writes as jobBytes allows. render
// appends record i. The results are those of Writer.WriteBatch.
func (l *Lines) EmitBatch(n int, render func(dst []byte, i int) ([]byte, error)) (delivered int, err error) {
	b := l.get()
	defer l.put(b)
	for delivered < n && err == nil {
		b.buf, b.ends = b.buf[:0], b.ends[:0]
		var bad error // of the record that could not be rendered
		for i := delivered; i < n && len(b.buf) < jobBytes && bad == nil; i++ {
			bad = b.add(l.Term, func(dst []byte) ([]byte, error) { return render(dst, i) })
		}
		var wrote int
		wrote, err = l.WriteBatch(b.buf, b.ends)
		delivered += wrote
		if err == nil {
			err = bad
		}
	}
	return delivered, err
}

// add renders one record to the end of b, or leaves b as it was.
func (b *buffer) add(term []byte, render func(dst []byte) ([]byte, error)) (err error) {
	defer guard.Recover(&err)
	out, err := render(b.buf)
	if err != nil {
		return err
	}
	b.buf = append(out, term...)
	b.ends = append(b.ends, len(b.buf))
	return nil
}

func (l *Lines) get() *buffer {
	if b, ok := l.pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{buf: make([]byte, 0, 1024)}
}

func (l *Lines) put(b *buffer) {
	if cap(b.buf) <= 2*jobBytes {
		b.buf, b.ends = b.buf[:0], b.ends[:0]
		l.pool.Put(b)
	}
}
