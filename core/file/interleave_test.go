package file

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// steps is a disk that calls a function before one of its operations. Whatever the
// function waits for, others may come between.
type steps struct {
	unsynced
	mu     sync.Mutex
	n, at  int
	before func(op string)
}

func (s *steps) step(op, name string) {
	s.mu.Lock()
	now := s.n == s.at
	s.n++
	s.mu.Unlock()
	if now {
		s.before(op + " " + filepath.Base(name))
	}
}

func (s *steps) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	s.step("open", name)
	f, err := s.unsynced.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &stepFile{f, s, name}, nil
}

func (s *steps) Stat(name string) (fsys.Info, error) {
	s.step("stat", name)
	return s.unsynced.Stat(name)
}

func (s *steps) Lstat(name string) (fsys.Info, error) {
	s.step("lstat", name)
	return s.unsynced.Lstat(name)
}

func (s *steps) Rename(from, to string) error {
	s.step("rename", from)
	return s.unsynced.Rename(from, to)
}

func (s *steps) Remove(name string) error {
	s.step("remove", name)
	return s.unsynced.Remove(name)
}

func (s *steps) ReadDir(dir string) ([]fsys.Entry, error) {
	s.step("readdir", dir)
	return s.unsynced.ReadDir(dir)
}

func (s *steps) Lock(name string, perm fs.FileMode) (fsys.Lock, error) {
	s.step("lockfile", name)
	l, err := s.unsynced.Lock(name, perm)
	if err != nil {
		return nil, err
	}
	return &stepLock{l, s, name}, nil
}

type stepFile struct {
	fsys.File
	steps *steps
	name  string
}

func (f *stepFile) Write(p []byte) (int, error) {
	f.steps.step("write", f.name)
	return f.File.Write(p)
}

func (f *stepFile) TryLock(exclusive bool) (bool, error) {
	f.steps.step("flock", f.name)
	return f.File.TryLock(exclusive)
}

func (f *stepFile) Close() error {
	f.steps.step("close", f.name)
	return f.File.Close()
}

type stepLock struct {
	fsys.Lock
	steps *steps
	name  string
}

func (l *stepLock) TryLock() (bool, error) {
	l.steps.step("lock", l.name)
	return l.Lock.TryLock()
}

func (l *stepLock) Unlock() error {
	l.steps.step("unlock", l.name)
	return l.Lock.Unlock()
}

// waits is a disk that says when somebody waits for the lock of another.
type waits struct {
	unsynced
	waiting func()
}

func (w *waits) Lock(name string, perm fs.FileMode) (fsys.Lock, error) {
	l, err := w.unsynced.Lock(name, perm)
	if err != nil {
		return nil, err
	}
	return &waitLock{l, w, 0}, nil
}

type waitLock struct {
	fsys.Lock
	waits *waits
	looks int
}

func (l *waitLock) TryLock() (bool, error) {
	ok, err := l.Lock.TryLock()
	if l.looks++; ok {
		l.looks = 0
	}
	if l.looks > lockLooks {
		l.waits.waiting()
	}
	return ok, err
}

// sharings are what two processes do with a file that they share.
var sharings = []rotation{
	{name: "numbered", opts: RotatingOptions{Backups: 30}},
	{name: "numbered, compressed", opts: RotatingOptions{Backups: 30, Compress: Gzip}},
	{name: "numbered, few", few: true, opts: RotatingOptions{Backups: 3}},
	{name: "numbered, total", few: true, opts: RotatingOptions{Backups: 30, MaxTotal: 90}},
	{name: "growing", opts: RotatingOptions{Archive: Growing{}}},
	{name: "growing, compressed", opts: RotatingOptions{Archive: Growing{}, Compress: Gzip}},
	{name: "growing, few, compressed", few: true, opts: RotatingOptions{Archive: Growing{}, Backups: 3, Compress: Gzip}},
	{name: "growing, total", few: true, opts: RotatingOptions{Archive: Growing{}, MaxTotal: 90}},
	{name: "numbered, crashed before", opts: RotatingOptions{Backups: 30},
		before: map[string]string{"app.log.rotating-3": "left 2\n", "app.log.1": "left 1\n", "app.log.3": "left 0\n"}},
	{name: "numbered, compressed, crashed before", opts: RotatingOptions{Backups: 30, Compress: Gzip}, before: map[string]string{
		"app.log.rotating-3": "left 2\n", "app.log.1": "left 1\n", "app.log.3": "left 0\n", "app.log.3.gz": "x", "app.log.1.gz.tmp": "x",
	}},
}

// partner is one of the two.
type partner struct {
	name     string
	sink     *Rotating
	accepted []string
}

