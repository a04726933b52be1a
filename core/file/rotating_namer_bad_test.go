package file

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A namer of numbered files that fails for one number only is noticed before anything is
// renamed: no file moves up, the live one stays, and no record is lost.
func TestBadNamerOfNumberedFilesRenamesNothing(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"plain": {}, "compressed": {Compress: huffman}, "shared": {Shared: true}, "total": {MaxTotal: 1 << 20},
	} {
		for what, bad := range badNames() {
			for _, number := range []string{"1", "2", "3"} {
				t.Run(name+", "+what+" "+number, func(t *testing.T) {
					var c collector
					wrong := false
					o.Backups, o.OnError = 3, c.add
					o.Namer = func(name string) string {
						if wrong && name == "app.log."+number {
							return bad
						}
						return strings.Replace(name, "app.log.", "old-", 1)
					}
					ffs := quick()
					s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &o))
					emit(t, s, "a", "b", "c")
					settled(s)
					wrong = true
					ffs.Arm(faultfs.Fault{})
					if err := s.Rotate(); err == nil || !strings.Contains(err.Error(), "not a file name without a directory") {
						t.Errorf("Rotate: %v", err)
					}
					emit(t, s, "d", "e")
					settled(s)
					wantNothingMoved(t, ffs)
					want(t, s.Path(), "c\nd\ne\n")
					wantReports(t, s, &c, 1, "not a file name without a directory")
					wrong = false
					if err := s.Rotate(); err != nil {
						t.Errorf("Rotate: %v", err)
					}
					wantRecords(t, s, "a", "b", "c", "d", "e")
				})
			}
		}
	}
}

// wantNothingMoved fails if a file was renamed or deleted since Arm.
func wantNothingMoved(t *testing.T, ffs *faultfs.FS) {
	t.Helper()
	for _, op := range ffs.History() {
		if i := slices.Index([]string{"rename", "remove"}, strings.Fields(op)[0]); i >= 0 {
			t.Errorf("%s", op)
		}
	}
}

// A namer that gives one name to two numbers would have one file replace the other.
func TestNamerOfNumberedFilesThatGivesANameTwice(t *testing.T) {
	var c collector
	wrong := false
	ffs := quick()
	s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 2, &RotatingOptions{
		Backups: 3, Options: Options{OnError: c.add}, Namer: func(name string) string {
			if wrong && name == "app.log.3" {
				name = "app.log.1"
			}
			return strings.Replace(name, "app.log.", "old-", 1)
		},
	}))
	emit(t, s, "a", "b", "c")
	settled(s)
	wrong = true
	ffs.Arm(faultfs.Fault{})
	emit(t, s, "d")
	if err := s.Rotate(); !errors.Is(err, errTwice) {
		t.Errorf("Rotate: %v", err)
	}
	wantNothingMoved(t, ffs)
	wantReports(t, s, &c, 1, "for two files")
	wrong = false
	if err := s.Rotate(); err != nil {
		t.Errorf("Rotate: %v", err)
	}
	wantRecords(t, s, "a", "b", "c", "d")
}
