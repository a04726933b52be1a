package commit

// batch is one of the two buffers of a Buffered: whole records, in order.
type batch struct {
	buf  []byte
	ends []int // where each record ends in buf
}

func (b *batch) add(p, term []byte) {
	b.buf = append(b.buf, p...)
	if len(term) == 1 {
		b.buf = append(b.buf, term[0]) // nearly always, and a call less
	} else {
		b.buf = append(b.buf, term...)
	}
	b.ends = append(b.ends, len(b.buf))
}

// drop removes the first n records.
func (b *batch) drop(n int) {
	if n == 0 {
		return
	}
	off := b.ends[n-1]
	b.buf = b.buf[:copy(b.buf, b.buf[off:])]
	b.ends = b.ends[:copy(b.ends, b.ends[n:])]
	for i := range b.ends {
		b.ends[i] -= off
	}
}

// empty forgets everything, and the memory that one huge record has taken.
func (b *batch) empty(size int) {
	if cap(b.buf) > 2*size {
		b.buf = make([]byte, 0, size)
	}
	b.buf, b.ends = b.buf[:0], b.ends[:0]
}
