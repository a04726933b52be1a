package file

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// readers are how others open a file. On Windows one that is opened by os.Open can
// neither be renamed nor be deleted.
var readers = map[string]func(path string) (io.ReadCloser, error){
	"shares delete":         func(path string) (io.ReadCloser, error) { return fsys.OS{}.OpenFile(path, os.O_RDONLY, 0) },
	"does not share delete": func(path string) (io.ReadCloser, error) { return os.Open(path) },
}

// B-32: whoever reads the live file, a virus scanner for a moment or a tail for long,
// costs no record and at most delays the rotation.
func TestB32ReaderOfTheLiveFile(t *testing.T) {
	for name, open := range readers {
		for archive, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
			t.Run(name+" "+archive, func(t *testing.T) {
				ffs := clocked(march)
				s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{
					Archive: a, Backups: 9, Options: Options{OnError: func(error) {}},
				}))
				emit(t, s, "aaa")
				r, err := open(s.Path())
				if err != nil {
					t.Fatal(err)
				}
				emit(t, s, "bbb", "ccc")
				wantRecords(t, s, "aaa", "bbb", "ccc")
				if text, err := io.ReadAll(r); !strings.HasPrefix(string(text), "aaa\n") || err != nil {
					t.Errorf("the reader has read %q, %v", text, err)
				}
				if err := r.Close(); err != nil {
					t.Fatal(err)
				}
				ffs.SetNow(march.Add(firstPause))
				emit(t, s, "ddd", "eee")
				closeSink(t, s)
				wantRecords(t, s, "aaa", "bbb", "ccc", "ddd", "eee")
				want(t, s.Path(), "eee\n")
			})
		}
	}
}

// Nor does somebody who reads an old one, which cannot be moved up meanwhile.
func TestB32ReaderOfAnOldFile(t *testing.T) {
	for name, open := range readers {
		for how, o := range map[string]RotatingOptions{"numbered": {Backups: 9}, "compressed": {Backups: 9, Compress: Gzip}} {
			t.Run(name+" "+how, func(t *testing.T) {
				dir := t.TempDir()
				o.OnError = func(error) {}
				s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 4, &o))
				emit(t, s, "aaa", "bbb")
				settled(s)
				var held []io.Closer
				for _, name := range namesIn(t, dir) {
					if name == "app.log" {
						continue
					}
					r, err := open(filepath.Join(dir, name))
					if err != nil {
						t.Fatal(err)
					}
					held = append(held, r)
				}
				emit(t, s, "ccc", "ddd")
				wantRecords(t, s, "aaa", "bbb", "ccc", "ddd")
				for _, r := range held {
					if err := r.Close(); err != nil {
						t.Fatal(err)
					}
				}
				emit(t, s, "eee")
				closeSink(t, s)
				wantRecords(t, s, "aaa", "bbb", "ccc", "ddd", "eee")
				for _, name := range namesIn(t, dir) {
					if strings.Contains(name, waiting) {
						t.Errorf("%s has not got its place", name)
					}
				}
			})
		}
	}
}

// What others rename or delete under a sink that watches is written to no more.
func TestB32LiveFileIsRenamedAndDeleted(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 100, RotatingOptions{Backups: 2, Watched: true})
	emit(t, s, "a")
	if err := os.Rename(s.Path(), s.Path()+".mine"); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "b")
	want(t, s.Path(), "b\n")
	remove(t, s.Path())
	if _, err := os.Stat(s.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	emit(t, s, "c")
	wantFiles(t, s, "app.log.mine=a;", "app.log=c;")
}
