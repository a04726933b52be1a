//go:build unix

package interop_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// The child that is killed logs from so many goroutines, records of these sizes
// in turn, beside their head.
const killedWriters = 2

var killedSizes = []int{100, 8 << 10, 100, 8 << 10, 100, 1 << 20}

// killed is a record of the child: which start of it, goroutine, number.
type killed struct{ round, g, i int }

// line is the record's text.
func (k killed) line() string {
	size := killedSizes[k.i%len(killedSizes)]
	return fmt.Sprintf("round %d goroutine %d record %d %s end", k.round, k.g, k.i, strings.Repeat("x", size))
}

// acknowledge is the child: it logs without end and tells, on standard output,
// each record that the sink has taken.
func acknowledge() error {
	sink, err := file.New(os.Getenv("LOGSINKS_PATH"), nil)
	if err != nil {
		return err
	}
	round := number("ROUND")
	var wg sync.WaitGroup
	for g := range killedWriters {
		wg.Go(func() {
			for i := 0; ; i++ {
				if err := sink.Emit(core.Record{Line: []byte(killed{round, g, i}.line())}); err != nil {
					panic(err)
				}
				fmt.Printf("%d %d\n", g, i) // one write
			}
		})
	}
	wg.Wait()
	return nil
}

// tailed is a file that grows, and what was found in it so far.
type tailed struct {
	path   string
	offset int64
	rest   string          // the torn line at its end
	seen   map[killed]bool // the whole ones
	torn   int
}

// read reads what is new. Every line is a whole record, and was not there before,
// but the last one, which may be torn; the one that was torn before has been
// ended, and nothing was glued to it.
func (f *tailed) read(t *testing.T, round int) {
	t.Helper()
	file, err := os.Open(f.path)
	check(t, err)
	defer file.Close()
	_, err = file.Seek(f.offset, io.SeekStart)
	check(t, err)
	text, err := io.ReadAll(file)
	check(t, err)
	f.offset += int64(len(text))
	whole := string(text)
	if f.rest != "" {
		ended := false
		if whole, ended = strings.CutPrefix(whole, "\n"); !ended {
			t.Fatalf("round %d: %q is glued to a torn line", round, clip(whole))
		}
	}
	f.rest = ""
	for line := range strings.Lines(whole) {
		f.take(t, round, line)
	}
}

func (f *tailed) take(t *testing.T, round int, line string) {
	t.Helper()
	var k killed
	_, err := fmt.Sscanf(line, "round %d goroutine %d record %d ", &k.round, &k.g, &k.i)
	record, ended := strings.CutSuffix(line, "\n")
	switch {
	case !ended && (strings.HasPrefix(k.line(), line) || strings.HasPrefix(fmt.Sprintf("round %d goroutine ", round), line)):
		f.rest = line
		f.torn++
	case err != nil || record != k.line() || k.round != round:
		t.Fatalf("round %d: the file holds %q", round, clip(line))
	case f.seen[k]:
		t.Fatalf("%+v is there twice", k)
	default:
		f.seen[k] = true
	}
}

// killAtRandom starts the child, lets it log for a random while, kills it, and
// returns the records that it has acknowledged.
func killAtRandom(t *testing.T, path string, round int) (acknowledged []killed) {
	t.Helper()
	c := child(t, "acknowledge", "PATH", path, "ROUND", fmt.Sprint(round))
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	acks := bufio.NewScanner(out)
	for acks.Scan() {
		k := killed{round: round}
		if _, err := fmt.Sscanf(acks.Text(), "%d %d", &k.g, &k.i); err != nil {
			t.Fatalf("acknowledgement %q: %v", acks.Text(), err)
		}
		if acknowledged = append(acknowledged, k); len(acknowledged) == 1 {
			time.AfterFunc(time.Duration(rand.Int64N(int64(15*time.Millisecond))), func() { _ = c.Process.Kill() })
		}
	}
	check(t, acks.Err())
	if err := c.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	return acknowledged
}

// TestKilledProcess kills a process that logs, again and again. What it has
// acknowledged is in the file, once; at most one line is torn each time; the next
// start ends that line.
func TestKilledProcess(t *testing.T) {
	const perFile = 5 // starts of the child on one file, which is large then
	torn, total := 0, 0
	for round := 0; round < 20*soak(); {
		f := &tailed{path: filepath.Join(t.TempDir(), "app.log"), seen: map[killed]bool{}}
		for range perFile {
			acknowledged := killAtRandom(t, f.path, round)
			f.read(t, round)
			for _, k := range acknowledged {
				if !f.seen[k] {
					t.Fatalf("%+v was acknowledged, and is not in the file", k)
				}
			}
			total += len(acknowledged)
			round++
		}
		torn += f.torn
		check(t, os.Remove(f.path))
	}
	t.Logf("%d records acknowledged, %d lines torn", total, torn)
}
