package file

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

func TestRotatingLazyAndRotate(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		files  []string
	}{
		"a file":  {"old\n", []string{"app.log.1=old;"}},
		"no file": {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			if c.before != "" {
				write(t, path, c.before)
			}
			s := rotating(t, path, 100, RotatingOptions{Backups: 2, Options: Options{Lazy: true}})
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, s, c.files...)
			emit(t, s, "new")
			wantFiles(t, s, append(c.files, "app.log=new;")...)
		})
	}
}

func TestRotatingLazyInAMissingDirectory(t *testing.T) {
	for name, o := range map[string]RotatingOptions{"alone": {Backups: 2}, "shared": {Backups: 2, Shared: true}} {
		t.Run(name, func(t *testing.T) {
			o.Lazy = true
			dir := filepath.Join(t.TempDir(), "none")
			s := rotating(t, filepath.Join(dir, "app.log"), 2, o)
			if err := s.Emit(line("x")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("Emit: %v", err)
			}
			if err := os.MkdirAll(dir, 0o750); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "a", "b")
			want(t, s.Path(), "b\n")
		})
	}
}

func TestRotateTwice(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 100, RotatingOptions{Backups: 3})
	emit(t, s, "a")
	for range 2 { // even an empty file is given up
		if err := s.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	emit(t, s, "b")
	wantFiles(t, s, "app.log.1=", "app.log.2=a;", "app.log=b;")
	wantRotations(t, s, 2)
}

// When Rotate returns, the old file has its place.
func TestRotateWaitsForThePlace(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 3}, "growing": {Archive: Growing{}}, "compressed": {Archive: Growing{}, Compress: Gzip},
		"buffered": {Backups: 3, Options: Options{BufferSize: 100}}, "lazy": {Backups: 3, Options: Options{Lazy: true}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 100, o)
			emit(t, s, "a")
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			names := namesIn(t, dir)
			if !slices.Contains(names, "app.log.1") && !slices.Contains(names, "app.log.1.gz") {
				t.Errorf("after Rotate: %q", names)
			}
		})
	}
}

func TestRotateThatFails(t *testing.T) {
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{Backups: 3, Options: Options{OnError: c.add}}))
	emit(t, s, "a")
	ffs.Arm(faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true})
	for range 2 {
		if err := s.Rotate(); !errors.Is(err, syscall.EACCES) || !strings.HasPrefix(err.Error(), "file: ") {
			t.Errorf("Rotate: %v", err)
		}
	}
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "b") // the caller knows, so that nothing has to be waited for
	wantFiles(t, s, "app.log.1=a;", "app.log=b;")
	wantReports(t, s, &c, 0, "")
}

func TestRotatingReopen(t *testing.T) {
	for name, o := range map[string]RotatingOptions{"alone": {Backups: 3}, "watched": {Backups: 3, Watched: true}, "shared": {Backups: 3, Shared: true}} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 4, o)
			emit(t, s, "a")
			if err := os.Rename(s.Path(), s.Path()+".mine"); err != nil {
				t.Fatal(err)
			}
			if err := s.Reopen(); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "b", "c", "d")
			settled(s)
			want(t, s.Path()+".mine", "a\n")
			want(t, s.Path()+".1", "b\nc\n")
			want(t, s.Path(), "d\n")
			if st := s.Stats(); st.Reopens != 1 || st.Rotations != 1 {
				t.Errorf("%d reopens, %d rotations", st.Reopens, st.Rotations)
			}
		})
	}
}

func TestRotatingReopenCountsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	s := rotating(t, path, 10, RotatingOptions{Backups: 3})
	emit(t, s, "a")
	if err := os.Rename(path, path+".mine"); err != nil {
		t.Fatal(err)
	}
	write(t, path, "another\n")
	if err := s.Reopen(); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "b", "c")
	wantFiles(t, s, "app.log.1=another;b;", "app.log.mine=a;", "app.log=c;")
}

func TestRotatingStats(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 4, RotatingOptions{Backups: 3})
	emit(t, s, "a", "b", "c", "d", "e")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	st := s.Stats()
	if st.Accepted != 5 || st.Delivered != 5 || st.Bytes != 10 || st.Failed != 0 || st.Rotations != 3 || st.Reopens != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestRotatingBatchAcrossSeveralRotations(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"direct": {}, "buffered": {Options: Options{BufferSize: 1000}}, "sync each": {Options: Options{Sync: SyncEach}},
		"shared": {Shared: true}, "total": {MaxTotal: 1 << 20}, "rotator": {Rotator: os.Rename},
	} {
		t.Run(name, func(t *testing.T) {
			o.Archive = Growing{}
			s := made(t)(newRotating(quick(), filepath.Join(t.TempDir(), "app.log"), 10, &o))
			emit(t, s, "first")
			var batch []core.Record
			texts := numberedLines("r", 20)
			for _, text := range texts {
				batch = append(batch, line(text))
			}
			if n, err := s.EmitBatch(batch); n != 20 || err != nil {
				t.Fatal(n, err)
			}
			closeSink(t, s)
			wantRecords(t, s, append([]string{"first"}, texts...)...)
			for i, text := range generations(t, s) {
				if want := 10; i > 0 && len(text) != want {
					t.Errorf("file %d has %d bytes", i, len(text))
				}
			}
			wantRotations(t, s, 10)
		})
	}
}

// The limit holds for each record, whoever comes with it.
func TestB33LimitUnder64Writers(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"direct": {}, "buffered": {Options: Options{BufferSize: 4096}}, "shared": {Shared: true}, "compressed": {Compress: huffman},
	} {
		t.Run(name, func(t *testing.T) {
			const limit, goroutines, each = 1024, 64, 50
			o.Archive = Growing{}
			s := made(t)(newRotating(quick(), filepath.Join(t.TempDir(), "app.log"), limit, &o))
			var wg sync.WaitGroup
			wg.Go(func() {
				for range 5 {
					if err := s.Rotate(); err != nil {
						t.Errorf("Rotate: %v", err)
					}
				}
			})
			produce(t, s, goroutines, each)
			wg.Wait()
			closeSink(t, s)
			texts := generations(t, s)
			for i, text := range texts {
				if len(text) > limit {
					t.Errorf("file %d has %d bytes", i, len(text))
				}
			}
			checkNumbered(t, strings.Join(texts, ""), goroutines, each)
		})
	}
}
