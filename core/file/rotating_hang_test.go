package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// A disk may hang: one that is far away does. Then who logs goes on, and Close comes to
// an end. That a call does not wait for an operation is proven by its return while the
// operation still hangs.

// watchdog is when a call that should have returned is given up.
const watchdog = 30 * time.Second

// stall is a disk on which one operation of somebody who does not log hangs, until it is
// let go.
type stall struct {
	unsynced
	kind  string // the operations that count; "": all
	at    int    // the one that hangs, counted from 0
	hangs chan struct{}
	let   chan struct{}

	mu      sync.Mutex
	n       int
	callers map[uint64]bool // the goroutines that log
	hung    string          // the operation
	over    bool            // Close has returned
	late    []string        // what was renamed or deleted since then
}

func newStall(t *testing.T, kind string, at int) *stall {
	d := &stall{kind: kind, at: at, hangs: make(chan struct{}), let: make(chan struct{}), callers: map[uint64]bool{}}
	t.Cleanup(d.release)
	return d
}

// release lets the operation go.
func (d *stall) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.let:
	default:
		close(d.let)
	}
}

// hanging returns the operation that hangs, if any does.
func (d *stall) hanging() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hung
}

func (d *stall) step(op, name string) {
	if d.arrives(op, op+" "+filepath.Base(name)) {
		close(d.hangs)
		<-d.let
	}
}

// arrives notes an operation, and tells whether it is the one that hangs.
func (d *stall) arrives(op, what string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over && (op == "rename" || op == "remove") {
		d.late = append(d.late, what)
	}
	if d.callers[guard.Goroutine()] || d.kind != "" && d.kind != op {
		return false
	}
	d.n++
	if d.n != d.at+1 {
		return false
	}
	d.hung = what
	return true
}

func (d *stall) Lstat(name string) (fsys.Info, error) {
	d.step("lstat", name)
	return d.unsynced.Lstat(name)
}

func (d *stall) Rename(from, to string) error {
	d.step("rename", from)
	return d.unsynced.Rename(from, to)
}

func (d *stall) Remove(name string) error {
	d.step("remove", name)
	return d.unsynced.Remove(name)
}

func (d *stall) ReadDir(dir string) ([]fsys.Entry, error) {
	d.step("readdir", dir)
	return d.unsynced.ReadDir(dir)
}

func (d *stall) SyncDir(dir string) error {
	d.step("syncdir", dir)
	return d.unsynced.SyncDir(dir)
}

func (d *stall) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	d.step("open", name)
	f, err := d.unsynced.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &stallFile{f, d, name}, nil
}

type stallFile struct {
	fsys.File
	stall *stall
	name  string
}

func (f *stallFile) Read(p []byte) (int, error) {
	f.stall.step("read", f.name)
	return f.File.Read(p)
}

func (f *stallFile) Write(p []byte) (int, error) {
	f.stall.step("write", f.name)
	return f.File.Write(p)
}

func (f *stallFile) Sync() error {
	f.stall.step("sync", f.name)
	return f.File.Sync()
}

func (f *stallFile) Close() error {
	f.stall.step("close", f.name)
	return f.File.Close()
}

// call returns what f does, which must return although something hangs.
func (d *stall) call(t *testing.T, what string, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		d.mu.Lock()
		d.callers[guard.Goroutine()] = true
		d.mu.Unlock()
		done <- f()
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(watchdog):
		t.Fatalf("%s waits for %q", what, d.hanging())
		return nil
	}
}

// calm returns when the sink has nothing more to do, or something hangs.
func (d *stall) calm(s *Rotating) {
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		settled(s)
		s.roller.retired.worker.wait()
	}()
	select {
	case <-idle:
	case <-d.hangs:
	}
}

