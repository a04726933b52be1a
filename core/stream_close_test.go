package core_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestB46StreamAfterClose(t *testing.T) {
	var w tape
	s := newStream(t, &w, nil)
	noError(t, "Emit", s.Emit(line("a")))
	noError(t, "Close", s.Close())
	wantError(t, "Emit", s.Emit(line("b")), core.ErrClosed)
	wantError(t, "Emit, rendered", s.Emit(core.Record{Message: "b"}), core.ErrClosed)
	n, err := s.EmitBatch([]core.Record{line("b")})
	wantError(t, "EmitBatch", err, core.ErrClosed)
	wantError(t, "Flush", s.Flush(t.Context()), core.ErrClosed)
	_, set := s.SetStream(io.Discard)
	wantError(t, "SetStream", set, core.ErrClosed)
	if n != 0 || w.text() != "a\n" {
		t.Errorf("delivered %d, wrote %q", n, w.text())
	}
}

// closer is a writer that says whether it was closed.
type closer struct {
	tape
	closed bool
}

func (c *closer) Close() error { c.closed = true; return nil }

func TestStreamCloseLeavesTheWriterOpen(t *testing.T) {
	w := new(closer)
	s := newStream(t, w, nil)
	noError(t, "Emit", s.Emit(line("a")))
	noError(t, "Close", s.Close())
	if w.closed {
		t.Error("the writer was closed")
	}
}

func TestB47StreamCloseTwiceFirstAndMeanwhile(t *testing.T) {
	s := newStream(t, new(tape), nil)
	noError(t, "Close before anything", s.Close())
	noError(t, "Close again", s.Close())

	synctest.Test(t, func(t *testing.T) {
		w := &slow{delay: time.Millisecond}
		s := newStream(t, w, nil)
		var wg sync.WaitGroup
		var mu sync.Mutex
		delivered := 0
		for range 8 {
			wg.Go(func() {
				for range 20 {
					switch err := s.Emit(line("x")); {
					case err == nil:
						mu.Lock()
						delivered++
						mu.Unlock()
					case !errors.Is(err, core.ErrClosed):
						t.Errorf("Emit: %v", err)
					}
				}
			})
		}
		time.Sleep(5 * time.Millisecond)
		for range 3 {
			wg.Go(func() { noError(t, "Close", s.Close()) })
		}
		wg.Wait()
		if lines := strings.Count(w.text(), "x\n"); lines != delivered || lines == 0 || lines == 160 {
			t.Errorf("%d lines, %d accepted", lines, delivered)
		}
	})
}

// flusher is a writer with a buffer.
type flusher struct {
	bytes.Buffer
	out     tape
	flushes int
	err     error
}

func (f *flusher) Flush() error {
	f.flushes++
	if f.err != nil {
		return f.err
	}
	_, _ = f.out.Write(f.Bytes())
	f.Reset()
	return nil
}

// quietFlusher flushes without a result, as an http.Flusher does.
type quietFlusher struct{ f flusher }

func (q *quietFlusher) Write(p []byte) (int, error) { return q.f.Write(p) }
func (q *quietFlusher) Flush()                      { _ = q.f.Flush() }

func TestStreamFlushesTheWriterAfterEachRecord(t *testing.T) {
	loud, quiet := new(flusher), new(quietFlusher)
	for w, f := range map[io.Writer]*flusher{loud: loud, quiet: &quiet.f} {
		s := newStream(t, w, nil)
		noError(t, "Emit", s.Emit(line("a")))
		noError(t, "Emit", s.Emit(line("b")))
		if got := f.out.all(); f.flushes != 2 || len(got) != 2 || got[1] != "b\n" {
			t.Errorf("%T: %d flushes, out %q", w, f.flushes, got)
		}
		_, err := s.EmitBatch([]core.Record{line("c"), line("d")})
		noError(t, "EmitBatch", err)
		if f.flushes != 3 {
			t.Errorf("%T: %d flushes", w, f.flushes)
		}
	}
	loud.err = errDisk
	s := newStream(t, loud, nil)
	wantError(t, "Emit", s.Emit(line("e")), errDisk)
	wantError(t, "Flush", s.Flush(t.Context()), errDisk)
	_, err := s.EmitBatch([]core.Record{line("f")})
	wantError(t, "EmitBatch", err, errDisk)
	wantError(t, "Close", s.Close(), errDisk)
}

