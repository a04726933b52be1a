package file

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// counter is a trigger that counts the records that it is asked about, as a user's
// might: each file gets just as many.
type counter struct {
	limit, n int
	sizes    []int64 // of the records, in the order in which it was asked
}

func (c *counter) Due(_ *Live, n int64) bool {
	c.sizes = append(c.sizes, n)
	if c.n++; c.n <= c.limit {
		return false
	}
	c.n = 1 // the one that is asked for goes to the new file
	return true
}

// wantAsked fails unless it was asked about each record that is there once, in order.
func (c *counter) wantAsked(t *testing.T, s *Rotating) {
	t.Helper()
	var sizes []int64
	for l := range strings.Lines(strings.Join(generations(t, s), "")) {
		if l != "#\n" {
			sizes = append(sizes, int64(len(l)))
		}
	}
	if !slices.Equal(c.sizes, sizes) {
		t.Errorf("asked about records of\n  %v bytes; there are\n  %v", c.sizes, sizes)
	}
}

// wantFull fails unless all files but the last have as many records as they may.
func (c *counter) wantFull(t *testing.T, s *Rotating, records int) {
	t.Helper()
	for i, text := range generations(t, s) {
		n := strings.Count(strings.TrimPrefix(text, "#\n"), "\n")
		if want := min(c.limit, records-i*c.limit); n != want {
			t.Errorf("file %d has %d records, want %d", i, n, want)
		}
	}
}

// ofAllSizes returns n records, no two of which have the same size.
func ofAllSizes(n int) (rs []core.Record) {
	for i := range n {
		rs = append(rs, line(strings.Repeat("x", i+2)))
	}
	return rs
}

// emitAll emits records one by one.
func emitAll(t *testing.T, s *Rotating, rs []core.Record) {
	for _, r := range rs {
		if err := s.Emit(r); err != nil {
			t.Errorf("Emit: %v", err)
		}
	}
}

// emitBatches emits records in batches of n.
func emitBatches(n int) func(t *testing.T, s *Rotating, rs []core.Record) {
	return func(t *testing.T, s *Rotating, rs []core.Record) {
		for batch := range slices.Chunk(rs, n) {
			if done, err := s.EmitBatch(batch); done != len(batch) || err != nil {
				t.Errorf("EmitBatch of %d: %d, %v", len(batch), done, err)
			}
		}
	}
}

// crowded has 64 goroutines emit a part of the records each.
func crowded(emit func(t *testing.T, s *Rotating, rs []core.Record)) func(t *testing.T, s *Rotating, rs []core.Record) {
	return func(t *testing.T, s *Rotating, rs []core.Record) {
		var wg sync.WaitGroup
		for part := range slices.Chunk(rs, (len(rs)+63)/64) {
			wg.Go(func() { emit(t, s, part) })
		}
		wg.Wait()
	}
}

// ways are how records come to a sink.
var ways = map[string]struct {
	opts RotatingOptions
	log  func(t *testing.T, s *Rotating, rs []core.Record)
}{
	"one by one":             {RotatingOptions{}, emitAll},
	"a batch":                {RotatingOptions{}, emitBatches(1000)},
	"batches":                {RotatingOptions{}, emitBatches(7)},
	"batches of a file":      {RotatingOptions{}, emitBatches(10)},
	"goroutines":             {RotatingOptions{}, crowded(emitAll)},
	"goroutines, batches":    {RotatingOptions{}, crowded(emitBatches(2))},
	"buffered":               {RotatingOptions{Options: Options{BufferSize: 64}}, emitAll},
	"buffered at once":       {RotatingOptions{Options: Options{BufferSize: 1 << 20}}, emitAll},
	"buffered, a batch":      {RotatingOptions{Options: Options{BufferSize: 300}}, emitBatches(1000)},
	"buffered, goroutines":   {RotatingOptions{Options: Options{BufferSize: 500}}, crowded(emitAll)},
	"sync each, goroutines":  {RotatingOptions{Options: Options{Sync: SyncEach}}, crowded(emitAll)},
	"watched, a batch":       {RotatingOptions{Watched: true}, emitBatches(1000)},
	"shared, a batch":        {RotatingOptions{Shared: true}, emitBatches(1000)},
	"shared, goroutines":     {RotatingOptions{Shared: true}, crowded(emitAll)},
	"lazy, a batch":          {RotatingOptions{Options: Options{Lazy: true}}, emitBatches(1000)},
	"header, a batch":        {RotatingOptions{Options: Options{Header: text("#\n")}}, emitBatches(1000)},
	"total, batches":         {RotatingOptions{MaxTotal: 1 << 30}, emitBatches(7)},
	"rotator, batches":       {RotatingOptions{Rotator: os.Rename}, emitBatches(7)},
	"compressed, goroutines": {RotatingOptions{Compress: huffman}, crowded(emitAll)},
}

