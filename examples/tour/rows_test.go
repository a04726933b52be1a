package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// few is a small input with all that is awkward.
func few() string {
	return strings.Join(append(awkward(), "one\r", "two", "an error", "slow"), "\n") + "\n"
}

func TestEveryRowIsGoodOnAwkwardInput(t *testing.T) {
	got := inside(t, rows(), saved(t, few()))
	if got.code != exitGood {
		t.Fatalf("exit status %d: %s%s", got.code, got.stdout, got.stderr)
	}
	all := fmt.Sprint(len(splitLines(few())) * len(frameworks()))
	for _, r := range rows() {
		delivered := all
		if r.keepsNothing {
			delivered = "0"
		}
		line := tableLine(t, got.stdout, r)
		if line[0] != all || line[1] != delivered || line[3] != "0" || line[4] != "ok" {
			t.Errorf("%s: %q", r.name, line)
		}
	}
}

// tableLine returns the words after the title of r in the table.
func tableLine(t *testing.T, table string, r row) []string {
	t.Helper()
	for line := range strings.Lines(table) {
		if rest, ok := strings.CutPrefix(line, r.title()+" "); ok {
			return strings.Fields(strings.ReplaceAll(rest, ",", " "))
		}
	}
	t.Fatalf("no line %q in:\n%s", r.title(), table)
	return nil
}

func TestOneLineIsEnough(t *testing.T) {
	if got := inside(t, rows(), saved(t, "a")); got.code != exitGood {
		t.Errorf("exit status %d: %s%s", got.code, got.stdout, got.stderr)
	}
}

// spoiled is a row whose file is good and whose sink is what spoil makes of it.
func spoiled(spoil func(core.Sink) core.Sink) row {
	return row{name: "spoiled", open: func(s *site) (*opened, error) {
		o, err := openFile(nil)(s)
		if err == nil {
			o.sink = spoil(o.sink)
		}
		return o, err
	}}
}

// late keeps one record back until it is closed.
type late struct {
	core.Sink
	is   func(core.Record) bool
	mu   sync.Mutex
	kept []core.Record
}

func (l *late) Emit(r core.Record) error {
	if !l.is(r) {
		return l.Sink.Emit(r)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, r.Clone())
	return nil
}

func (l *late) Close() error {
	_, err := core.EmitBatch(l.Sink, l.kept)
	return errors.Join(err, l.Sink.Close())
}

func (l *late) Unwrap() []core.Sink { return []core.Sink{l.Sink} }

// boaster has delivered more than it has.
type boaster struct{ core.Sink }

func (b boaster) Stats() core.Stats { return core.Stats{Accepted: 5, Delivered: 3} }

// sticky cannot be closed.
type sticky struct{ core.Sink }

func (s sticky) Close() error { return errors.Join(s.Sink.Close(), errors.New("it stays open")) }

// second tells whether r is the second line, as zap renders it.
func second(r core.Record) bool { return bytes.Contains(r.Line, []byte(`"via":"zap","line":2,`)) }

// broken is a row with a fault, and what the output has to say about it when the
// four lines of the test are replayed.
type broken struct {
	name string
	row  row
	want []string
}

