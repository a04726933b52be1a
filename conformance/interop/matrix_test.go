package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// The matrix logs this much through each adapter to each sink.
const (
	goroutines = 4
	records    = 72
)

// eventOf returns what goroutine g logs as its record i.
func eventOf(levels []slog.Level, g, i int) event {
	texts := []string{"plain", "two words", `"quoted"`, "späm ☃ 😀", "", "a=b", `C:\path`}
	return event{
		level:   levels[i%len(levels)],
		message: fmt.Sprintf("record %d/%d", g, i),
		number:  i,
		ok:      i%3 == 0,
		ratio:   float64(i) / 8,
		text:    texts[i%len(texts)],
	}
}

// TestMatrix logs through every adapter to every sink, with and without a
// rendering of the framework's. Every record arrives once, those of a goroutine
// in their order, with its level and attributes or the framework's very bytes.
func TestMatrix(t *testing.T) {
	for _, a := range adapters {
		for _, c := range columns {
			t.Run(a.name+"/"+c.name, func(t *testing.T) {
				t.Run("rendered", func(t *testing.T) { logAll(t, a, c, new(syncBuffer)) })
				t.Run("not rendered", func(t *testing.T) { logAll(t, a, c, nil) })
			})
		}
	}
}

// syncBuffer is a buffer for many goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// logAll fills one cell of the matrix.
func logAll(t *testing.T, a adapter, c column, native *syncBuffer) {
	sink, outputs := c.make(t)
	s := setup{sink: sink, onError: func(err error) { t.Errorf("reported: %v", err) }}
	if native != nil {
		s.native = native
	}
	derive := a.start(s)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			log := derive(g)
			for i := range records {
				log(eventOf(a.levels, g, i))
			}
		})
	}
	wg.Wait()
	check(t, sink.Flush(t.Context()))
	check(t, sink.Close())
	for _, o := range outputs {
		_, line := o.formatter.(core.Line)
		switch {
		case line && native != nil:
			o.checkBytes(t, a.levels, native.buf.String())
		case line && a.alwaysRenders:
			o.sorted(t, o.text(t), a.levels, o.wants)
		default:
			o.checkFields(t, a.levels)
		}
	}
}

// place finds the number of goroutine and record in a line.
var place = regexp.MustCompile(`record (\d+)/(\d+)`)

// sorted returns the lines of text of each goroutine, in their order. It fails if
// the numbers of a goroutine's records are not those wanted.
func (o *output) sorted(t *testing.T, text string, levels []slog.Level, wants func(event) bool) [goroutines][]string {
	t.Helper()
	var lines [goroutines][]string
	var numbers [goroutines][]int
	for line := range strings.Lines(text) {
		found := place.FindAllStringSubmatch(line, -1)
		if len(found) != 1 || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%d records in line %q", len(found), line)
		}
		g, _ := strconv.Atoi(found[0][1])
		i, _ := strconv.Atoi(found[0][2])
		lines[g], numbers[g] = append(lines[g], strings.TrimSuffix(line, "\n")), append(numbers[g], i)
	}
	for g := range goroutines {
		var want []int
		for i := range records {
			if wants == nil || wants(eventOf(levels, g, i)) {
				want = append(want, i)
			}
		}
		if !slices.Equal(numbers[g], want) {
			t.Errorf("goroutine %d: records %v arrived, want %v", g, numbers[g], want)
		}
	}
	return lines
}

// checkBytes fails unless the output has what the framework itself has written.
func (o *output) checkBytes(t *testing.T, levels []slog.Level, native string) {
	t.Helper()
	got := o.sorted(t, o.text(t), levels, o.wants)
	whole := o.sorted(t, native, levels, nil)
	for g := range goroutines {
		var want []string
		for i, line := range whole[g] {
			if o.wants == nil || o.wants(eventOf(levels, g, i)) {
				want = append(want, line)
			}
		}
		if !slices.Equal(got[g], want) {
			t.Errorf("goroutine %d: got\n%s\nwant\n%s", g, clip(strings.Join(got[g], "\n")), clip(strings.Join(want, "\n")))
		}
	}
}

// checkFields fails unless each line has what its event had, behind a time.
func (o *output) checkFields(t *testing.T, levels []slog.Level) {
	t.Helper()
	for g, lines := range o.sorted(t, o.text(t), levels, o.wants) {
		at := 0
		for i := range records {
			e := eventOf(levels, g, i)
			if o.wants != nil && !o.wants(e) {
				continue
			}
			if at == len(lines) {
				break // sorted has said so
			}
			if got, want := timeless(t, lines[at]), o.expected(e, g); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			at++
		}
	}
}

// timeless returns a line of text or JSON without its time, which must be there.
func timeless(t *testing.T, line string) string {
	t.Helper()
	if rest, ok := strings.CutPrefix(line, `{"time":"`); ok {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
		_, rest, _ = strings.Cut(rest, ",")
		return "{" + rest
	}
	first, rest, _ := strings.Cut(line, " ")
	if len(first) < len("2006-01-02T15:04:05.000Z") {
		t.Errorf("no time: %s", line)
	}
	return rest
}

// expected renders an event that comes without a time.
func (o *output) expected(e event, g int) string {
	r := core.Record{Level: e.level, Message: e.message}
	if o.change != nil {
		r.Message = o.change(r.Message)
	}
	r.SetAttrs(slog.Int("g", g), slog.Int("i", e.number), slog.Bool("ok", e.ok), slog.Float64("ratio", e.ratio), slog.String("text", e.text))
	return string(o.formatter.Append(nil, r))
}
