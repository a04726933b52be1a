package file

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// The lines of Python's RotatingFileHandler tests, and those that it has no test for.

func TestRotatingEmptyFileNeverRolls(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 1, RotatingOptions{Backups: 2})
	emit(t, s, "longer than the limit")
	wantFiles(t, s, "app.log=longer than the limit;")
	wantRotations(t, s, 0)
}

func TestRotatingFoundEmptyFileNeverRolls(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "")
	s := rotating(t, path, 1, RotatingOptions{Backups: 2})
	emit(t, s, "longer than the limit")
	wantFiles(t, s, "app.log=longer than the limit;")
}

func TestRotatingHeaderIsNoRecord(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 8, RotatingOptions{
		Backups: 3, Options: Options{Header: text("# head\n")},
	})
	emit(t, s, "a", "b")
	wantFiles(t, s, "app.log.1=# head;a;", "app.log=# head;b;")
}

func TestRotatingWithoutALimitNeverRolls(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 0, RotatingOptions{Backups: 2})
	emit(t, s, strings.Repeat("x", 5000), strings.Repeat("y", 5000))
	wantNames(t, dir, "app.log")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "app.log", "app.log.1")
}

func TestRotatingOneByteAndOneRecordRoll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, ".")
	s := rotating(t, path, 2, RotatingOptions{Backups: 1})
	emit(t, s, "x")
	wantFiles(t, s, "app.log.1=.;", "app.log=x;")
}

func TestRotatingFileIsCreated(t *testing.T) {
	for name, lazy := range map[string]bool{"at once": false, "delay": true} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			s := rotating(t, path, 10, RotatingOptions{Backups: 1, Options: Options{Lazy: lazy}})
			if _, err := os.Stat(path); (err == nil) == lazy {
				t.Errorf("before the first record: %v", err)
			}
			emit(t, s, "x")
			want(t, path, "x\n")
		})
	}
}

func TestRotatingLimit100Backups2(t *testing.T) {
	large := strings.Repeat("b", 100)
	for name, lazy := range map[string]bool{"at once": false, "delay": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 100, RotatingOptions{Backups: 2, Options: Options{Lazy: lazy}})
			emit(t, s, "a", "a")
			wantFiles(t, s, "app.log=a;a;")
			emit(t, s, large)
			wantFiles(t, s, "app.log.1=a;a;", "app.log="+large+";")
			emit(t, s, "a")
			wantFiles(t, s, "app.log.1="+large+";", "app.log.2=a;a;", "app.log=a;")
			emit(t, s, large, "c")
			wantFiles(t, s, "app.log.1="+large+";", "app.log.2=a;", "app.log=c;")
		})
	}
}

func TestRotatingBoundary(t *testing.T) {
	for name, c := range map[string]struct {
		limit int64
		files []string
	}{
		"exactly full": {10, []string{"app.log.1=aaaa;bbbb;", "app.log=cccc;"}},
		"one too many": {9, []string{"app.log.1=bbbb;", "app.log.2=aaaa;", "app.log=cccc;"}},
		"one left":     {11, []string{"app.log.1=aaaa;bbbb;", "app.log=cccc;"}},
		"all of them":  {15, []string{"app.log=aaaa;bbbb;cccc;"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), c.limit, RotatingOptions{Backups: 5})
			emit(t, s, "aaaa", "bbbb", "cccc")
			wantFiles(t, s, c.files...)
		})
	}
}

// Python counts characters, and one for the terminator; here the limit is one of bytes.
func TestRotatingCountsBytes(t *testing.T) {
	for name, c := range map[string]struct {
		opts Options
		text string
		size int64 // of the record in the file
	}{
		"multi-byte text": {Options{}, "äöü€", 10},
		"encoded":         {Options{Encoding: utf16le{}}, "abcd", 10},
		"terminator":      {Options{Terminator: "\r\n--\r\n"}, "ab", 8},
		"no terminator":   {Options{NoTerminator: true}, "abc", 3},
	} {
		t.Run(name, func(t *testing.T) {
			for _, over := range []int64{0, 1} {
				path := filepath.Join(t.TempDir(), "app.log")
				s := rotating(t, path, 2*c.size-over, RotatingOptions{Backups: 1, Options: c.opts})
				emit(t, s, c.text, c.text)
				info, err := os.Stat(path)
				if err != nil || info.Size() != (2-over)*c.size {
					t.Errorf("limit %d: %d bytes, %v; want %d", 2*c.size-over, info.Size(), err, (2-over)*c.size)
				}
				wantRotations(t, s, uint64(over))
			}
		})
	}
}

