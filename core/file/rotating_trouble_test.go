package file

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Trouble with some old files does not spread to the others, and is not told each time.

// padded makes app.log.7 into app-000007.log, and app.log.2024-03-01.2 likewise.
func padded(name string) string {
	rest, date := strings.TrimPrefix(name, "app.log."), ""
	if len(rest) >= len(byDay) {
		date, rest = rest[:len(byDay)]+"-", strings.TrimPrefix(rest[len(byDay):], ".")
	}
	n := 0
	_, _ = fmt.Sscan(rest, &n)
	return fmt.Sprintf("app-%s%06d.log", date, n)
}

func TestB24NumbersThatANamerHasPadded(t *testing.T) {
	for name, a := range map[string]Archive{
		"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{Layout: byDay, Location: time.UTC},
	} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 2, RotatingOptions{Archive: a, Backups: 2, Namer: padded})
			emit(t, s, "a", "b", "c", "d", "e")
			closeSink(t, s)
			if names := namesIn(t, filepath.Dir(s.Path())); len(names) != 3 {
				t.Errorf("%q", names)
			}
		})
	}
}

// While the directory cannot be read, no number is given that may be too low.
func TestGrowingInADirectoryThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	touch(t, filepath.Dir(path), "app.log.3", "app.log.4")
	var c collector
	ffs := clocked(march)
	ffs.Arm(faultfs.Fault{Op: "readdir", Err: syscall.EMFILE, Persistent: true})
	s := made(t)(newRotating(ffs, path, 2, &RotatingOptions{Archive: Growing{}, Backups: 3, Options: Options{OnError: c.add}}))
	emit(t, s, "a", "b")
	settled(s)
	ffs.Arm(faultfs.Fault{})
	ffs.SetNow(march.Add(lastPause))
	emit(t, s, "c")
	wantFiles(t, s, "app.log.3=app.log.3;", "app.log.4=app.log.4;", "app.log.5=a;b;", "app.log=c;")
	wantReports(t, s, &c, 4, "") // a rotation fails, and three want to read the directory
}

func TestGrowingBesideTheGreatestNumbers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	stray := fmt.Sprint("app.log.", uint64(1)<<63-2)
	touch(t, filepath.Dir(path), stray)
	s := rotating(t, path, 2, RotatingOptions{Archive: Growing{}, Backups: 2})
	emit(t, s, "a", "b", "c", "d")
	closeSink(t, s)
	wantNames(t, filepath.Dir(path), "app.log", "app.log.2", "app.log.3", stray)
}

// Files that cannot be read keep no others from being compressed.
func TestFilesThatCannotBeCompressed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	for i := range 6 {
		touch(t, dir, fmt.Sprint("app.log.", i+1))
	}
	var c collector
	s := made(t)(newRotating(&unreadable{below: 7}, path, 2, &RotatingOptions{Archive: Growing{}, Compress: huffman, Options: Options{OnError: c.add}}))
	settled(s)
	for _, text := range []string{"a", "b", "c", "d"} {
		emit(t, s, text)
		settled(s)
	}
	for i := 7; i < 10; i++ {
		if name := fmt.Sprint(path, ".", i, ".gz"); unzip(t, name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	wantReports(t, s, &c, 1, "permission denied")
}

// unreadable is a disk whose old files below a number cannot be opened.
type unreadable struct {
	unsynced
	below int
}

func (d *unreadable) OpenFile(name string, flag int, perm os.FileMode) (fsys.File, error) {
	if n, ok := number(strings.TrimPrefix(filepath.Ext(name), ".")); ok && n < d.below {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return d.unsynced.OpenFile(name, flag, perm)
}

// While files are compressed, others get their places, and those that are too many go.
func TestRetentionDuringACompression(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	for i := range 20 {
		touch(t, dir, fmt.Sprint("app.log.", i+1))
	}
	begun, on := make(chan struct{}, 100), make(chan struct{})
	s := made(t)(newRotating(quick(), path, 2, &RotatingOptions{Backups: 20, Compress: func(w io.Writer) (io.WriteCloser, error) {
		begun <- struct{}{}
		<-on
		return huffman(w)
	}}))
	<-begun // one is being compressed
	emit(t, s, "a", "b")
	on <- struct{}{}
	<-begun // the next one: what has come meanwhile had its turn
	want(t, path+".1", "a\n")
	close(on)
	closeSink(t, s)
}

// Files that cannot be deleted are reported once, and so are few.
func TestManyFilesThatCannotBeDeleted(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"backups": {Archive: Growing{}, Backups: 3}, "age": {Archive: Growing{}, MaxAge: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			for i := range 300 {
				name := fmt.Sprint("app.log.", i+1)
				touch(t, dir, name)
				age(t, time.Now().Add(-2*time.Hour), filepath.Join(dir, name))
			}
			var c collector
			o.OnError = c.add
			ffs := quick()
			ffs.Arm(faultfs.Fault{Op: "remove", Err: syscall.EPERM, Persistent: true})
			s := made(t)(newRotating(ffs, path, 2, &o))
			for _, text := range numberedLines("", 10) {
				emit(t, s, text)
				settled(s)
			}
			if n := ffs.Fired(); n > 310+11*maxFailures {
				t.Errorf("%d tries", n)
			}
			wantReports(t, s, &c, 1, "operation not permitted")
			if n := len(c.all()[0].Error()); n > 2000 {
				t.Errorf("a report of %d bytes", n)
			}
		})
	}
}

