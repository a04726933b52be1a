package file

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// rotating returns a sink that rotates by size.
func rotating(t *testing.T, path string, maxBytes int64, o RotatingOptions) *Rotating {
	t.Helper()
	s, err := NewRotating(path, maxBytes, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// tree returns what is in a directory: "name=content" for each file, in order.
func tree(t *testing.T, dir string) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, e.Name()+"="+strings.ReplaceAll(read(t, filepath.Join(dir, e.Name())), "\n", ";"))
	}
	slices.Sort(files)
	return files
}

func wantTree(t *testing.T, dir string, files ...string) {
	t.Helper()
	if got := tree(t, dir); !slices.Equal(got, files) {
		t.Errorf("the directory has\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(files, "\n  "))
	}
}

func TestRotatingNumbersItsFiles(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 10, RotatingOptions{Backups: 2})
	emit(t, s, "aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff", "gggg")
	closeSink(t, s)
	wantTree(t, dir, "app.log.1=eeee;ffff;", "app.log.2=cccc;dddd;", "app.log=gggg;")
	if n := s.Stats().Rotations; n != 3 {
		t.Errorf("%d rotations", n)
	}
}

func TestRotatingGrowing(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 5, RotatingOptions{Backups: 2, Archive: Growing{KeepExt: true}})
	emit(t, s, "aaaa", "bbbb", "cccc", "dddd")
	closeSink(t, s)
	wantTree(t, dir, "app.2.log=bbbb;", "app.3.log=cccc;", "app.log=dddd;")
}

func TestRotatingCompresses(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 5, RotatingOptions{Backups: 2, Compress: Gzip})
	emit(t, s, "aaaa", "bbbb", "cccc", "dddd")
	closeSink(t, s)
	var names []string
	for _, f := range tree(t, dir) {
		name, _, _ := strings.Cut(f, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "app.log app.log.1.gz app.log.2.gz" {
		t.Error(got)
	}
	want(t, filepath.Join(dir, "app.log"), "dddd\n")
}

func TestRotatingBatches(t *testing.T) {
	for name, size := range map[string]int{"direct": 0, "buffered": 64} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 10, RotatingOptions{Backups: 3, Options: Options{BufferSize: size}})
			n, err := s.EmitBatch([]core.Record{line("aaaa"), line("bbbb"), line("cccc"), line("ddddddddddd"), line("e")})
			if n != 5 || err != nil {
				t.Fatal(n, err)
			}
			closeSink(t, s)
			wantTree(t, dir, "app.log.1=ddddddddddd;", "app.log.2=cccc;", "app.log.3=aaaa;bbbb;", "app.log=e;")
		})
	}
}
