package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// scenario is something that a program does with a sink, on a disk of which one
// operation after the other fails.
type scenario struct {
	name    string
	watched bool
	opts    Options
	before  string // what the file holds at first; "": there is none
	rename  bool   // the file is renamed between the records
	reopen  bool   // the sink reopens it there
}

var scenarios = []scenario{
	{name: "plain"},
	{name: "plain, torn", before: "old\nto"},
	{name: "plain, lazy", opts: Options{Lazy: true, MkdirAll: true, Perm: 0o600}},
	{name: "plain, sync each", opts: Options{Sync: SyncEach}},
	{name: "header and footer", opts: Options{Header: text("# head\n"), Footer: text("# foot\n")}},
	{name: "buffered", opts: Options{BufferSize: 24}},
	{name: "buffered, header", opts: Options{BufferSize: 24, Header: text("# head\n"), Footer: text("# foot\n")}},
	{name: "reopened", reopen: true, opts: Options{Header: text("# head\n"), Footer: text("# foot\n")}},
	{name: "renamed and reopened", rename: true, reopen: true, opts: Options{Footer: text("# foot\n")}},
	{name: "buffered, reopened", rename: true, reopen: true, opts: Options{BufferSize: 24, Footer: text("# foot\n")}},
	{name: "watched, footer", watched: true, rename: true, opts: Options{Footer: text("# foot\n")}},
	{name: "watched", watched: true},
	{name: "watched, renamed", watched: true, rename: true, opts: Options{Header: text("# head\n")}},
	{name: "watched, buffered", watched: true, rename: true, opts: Options{BufferSize: 24}},
}

// construct makes the scenario's sink.
func (s scenario) construct(ffs *faultfs.FS, path string) (sinkUnderTest, error) {
	opts := s.opts
	opts.OnError = func(error) {}
	if s.watched {
		return newWatched(ffs, path, &opts)
	}
	return newSink(ffs, path, &opts)
}

// constructed returns what construct does: if the fault meets it, on a disk that works
// again.
func constructed[S any](t *testing.T, ffs *faultfs.FS, fault faultfs.Fault, construct func() (S, error)) S {
	t.Helper()
	sink, err := construct()
	if err == nil {
		return sink
	}
	if !errors.Is(err, fault.Err) {
		t.Fatalf("constructor: %v", err)
	}
	ffs.Arm(faultfs.Fault{})
	if sink, err = construct(); err != nil {
		t.Fatalf("constructor on a working disk: %v", err)
	}
	return sink
}

// run plays the scenario and returns which records were accepted and which were
// refused. The last record comes when the disk works again.
func (s scenario) run(t *testing.T, ffs *faultfs.FS, path string, fault faultfs.Fault) (accepted, refused []string) {
	t.Helper()
	if s.before != "" {
		write(t, path, s.before)
	}
	ffs.Arm(fault)
	sink := constructed(t, ffs, fault, func() (sinkUnderTest, error) { return s.construct(ffs, path) })
	note := func(text string, err error) {
		switch {
		case err == nil:
			accepted = append(accepted, text)
		case errors.Is(err, fault.Err):
			refused = append(refused, text)
		default:
			t.Fatalf("Emit %s: %v", text, err)
		}
	}
	for i := range 6 {
		if s.rename && i == 3 {
			if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if s.reopen && i == 3 {
			_ = sink.Reopen() // if it fails, the records go to the old file
		}
		text := fmt.Sprintf("record %d", i)
		note(text, sink.Emit(line(text)))
	}
	n, err := sink.EmitBatch([]core.Record{line("batch 0"), line("batch 1")})
	for i := range 2 {
		if i < n {
			note(fmt.Sprint("batch ", i), nil)
		} else if i == n || s.opts.Sync == SyncEach {
			// A sync that fails is the error of all that it was for.
			note(fmt.Sprint("batch ", i), err)
		}
	}
	_ = sink.Flush(t.Context())
	ffs.Arm(faultfs.Fault{})
	emit(t, sink, "recovered")
	accepted = append(accepted, "recovered")
	if err := sink.Close(); err != nil && !(s.reopen || s.rename) || err != nil && !errors.Is(err, fault.Err) {
		t.Errorf("Close: %v", err) // of a sync of the file that was given up, it may tell
	}
	return accepted, refused
}

// verify holds the files against what the caller was told: every accepted record
// once and in order, and besides nothing but lines of their own that are a piece
// of a record (where it could not be cut off again).
func (s scenario) verify(t *testing.T, path string, fault faultfs.Fault, accepted, refused []string) {
	t.Helper()
	text := ""
	if b, err := os.ReadFile(path + ".1"); err == nil {
		text = string(b)
		text = s.ended(t, text)
	}
	if b, err := os.ReadFile(path); err == nil || !s.reopen {
		text = s.ended(t, text+string(b))
	}
	pieces := append([]string{"# head", "# foot"}, refused...)
	if s.opts.BufferSize > 0 {
		pieces = append(pieces, accepted...) // tried again, whole
	}
	next := 0
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case next < len(accepted) && l == accepted[next]:
			next++
		case strings.HasPrefix(l, "#"), strings.Contains(s.before, l):
		case s.opts.Sync == SyncEach && contains(refused, l):
			// In the file, but its sync failed.
		case s.opts.BufferSize > 0 && fault.Persistent && fault.Short && contains(accepted[:next], l):
			// All but its line end was written and could not be taken back.
		case !pieceOf(pieces, l):
			t.Errorf("line %q is neither the next record nor a piece of one; all: %q", l, text)
		}
	}
	if next != len(accepted) {
		t.Errorf("accepted record %q is not in %q", accepted[next], text)
	}
}

