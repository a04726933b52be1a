package lumber_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

// logger returns one whose file does not exist yet.
func logger(t *testing.T) *lumberjack.Logger {
	t.Helper()
	return &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log"), MaxSize: 1}
}

func TestWrapWritesRecords(t *testing.T) {
	message := core.FormatterFunc(func(dst []byte, r core.Record) []byte { return append(dst, r.Message...) })
	for name, c := range map[string]struct {
		opts *lumber.Options
		want string
	}{
		"default":       {nil, "line one\nline two\n"},
		"formatter":     {&lumber.Options{Formatter: message}, "one\ntwo\n"},
		"terminator":    {&lumber.Options{Terminator: "\r\n"}, "line one\r\nline two\r\n"},
		"no terminator": {&lumber.Options{NoTerminator: true}, "line oneline two"},
	} {
		t.Run(name, func(t *testing.T) {
			l := logger(t)
			s := wrap(t, l, c.opts)
			for _, text := range []string{"one", "two"} {
				check(t, s.Emit(core.Record{Message: text, Line: []byte("line " + text)}))
			}
			check(t, s.Flush(t.Context()))
			if got := read(t, l.Filename); got != c.want {
				t.Errorf("the file holds %q, want %q", got, c.want)
			}
			if s.LineOnly() != (c.opts == nil || c.opts.Formatter == nil) {
				t.Errorf("LineOnly is %v", s.LineOnly())
			}
			st := s.Stats()
			if st.Accepted != 2 || st.Delivered != 2 || st.Failed != 0 || st.Bytes != uint64(len(c.want)) {
				t.Errorf("%+v", st)
			}
		})
	}
}

func TestWrapRefusesWhatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		logger *lumberjack.Logger
		opts   *lumber.Options
		want   []string // one for each error
	}{
		"no logger":      {nil, nil, []string{"the logger is nil"}},
		"negative size":  {&lumberjack.Logger{MaxSize: -1}, nil, []string{"MaxSize -1"}},
		"terminators":    {new(lumberjack.Logger), &lumber.Options{Terminator: "x", NoTerminator: true}, []string{"exclude each other"}},
		"negative limit": {new(lumberjack.Logger), &lumber.Options{CloseTimeout: -1}, []string{"CloseTimeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := lumber.Wrap(c.logger, c.opts)
			if s != nil || err == nil {
				t.Fatalf("%v, %v", s, err)
			}
			for i, err := range errorsIn(err) {
				if !strings.Contains(err.Error(), c.want[i]) {
					t.Errorf("%q does not mention %s", err, c.want[i])
				}
			}
		})
	}
	_, err := lumber.Wrap(nil, &lumber.Options{Terminator: "x", NoTerminator: true, CloseTimeout: -1})
	if n := len(strings.Split(fmt.Sprint(err), "\n")); n != 3 {
		t.Errorf("%d errors of 3: %v", n, err)
	}
}

// A record beyond MaxSize is refused for good. None that is within it is, whatever is
// logged at the same time: each is a Write of its own.
func TestWrapWritesEachRecordAlone(t *testing.T) {
	s := wrap(t, logger(t), nil)
	err := s.Emit(line(strings.Repeat("x", 1<<20)))
	if !core.IsPermanent(err) {
		t.Errorf("a record that is too long: %v", err)
	}
	large := strings.Repeat("x", 1<<20-1)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 5 {
				text := large
				if g > 1 {
					text = "small"
				}
				if err := s.Emit(line(text)); err != nil {
					t.Errorf("Emit of %.10q: %v", text, err)
				}
			}
		})
	}
	wg.Wait()
	if st := s.Stats(); st.Delivered != 40 || st.Failed != 1 {
		t.Errorf("%+v", st)
	}
}

func TestWrapRotates(t *testing.T) {
	l := logger(t)
	s := wrap(t, l, nil)
	emit(t, s, "old")
	check(t, s.Rotate())
	emit(t, s, "new")
	equal(t, "backups", texts(t, filepath.Dir(l.Filename), ".log"), []string{"old\n"})
	if got := read(t, l.Filename); got != "new\n" {
		t.Errorf("the live file holds %q", got)
	}
}

// lumberjack would open its file again.
func TestWrapIsClosedForGood(t *testing.T) {
	l := logger(t)
	s := wrap(t, l, nil)
	emit(t, s, "a")
	check(t, s.Close())
	check(t, os.Remove(l.Filename))
	for name, err := range map[string]error{
		"Emit":   s.Emit(line("b")),
		"Flush":  s.Flush(t.Context()),
		"Rotate": s.Rotate(),
	} {
		if !errors.Is(err, core.ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	check(t, s.Close())
	if left := entries(t, filepath.Dir(l.Filename)); len(left) != 0 {
		t.Errorf("there is %v", left)
	}
}

func TestWrapTellsLumberjacksErrors(t *testing.T) {
	l := logger(t)
	dir := filepath.Dir(l.Filename)
	check(t, os.Remove(dir))
	check(t, os.WriteFile(dir, nil, 0o600))
	s := wrap(t, l, nil)
	for name, err := range map[string]error{"Emit": s.Emit(line("a")), "Rotate": s.Rotate()} {
		if err == nil || !strings.HasPrefix(err.Error(), "lumber: ") || core.IsPermanent(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	check(t, os.Remove(dir))
	emit(t, s, "b")
	if got := read(t, l.Filename); got != "b\n" {
		t.Errorf("the file holds %q", got)
	}
}

func TestWrapSurvivesItsFormatter(t *testing.T) {
	l := logger(t)
	s := wrap(t, l, &lumber.Options{Formatter: core.FormatterFunc(func(dst []byte, r core.Record) []byte {
		if r.Message == "bad" {
			panic("on purpose")
		}
		return append(dst, r.Message...)
	})})
	var p *core.PanicError
	if err := s.Emit(core.Record{Message: "bad"}); !errors.As(err, &p) || !slices.Equal([]any{p.Value}, []any{"on purpose"}) {
		t.Errorf("the error is %v", err)
	}
	check(t, s.Emit(core.Record{Message: "good"}))
	if got := read(t, l.Filename); got != "good\n" {
		t.Errorf("the file holds %q", got)
	}
}

func TestWrapRotatesWhileOthersLog(t *testing.T) {
	s := wrap(t, logger(t), nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for s.Emit(line("a")) == nil {
				continue
			}
		})
		wg.Go(func() {
			for s.Rotate() == nil && s.Flush(context.Background()) == nil {
				nextMillisecond()
			}
		})
	}
	time.Sleep(5 * time.Millisecond)
	check(t, s.Close())
	wg.Wait()
	if st := s.Stats(); st.Failed != 4 {
		t.Errorf("%+v", st)
	}
}