// syncer is a writer whose Sync answers err.
type syncer struct {
	tape
	err   error
	calls int
}

func (s *syncer) Sync() error { s.calls++; return s.err }

// What terminals, pipes and devices answer to fsync is no error.
func TestB58StreamSync(t *testing.T) {
	for _, test := range []struct{ answer, want error }{
		{nil, nil}, {syscall.EINVAL, nil}, {syscall.ENOTSUP, nil}, {syscall.EIO, syscall.EIO}, {errDisk, errDisk},
		{&os.PathError{Op: "sync", Path: "/dev/stdout", Err: syscall.ENOTTY}, nil},
		{&os.PathError{Op: "sync", Path: "/dev/stdout", Err: syscall.ENOSPC}, syscall.ENOSPC},
	} {
		w := &syncer{err: test.answer}
		s := newStream(t, w, nil)
		noError(t, "Emit", s.Emit(line("a")))
		if w.calls != 0 {
			t.Error("Emit synced")
		}
		wantError(t, "Flush", s.Flush(t.Context()), test.want)
		wantError(t, "Close", s.Close(), test.want)
		if w.calls != 2 {
			t.Errorf("%d calls of Sync", w.calls)
		}
	}
}

func TestB58StreamFlushOfFiles(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "x"))
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, file := range []*os.File{f, w, null} {
		s := newStream(t, file, nil)
		noError(t, file.Name()+": Emit", s.Emit(line("a")))
		noError(t, file.Name()+": Flush", s.Flush(t.Context()))
		noError(t, file.Name()+": Close", s.Close())
	}
	s := newStream(t, f, nil)
	f.Close()
	wantError(t, "Emit to a closed file", s.Emit(line("b")), os.ErrClosed)
	wantError(t, "Flush of a closed file", s.Flush(t.Context()), os.ErrClosed)
}

// stuck is a writer that hangs until it is let go.
func stuck(t *testing.T) (w *tape, hang writerFunc, release func()) {
	w, gate := new(tape), make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(release)
	return w, func(p []byte) (int, error) { <-gate; return w.Write(p) }, release
}

func TestStreamHangingWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, hang, release := stuck(t)
		s, err := core.NewStream(hang, &core.StreamOptions{CloseTimeout: 2 * time.Second})
		noError(t, "NewStream", err)
		var wg sync.WaitGroup
		wg.Go(func() { noError(t, "Emit", s.Emit(line("a"))) })
		synctest.Wait()
		wg.Go(func() { wantError(t, "Emit that waits", s.Emit(line("b")), core.ErrClosed) })
		synctest.Wait()
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		wantError(t, "Flush", s.Flush(ctx), context.DeadlineExceeded)
		cancel()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("Flush took %v", took)
		}
		start = time.Now()
		err = s.Close()
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("Close took %v", took)
		}
		if err == nil || !strings.Contains(err.Error(), "records were still being written") {
			t.Errorf("Close: %v", err)
		}
		noError(t, "second Close", s.Close())
		wantError(t, "Emit", s.Emit(line("c")), core.ErrClosed)
		release()
		wg.Wait()
		if w.text() != "a\n" {
			t.Errorf("wrote %q", w.text())
		}
	})
}

func TestStreamFlushWaitsForWhatWasAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slow{delay: time.Minute}
		s := newStream(t, w, nil)
		for range 3 {
			go func() { _ = s.Emit(line("x")) }()
		}
		synctest.Wait()
		noError(t, "Flush", s.Flush(t.Context()))
		if w.text() != "x\nx\nx\n" {
			t.Errorf("wrote %q", w.text())
		}
		done, cancel := context.WithCancel(t.Context())
		cancel()
		go func() { _ = s.Emit(line("y")) }()
		synctest.Wait()
		wantError(t, "Flush that was given up", s.Flush(done), context.Canceled)
		time.Sleep(time.Hour)
	})
}
