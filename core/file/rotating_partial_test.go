package file

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// What somebody who was killed has compressed in part is removed by whoever comes next,
// also if that one does not compress.
func TestPartialFileIsRemovedWithoutCompress(t *testing.T) {
	strangers := []string{"app.log.gz.tmp", "app.log.tmp", "app.log.01.gz.tmp", "app.log.1.gz.tmp.tmp", "other.log.1.gz.tmp"}
	for name, o := range map[string]RotatingOptions{
		"numbered": {Backups: 3}, "one": {Backups: 1}, "growing": {Archive: Growing{}}, "few": {Archive: Growing{}, Backups: 2},
		"shared": {Backups: 3, Shared: true}, "compressed": {Backups: 3, Compress: huffman},
	} {
		t.Run(name, func(t *testing.T) {
			o.OnError = func(err error) { t.Errorf("reported: %v", err) }
			dir := t.TempDir()
			touch(t, dir, append(strangers, "app.log.1.gz.tmp")...)
			s := rotating(t, filepath.Join(dir, "app.log"), 0, o)
			closeSink(t, s)
			names := append([]string{"app.log"}, strangers...)
			if o.Shared {
				names = append(names, "app.log.lock")
			}
			wantNames(t, dir, names...)
		})
	}
}

// With a Namer it is not looked for: that would call the namer about every file.
func TestPartialFileIsNotLookedForWithANamer(t *testing.T) {
	for name, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			touch(t, dir, "app.log.1.old.gz.tmp")
			s := rotating(t, filepath.Join(dir, "app.log"), 0, RotatingOptions{
				Archive: a, Backups: 3, Namer: func(name string) string { return name + ".old" },
			})
			emit(t, s, "a")
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			closeSink(t, s)
			wantNames(t, dir, "app.log", "app.log.1.old", "app.log.1.old.gz.tmp")
		})
	}
}

// One that another process is still writing is none of those.
func TestSharedPartialFileInUseStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	touch(t, dir, "app.log.1.gz.tmp")
	f, err := fsys.OS{}.OpenFile(path+".1.gz.tmp", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if ok, err := f.TryLock(true); !ok || err != nil {
		t.Fatal(ok, err)
	}
	o := RotatingOptions{Backups: 3, Shared: true}
	closeSink(t, rotating(t, path, 0, o))
	wantNames(t, dir, "app.log", "app.log.1.gz.tmp", "app.log.lock")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	closeSink(t, rotating(t, path, 0, o))
	wantNames(t, dir, "app.log", "app.log.lock")
}
