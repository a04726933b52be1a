package commit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// flaky is a target that fails at random, as often as it is told to.
type flaky struct {
	mu   sync.Mutex
	odds float64
	out  []byte
}

func (f *flaky) Begin() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if rand.Float64() < f.odds/2 {
		return errDisk
	}
	return nil
}

func (f *flaky) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if rand.IntN(50) == 0 {
		time.Sleep(200 * time.Microsecond)
	}
	n := len(p)
	if rand.Float64() < f.odds {
		n = rand.IntN(len(p))
	}
	if f.out = append(f.out, p[:n]...); n < len(p) {
		return n, errDisk
	}
	return n, nil
}

func (f *flaky) Undo(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out = f.out[:len(f.out)-n]
}

// crowd does at random what may be done with a writer, and remembers the verdicts.
type crowd struct {
	w        Writer
	mu       sync.Mutex
	verdicts map[string]bool // of each record
	failed   int             // calls
}

// one writes a record or a batch, and flushes now and then.
func (c *crowd) one(name string) {
	name += strings.Repeat("y", rand.IntN(30))
	if rand.IntN(8) == 0 {
		c.batch(name)
		return
	}
	err := c.w.Write([]byte(name), newline)
	c.note(err, name, err == nil)
	switch rand.IntN(200) {
	case 0:
		_ = c.w.Flush(context.Background(), nothing)
	case 1:
		_ = c.w.Alone(context.Background(), nothing)
	case 2, 3:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(300))*time.Microsecond)
		defer cancel()
		_ = c.w.Flush(ctx, nothing)
	}
}

func (c *crowd) batch(name string) {
	var buf []byte
	var ends []int
	for i := range 3 {
		buf = fmt.Appendf(buf, "%s.%d\n", name, i)
		ends = append(ends, len(buf))
	}
	n, err := c.w.WriteBatch(buf, ends)
	for i := range 3 {
		c.note(nil, fmt.Sprintf("%s.%d", name, i), i < n)
	}
	c.note(err, "", false)
}

func (c *crowd) note(err error, name string, accepted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failed++
	}
	if name != "" {
		c.verdicts[name] = accepted
	}
}

// compare holds what was written, and the counters, against the verdicts.
func (c *crowd) compare(t *testing.T, out string) {
	t.Helper()
	seen := map[string]int{}
	for line := range strings.Lines(out) {
		seen[strings.TrimSuffix(line, "\n")]++
	}
	accepted := 0
	for name, ok := range c.verdicts {
		if n := seen[name]; n > 1 || (n == 1) != ok {
			t.Fatalf("%q, accepted %v, was written %d times", name, ok, n)
		}
		if ok {
			accepted++
		}
	}
	want := Counts{Accepted: uint64(accepted), Delivered: uint64(accepted), Failed: uint64(c.failed), Bytes: uint64(len(out))}
	if got := c.w.Counts(); got != want || len(seen) != accepted {
		t.Errorf("%d lines, counts %+v, want %+v", len(seen), got, want)
	}
}

// Whatever fails, and whoever comes when: what was accepted is written once, what
// was refused is not, and the counters say so.
func TestAtRandom(t *testing.T) {
	duration := 150 * time.Millisecond
	if os.Getenv("LOGSINKS_SOAK") != "" {
		duration = 20 * time.Second
	}
	for _, odds := range []float64{0, 0.2, 0.9} {
		for _, size := range []int{0, 1, 64, 4096} {
			t.Run(fmt.Sprintf("odds %v, buffers of %d", odds, size), func(t *testing.T) {
				f := &flaky{odds: odds}
				c := &crowd{w: NewDirect(f, nil), verdicts: map[string]bool{}}
				if size > 0 {
					c.w = NewBuffered(f, BufferConfig{Size: size, Interval: time.Millisecond, Report: func(error) {}})
				}
				end := time.Now().Add(duration)
				everybody(t, 8, func() {
					for i, id := 0, rand.Uint64(); time.Now().Before(end); i++ {
						c.one(fmt.Sprintf("%x-%d-", id, i))
					}
				})
				f.mu.Lock()
				f.odds = 0
				f.mu.Unlock()
				closeIt(t, c.w)
				c.compare(t, string(f.out))
			})
		}
	}
}