// hangs are sinks whose worker meets a disk that hangs.
var hangs = []rotation{
	{name: "numbered", opts: RotatingOptions{Backups: many}},
	{name: "numbered, few", few: true, opts: RotatingOptions{Backups: 2}},
	{name: "numbered, compressed", opts: RotatingOptions{Backups: many, Compress: huffman}},
	{name: "growing, few", few: true, opts: RotatingOptions{Archive: Growing{}, Backups: 2}},
	{name: "growing, compressed", opts: RotatingOptions{Archive: Growing{}, Compress: huffman, MaxTotal: 1 << 20}},
	{name: "growing, small total", few: true, opts: RotatingOptions{Archive: Growing{}, Compress: huffman, MaxTotal: 60}},
	{name: "discarded", few: true, opts: RotatingOptions{DiscardOld: true}},
	{name: "shared, compressed", opts: RotatingOptions{Archive: Growing{}, Compress: huffman, Shared: true}},
	{name: "crashed before", opts: RotatingOptions{Backups: many, Compress: huffman}, before: map[string]string{
		"app.log.rotating-3": "left 2\n", "app.log.1": "left 1\n", "app.log.3": "left 0\n", "app.log.1.gz.tmp": "x",
	}},
}

// waits tells whether who logs may have to wait for an operation that hangs: other
// processes are kept out meanwhile, or a file has to be deleted and none is to get
// another name, or to be deleted by somebody else, at the same time.
func (r *rotation) waits(hung string) bool {
	op, _, _ := strings.Cut(hung, " ")
	deletes := r.opts.MaxTotal > 0 && r.few
	return hung != "" && (r.opts.Shared || deletes && (op == "rename" || op == "remove" || op == "lstat"))
}

// hang has operation at of the worker hang while records come and until Close has given
// up. It tells whether there was such an operation.
func (r *rotation) hang(t *testing.T, at int) bool {
	path := filepath.Join(t.TempDir(), "app.log")
	accepted := r.prepare(t, path)
	d := newStall(t, "", at)
	hurried := *r
	hurried.opts.CloseTimeout = 10 * time.Millisecond
	var s *Rotating
	if err := d.call(t, "the constructor", func() (err error) {
		s, err = hurried.open(&faultfs.FS{FS: d}, path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for d.calm(s); len(accepted) < 9 && !r.waits(d.hanging()); d.calm(s) {
		text := fmt.Sprintf("record %d", len(accepted))
		if err := d.call(t, "Emit", func() error { return s.Emit(line(text)) }); err != nil {
			t.Errorf("Emit while %q hangs: %v", d.hanging(), err)
		}
		accepted = append(accepted, text)
	}
	if err := d.call(t, "Close", s.Close); err != nil && !errors.Is(err, core.ErrStuck) {
		t.Errorf("Close while %q hangs: %v", d.hanging(), err)
	}
	d.mu.Lock()
	d.over = d.hung != ""
	d.mu.Unlock()
	d.release()
	settled(s)
	s.roller.retired.worker.wait()
	d.mu.Lock()
	if len(d.late) > 0 {
		t.Errorf("after Close had given up during %q: %q", d.hung, d.late)
	}
	d.mu.Unlock()
	r.verify(t, path, accepted, nil)
	if t.Failed() {
		t.Logf("%q has hung; there is %q", d.hanging(), tree(t, filepath.Dir(path)))
	}
	return d.hanging() != ""
}

// hangStep is how far apart the operations are that hang.
func hangStep() int {
	switch {
	case os.Getenv("LOGSINKS_SOAK") != "":
		return 1
	case testing.Short():
		return 7
	}
	return 2
}

// Whatever operation of the worker hangs, nobody who logs waits for it, Close does not
// either, and once Close has given up nothing is renamed or deleted any more.
func TestEveryOperationOfTheWorkerMayHang(t *testing.T) {
	for i := range hangs {
		r := &hangs[i]
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			step := hangStep()
			at, more := 0, true
			for ; more && !t.Failed(); at += step {
				t.Run(fmt.Sprint(at), func(t *testing.T) { more = r.hang(t, at) })
			}
			if at < 3*step {
				t.Errorf("only %d operations", at)
			}
		})
	}
}
