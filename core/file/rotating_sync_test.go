package file

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// witness is a disk that notes which goroutine does what takes long, and which has
// renamed or removed what.
type witness struct {
	unsynced
	mu    sync.Mutex
	by    map[string]map[uint64]bool // goroutines by operation
	moves map[uint64][]string        // by goroutine
	gates map[string]chan struct{}   // operations that wait
}

func newWitness() *witness {
	return &witness{by: map[string]map[uint64]bool{}, moves: map[uint64][]string{}}
}

// forget forgets all that was noted.
func (w *witness) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.by)
	clear(w.moves)
}

// moved notes a rename or removal that has succeeded.
func (w *witness) moved(err error, op, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if by := guard.Goroutine(); err == nil {
		w.moves[by] = append(w.moves[by], op+" "+filepath.Base(name))
	}
	return err
}

func (w *witness) Rename(from, to string) error {
	return w.moved(w.unsynced.Rename(from, to), "rename", from)
}

func (w *witness) Remove(name string) error {
	return w.moved(w.unsynced.Remove(name), "remove", name)
}

func (w *witness) note(op string) {
	w.mu.Lock()
	if w.by[op] == nil {
		w.by[op] = map[uint64]bool{}
	}
	w.by[op][guard.Goroutine()] = true
	gate := w.gates[op]
	w.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

// seen returns the operations that a goroutine has done, or that others have.
func (w *witness) seen(goroutine uint64) (own, others []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, op := range slices.Sorted(maps.Keys(w.by)) {
		if w.by[op][goroutine] {
			own = append(own, op)
		} else {
			others = append(others, op)
		}
	}
	return own, others
}

func (w *witness) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	f, err := w.unsynced.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return witnessFile{f, w}, nil
}

func (w *witness) SyncDir(string) error {
	w.note("syncdir")
	return nil
}

func (w *witness) ReadDir(dir string) ([]fsys.Entry, error) {
	w.note("readdir")
	return w.unsynced.ReadDir(dir)
}

type witnessFile struct {
	fsys.File
	witness *witness
}

func (f witnessFile) Sync() error {
	f.witness.note("sync")
	return nil
}

func (f witnessFile) Read(p []byte) (int, error) {
	f.witness.note("read")
	return f.File.Read(p)
}

func TestWhoLogsDoesNothingThatTakesLong(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered":   {Backups: 3},
		"growing":    {Archive: Growing{}, Backups: 3},
		"dated":      {Archive: Dated{}, MaxAge: time.Hour},
		"total":      {Archive: Growing{}, MaxTotal: 8},
		"compressed": {Backups: 3, Compress: Gzip},
		"everything": {Archive: Growing{}, Backups: 3, Compress: Gzip, MaxAge: time.Hour, MaxTotal: 1 << 20},
		"named":      {Archive: Growing{}, Backups: 3, Namer: func(name string) string { return name + ".old" }},
		"discarded":  {DiscardOld: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWitness()
			s := made(t)(newRotating(w, filepath.Join(t.TempDir(), "app.log"), 2, &o))
			settled(s)
			w.forget() // the constructor looks at the directory
			emit(t, s, numberedLines("", 20)...)
			settled(s)
			own, others := w.seen(guard.Goroutine())
			if len(own) > 0 {
				t.Errorf("Emit did %q", own)
			}
			if !slices.Contains(others, "sync") || o.Compress != nil && !slices.Contains(others, "read") {
				t.Errorf("others did only %q", others)
			}
			w.checkMoves(t, guard.Goroutine(), o.MaxTotal == 8)
		})
	}
}

// checkMoves fails if a goroutine that has logged 20 records, for a file each, has done
// more than to rename the live one. Where all have to be small together, it deletes.
func (w *witness) checkMoves(t *testing.T, goroutine uint64, deletes bool) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	renames, removes := 0, 0
	for _, move := range w.moves[goroutine] {
		switch {
		case move == "rename app.log":
			renames++
		case strings.HasPrefix(move, "remove app.log."):
			removes++
		default:
			t.Errorf("Emit did %q", move)
		}
	}
	if renames != 19 {
		t.Errorf("Emit has renamed the live file %d times for 19 rotations", renames)
	}
	if deletes != (removes > 0) {
		t.Errorf("Emit has removed %d files", removes)
	}
}