// start makes the sink. On a disk that works nothing may be reported.
func (r *rotation) start(t *testing.T, name, path string, disk fsys.FS) *partner {
	t.Helper()
	opts := r.opts
	opts.Shared = true
	opts.OnError = func(err error) { t.Errorf("%s reports: %v", name, err) }
	s, err := newRotating(&faultfs.FS{FS: disk}, path, limit, &opts)
	if err != nil {
		t.Fatal(err)
	}
	return &partner{name: name, sink: s}
}

func (p *partner) log(t *testing.T, n int) {
	for range n {
		text := fmt.Sprintf("record %s %d", p.name, len(p.accepted))
		if err := p.sink.Emit(line(text)); err != nil {
			t.Errorf("Emit %s: %v", text, err)
			return
		}
		p.accepted = append(p.accepted, text)
	}
}

// interleave has a log, and b between operation at of a and the one before. b is
// there from the beginning, or begins then. It returns what that operation was.
func (r *rotation) interleave(t *testing.T, path string, at int, late bool) (op string, both []*partner) {
	t.Helper()
	waiting, done := make(chan struct{}), make(chan struct{})
	signal := sync.OnceFunc(func() { close(waiting) })
	var b *partner
	disk := &waits{waiting: signal}
	if !late {
		b = r.start(t, "b", path, disk)
		b.log(t, 1)
	}
	begun := false
	a := r.start(t, "a", path, &steps{at: at, before: func(what string) {
		op, begun = what, true
		go func() {
			defer close(done)
			if b == nil {
				b = r.start(t, "b", path, disk)
			}
			b.log(t, 5)
			closeSink(t, b.sink)
		}()
		select {
		case <-done:
		case <-waiting:
		}
	}})
	a.log(t, 6)
	closeSink(t, a.sink)
	if !begun {
		if b != nil {
			closeSink(t, b.sink)
		}
		return "", nil
	}
	<-done
	return op, []*partner{a, b}
}

// interleaveStep is how far apart the operations are between which another comes.
func interleaveStep() int {
	switch {
	case os.Getenv("LOGSINKS_SOAK") != "":
		return 1
	case testing.Short():
		return 83
	}
	return 5
}

// Whatever another process does between two operations of this one, nothing is lost,
// doubled or torn.
func TestSharedWithAnotherBetweenTwoOperations(t *testing.T) {
	for i := range sharings {
		r := &sharings[i]
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, late=%t", r.name, late), func(t *testing.T) {
				t.Parallel()
				step := interleaveStep()
				for at, more := rand.IntN(step), true; more; at += step {
					t.Run(fmt.Sprint(at), func(t *testing.T) {
						more = false
						path := filepath.Join(t.TempDir(), "app.log")
						r.prepare(t, path)
						op, both := r.interleave(t, path, at, late)
						if more = both != nil; more {
							r.checkShared(t, path, both)
						}
						if t.Failed() {
							t.Logf("before %s; there is %q", op, tree(t, filepath.Dir(path)))
						}
					})
				}
			})
		}
	}
}

// checkShared fails unless the records of each are there once and in order.
func (r *rotation) checkShared(t *testing.T, path string, all []*partner) {
	t.Helper()
	lines := strings.Fields(strings.ReplaceAll(r.content(t, path), " ", "_"))
	total := 0
	for _, p := range all {
		var got []string
		for _, l := range lines {
			if strings.HasPrefix(l, "record_"+p.name+"_") {
				got = append(got, strings.ReplaceAll(l, "_", " "))
			}
		}
		want := p.accepted
		if r.few {
			want = want[max(0, len(want)-len(got)):]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has logged\n  %q, there are\n  %q", p.name, p.accepted, got)
		}
		total += len(got)
	}
	if r.before != nil {
		total += 3
		if !slices.Equal(lines[:3], []string{"left_0", "left_1", "left_2"}) {
			t.Errorf("what was there before is now %q", lines)
		}
	}
	if total != len(lines) {
		t.Errorf("there are foreign lines in %q", lines)
	}
	r.checkLimits(t, path)
}

// checkLimits fails unless Backups and MaxTotal are kept to: 11 records are more than
// either has room for.
func (r *rotation) checkLimits(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	known := names{base: filepath.Base(path), archive: r.opts.Archive, ext: ".gz", backups: r.opts.Backups}
	if known.archive == nil {
		known.archive = Numbered{}
	}
	old, total := 0, int64(0)
	for _, e := range entries {
		if kind, _, _ := known.parse(e.Name()); kind == foreign && e.Name() != known.base {
			continue
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		old, total = old+1, total+info.Size()
	}
	if old--; r.few && r.opts.MaxTotal == 0 && old != r.opts.Backups {
		t.Errorf("%d old files, want %d", old, r.opts.Backups)
	}
	if limit := r.opts.MaxTotal; limit > 0 && (total > limit || total < limit/2) {
		t.Errorf("%d bytes, want at most %d, and not much less", total, limit)
	}
}
