//go:build unix

package file

import (
	"os"
	"path/filepath"
	"testing"
)

// A record that could only go to a file that nobody would find is refused, and the next
// one is tried: the directory may be back.
func TestRotatingDirectoryThatVanishes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	var c collector
	s := rotating(t, filepath.Join(dir, "app.log"), 4, RotatingOptions{Backups: 2, Options: Options{OnError: c.add}})
	emit(t, s, "a", "b")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.Emit(line("c")); err == nil {
			t.Error("a record was accepted that nobody will find")
		}
	}
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "d")
	wantTree(t, dir, "app.log=d;")
	wantReports(t, s, &c, 1, "no such file")
}
