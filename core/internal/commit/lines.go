package commit

import (
	"sync"
	"sync/atomic"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Lines turns records into bytes for a Writer, without holding a lock meanwhile.
type Lines struct {
	Writer
	Term []byte // ends each record
	pool sync.Pool

	unrendered atomic.Uint64 // records that could not be rendered
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
		l.unrendered.Add(1)
		return err
	}
	return l.Write(b.buf, nil)
}

// Counts implements Writer, with the records that never came so far.
func (l *Lines) Counts() Counts {
	c := l.Writer.Counts()
	c.Failed += l.unrendered.Load()
	return c
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
		if len(b.ends) > 0 {
			var wrote int
			wrote, err = l.WriteBatch(b.buf, b.ends)
			delivered += wrote
		}
		if err == nil && bad != nil {
			l.unrendered.Add(1)
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