// brokenSinks returns rows whose sinks do something wrong.
func brokenSinks() []broken {
	return []broken{
		{"drops", spoiled(func(s core.Sink) core.Sink {
			return core.NewFilter(s, func(r core.Record) bool { return !second(r) })
		}), []string{" 15 ", "FAILED: 1 missing\n", "missing: line 2 by zap"}},
		{"repeats", spoiled(func(s core.Sink) core.Sink {
			again := core.NewFilter(core.NewKeepOpen(s), second)
			return core.NewMulti(again, s)
		}), []string{"FAILED: 1 doubled\n", "doubled: line 2 by zap"}},
		{"alters", spoiled(func(s core.Sink) core.Sink {
			return core.NewRewrite(s, func(r *core.Record) {
				if second(*r) {
					r.Line = bytes.Replace(r.Line, []byte("two"), []byte("tow"), 1)
				}
			})
		}), []string{"altered, ", "altered: line 2 by zap", "    want \"", `two`, "    got  \"", `tow`}},
		{"reorders", spoiled(func(s core.Sink) core.Sink {
			return &late{Sink: s, is: second}
		}), []string{"FAILED: 1 reordered\n", "reordered: line 2 by zap"}},
		{"refuses", spoiled(func(s core.Sink) core.Sink {
			return core.NewMulti(s, core.NewFunc(func(core.Record) error { return errors.New("no route") }))
		}), []string{"16  ", "FAILED: 1 failed\n", "the first of 16 errors: no route"}},
		{"panics", spoiled(func(s core.Sink) core.Sink {
			return core.NewMulti(s, core.NewFunc(func(core.Record) error { panic("oh dear") }))
		}), []string{"the first of 16 errors: ", "oh dear"}},
		{"miscounts", spoiled(func(s core.Sink) core.Sink {
			return boaster{s}
		}), []string{"miscounted", "Delivered: 3, should be 16", "Accepted: 5, should be 3"}},
		{"closes not", spoiled(func(s core.Sink) core.Sink {
			return sticky{s}
		}), []string{"the first of 1 errors: it stays open"}},
	}
}

// brokenPlaces returns rows whose surroundings fail, or are not as they should
// be.
func brokenPlaces() []broken {
	return []broken{
		{"opens not", row{name: "locked", open: func(*site) (*opened, error) {
			return nil, errors.New("it is locked")
		}}, []string{"FAILED: 1 failed\n", "failed: it is locked"}},
		{"reads not", row{name: "lost", open: func(*site) (*opened, error) {
			return &opened{sink: &core.Null{}, read: func() ([]shelf, error) { return nil, errors.New("it is gone") }}, nil
		}}, []string{"FAILED: 1 failed\n", "failed: it is gone"}},
		{"moves not", row{name: "stuck", open: func(s *site) (*opened, error) {
			o, err := openFile(nil)(s)
			if err == nil {
				o.midway = func() error { return errors.New("it is stuck") }
			}
			return o, err
		}}, []string{"the first of 1 errors: it is stuck"}},
		{"alters fields", row{name: "bare", bare: true, open: func(s *site) (*opened, error) {
			o, err := openFile(&file.Options{Formatter: core.JSON{}})(s)
			if err == nil {
				o.sink = core.NewRewrite(o.sink, func(r *core.Record) { r.Message = strings.ReplaceAll(r.Message, "four", "five") })
			}
			return o, err
		}}, []string{"FAILED: 4 altered\n", `msg=\"four`, `msg=\"five`}},
	}
}

func TestBrokenRowsAreFound(t *testing.T) {
	for _, c := range append(brokenSinks(), brokenPlaces()...) {
		t.Run(c.name, func(t *testing.T) {
			got := inside(t, []row{c.row}, saved(t, "one\ntwo\nthree\nfour\n"))
			if got.code != exitBad {
				t.Errorf("exit status %d", got.code)
			}
			if strings.Contains(got.stdout, allGood) {
				t.Error("it says that all is well")
			}
			wantIn(t, got.stdout, c.want...)
		})
	}
}

func TestTheFirstSinkOfTheFailoverFailsInTheMiddleThird(t *testing.T) {
	var out bytes.Buffer
	s := &site{total: 9}
	w := &failing{w: &out, site: s}
	for range s.total {
		if n, err := fmt.Fprint(w, s.logged()); (n == 0) != (err != nil) {
			t.Errorf("%d bytes, %v", n, err)
		}
		s.count.Add(1)
	}
	if out.String() != "012678" {
		t.Errorf("written: %s", out.String())
	}
}

func TestAGoodRowDoesNotHideABrokenOne(t *testing.T) {
	drops := spoiled(func(s core.Sink) core.Sink {
		return core.NewFilter(s, func(core.Record) bool { return false })
	})
	n := len(splitLines(few())) * len(frameworks())
	got := inside(t, append(rows(), drops), saved(t, few()))
	if got.code != exitBad {
		t.Errorf("exit status %d", got.code)
	}
	wantIn(t, got.stdout, fmt.Sprintf("FAILED: %d missing\n", n), fmt.Sprintf("  and %d more\n", n-explained))
}