func TestRotatingTornLineCounts(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "torn") // and a line end that is to be written as well
	s := rotating(t, path, 6, RotatingOptions{Backups: 1})
	emit(t, s, "x")
	wantFiles(t, s, "app.log.1=torn;", "app.log=x;")
}

func TestRotatingGapsAreShifted(t *testing.T) {
	dir := t.TempDir()
	touch(t, dir, "app.log.1", "app.log.3", "app.log.5")
	s := rotating(t, filepath.Join(dir, "app.log"), 0, RotatingOptions{Backups: 5})
	emit(t, s, "x")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, s, "app.log.1=x;", "app.log.2=app.log.1;", "app.log.4=app.log.3;", "app.log.5=app.log.5;", "app.log=")
}

func TestRotatingLoweredBackupsAndStrays(t *testing.T) {
	dir := t.TempDir()
	strays := []string{"app.log.3", "app.log.4", "app.log.01", "app.log.0", "app.log.-1", "app.log.1.bak", "app.log.1.tmp", "app.log.+1"}
	touch(t, dir, "app.log.1", "app.log.2")
	touch(t, dir, strays...)
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{Backups: 2, MaxAge: 1})
	emit(t, s, "a", "b", "c", "d")
	closeSink(t, s)
	for _, name := range strays {
		want(t, filepath.Join(dir, name), name+"\n")
	}
}

func TestRotatingMissingBase(t *testing.T) {
	for name, c := range map[string]struct {
		lazy bool
		then []string
	}{
		"delay":                    {true, []string{"app.log.2=app.log.1;"}},
		"deleted while it is open": {false, []string{"app.log.2=app.log.1;", "app.log="}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			touch(t, dir, "app.log.1")
			s := rotating(t, path, 0, RotatingOptions{Backups: 3, Options: Options{Lazy: c.lazy}})
			if !c.lazy {
				remove(t, path)
			}
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, s, c.then...)
			emit(t, s, "x")
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, s, "app.log.1=x;", "app.log.3=app.log.1;", "app.log=")
		})
	}
}

func TestRotatingRenameFailureLosesNothing(t *testing.T) {
	var c collector
	ffs := quick()
	dir := t.TempDir()
	s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 4, &RotatingOptions{Backups: 9, Options: Options{OnError: c.add}}))
	emit(t, s, "aaa")
	ffs.Arm(faultfs.Fault{Op: "rename", Err: syscall.EACCES, Persistent: true})
	emit(t, s, "bbb", "ccc", "ddd")
	wantFiles(t, s, "app.log=aaa;bbb;ccc;ddd;")
	wantReports(t, s, &c, 1, "rotation failed")
}

// While a number cannot be given, old files wait under names of their own, and what
// is in the way stays.
func TestRotatingDirectoryInTheWay(t *testing.T) {
	var c collector
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	s := rotating(t, path, 2, RotatingOptions{Backups: 2, Options: Options{OnError: c.add}})
	emit(t, s, "a", "b")
	settled(s)
	if err := os.MkdirAll(filepath.Join(path+".2", "inside"), 0o750); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "c", "d")
	want(t, path+".1", "a\n")
	wantRecords(t, s, "a", "b", "c", "d")
	wantReports(t, s, &c, 1, "keeps a temporary name")
	remove(t, path+".2")
	emit(t, s, "e")
	wantFiles(t, s, "app.log.1=d;", "app.log.2=c;", "app.log=e;")
	wantReports(t, s, &c, 1, "keeps a temporary name")
}