// MaxTotal is kept to although one file cannot be deleted.
func TestTotalBesideAFileThatCannotBeDeleted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1")
	var c collector
	ffs := quick()
	ffs.Arm(faultfs.Fault{Op: "remove", Name: "app.log.1", Err: syscall.EPERM, Persistent: true})
	s := made(t)(newRotating(ffs, path, 100, &RotatingOptions{Archive: Growing{}, MaxTotal: 400, Options: Options{OnError: c.add}}))
	for i := range 200 {
		emit(t, s, fmt.Sprintf("record %02d", i))
		wantTotal(t, s, 400+10, fmt.Sprint("record ", i)) // more by the record at which it has failed first
	}
	if n := ffs.Fired(); n > 40 {
		t.Errorf("%d tries", n)
	}
	s.waitReported()
	if n := len(c.all()); n < 1 || n > 2 { // whoever logs tries, and perhaps the worker
		t.Errorf("%d reports: %v", n, c.all())
	}
	want(t, path+".1", "app.log.1\n")
}

// Compression that is turned off, and on again, leaves one form of the only old file.
func TestOneBackupWithCompressionOnAndOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	for i, compress := range []func(io.Writer) (io.WriteCloser, error){huffman, nil, huffman, nil} {
		var c collector
		s := rotating(t, path, 2, RotatingOptions{Backups: 1, Compress: compress, Options: Options{OnError: c.add}})
		emit(t, s, "a", "b", "c")
		closeSink(t, s)
		old := "app.log.1"
		if compress != nil {
			old += ".gz"
		}
		if names := namesIn(t, filepath.Dir(path)); len(names) != 2 || names[1] != old {
			t.Errorf("run %d: %q", i, names)
		}
		wantReports(t, s, &c, 0, "")
	}
}

// Two files of one name that both stay are read once.
func TestTwinsThatStayAreReadOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path+".1", "plain\n")
	write(t, path+".1.gz", zipped(t, "other\n"))
	var c collector
	ffs := quick()
	s := made(t)(newRotating(ffs, path, 2, &RotatingOptions{Archive: Growing{}, Compress: huffman, Options: Options{OnError: c.add}}))
	settled(s)
	ffs.Arm(faultfs.Fault{})
	for _, text := range []string{"a", "b", "c"} {
		emit(t, s, text)
		settled(s)
	}
	for _, op := range ffs.History() {
		if op == "open app.log.1" || op == "open app.log.1.gz" {
			t.Error(op)
		}
	}
	wantReports(t, s, &c, 1, "are not the same")
}

// A directory that has the name of an old file is not deleted, not even if it is empty.
func TestDirectoryWithTheNameOfAnOldFile(t *testing.T) {
	var c collector
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path+".1.gz", zipped(t, "old\n"))
	if err := os.Mkdir(path+".2", 0o750); err != nil {
		t.Fatal(err)
	}
	s := rotating(t, path, 2, RotatingOptions{Backups: 2, Options: Options{OnError: c.add}})
	emit(t, s, "a", "b")
	closeSink(t, s)
	wantNames(t, filepath.Dir(path), "app.log", "app.log.1", "app.log.2", "app.log.2.gz")
	wantReports(t, s, &c, 1, "is a directory")
}

// What a rotation costs depends on the files that are there, not on how many may be.
func TestNumberedWithRoomForMany(t *testing.T) {
	ffs := quick()
	path := filepath.Join(t.TempDir(), "app.log")
	touch(t, filepath.Dir(path), "app.log.1", "app.log.2", "app.log.50000")
	s := made(t)(newRotating(ffs, path, 2, &RotatingOptions{Backups: maxNumbered}))
	emit(t, s, "a")
	settled(s)
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "b")
	settled(s)
	if n := len(ffs.History()); n > 60 {
		t.Errorf("%d operations", n)
	}
	wantNames(t, filepath.Dir(path), "app.log", "app.log.1", "app.log.2", "app.log.3", "app.log.50001")
}