// ended fails unless the last line of text has an end. It gives one to a footer that
// a disk which takes nothing more, and gives nothing back, has cut off.
func (s scenario) ended(t *testing.T, text string) string {
	t.Helper()
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	last := text[strings.LastIndexByte(text, '\n')+1:]
	if s.opts.Footer == nil || !strings.HasPrefix("# foot", last) {
		t.Errorf("the last line has no end: %q", text)
	}
	return text + "\n"
}

func contains(texts []string, l string) bool {
	for _, text := range texts {
		if text == l {
			return true
		}
	}
	return false
}

// pieceOf tells whether l is the beginning of one of texts, but not all of it.
func pieceOf(texts []string, l string) bool {
	for _, text := range texts {
		if len(l) < len(text) && strings.HasPrefix(text, l) {
			return true
		}
	}
	return false
}

func TestEveryDiskOperationMayFail(t *testing.T) {
	errs := []error{syscall.ENOSPC, syscall.EIO, syscall.EACCES, syscall.EMFILE}
	if testing.Short() {
		errs = errs[:1]
	}
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			runs := 0
			for _, err := range errs {
				for _, persistent := range []bool{false, true} {
					for _, short := range []bool{false, true} {
						runs += s.enumerate(t, faultfs.Fault{Err: err, Persistent: persistent, Short: short})
					}
				}
			}
			t.Logf("%d runs", runs)
		})
	}
}

// enumerate fails operation 0, 1, 2 … until a run has none left to fail.
func (s scenario) enumerate(t *testing.T, fault faultfs.Fault) (runs int) {
	t.Helper()
	for ; ; fault.At++ {
		ffs := &faultfs.FS{FS: fsys.OS{}}
		path := filepath.Join(t.TempDir(), "app.log")
		fired := 0
		done := t.Run(fmt.Sprintf("%v at %d persistent=%v short=%v", fault.Err, fault.At, fault.Persistent, fault.Short), func(t *testing.T) {
			accepted, refused := s.run(t, ffs, path, fault)
			s.verify(t, path, fault, accepted, refused)
			fired = ffs.FiredEver()
		})
		runs++
		if !done || fired == 0 {
			return runs
		}
	}
}

func TestFailedSyncOpensTheFileAnew(t *testing.T) {
	ffs := &faultfs.FS{FS: fsys.OS{}}
	path := filepath.Join(t.TempDir(), "app.log")
	s, err := newSink(ffs, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "sync", Err: syscall.EIO})
	if err := s.Flush(t.Context()); !errors.Is(err, syscall.EIO) {
		t.Errorf("Flush: %v", err)
	}
	emit(t, s, "b")
	if err := s.Flush(t.Context()); err != nil {
		t.Errorf("Flush afterwards: %v", err)
	}
	if st := s.Stats(); st.Reopens != 1 {
		t.Errorf("%d reopens", st.Reopens)
	}
	closeSink(t, s)
	want(t, path, "a\nb\n")
}

func TestSyncPolicies(t *testing.T) {
	for name, c := range map[string]struct {
		policy             SyncPolicy
		emit, flush, close int // syncs so far
	}{
		"on flush": {SyncOnFlush, 0, 1, 1},
		"never":    {SyncNever, 0, 0, 0},
		"each":     {SyncEach, 2, 2, 2},
	} {
		t.Run(name, func(t *testing.T) {
			ffs := &faultfs.FS{FS: fsys.OS{}}
			s, err := newSink(ffs, filepath.Join(t.TempDir(), "app.log"), &Options{Sync: c.policy})
			if err != nil {
				t.Fatal(err)
			}
			syncs := func() int { return strings.Count(strings.Join(ffs.History(), "\n"), "sync app.log") }
			emit(t, s, "a", "b")
			if got := syncs(); got != c.emit {
				t.Errorf("%d syncs after two records, want %d", got, c.emit)
			}
			if err := s.Flush(t.Context()); err != nil || syncs() != c.flush {
				t.Errorf("%d syncs after Flush (%v), want %d", syncs(), err, c.flush)
			}
			closeSink(t, s)
			if got := syncs(); got != c.close {
				t.Errorf("%d syncs after Close, want %d", got, c.close)
			}
			dirs := strings.Count(strings.Join(ffs.History(), "\n"), "syncdir")
			if want := min(c.close, 1); dirs != want {
				t.Errorf("the directory was synced %d times, want %d", dirs, want)
			}
		})
	}
}

func TestB58FlushOnAFullDiskIsItsError(t *testing.T) {
	ffs := &faultfs.FS{FS: fsys.OS{}}
	s, err := newSink(ffs, filepath.Join(t.TempDir(), "app.log"), &Options{BufferSize: 100, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	emit(t, s, "x")
	ffs.Arm(faultfs.Fault{Op: "write", Err: syscall.ENOSPC, Persistent: true})
	if err := s.Flush(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Flush: %v", err)
	}
	err = s.Close()
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "1 records stayed behind") {
		t.Errorf("Close: %v", err)
	}
	if st := s.Stats(); st.Dropped[core.ReasonClosed] != 1 || st.Accepted != 1 {
		t.Errorf("stats %+v", st)
	}
}
