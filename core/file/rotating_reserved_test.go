package file

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Names that the sink itself uses: no old file gets one.

func TestLayoutOfWaitingFilesIsRefused(t *testing.T) {
	for _, layout := range []string{"rotating-20060102", "rotating-2006-01-02_15-04-05"} {
		dir := t.TempDir()
		for _, keepExt := range []bool{false, true} {
			s, err := NewTimedRotating(filepath.Join(dir, "app.log"), Calendar{}, &RotatingOptions{Archive: Dated{Layout: layout, KeepExt: keepExt}})
			if err == nil {
				s.Close()
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), "file: ") || !strings.Contains(err.Error(), fmt.Sprintf("%q", layout)) {
				t.Errorf("%v", err)
			}
		}
		wantNames(t, dir)
	}
}

// It is only the beginning that is reserved.
func TestLayoutLikeThatOfWaitingFiles(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{Archive: Dated{Layout: "20060102-rotating-15"}})
	tt.at(march, "a")
	tt.after(time.Hour, "b")
	tt.wantFiles("app.log.20240301-rotating-10=a;", "app.log=b;")
}

// reservedNames are names that neither a namer nor an archive may return for app.log.
var reservedNames = []string{"app.log.lock", "app.log.rotating-9", "app.log.1.gz.tmp", "x.gz.tmp", ".gz.tmp"}

// A namer that returns one is the error of the rotation, and nothing is lost.
func TestNamerThatReturnsAReservedName(t *testing.T) {
	for archive, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{}} {
		for how, o := range map[string]RotatingOptions{"": {}, ", shared": {Shared: true}, ", rotator": {Rotator: os.Rename}} {
			for _, bad := range reservedNames {
				t.Run(archive+how+", "+bad, func(t *testing.T) {
					o.Archive, o.Backups = a, 9
					o.Namer = func(string) string { return bad }
					wantReserved(t, &o)
				})
			}
		}
	}
}

// namesake is an archive of the user's that gives one name.
type namesake string

func (n namesake) Name(Old, int) string { return string(n) }

func (n namesake) Place(_, name string) (Place, bool) { return Place{}, name == string(n) }

func TestArchiveThatReturnsAReservedName(t *testing.T) {
	for _, bad := range reservedNames {
		t.Run(bad, func(t *testing.T) { wantReserved(t, &RotatingOptions{Archive: namesake(bad)}) })
	}
}

// wantReserved fails unless no rotation succeeds, which is reported, and all records are
// in the live file.
func wantReserved(t *testing.T, o *RotatingOptions) {
	t.Helper()
	var c collector
	dir := t.TempDir()
	touch(t, dir, "x.gz.tmp")
	o.OnError = c.add
	s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, o))
	emit(t, s, "a", "b", "c")
	if err := s.Rotate(); err == nil || !strings.Contains(err.Error(), errReserved.Error()) {
		t.Errorf("Rotate: %v", err)
	}
	emit(t, s, "d")
	closeSink(t, s)
	wantReports(t, s, &c, 1, errReserved.Error())
	files := []string{"app.log=a;b;c;d;", "x.gz.tmp=x.gz.tmp;"}
	if o.Shared {
		files = []string{"app.log.lock=", files[0], files[1]}
	}
	wantTree(t, dir, files...)
}

// With a worker the file keeps the name under which it waits, until another start.
func TestReservedNameOfACompressedFile(t *testing.T) {
	for _, bad := range reservedNames {
		t.Run(bad, func(t *testing.T) {
			var c collector
			path := filepath.Join(t.TempDir(), "app.log")
			o := RotatingOptions{Archive: Growing{}, Compress: huffman, Namer: func(string) string { return bad }, Options: Options{OnError: c.add}}
			s := made(t)(newRotating(quick(), path, 2, &o))
			emit(t, s, "a", "b", "c")
			wantRecords(t, s, "a", "b", "c")
			wantReports(t, s, &c, 1, errReserved.Error())
			closeSink(t, s)
			o.Namer = nil
			s = made(t)(newRotating(quick(), path, 2, &o))
			settled(s)
			wantNames(t, filepath.Dir(path), "app.log", "app.log.1.gz", "app.log.2.gz")
			wantRecords(t, s, "a", "b", "c")
		})
	}
}
