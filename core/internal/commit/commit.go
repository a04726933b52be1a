// Package commit is how the bytes of records leave a sink. Both of its writers
// take whole records from many goroutines and hand them to a Target one batch
// at a time, in the order in which they came:
//
//   - Direct is synchronous: when Write returns nil the Target has taken the
//     record. Alone it is a lock and a write; under contention the goroutine that
//     writes takes along all that has arrived meanwhile (group commit).
//   - Buffered returns as soon as the record is in one of its two buffers; a
//     goroutine of its own writes the other one, outside the producers' lock.
//
// Neither holds a lock while the Target works, so a slow device delays records
// but blocks neither Close nor a fake clock.
package commit

import (
	"context"
	"errors"
	"io"
	"time"
)

// Target is where batches go. One goroutine at a time calls its methods: Begin,
// then Write (followed by Undo when a write was cut short) as often as needed.
type Target interface {
	// Begin prepares for a batch; if it fails, no record of the batch is written.
	Begin() error
	// Write is io.Writer's. p holds whole records and is not kept.
	Write(p []byte) (n int, err error)
	// Undo says that the last n bytes written are a piece of a record whose rest
	// failed: they are to be removed, or ended so that the next record is not
	// glued to them.
	Undo(n int)
}

// Hooked is a Target that calls functions of the user's by guard.Hook, and says
// whether it is waiting for one now. What comes from there would wait for that
// function to return. A Target that is none may call anybody from anywhere.
type Hooked interface{ InHook() bool }

// Portioned is a Target that may have something to do between two records of a
// batch.
type Portioned interface {
	// Portion is called before each Write. ends are those of the records that have not
	// been written yet, the first of which begins at base. It returns how many of them
	// the next Write is given, at least one.
	Portion(base int, ends []int) int
}

// Ending is a Target that has something to do after a batch.
type Ending interface {
	// End is called after each batch that Begin was called for, however that went.
	End()
}

// pending returns how many records were accepted and neither delivered nor lost yet.
func (c *Counts) pending() uint64 { return c.Accepted - c.Delivered - c.Lost }

// Writer is what Direct and Buffered have in common.
type Writer interface {
	// Write takes one record, p followed by term. It keeps neither.
	Write(p, term []byte) error
	// WriteBatch takes records that lie in buf one after the other; ends[i] is
	// where record i ends. The first n were taken, err is about the next one.
	WriteBatch(buf []byte, ends []int) (n int, err error)
	// Flush writes what was taken before the call and then runs after, alone
	// (no batch is being written). It returns early when ctx ends; after may
	// then still run.
	Flush(ctx context.Context, after func() error) error
	// Alone runs f when no batch is being written, whether what was taken can be
	// written or not, and otherwise as Flush does.
	Alone(ctx context.Context, f func() error) error
	// Close writes what was taken, runs after, alone, and refuses everything
	// from then on. After limit it gives up waiting and calls force, which
	// should make a stuck write return. A second call does nothing.
	Close(limit time.Duration, after func() error, force func()) error
	// Counts returns the counters so far.
	Counts() Counts
}

// Counts counts records, except for Bytes.
type Counts struct {
	Accepted  uint64 // Write returned nil for them
	Delivered uint64 // the Target took them
	Failed    uint64 // Write returned an error for them
	Lost      uint64 // accepted, then lost: left in a buffer at Close
	Pending   uint64 // accepted and neither delivered nor lost yet
	Bytes     uint64 // bytes of delivered records
}

// sender hands records to a Target.
type sender struct {
	target    Target
	portioned Portioned // the target, if it is one
	ending    Ending    // the target, if it is one
}

func newSender(t Target) sender {
	s := sender{target: t}
	s.portioned, _ = t.(Portioned)
	s.ending, _ = t.(Ending)
	return s
}

// end says that a batch is over.
func (s *sender) end() {
	if s.ending != nil {
		s.ending.End()
	}
}

// send writes records that lie in buf, which begins at offset base of the
// buffer that ends refers to. It returns how many left whole.
func (s *sender) send(buf []byte, base int, ends []int) (int, error) {
	if s.portioned == nil {
		return s.sendAll(buf, base, ends)
	}
	done, start := 0, base
	for done < len(ends) {
		n := s.portioned.Portion(start, ends[done:])
		end := ends[done+n-1]
		wrote, err := s.sendAll(buf[start-base:end-base], start, ends[done:done+n])
		if done += wrote; err != nil {
			return done, err
		}
		start = end
	}
	return done, nil
}

// sendAll is send for what goes into one write.
func (s *sender) sendAll(buf []byte, base int, ends []int) (int, error) {
	n, err := s.target.Write(buf)
	switch {
	case n >= len(buf) && err == nil:
		return len(ends), nil
	case n >= len(buf):
		return len(ends) - 1, err // against the rules of io.Writer, but not to be ignored
	case err == nil:
		err = io.ErrShortWrite
	}
	done, cut := whole(ends, base, n)
	if cut > 0 {
		s.target.Undo(cut)
	}
	return done, err
}

// whole tells how many records lie within the first n bytes after base, and how
// many bytes of the next one do.
func whole(ends []int, base, n int) (done, cut int) {
	start := base
	for done < len(ends) && ends[done] <= base+n {
		start = ends[done]
		done++
	}
	return done, base + n - start
}

// ErrStuck is returned by Close when the Target does not come back in time.
var ErrStuck = errors.New("device does not answer")
