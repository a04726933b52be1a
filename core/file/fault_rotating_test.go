package file

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// rotation is something that a program does with a sink that rotates, on a disk of
// which one operation after the other fails.
type rotation struct {
	name  string
	opts  RotatingOptions
	timed bool // it rotates by time
	few   bool // old records may be deleted
	// before are files that are there at first.
	before map[string]string
}

// many keeps all files that a scenario makes.
const many = 7

var rotations = []rotation{
	{name: "size", opts: RotatingOptions{Backups: many}},
	{name: "size, sync each", opts: RotatingOptions{Backups: many, Options: Options{Sync: SyncEach}}},
	{name: "size, buffered", opts: RotatingOptions{Backups: many, Options: Options{BufferSize: 24}}},
	{name: "size, header and footer", opts: RotatingOptions{Backups: many, Options: Options{Header: text("# head\n"), Footer: text("# foot\n")}}},
	{name: "size, few", few: true, opts: RotatingOptions{Backups: 2}},
	{name: "size, shared", opts: RotatingOptions{Backups: many, Shared: true}},
	{name: "size, compressed", opts: RotatingOptions{Backups: many, Compress: Gzip}},
	{name: "size, compressed, few", few: true, opts: RotatingOptions{Backups: 2, Compress: Gzip}},
	{name: "size, compressed, shared", opts: RotatingOptions{Backups: many, Compress: Gzip, Shared: true}},
	{name: "size, growing", opts: RotatingOptions{Archive: Growing{}}},
	{name: "size, growing, few", few: true, opts: RotatingOptions{Archive: Growing{}, Backups: 2}},
	{name: "size, growing, total", few: true, opts: RotatingOptions{Archive: Growing{}, MaxTotal: 60}},
	{name: "size, watched, link", opts: RotatingOptions{Backups: many, Watched: true, Link: "link"}},
	{name: "size, discarded", few: true, opts: RotatingOptions{DiscardOld: true}},
	{name: "size, crashed before", opts: RotatingOptions{Backups: many},
		before: map[string]string{"app.log.rotating-3": "left 2\n", "app.log.1": "left 1\n", "app.log.3": "left 0\n"}},
	{name: "size, compressed, crashed before", opts: RotatingOptions{Backups: many, Compress: Gzip},
		before: map[string]string{"app.log.rotating-3": "left 2\n", "app.log.1": "left 1\n", "app.log.1.gz.tmp": "x", "app.log.3": "left 0\n"}},
	{name: "time", timed: true},
	{name: "time, few", timed: true, few: true, opts: RotatingOptions{Backups: 2}},
	{name: "time, compressed", timed: true, opts: RotatingOptions{Compress: Gzip}},
}

// strangers are files that are nobody's business.
var strangers = []string{"app.log.01", "app.log.gz", "app.log.2024-01-01.bak", "app.log.rotating-x", "7"}

const limit = 24

// unsynced is a disk that claims to be durable: to wait for a real one thousands of
// times would prove nothing more.
type unsynced struct{ fsys.OS }

