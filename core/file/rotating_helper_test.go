package file

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// made takes what a constructor returns, which is closed in the end.
func made(t *testing.T) func(*Rotating, error) *Rotating {
	return func(s *Rotating, err error) *Rotating {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
}

// ageless is a disk that does not tell when a file was created, which is today
// whatever the clock of a test shows.
type ageless struct{ unsynced }

func (ageless) Birth(string) (time.Time, error) { return time.Time{}, nil }

// clocked returns a disk whose clock shows now.
func clocked(now time.Time) *faultfs.FS {
	ffs := &faultfs.FS{FS: ageless{}}
	ffs.SetNow(now)
	return ffs
}

// quick returns a disk that can be made to fail, and is quick.
func quick() *faultfs.FS { return &faultfs.FS{FS: unsynced{}} }

var _ fsys.FS = ageless{}

// namesIn returns the names in a directory, in order.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

func wantNames(t *testing.T, dir string, names ...string) {
	t.Helper()
	slices.Sort(names)
	if got := namesIn(t, dir); !slices.Equal(got, names) {
		t.Errorf("the directory has\n  %q\nwant\n  %q", got, names)
	}
}

// touch makes files that hold their own name.
func touch(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		write(t, filepath.Join(dir, name), name+"\n")
	}
}

// age has files last modified at a time.
func age(t *testing.T, at time.Time, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// settled returns when the sink's worker has nothing more to do.
func settled(s *Rotating) { s.roller.keeper.worker.wait() }

// wantFiles fails unless the sink's directory has just these files, "name=content".
func wantFiles(t *testing.T, s *Rotating, files ...string) {
	t.Helper()
	settled(s)
	wantTree(t, filepath.Dir(s.Path()), files...)
}

// generations returns what is in the old files, oldest first, and in the live one.
func generations(t *testing.T, s *Rotating) (texts []string) {
	t.Helper()
	settled(s)
	l, err := s.roller.keeper.list()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(l.old, l.waiting...) {
		path := filepath.Join(filepath.Dir(s.Path()), f.name)
		if f.plain >= 0 {
			texts = append(texts, read(t, path))
		} else {
			texts = append(texts, unzip(t, path+".gz"))
		}
	}
	return append(texts, read(t, s.Path()))
}

// wantRecords fails unless the files together hold just these lines, in order.
func wantRecords(t *testing.T, s *Rotating, records ...string) {
	t.Helper()
	got := strings.Join(generations(t, s), "")
	if want := strings.Join(records, "\n") + "\n"; got != want {
		t.Errorf("the files hold\n  %q\nwant\n  %q", got, want)
	}
}

// wantReports fails unless as many errors were reported, all of which say what.
func wantReports(t *testing.T, s *Rotating, c *collector, n int, what string) {
	t.Helper()
	s.waitReported()
	errs := c.all()
	if len(errs) != n {
		t.Errorf("%d errors were reported, want %d: %v", len(errs), n, errs)
	}
	for _, err := range errs {
		if !strings.Contains(err.Error(), what) {
			t.Errorf("reported: %v, which does not say %q", err, what)
		}
	}
}

func wantRotations(t *testing.T, s *Rotating, n uint64) {
	t.Helper()
	if got := s.Stats().Rotations; got != n {
		t.Errorf("%d rotations, want %d", got, n)
	}
}

// numberedLines returns "<prefix>0" and so on.
func numberedLines(prefix string, n int) (lines []string) {
	for i := range n {
		lines = append(lines, prefix+itoa(i))
	}
	return lines
}

// itoa spells a number so that names sort as numbers do.
func itoa(i int) string {
	const digits = "0123456789"
	return string([]byte{digits[i/100%10], digits[i/10%10], digits[i%10]})
}
