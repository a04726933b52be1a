package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// sinkUnderTest is what Sink and Watched have in common.
type sinkUnderTest interface {
	core.Sink
	core.BatchSink
	core.Reopener
	core.Statser
	Path() string
}

// constructors are the sinks that most tests are run with.
var constructors = map[string]func(path string, o *Options) (sinkUnderTest, error){
	"file": func(path string, o *Options) (sinkUnderTest, error) {
		s, err := New(path, o)
		return s, err
	},
	"watched": func(path string, o *Options) (sinkUnderTest, error) {
		s, err := NewWatched(path, o)
		return s, err
	},
}

// each runs test with every constructor, each time with a path of its own.
func each(t *testing.T, test func(t *testing.T, make func(o *Options) sinkUnderTest, path string)) {
	for name, construct := range constructors {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			test(t, func(o *Options) sinkUnderTest {
				t.Helper()
				s, err := construct(path, o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { s.Close() })
				return s
			}, path)
		})
	}
}

// line is a record with a Line.
func line(text string) core.Record { return core.Record{Line: []byte(text)} }

func emit(t *testing.T, s core.Sink, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := s.Emit(line(text)); err != nil {
			t.Fatalf("Emit %q: %v", text, err)
		}
	}
}

func closeSink(t *testing.T, s core.Sink) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, path, text string) {
	t.Helper()
	if got := read(t, path); got != text {
		t.Errorf("%s holds %q, want %q", filepath.Base(path), got, text)
	}
}

// collector is an OnError function that remembers.
type collector struct {
	mu   sync.Mutex
	errs []error
}

func (c *collector) add(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, err)
}

func (c *collector) all() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]error(nil), c.errs...)
}

// checkNumbered fails unless the files hold the records of every goroutine,
// "<goroutine>-<number>", once each and in order.
func checkNumbered(t *testing.T, text string, goroutines, each int) {
	t.Helper()
	next := make([]int, goroutines)
	for l := range strings.Lines(text) {
		var g, i int
		if _, err := fmt.Sscanf(l, "%d-%d\n", &g, &i); err != nil {
			t.Fatalf("torn line %q", l)
		}
		if i != next[g] {
			t.Fatalf("goroutine %d: record %d where %d should be", g, i, next[g])
		}
		next[g]++
	}
	for g, n := range next {
		if n != each {
			t.Errorf("goroutine %d: %d records, want %d", g, n, each)
		}
	}
}

// produce emits records of that form.
func produce(t *testing.T, s core.Sink, goroutines, each int) {
	t.Helper()
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				if err := s.Emit(line(fmt.Sprintf("%d-%d", g, i))); err != nil {
					t.Errorf("Emit: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

var errTest = errors.New("test trouble")
