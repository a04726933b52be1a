package file

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// frail is an archive of the user's that panics as long as it is told to.
type frail struct {
	letters
	name, place *bool
}

func (f frail) Name(old Old, try int) string {
	if *f.name {
		panic(errTest)
	}
	return f.letters.Name(old, try)
}

func (f frail) Place(base, name string) (Place, bool) {
	if *f.place {
		panic(errTest)
	}
	return f.letters.Place(base, name)
}

// keepings are how a user's archive may be kept.
var keepings = map[string]RotatingOptions{
	"all": {}, "shared": {Shared: true}, "compressed": {Compress: huffman},
	"few": {Backups: 20}, "aged": {MaxAge: 1000 * time.Hour}, "total": {MaxTotal: 1 << 20},
}

// An archive whose Name panics is reported once, no record is lost, and the files get
// their names as soon as it does not panic any more.
func TestArchiveWhoseNamePanics(t *testing.T) {
	for name, o := range keepings {
		t.Run(name, func(t *testing.T) {
			var c collector
			panics, no := true, false
			o.Archive, o.OnError = frail{name: &panics, place: &no}, c.add
			s := made(t)(newRotating(quick(), filepath.Join(t.TempDir(), "app.log"), 2, &o))
			emit(t, s, "a", "b", "c")
			settled(s)
			wantRecords(t, s, "a", "b", "c")
			wantReports(t, s, &c, 1, "archive: panic: test trouble")
			err := s.Rotate()
			if worker := !s.roller.keeper.inline; err == nil != worker { // he has reported it
				t.Errorf("Rotate: %v", err)
			}
			if err != nil && !errors.Is(err, errTest) {
				t.Errorf("Rotate: %v", err)
			}
			panics = false
			if err := s.Rotate(); err != nil {
				t.Errorf("Rotate: %v", err)
			}
			emit(t, s, "d")
			wantRecords(t, s, "a", "b", "c", "d")
			wantReports(t, s, &c, 1, "archive: panic: test trouble")
			for _, name := range namesIn(t, filepath.Dir(s.Path())) {
				if strings.Contains(name, waiting) {
					t.Errorf("%s still waits", name)
				}
			}
		})
	}
}

// An archive whose Place panics knows no file: none is deleted, renamed or compressed,
// and none is overwritten. It is reported once.
func TestArchiveWhosePlacePanics(t *testing.T) {
	for name, o := range keepings {
		t.Run(name, func(t *testing.T) {
			var c collector
			dir := t.TempDir()
			touch(t, dir, "app.log-a", "app.log-c")
			no, panics := false, true
			o.Archive, o.OnError, o.Backups = frail{name: &no, place: &panics}, c.add, 1
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &o))
			emit(t, s, "1", "2", "3")
			if err := s.Rotate(); err != nil {
				t.Errorf("Rotate: %v", err)
			}
			emit(t, s, "4")
			closeSink(t, s)
			wantReports(t, s, &c, 1, "panic: test trouble")
			for name, text := range map[string]string{
				"app.log-a": "app.log-a\n", "app.log-b": "1\n", "app.log-c": "app.log-c\n", "app.log-d": "2\n", "app.log-e": "3\n", "app.log": "4\n",
			} {
				want(t, filepath.Join(dir, name), text)
			}
			panics = false // the next start knows them
			s = made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &o))
			settled(s)
			closeSink(t, s)
			left := []string{"app.log", "app.log-e"}
			if o.Shared {
				left = append(left, "app.log.lock")
			}
			if o.Compress != nil {
				left[1] += ".gz"
			}
			wantNames(t, dir, left...)
		})
	}
}