func TestTriggerIsAskedOnceAboutEachRecord(t *testing.T) {
	const n = 195
	for name, way := range ways {
		for beside, among := range map[string]func(c *counter, o *RotatingOptions) Trigger{
			"alone":      func(c *counter, _ *RotatingOptions) Trigger { return c },
			"in Any":     func(c *counter, _ *RotatingOptions) Trigger { return Any(MaxBytes(1<<30), c, AtStart{}) },
			"nested":     func(c *counter, _ *RotatingOptions) Trigger { return Any(Any(c, nil), On(Calendar{When: Sundays})) },
			"with Also":  func(c *counter, o *RotatingOptions) Trigger { o.Also = MaxBytes(1 << 30); return c },
			"being Also": func(c *counter, o *RotatingOptions) Trigger { o.Also = c; return nil },
		} {
			t.Run(name+", "+beside, func(t *testing.T) {
				t.Parallel()
				c := &counter{limit: 10}
				o := way.opts
				o.Archive = Growing{}
				s := made(t)(newRotatingWith(quick(), filepath.Join(t.TempDir(), "app.log"), among(c, &o), &o))
				way.log(t, s, ofAllSizes(n))
				closeSink(t, s)
				c.wantAsked(t, s)
				c.wantFull(t, s, n)
			})
		}
	}
}

// It is asked also where another one has said yes already, before it or after it.
func TestEachTriggerOfAnyIsAsked(t *testing.T) {
	for name, way := range ways {
		for order, among := range map[string]func(c *counter, other Trigger) Trigger{
			"first": func(c *counter, other Trigger) Trigger { return Any(c, other) },
			"last":  func(c *counter, other Trigger) Trigger { return Any(other, c) },
		} {
			for what, other := range map[string]Trigger{
				"size": MaxBytes(700), "user": &counter{limit: 7}, "always": &asked{say: func(*Live, int64) bool { return true }},
			} {
				t.Run(name+", "+what+" "+order, func(t *testing.T) {
					c := &counter{limit: 10}
					o := way.opts
					o.Archive = Growing{}
					if u, ok := other.(*counter); ok {
						*u = counter{limit: 7}
					}
					s := made(t)(newRotatingWith(quick(), filepath.Join(t.TempDir(), "app.log"), among(c, other), &o))
					way.log(t, s, ofAllSizes(130))
					closeSink(t, s)
					c.wantAsked(t, s)
					if u, ok := other.(*counter); ok {
						u.wantAsked(t, s)
					}
					if n := s.Stats().Rotations; n < 12 {
						t.Errorf("%d rotations", n)
					}
				})
			}
		}
	}
}

// A file that is not what it was thought to be is no reason to ask again.
func TestTriggerIsAskedOnceAboutAFileThatWasTruncated(t *testing.T) {
	c := &counter{limit: 3}
	path := filepath.Join(t.TempDir(), "app.log")
	s := made(t)(newRotatingWith(quick(), path, c, &RotatingOptions{Archive: Growing{}}))
	rs := ofAllSizes(20)
	emitAll(t, s, rs[:3])
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	emitAll(t, s, rs[3:5])
	write(t, path, "of somebody else\n")
	emitBatches(20)(t, s, rs[5:])
	if len(c.sizes) != len(rs) {
		t.Errorf("asked %d times about %d records: %v", len(c.sizes), len(rs), c.sizes)
	}
}
