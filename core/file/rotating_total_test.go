package file

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// bytesIn returns how many bytes the files in a directory take. A compressed file that
// is not finished does not count, nor one whose source is still there.
func bytesIn(t *testing.T, dir string) (total int64) {
	t.Helper()
	names := namesIn(t, dir)
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		twin := strings.HasSuffix(name, ".gz") && slices.Contains(names, strings.TrimSuffix(name, ".gz"))
		if err == nil && !twin && !strings.HasSuffix(name, temporary) {
			total += info.Size()
		}
	}
	return total
}

// wantTotal fails if the files take more than they may. Meanwhile none of them gets
// another name, or it might be counted twice.
func wantTotal(t *testing.T, s *Rotating, limit int64, when string) {
	t.Helper()
	k := s.roller.keeper
	k.moving.Lock()
	defer k.moving.Unlock()
	if got := bytesIn(t, filepath.Dir(s.Path())); got > limit {
		t.Errorf("%s: %d bytes, want at most %d; %q", when, got, limit, namesIn(t, filepath.Dir(s.Path())))
	}
}

func TestB31TotalIsNeverExceeded(t *testing.T) {
	skipOnWine(t, keepsNames)
	const total, limit, largest = 2000, 300, 120
	for name, o := range map[string]RotatingOptions{
		"numbered":             {Backups: 50},
		"numbered, compressed": {Backups: 50, Compress: Gzip},
		"growing":              {Archive: Growing{}},
		"growing, compressed":  {Archive: Growing{}, Compress: Gzip},
		"few, compressed":      {Archive: Growing{}, Compress: Gzip, Backups: 3},
		"buffered, compressed": {Archive: Growing{}, Compress: Gzip, Options: Options{BufferSize: 500}},
		"shared, compressed":   {Archive: Growing{}, Compress: Gzip, Shared: true},
		"rotator":              {Archive: Growing{}, Rotator: os.Rename},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			random := rand.New(rand.NewPCG(1, 2))
			o.MaxTotal = total
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), limit, &o))
			for i := range 150 {
				text := make([]byte, 1+random.IntN(largest-1))
				for j := range text {
					text[j] = 'a' + byte(random.IntN(26)) // little is gained by compression
				}
				emit(t, s, string(text))
				wantTotal(t, s, total, fmt.Sprint("record ", i))
			}
			closeSink(t, s)
			wantTotal(t, s, total, "after Close")
			if n := len(generations(t, s)); n < 3 {
				t.Errorf("only %d files were kept", n)
			}
		})
	}
}

// The oldest go, and as few as possible.
func TestTotalDeletesTheOldest(t *testing.T) {
	skipOnWine(t, keepsNames)
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 4, RotatingOptions{Archive: Growing{}, MaxTotal: 12})
	emit(t, s, "a", "b", "c", "d", "e", "f")
	wantFiles(t, s, "app.log.1=a;b;", "app.log.2=c;d;", "app.log=e;f;")
	emit(t, s, "g")
	wantFiles(t, s, "app.log.2=c;d;", "app.log.3=e;f;", "app.log=g;")
}

func TestTotalCountsWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	touch(t, dir, "app.log.1", "app.log.2.gz", "app.log.3", "app.log.rotating-1") // 10 + 13 + 10 + 19 bytes
	s := rotating(t, filepath.Join(dir, "app.log"), 0, RotatingOptions{
		Archive: Growing{}, MaxTotal: 52, Options: Options{NoTerminator: true},
	})
	settled(s)
	wantNames(t, dir, "app.log", "app.log.1", "app.log.2.gz", "app.log.3", "app.log.4")
	emit(t, s, "x")
	wantNames(t, dir, "app.log", "app.log.2.gz", "app.log.3", "app.log.4")
}

// A record that is larger than all may be is written nevertheless, alone.
func TestTotalSmallerThanARecord(t *testing.T) {
	skipOnWine(t, keepsNames)
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 0, RotatingOptions{Archive: Growing{}, MaxTotal: 4})
	emit(t, s, "a", "much too long", "b")
	wantFiles(t, s, "app.log=b;")
	emit(t, s, "much too long")
	wantFiles(t, s, "app.log=much too long;")
}

// The live file alone must not take more either.
func TestTotalWithoutASizeLimit(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 0, RotatingOptions{Archive: Growing{}, MaxTotal: 10})
	for i := range 20 {
		emit(t, s, itoa(i))
		wantTotal(t, s, 10, fmt.Sprint("record ", i))
	}
	want(t, s.Path(), "018\n019\n")
}

func TestTotalAndAFileThatCannotBeDeleted(t *testing.T) {
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{
		Archive: Growing{}, MaxTotal: 8, Options: Options{OnError: c.add},
	}))
	emit(t, s, "a", "b", "c", "d")
	settled(s)
	ffs.Arm(faultfs.Fault{Op: "remove", Err: syscall.EPERM, Persistent: true})
	emit(t, s, "e", "f")
	settled(s)
	s.waitReported()
	if len(c.all()) == 0 {
		t.Error("nothing was reported")
	}
	wantRecords(t, s, "a", "b", "c", "d", "e", "f")
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "g")
	wantFiles(t, s, "app.log.3=e;f;", "app.log=g;")
}

// between is a disk on which something happens after each look at a file.
type between struct {
	unsynced
	then func(name string)
}

func (b *between) Lstat(name string) (fsys.Info, error) {
	info, err := b.unsynced.Lstat(name)
	if b.then != nil {
		b.then(filepath.Base(name))
	}
	return info, err
}

// A file that goes while it is being compressed does not come back, uncounted.
func TestTotalWhileAFileIsCompressed(t *testing.T) {
	dir := t.TempDir()
	b := new(between)
	s := made(t)(newRotating(b, filepath.Join(dir, "app.log"), 4, &RotatingOptions{Archive: Growing{}, MaxTotal: 1000, Compress: Gzip}))
	settled(s)
	emit(t, s, "aaa")
	k := s.roller.keeper
	b.then = func(name string) {
		// Whoever logs may need room now, unless he has to wait.
		if name == "app.log.1" && len(namesIn(t, dir)) == 3 && k.moving.TryLock() {
			k.moving.Unlock()
			k.free(1000)
		}
	}
	emit(t, s, "bbb")
	settled(s)
	b.then = nil
	wantCounted(t, s)
}

// wantCounted fails unless the sink has counted the old files that are there.
func wantCounted(t *testing.T, s *Rotating) {
	t.Helper()
	settled(s)
	dir := filepath.Dir(s.Path())
	counted := s.roller.keeper.stock.sum.Load() + int64(len(read(t, s.Path())))
	if there := bytesIn(t, dir); there != counted {
		t.Errorf("%d bytes, counted are %d: %q", there, counted, namesIn(t, dir))
	}
}

func TestTotalCountsWhatIsThere(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"few": {Archive: Growing{}, Backups: 2}, "numbered": {Backups: 2}, "compressed": {Backups: 2, Compress: Gzip},
		"old": {Archive: Growing{}, MaxAge: time.Nanosecond}, "footer": {Archive: Growing{}, Options: Options{Footer: text("=\n")}},
		"rotator": {Archive: Growing{}, Rotator: os.Rename},
	} {
		t.Run(name, func(t *testing.T) {
			o.MaxTotal = 1 << 20
			s := made(t)(newRotating(quick(), filepath.Join(t.TempDir(), "app.log"), 8, &o))
			for _, text := range numberedLines("", 9) {
				emit(t, s, text)
				wantCounted(t, s)
			}
		})
	}
}