func (u unsynced) OpenFile(name string, flag int, perm fs.FileMode) (fsys.File, error) {
	f, err := u.OS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

func (unsynced) SyncDir(string) error { return nil }

type unsyncedFile struct{ fsys.File }

func (unsyncedFile) Sync() error { return nil }

// open makes the rotation's sink.
func (r *rotation) open(ffs *faultfs.FS, path string) (*Rotating, error) {
	opts := r.opts
	opts.OnError = func(error) {}
	if opts.Link != "" {
		opts.Link = path + ".current"
	}
	if r.timed {
		return newTimedRotating(ffs, path, Calendar{When: Seconds, Interval: 3, Location: time.UTC}, &opts)
	}
	return newRotating(ffs, path, limit, &opts)
}

// prepare makes the files that are there at first.
func (r *rotation) prepare(t *testing.T, path string) (accepted []string) {
	t.Helper()
	for name, content := range r.before {
		write(t, filepath.Join(filepath.Dir(path), name), content)
	}
	for _, name := range strangers {
		write(t, filepath.Join(filepath.Dir(path), name), "stranger\n")
	}
	if r.before == nil {
		return nil
	}
	return []string{"left 0", "left 1", "left 2"}
}

// run plays the rotation and returns which records were accepted and which were
// refused. The last one comes when the disk works again.
func (r *rotation) run(t *testing.T, ffs *faultfs.FS, path string, fault faultfs.Fault) (accepted, refused []string) {
	t.Helper()
	accepted = r.prepare(t, path)
	now := time.Now()
	ffs.SetNow(now)
	ffs.Arm(fault)
	sink := constructed(t, ffs, fault, func() (*Rotating, error) { return r.open(ffs, path) })
	for i := range 7 {
		text := fmt.Sprintf("record %d", i)
		switch err := sink.Emit(line(text)); {
		case err == nil:
			accepted = append(accepted, text)
		case errors.Is(err, fault.Err):
			refused = append(refused, text)
		default:
			t.Fatalf("Emit %s: %v", text, err)
		}
		now = now.Add(time.Second)
		ffs.SetNow(now)
	}
	_ = sink.Flush(t.Context())
	ffs.Arm(faultfs.Fault{})
	ffs.SetNow(now.Add(time.Minute)) // no pause lasts as long
	emit(t, sink, "recovered")
	_ = sink.Close() // a sync that failed before may be told here
	return append(accepted, "recovered"), refused
}

// content returns the records of the live file and of the old ones, oldest first,
// as they are after the next start on a working disk.
func (r *rotation) content(t *testing.T, path string) string {
	t.Helper()
	return strings.Join(r.texts(t, path), "")
}

// texts is content, file by file: the live one is the last.
func (r *rotation) texts(t *testing.T, path string) (texts []string) {
	t.Helper()
	ffs := &faultfs.FS{FS: unsynced{}}
	ffs.SetNow(time.Now().Add(time.Hour)) // later than all that was
	s, err := r.open(ffs, path)
	if err != nil {
		t.Fatalf("the next start: %v", err)
	}
	closeSink(t, s)
	l, err := s.roller.keeper.list()
	if err != nil {
		t.Fatal(err)
	}
	if len(l.partial) > 0 || len(l.waiting) > 0 {
		t.Errorf("left behind: %v %v", l.partial, l.waiting)
	}
	for _, f := range l.old {
		if f.plain >= 0 && f.packed >= 0 {
			t.Errorf("%s is there in both forms", f.name)
		}
		if r.opts.Compress != nil && f.packed < 0 {
			t.Errorf("%s was not compressed", f.name)
		}
		if f.plain >= 0 {
			texts = append(texts, read(t, filepath.Join(filepath.Dir(path), f.name)))
		} else {
			texts = append(texts, unzip(t, filepath.Join(filepath.Dir(path), f.name+".gz")))
		}
	}
	r.count(t, len(l.old))
	return append(texts, read(t, path))
}

// count fails if not as many old files are kept as were asked for.
func (r *rotation) count(t *testing.T, n int) {
	t.Helper()
	if b := r.opts.Backups; b > 0 && n > b {
		t.Errorf("%d old files, want %d", n, b)
	}
}

func unzip(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(b)
}

// verify holds the files against what the caller was told: every accepted record
// once and in order, but for the oldest where few are kept.
func (r *rotation) verify(t *testing.T, path string, accepted, refused []string) {
	t.Helper()
	texts := r.texts(t, path)
	lines := r.records(t, texts, accepted, refused)
	want := accepted
	if r.few {
		want = accepted[max(0, len(accepted)-len(lines)):]
		r.checkKept(t, path, texts, want, len(want) < len(accepted))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("accepted\n  %q\nbut there are\n  %q\nin %q", accepted, lines, tree(t, filepath.Dir(path)))
	}
	for _, name := range strangers {
		if got := read(t, filepath.Join(filepath.Dir(path), name)); got != "stranger\n" {
			t.Errorf("stranger %s holds %q", name, got)
		}
	}
}

// records returns the accepted records that are in the files. All that may be there
// besides are headers, footers, and pieces of what was refused, or was tried again.
func (r *rotation) records(t *testing.T, texts, accepted, refused []string) (lines []string) {
	t.Helper()
	pieces := refused
	if r.opts.BufferSize > 0 {
		pieces = slices.Concat(refused, accepted)
	}
	all := strings.Join(texts, "")
	for _, text := range texts {
		if text != "" && !strings.HasSuffix(text, "\n") && r.opts.Footer == nil {
			t.Errorf("the last line has no end: %q", text)
		}
		for l := range strings.Lines(text) {
			l = strings.TrimSuffix(l, "\n")
			switch {
			case slices.Contains(accepted, l):
				lines = append(lines, l)
			case l == "" || r.opts.Header != nil && (strings.HasPrefix("# head", l) || strings.HasPrefix("# foot", l)):
			case r.opts.Sync == SyncEach && slices.Contains(refused, l) && strings.Count(all, l+"\n") == 1: // its sync failed
			case !pieceOf(pieces, l):
				t.Errorf("line %q is no record, nor a piece of one; all: %q", l, texts)
			}
		}
	}
	return lines
}

// checkKept fails unless what retention has to leave is there: the live file, which ends
// with the last record, and if any record is gone as many old files as are kept, none of
// which is smaller than it was when it was given up.
func (r *rotation) checkKept(t *testing.T, path string, texts, records []string, gone bool) {
	t.Helper()
	old, live := texts[:len(texts)-1], texts[len(texts)-1]
	if len(records) == 0 || !strings.HasSuffix(live, records[len(records)-1]+"\n") {
		t.Errorf("the live file holds %q", live)
	}
	if n := r.opts.Backups; gone && len(old) < n {
		t.Errorf("records are gone, but there are only %d old files, want %d", len(old), n)
	}
	for i, text := range old {
		if !r.timed && r.before == nil && len(text) <= limit-len("recovered\n") {
			t.Errorf("old file %d holds only %q", i, text)
		}
	}
	if r.opts.DiscardOld {
		wantNames(t, filepath.Dir(path), append([]string{filepath.Base(path)}, strangers...)...)
	}
	total, n := r.opts.MaxTotal, int64(len(strings.Join(texts, "")))
	if total > 0 && r.opts.Compress == nil && (n > total || gone && n <= total/2) {
		t.Errorf("%d bytes are left, want at most %d, and not much less", n, total)
	}
}

func TestRotationWhenEveryDiskOperationMayFail(t *testing.T) {
	for i := range rotations {
		r := &rotations[i]
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			runs, first := 0, rand.IntN(len(troubles))
			for i, fault := range []faultfs.Fault{{}, {Short: true}, {Persistent: true}, {Persistent: true, Short: true}} {
				for _, trouble := range beginnings(first + i) {
					runs += r.enumerate(t, fault, trouble)
				}
			}
			t.Logf("%d runs, the first with %v", runs, troubles[first])
		})
	}
}

