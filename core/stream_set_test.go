package core_test

import (
	"io"
	"os"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// setStream calls SetStream, which is expected to succeed.
func setStream(t *testing.T, s *core.Stream, w io.Writer) io.Writer {
	t.Helper()
	old, err := s.SetStream(w)
	noError(t, "SetStream", err)
	return old
}

// python-semantics §22: setStream returns the old stream, and nothing for the
// same one.
func TestSetStream(t *testing.T) {
	var a, b tape
	s := newStream(t, &a, nil)
	noError(t, "Emit", s.Emit(line("1")))
	if old := setStream(t, s, &a); old != nil {
		t.Errorf("the same: returned %v", old)
	}
	if old := setStream(t, s, &b); old != io.Writer(&a) {
		t.Errorf("another: returned %v", old)
	}
	noError(t, "Emit", s.Emit(line("2")))
	if old := setStream(t, s, nil); old != io.Writer(&b) {
		t.Errorf("nil: returned %v", old)
	}
	if old := setStream(t, s, &a); old != io.Writer(os.Stderr) {
		t.Errorf("after nil: returned %v", old)
	}
	noError(t, "Emit", s.Emit(line("3")))
	if a.text() != "1\n3\n" || b.text() != "2\n" {
		t.Errorf("wrote %q and %q", a.text(), b.text())
	}
}

func TestSetStreamFlushesTheOldOne(t *testing.T) {
	w := new(flusher)
	s := newStream(t, w, nil)
	w.flushes = 0
	setStream(t, s, w)
	if w.flushes != 0 {
		t.Errorf("the same: %d flushes", w.flushes)
	}
	w.err = errDisk
	var b tape
	old, err := s.SetStream(&b)
	wantError(t, "SetStream", err, errDisk)
	if old != io.Writer(w) || w.flushes != 1 {
		t.Errorf("returned %v after %d flushes", old, w.flushes)
	}
	noError(t, "Emit", s.Emit(line("x")))
	if b.text() != "x\n" || w.flushes != 1 {
		t.Errorf("wrote %q, %d flushes", b.text(), w.flushes)
	}
}

// sliced and deep cannot be compared, deep only because of what it holds.
type sliced struct {
	*tape
	more []int
}

type deep struct {
	*tape
	more any
}

func TestSetStreamToWritersThatCannotBeCompared(t *testing.T) {
	var w tape
	f := writerFunc(w.Write)
	for _, writer := range []io.Writer{f, sliced{&w, nil}, deep{&w, []int{1}}, deep{&w, 1}} {
		s := newStream(t, writer, nil)
		old := setStream(t, s, writer)
		if d, ok := writer.(deep); ok && d.more == any(1) {
			if old != nil {
				t.Error("deep and comparable: not recognised as the same")
			}
		} else if old == nil {
			t.Errorf("%T: nothing returned", writer)
		}
		if old := setStream(t, s, io.Discard); old == nil {
			t.Errorf("%T: nothing returned for another one", writer)
		}
	}
}

// A line that was cut off belongs to the writer that has it.
func TestSetStreamForgetsAShortWrite(t *testing.T) {
	a := &faulty{short: map[string]int{"bad\n": 1}}
	var b tape
	s := newStream(t, a, nil)
	wantError(t, "Emit", s.Emit(line("bad")), io.ErrShortWrite)
	setStream(t, s, &b)
	noError(t, "Emit", s.Emit(line("x")))
	if b.text() != "x\n" {
		t.Errorf("wrote %q", b.text())
	}
}
