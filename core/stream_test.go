package core_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// Terminator empty or custom: python-semantics §22, which the reference has no
// test for.
func TestStreamTerminators(t *testing.T) {
	tests := map[string]struct {
		opts *core.StreamOptions
		want []string
	}{
		"default":  {nil, []string{"one\n", "\n", "two\n\n"}},
		"CRLF":     {&core.StreamOptions{Terminator: "\r\n"}, []string{"one\r\n", "\r\n", "two\n\r\n"}},
		"NUL":      {&core.StreamOptions{Terminator: "\x00"}, []string{"one\x00", "\x00", "two\n\x00"}},
		"long":     {&core.StreamOptions{Terminator: " -- end\n"}, []string{"one -- end\n", " -- end\n", "two\n -- end\n"}},
		"none":     {&core.StreamOptions{NoTerminator: true}, []string{"one", "", "two\n"}},
		"explicit": {&core.StreamOptions{Terminator: "\n", Formatter: core.Line{}}, []string{"one\n", "\n", "two\n\n"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var w tape
			s := newStream(t, &w, test.opts)
			for _, line := range []string{"one", "", "two\n"} {
				noError(t, "Emit", s.Emit(core.Record{Line: []byte(line), Message: "not used"}))
			}
			if got := w.all(); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("writes %q, want %q", got, test.want)
			}
			var batch tape
			s = newStream(t, &batch, test.opts)
			n, err := s.EmitBatch([]core.Record{{Line: []byte("one")}, {Line: []byte{}}, {Line: []byte("two\n")}})
			if want := strings.Join(test.want, ""); n != 3 || err != nil || len(batch.all()) != 1 || batch.text() != want {
				t.Errorf("batch: %d, %v, writes %q, want %q", n, err, batch.all(), want)
			}
		})
	}
}

func TestStreamFormatters(t *testing.T) {
	var w tape
	r := record("m", slog.Int("a", 1))
	for _, f := range []core.Formatter{nil, core.Text{}, core.JSON{}, pattern(t, "%(message)s"), core.Line{}, &core.Line{}} {
		s := newStream(t, &w, &core.StreamOptions{Formatter: f})
		noError(t, "Emit", s.Emit(r))
		r.Line = []byte("line")
	}
	want := []string{
		"2024-02-29T12:00:00.001Z INFO m a=1\n", "2024-02-29T12:00:00.001Z INFO m a=1\n",
		`{"time":"2024-02-29T12:00:00.0015Z","level":"INFO","msg":"m","a":1}` + "\n", "m\n", "line\n", "line\n",
	}
	if got := w.all(); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("writes %q, want %q", got, want)
	}
}

