package conformance

import (
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// mark is how the suite knows its records again, wherever they turn up.
type mark struct{ goroutine, number int }

func (m mark) String() string { return fmt.Sprintf("~%d.%d~", m.goroutine, m.number) }

var marks = regexp.MustCompile(`~(\d+)\.(\d+)~`)

// markOf returns the mark in text; there must be one, once.
func markOf(text string) (m mark, ok bool) {
	found := marks.FindAllStringSubmatch(text, -1)
	if len(found) == 0 {
		return m, false
	}
	for _, f := range found[1:] {
		if f[0] != found[0][0] {
			return m, false
		}
	}
	m.goroutine, _ = strconv.Atoi(found[0][1])
	m.number, _ = strconv.Atoi(found[0][2])
	return m, true
}

// numbered returns a record with a Line.
func numbered(m mark) core.Record {
	r := core.Record{Level: core.LevelInfo, Message: m.String(), Line: []byte("line " + m.String())}
	r.SetAttrs(slog.Int("number", m.number))
	return r
}

// batch returns n records of one goroutine, numbered from first.
func batch(goroutine, first, n int) []core.Record {
	rs := make([]core.Record, n)
	for i := range rs {
		rs[i] = numbered(mark{goroutine, first + i})
	}
	return rs
}

// checkExactly fails unless got holds the wanted records, each once, those of one
// goroutine in their order, and nothing else.
func checkExactly(t T, l *Limits, got []Received, want []mark) {
	t.Helper()
	if l.Discards {
		want = nil
	}
	missing := map[mark]bool{}
	for _, m := range want {
		missing[m] = true
	}
	last := map[int]int{}
	for i, r := range got {
		m, ok := markOf(r.Text)
		if !ok {
			t.Fatalf("record %d at the destination is none that was sent, or several: %.200q", i, r.Text)
		}
		if !missing[m] {
			t.Fatalf("%v arrived twice, or should not have arrived", m)
		}
		delete(missing, m)
		if before, ok := last[m.goroutine]; ok && before > m.number && !l.Unordered {
			t.Fatalf("%v arrived after number %d of the same goroutine", m, before)
		}
		last[m.goroutine] = m.number
	}
	for m := range missing {
		t.Fatalf("%v, and %d others, did not arrive", m, len(missing)-1)
	}
}

// produce emits numbered records from several goroutines and returns those that
// were accepted.
func produce(sink core.Sink, goroutines, each int, refused func(mark, error)) []mark {
	var wg sync.WaitGroup
	accepted := make([][]mark, goroutines)
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				m := mark{g, i}
				if err := sink.Emit(numbered(m)); err != nil {
					refused(m, err)
					continue
				}
				accepted[g] = append(accepted[g], m)
			}
		})
	}
	wg.Wait()
	var all []mark
	for _, ms := range accepted {
		all = append(all, ms...)
	}
	return all
}

// poisoned is an attribute source that knows when it may be read.
type poisoned struct {
	mu    sync.Mutex
	attrs []slog.Attr
	late  bool // Emit has returned
	reads int  // since then
}

// AppendAttrs implements core.AttrSource.
func (p *poisoned) AppendAttrs(dst []slog.Attr) []slog.Attr {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late {
		p.reads++
		return append(dst, slog.String("poison", "read after Emit had returned"))
	}
	return append(dst, p.attrs...)
}

// poison says that Emit has returned, and spoils what was lent.
func (p *poisoned) poison() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = true
	for i := range p.attrs {
		p.attrs[i] = slog.String("poison", "overwritten")
	}
}

// lateReads returns how often the source was read after Emit had returned.
func (p *poisoned) lateReads() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reads
}
