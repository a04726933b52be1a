//go:build unix

package core_test

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// sharedPipe returns a pipe whose writing end somebody else has made
// non-blocking behind the back of package os.
func sharedPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	var fds [2]int
	if err := syscall.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	r, w = os.NewFile(uintptr(fds[0]), "reader"), os.NewFile(uintptr(fds[1]), "writer")
	t.Cleanup(func() { r.Close(); w.Close() })
	if err := syscall.SetNonblock(fds[1], true); err != nil {
		t.Fatal(err)
	}
	return r, w
}

// fill writes to w until it is not ready, and returns how much it has taken.
func fill(t *testing.T, w *os.File) (taken int) {
	t.Helper()
	for size := 4096; size > 0; {
		n, err := w.Write(make([]byte, size))
		taken += n
		if err != nil {
			wantError(t, "Write to a full pipe", err, syscall.EAGAIN)
			size /= 2
		}
	}
	return taken
}

func TestStreamWaitsForAFullPipe(t *testing.T) {
	r, w := sharedPipe(t)
	taken := fill(t, w)
	s := newStream(t, w, &core.StreamOptions{BlockTimeout: time.Minute})
	large := strings.Repeat("x", 200_000) // more than a pipe takes at once
	sent := make(chan error, 1)
	go func() { sent <- s.Emit(line(large)) }()
	if _, err := io.CopyN(io.Discard, r, int64(taken)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(large)+1)
	if _, err := io.ReadFull(r, got); err != nil {
		t.Fatal(err)
	}
	noError(t, "Emit", <-sent)
	if string(got) != large+"\n" {
		t.Error("the record arrived damaged")
	}
}

func TestStreamGivesUpOnAFullPipe(t *testing.T) {
	r, w := sharedPipe(t)
	taken := fill(t, w)
	s := newStream(t, w, &core.StreamOptions{BlockTimeout: time.Millisecond})
	wantError(t, "Emit", s.Emit(line("lost")), syscall.EAGAIN)
	if _, err := io.CopyN(io.Discard, r, int64(taken)); err != nil {
		t.Fatal(err)
	}
	noError(t, "Emit", s.Emit(line("next")))
	w.Close()
	if got, err := io.ReadAll(r); string(got) != "next\n" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestStreamBrokenPipeIsAnError(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s := newStream(t, w, nil)
	noError(t, "Emit", s.Emit(line("a")))
	r.Close()
	for range 2 {
		wantError(t, "Emit", s.Emit(line("b")), syscall.EPIPE)
	}
	n, err := s.EmitBatch([]core.Record{line("c")})
	wantError(t, "EmitBatch", err, syscall.EPIPE)
	if st := s.Stats(); n != 0 || st.Failed != 3 || st.Delivered != 1 {
		t.Errorf("stats %+v", st)
	}
	noError(t, "Flush", s.Flush(t.Context()))
}

func TestB58StreamFullDiskIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full: ", err)
	}
	defer full.Close()
	s := newStream(t, full, nil)
	wantError(t, "Emit", s.Emit(line("a")), syscall.ENOSPC)
	n, err := s.EmitBatch([]core.Record{line("a")})
	wantError(t, "EmitBatch", err, syscall.ENOSPC)
	if n != 0 {
		t.Errorf("delivered %d", n)
	}
	noError(t, "Flush", s.Flush(t.Context()))
}

func TestB58StreamFlushOfATerminal(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system gives no terminal: ", err)
	}
	defer tty.Close()
	s := newStream(t, tty, nil)
	noError(t, "Flush", s.Flush(t.Context()))
	noError(t, "Close", s.Close())
}

func TestB58StreamFlushOfStandardStreams(t *testing.T) {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		s := newStream(t, f, nil)
		noError(t, f.Name(), s.Flush(t.Context()))
	}
}