// Only when many files wait to be made durable, whoever gives up another one waits.
func TestWhoLogsDoesNotWaitForASlowDisk(t *testing.T) {
	w := newWitness()
	gate := make(chan struct{})
	w.gates = map[string]chan struct{}{"sync": gate}
	s := made(t)(newRotating(w, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{Archive: Growing{}}))
	emit(t, s, numberedLines("", maxRetired)...) // while the first sync hangs
	flushed := make(chan error, 1)
	go func() { flushed <- s.Flush(t.Context()) }()
	select {
	case err := <-flushed:
		t.Errorf("Flush has not waited: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(gate)
	if err := <-flushed; err != nil {
		t.Errorf("Flush: %v", err)
	}
}

// syncs counts the syncs of files that were opened as the live one.
func syncs(ffs *faultfs.FS) (n int) {
	for _, op := range ffs.History() {
		if op == "sync app.log" {
			n++
		}
	}
	return n
}

func TestRotatingFlushMakesRetiredFilesDurable(t *testing.T) {
	for name, c := range map[string]struct {
		policy              SyncPolicy
		emits, flush, close int
	}{
		"on flush": {SyncOnFlush, -1, 3, 3},
		"never":    {SyncNever, 0, 0, 0},
		"each":     {SyncEach, 3, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			ffs := quick()
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{Archive: Growing{}, Options: Options{Sync: c.policy}}))
			emit(t, s, "a", "b", "c")
			if n := syncs(ffs); c.emits >= 0 && n != c.emits {
				t.Errorf("%d syncs after three records, want %d", n, c.emits)
			}
			if err := s.Flush(t.Context()); err != nil || syncs(ffs) != c.flush {
				t.Errorf("%d syncs after Flush (%v), want %d", syncs(ffs), err, c.flush)
			}
			closeSink(t, s)
			if n := syncs(ffs); n != c.close {
				t.Errorf("%d syncs after Close, want %d", n, c.close)
			}
		})
	}
}

// What could not be made durable is the error of the next Flush, or of Close, and once.
func TestRotatingSyncOfARetiredFileFails(t *testing.T) {
	for name, ask := range map[string]func(s *Rotating) error{
		"Flush": func(s *Rotating) error { return s.Flush(t.Context()) },
		"Close": func(s *Rotating) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ffs := quick()
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{Archive: Growing{}}))
			emit(t, s, "a")
			ffs.Arm(faultfs.Fault{Op: "sync", Err: syscall.EIO})
			emit(t, s, "b")
			if err := ask(s); !errors.Is(err, syscall.EIO) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "Flush" {
				emit(t, s, "c")
				if err := s.Flush(t.Context()); err != nil {
					t.Errorf("Flush afterwards: %v", err)
				}
			}
			closeSink(t, s)
		})
	}
}

// Under SyncEach a record is durable when Emit returns, also that which a rotation has
// left behind in the middle of a batch.
func TestRotatingSyncEachFails(t *testing.T) {
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{
		Archive: Growing{}, Options: Options{Sync: SyncEach, OnError: func(error) {}},
	}))
	ffs.Arm(faultfs.Fault{Op: "sync", Err: syscall.EIO})
	if err := s.Emit(line("a")); !errors.Is(err, syscall.EIO) {
		t.Errorf("Emit: %v", err)
	}
	emit(t, s, "b")
	wantRecords(t, s, "a", "b")
}

// The compressed file is durable before its source is removed, and so is its name.
func TestCompressionIsDurableBeforeTheSourceGoes(t *testing.T) {
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{Archive: Growing{}, Compress: Gzip}))
	settled(s)
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "a", "b")
	settled(s)
	var steps []string
	for _, op := range ffs.History() {
		if strings.Contains(op, "app.log.1") && !strings.Contains(op, "stat") || strings.HasPrefix(op, "syncdir") {
			steps = append(steps, strings.Fields(op)[0])
		}
	}
	got := strings.Join(slices.Compact(steps), " ")
	const want = "write sync open readfile close chtimes rename syncdir remove"
	if !strings.Contains(got, want) {
		t.Errorf("the steps were\n  %s\nwant among them\n  %s", got, want)
	}
}