func TestStreamOptionsErrors(t *testing.T) {
	opts := &core.StreamOptions{Terminator: "\n", NoTerminator: true, BlockTimeout: -1, CloseTimeout: -1}
	s, err := core.NewStream(io.Discard, opts)
	if s != nil || err == nil {
		t.Fatalf("got %v and error %v", s, err)
	}
	for _, want := range []string{"Terminator and NoTerminator", "BlockTimeout", "CloseTimeout"} {
		if !strings.Contains(err.Error(), "core: StreamOptions: "+want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestStreamCopiesItsOptions(t *testing.T) {
	var w tape
	opts := core.StreamOptions{Terminator: ";"}
	s := newStream(t, &w, &opts)
	opts.Terminator, opts.Formatter = "!", core.JSON{}
	noError(t, "Emit", s.Emit(core.Record{Line: []byte("x")}))
	if w.text() != "x;" {
		t.Errorf("wrote %q", w.text())
	}
}

func TestStreamLineOnlyAsItsFormatter(t *testing.T) {
	for want, opts := range map[bool]*core.StreamOptions{true: nil, false: {Formatter: core.JSON{}}} {
		if got := newStream(t, io.Discard, opts).LineOnly(); got != want {
			t.Errorf("LineOnly is %v, want %v", got, want)
		}
	}
}

func TestStreamNilIsStderrAsItIsNow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "stderr")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	before := os.Stderr
	os.Stderr = f
	s, err := core.NewStream(nil, nil)
	os.Stderr = before
	noError(t, "NewStream", err)
	noError(t, "Emit", s.Emit(core.Record{Line: []byte("x")}))
	noError(t, "Close", s.Close())
	if got, _ := os.ReadFile(name); string(got) != "x\n" {
		t.Errorf("wrote %q", got)
	}
}

func TestStreamConcurrentRecordsStayWhole(t *testing.T) {
	const goroutines, each = 16, 200
	var w tape
	s := newStream(t, &w, nil)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := 0; i < each; i += 2 {
				line := func(i int) []byte { return fmt.Appendf(nil, "%d %d %s", g, i, strings.Repeat("x", i%50)) }
				noError(t, "Emit", s.Emit(core.Record{Line: line(i)}))
				n, err := s.EmitBatch([]core.Record{{Line: line(i + 1)}})
				if n != 1 || err != nil {
					t.Errorf("EmitBatch: %d, %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	for _, p := range w.all() {
		if !strings.HasSuffix(p, "\n") {
			t.Errorf("torn write %q", p)
		}
	}
	var next [goroutines]int
	for line := range strings.Lines(w.text()) {
		var g, i int
		var tail string
		n, _ := fmt.Sscanf(line, "%d %d %s", &g, &i, &tail)
		if n < 2 || i != next[g] || len(tail) != i%50 {
			t.Fatalf("line %q, want number %d", line, next[g])
		}
		next[g]++
	}
	for g, n := range next {
		if n != each {
			t.Errorf("goroutine %d: %d records", g, n)
		}
	}
	if st := s.Stats(); st.Delivered != goroutines*each || st.Bytes != uint64(len(w.text())) {
		t.Errorf("stats %+v", st)
	}
}

func TestB48StreamKeepsNothing(t *testing.T) {
	var w tape
	s := newStream(t, &w, nil)
	line := []byte("first")
	noError(t, "Emit", s.Emit(core.Record{Line: line}))
	copy(line, "XXXXX")
	noError(t, "Emit", s.Emit(core.Record{Line: []byte("second")}))
	if got := w.text(); got != "first\nsecond\n" || string(line) != "XXXXX" {
		t.Errorf("wrote %q, line %q", got, line)
	}
}

func TestStreamStats(t *testing.T) {
	w := &faulty{fail: map[string]error{"bad\n": errDisk}}
	s := newStream(t, w, nil)
	for _, line := range []string{"a", "bad", "bc", "bad"} {
		_ = s.Emit(core.Record{Line: []byte(line)})
	}
	st := s.Stats()
	if st.Accepted != 2 || st.Delivered != 2 || st.Failed != 2 || st.Pending != 0 || st.Bytes != 5 || st.Dropped != nil {
		t.Errorf("stats %+v", st)
	}
}

func TestStreamBatches(t *testing.T) {
	var w tape
	s := newStream(t, &w, &core.StreamOptions{Formatter: core.Text{}})
	if n, err := s.EmitBatch(nil); n != 0 || err != nil || len(w.all()) != 0 {
		t.Errorf("empty batch: %d, %v, writes %q", n, err, w.all())
	}
	large := bytes.Repeat([]byte("x"), 1000)
	s = newStream(t, &w, nil)
	rs := make([]core.Record, 3000)
	for i := range rs {
		rs[i].Line = large
	}
	if n, err := s.EmitBatch(rs); n != 3000 || err != nil {
		t.Errorf("large batch: %d, %v", n, err)
	}
	if writes := len(w.all()); writes > 5 || len(w.text()) != 3000*1001 {
		t.Errorf("%d writes of %d bytes", writes, len(w.text()))
	}
}

// faulty is a writer that fails where it is told to, by what is written. Where
// short says so, it takes a part of it first.
type faulty struct {
	tape
	fail  map[string]error
	short map[string]int
}

func (f *faulty) Write(p []byte) (int, error) {
	n, cut := f.short[string(p)]
	err := f.fail[string(p)]
	if !cut && err == nil {
		return f.tape.Write(p)
	}
	if n > 0 {
		_, _ = f.tape.Write(p[:n])
	}
	return n, err
}

// slow is a writer that takes its time.
type slow struct {
	tape
	delay time.Duration
}

func (s *slow) Write(p []byte) (int, error) {
	time.Sleep(s.delay)
	return s.tape.Write(p)
}
