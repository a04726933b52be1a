package file

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// wantMod fails unless a file was last modified then.
func wantMod(t *testing.T, path string, mod time.Time) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if !info.ModTime().Equal(mod) {
		t.Errorf("%s was modified at %v, want %v", filepath.Base(path), info.ModTime().UTC(), mod)
	}
}

// A compressed file is as old as what is in it: its time is that of its source.
func TestCompressedFileHasTheTimeOfItsSource(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 3}, "growing": {Archive: Growing{}}, "shared": {Archive: Growing{}, Shared: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.Compress = huffman
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			touch(t, dir, "app.log", "app.log.2")
			age(t, march, path)
			age(t, march.AddDate(0, 0, -1), path+".2")
			s := made(t)(newRotating(quick(), path, 0, &o))
			settled(s)
			wantMod(t, path+".2.gz", march.AddDate(0, 0, -1))
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			closeSink(t, s)
			newest := path + ".3.gz"
			if name == "numbered" {
				newest = path + ".1.gz"
			}
			wantMod(t, newest, march)
		})
	}
}

// It is also that of a file that had to be compressed again.
func TestFileThatIsCompressedAgainHasTheTimeOfItsSource(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path+".1", "first\n")
	write(t, path+".1.gz", zipped(t, "fir"))
	age(t, march, path+".1")
	s := made(t)(newRotating(quick(), path, 0, &RotatingOptions{Backups: 3, Compress: huffman}))
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1.gz")
	wantMod(t, path+".1.gz", march)
}

// What the time cannot be given is compressed all the same.
func TestCompressedFileThatCannotHaveTheTimeOfItsSource(t *testing.T) {
	var c collector
	ffs := quick()
	dir := t.TempDir()
	touch(t, dir, "app.log.1")
	ffs.Arm(faultfs.Fault{Op: "chtimes", Err: syscall.EPERM, Persistent: true})
	s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 0, &RotatingOptions{
		Backups: 3, Compress: huffman, Options: Options{OnError: c.add},
	}))
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1.gz")
	wantReports(t, s, &c, 1, "operation not permitted")
}
