package file

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// greedy is an archive of the user's that claims the live file and the lock file as well,
// as the oldest.
type greedy struct{ letters }

func (greedy) Place(base, name string) (Place, bool) {
	p, ok := letters{}.Place(base, name)
	return p, ok || name == base || name == base+".lock"
}

// A user's archive may claim the live file and the lock file: they are not deleted,
// renamed or compressed.
func TestArchiveThatClaimsTheLiveFileAndTheLock(t *testing.T) {
	for name, c := range map[string]struct {
		opts RotatingOptions
		old  []string
	}{
		"few":        {RotatingOptions{Backups: 1}, []string{"app.log-c"}},
		"aged":       {RotatingOptions{MaxAge: time.Minute}, nil},
		"total":      {RotatingOptions{MaxTotal: 4}, []string{"app.log-c"}},
		"total of 1": {RotatingOptions{MaxTotal: 1}, nil},
		"compressed": {RotatingOptions{Compress: huffman}, []string{"app.log-a.gz", "app.log-b.gz", "app.log-c.gz"}},
	} {
		for _, shared := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", shared"}[shared], func(t *testing.T) {
				dir := t.TempDir()
				path := filepath.Join(dir, "app.log")
				write(t, path+".lock", "") // no other sink may lose it either
				before := identity(t, path+".lock")
				c.opts.Archive, c.opts.Shared = greedy{}, shared
				ffs := clocked(time.Now().Add(time.Hour)) // all files are an hour old
				s := made(t)(newRotating(ffs, path, 2, &c.opts))
				for _, text := range []string{"a", "b", "c", "d"} {
					emit(t, s, text)
					settled(s)
					want(t, path, text+"\n")
				}
				if paths, err := s.Expired(); err != nil || slices.Contains(paths, path) || slices.Contains(paths, path+".lock") {
					t.Errorf("Expired: %q, %v", paths, err)
				}
				closeSink(t, s)
				s = made(t)(newRotating(ffs, path, 2, &c.opts)) // no old file is in use, so that all are compressed
				settled(s)
				wantNames(t, dir, slices.Concat([]string{"app.log", "app.log.lock"}, c.old)...)
				if !os.SameFile(before, identity(t, path+".lock")) {
					t.Error("the lock file is another one")
				}
			})
		}
	}
}

// identity returns what tells a file from all others.
func identity(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