// beginnings returns which troubles the first operation meets: all, so that each
// operation meets all, or the i-th, so that it meets another one in each run of the test.
func beginnings(i int) []int {
	if os.Getenv("LOGSINKS_SOAK") != "" {
		return []int{0, 1, 2, 3}
	}
	return []int{i}
}

// troubles are how operations fail, one after the other, beginning with any.
var troubles = []error{syscall.ENOSPC, syscall.EIO, syscall.EACCES, syscall.EMFILE}

// enumerate fails operation 0, 1, 2 … until a run has none left to fail.
func (r *rotation) enumerate(t *testing.T, fault faultfs.Fault, trouble int) (runs int) {
	t.Helper()
	step := 1
	if testing.Short() {
		step = 7
	}
	for ; ; fault.At += step {
		fault.Err = troubles[(fault.At+trouble)%len(troubles)]
		ffs := &faultfs.FS{FS: unsynced{}}
		path := filepath.Join(t.TempDir(), "app.log")
		name := fmt.Sprint(fault.Err, " at ", strconv.Itoa(fault.At), " persistent=", fault.Persistent, " short=", fault.Short)
		done := t.Run(name, func(t *testing.T) {
			accepted, refused := r.run(t, ffs, path, fault)
			r.verify(t, path, accepted, refused)
		})
		runs++
		if !done || ffs.FiredEver() == 0 {
			return runs
		}
	}
}
