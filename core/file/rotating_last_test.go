package file

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// What has the last number goes when others move up, whichever form they have and
// whenever the process is killed: it is never taken for another form of what comes there.
func TestWhatHasTheLastNumberGoes(t *testing.T) {
	put := map[string]func(path, text string){
		"plain":  func(path, text string) { write(t, path, text) },
		"packed": func(path, text string) { write(t, path+".gz", zipped(t, text)) },
	}
	for last, putLast := range put {
		t.Run("one "+last, func(t *testing.T) {
			lastGoes(t, RotatingOptions{Backups: 1}, func(path string) { putLast(path+".1", "first\n") }, "third\n")
		})
		for first, putFirst := range put {
			t.Run("two "+first+" "+last, func(t *testing.T) {
				lastGoes(t, RotatingOptions{Backups: 2}, func(path string) {
					putLast(path+".2", "first\n")
					putFirst(path+".1", "second\n")
				}, "third\n", "second\n")
			})
		}
	}
}

// lastGoes starts on a disk that stops at each operation in turn while a file waits for
// its place, and then on one that works: the archive holds the texts, newest first.
func lastGoes(t *testing.T, o RotatingOptions, put func(path string), texts ...string) {
	t.Helper()
	o.Compress, o.OnError = huffman, func(error) {}
	for at, over := 0, false; !over; at++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "app.log")
		put(path)
		write(t, path+".rotating-1", "third\n")
		ffs := quick()
		ffs.Arm(faultfs.Fault{At: at, Persistent: true, Err: syscall.EIO})
		if s, err := newRotating(ffs, path, 0, &o); err == nil {
			_ = s.Close()
		}
		over = ffs.Fired() == 0

		sound := o
		sound.OnError = func(err error) { t.Errorf("operation %d: the next start reports: %v", at, err) }
		closeSink(t, made(t)(newRotating(quick(), path, 0, &sound)))
		names := []string{"app.log"}
		for i, text := range texts {
			name := "app.log." + string(rune('1'+i)) + ".gz"
			names = append(names, name)
			if got := unzip(t, filepath.Join(dir, name)); got != text {
				t.Errorf("operation %d: %s holds %q, want %q", at, name, got, text)
			}
		}
		wantNames(t, dir, names...)
	}
}

// While a process compresses a file another one has it move up, with a compressed file of
// the same name beside it that holds something else: nothing goes over that.
func TestCompressedFilesThatMoveUpMeanwhile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	o := RotatingOptions{Backups: 3, Shared: true}
	write(t, path+".1", "first\n")
	write(t, path+".1.gz", zipped(t, "other\n"))
	other := made(t)(newRotating(quick(), path, 0, &o))
	var c collector
	o.Compress, o.OnError = huffman, c.add
	ffs := quick()
	ffs.Arm(faultfs.Fault{Op: "open", Name: "app.log.1.gz", Err: syscall.ENOENT, Stop: func(string, string) {
		if err := other.Rotate(); err != nil {
			t.Error(err)
		}
	}})
	s := made(t)(newRotating(ffs, path, 0, &o))
	settled(s)
	if ffs.Fired() != 1 {
		t.Fatal("nothing has moved up")
	}
	closeSink(t, s)
	closeSink(t, other)
	want(t, path+".2", "first\n")
	if got := unzip(t, path+".2.gz"); got != "other\n" {
		t.Errorf("the compressed one holds %q", got)
	}
}
