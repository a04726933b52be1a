package fsys_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

func TestRenameReplaces(t *testing.T) {
	old := file(t, "new content")
	backups := filepath.Join(filepath.Dir(old), "old")
	if err := disk.MkdirAll(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{old + ".1", filepath.Join(backups, "app.log")} {
		write(t, name, "old content")
		if err := disk.Rename(old, name); err != nil {
			t.Fatal(err)
		}
		wantContent(t, name, "new content")
		if _, err := disk.Lstat(old); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the old name is still there: %v", err)
		}
		old = name
	}
}

func TestRenameOverAnOpenFile(t *testing.T) {
	notOnWine(t, "replaces no open file")
	name := file(t, "")
	moved, replaced := open(t, name), open(t, name+".1")
	for f, text := range map[fsys.File]string{moved: "moved", replaced: "replaced"} {
		must[int](t)(f.Write([]byte(text)))
	}
	if err := disk.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	must[int](t)(moved.Write([]byte(" and written to")))
	wantContent(t, name+".1", "moved and written to")
	if _, err := replaced.Write([]byte(".")); err != nil {
		t.Errorf("writing to the file that was replaced: %v", err)
	}
	info := must[fsys.Info](t)(disk.Stat(name + ".1"))
	if !info.Same(must[fsys.Info](t)(moved.Stat())) || info.Same(must[fsys.Info](t)(replaced.Stat())) {
		t.Error("the new name leads to the wrong file")
	}
}

func TestRenameOfAnOpenFile(t *testing.T) {
	name := file(t, "")
	f := open(t, name)
	if err := disk.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	must[int](t)(f.Write([]byte("text")))
	wantContent(t, name+".1", "text")
}

func TestErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	old, name := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	var link *os.LinkError
	if err := disk.Rename(old, name); !errors.As(err, &link) || link.Old != old || link.New != name {
		t.Errorf("Rename: %#v", err)
	}
	_, lstatErr := disk.Lstat(old)
	_, birthErr := disk.Birth(old)
	_, readErr := disk.ReadDir(old)
	for op, err := range map[string]error{
		"Rename": link, "Lstat": lstatErr, "Birth": birthErr, "ReadDir": readErr, "Remove": disk.Remove(old),
	} {
		var path *fs.PathError
		if !errors.Is(err, fs.ErrNotExist) || op != "Rename" && (!errors.As(err, &path) || path.Path != old) {
			t.Errorf("%s: %v", op, err)
		}
	}
}

func TestRemoveOfAnOpenFile(t *testing.T) {
	notOnWine(t, "removes the name when the file is closed")
	name := file(t, "x")
	open(t, name)
	if err := disk.Remove(name); err != nil {
		t.Fatal(err)
	}
	if _, err := disk.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
}

func TestLinks(t *testing.T) {
	name := file(t, "content")
	link := filepath.Join(filepath.Dir(name), "current")
	symlink(t, "app.log", link)
	if target, err := disk.Readlink(link); target != "app.log" || err != nil {
		t.Errorf("Readlink: %q, %v", target, err)
	}
	itself := must[fsys.Info](t)(disk.Lstat(link))
	if itself.Mode.Type() != fs.ModeSymlink {
		t.Errorf("Lstat: %v", itself.Mode)
	}
	end, regular := must[fsys.Info](t)(disk.Stat(link)), must[fsys.Info](t)(disk.Lstat(name))
	if !end.Mode.IsRegular() || end.Size != 7 || !end.Same(regular) || end.Same(itself) {
		t.Errorf("Stat: %v, %d bytes", end.Mode, end.Size)
	}
	if _, err := disk.Readlink(name); err == nil {
		t.Error("Readlink of a file succeeds")
	}
	wantEntries(t, filepath.Dir(name), map[string]fs.FileMode{"app.log": 0, "current": fs.ModeSymlink})
}

func TestReadDir(t *testing.T) {
	name := file(t, "")
	dir := filepath.Dir(name)
	if err := disk.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	wantEntries(t, dir, map[string]fs.FileMode{"app.log": 0, "sub": fs.ModeDir})
}

func wantEntries(t *testing.T, dir string, want map[string]fs.FileMode) {
	t.Helper()
	got := map[string]fs.FileMode{}
	for _, e := range must[[]fsys.Entry](t)(disk.ReadDir(dir)) {
		got[e.Name] = e.Type
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestInfo(t *testing.T) {
	name := file(t, "content")
	mod := time.Now().Add(time.Hour).Truncate(time.Second)
	if err := os.Chtimes(name, mod, mod); err != nil {
		t.Fatal(err)
	}
	f := open(t, name)
	for from, ask := range map[string]func() (fsys.Info, error){
		"Stat":      func() (fsys.Info, error) { return disk.Stat(name) },
		"Lstat":     func() (fsys.Info, error) { return disk.Lstat(name) },
		"File.Stat": f.Stat,
	} {
		info, err := ask()
		if err != nil || info.Size != 7 || !info.Mod.Equal(mod) || info.Links != 1 {
			t.Errorf("%s: %+v, %v; want 7 bytes of %v", from, info, err, mod)
		}
		if info.UID != os.Getuid() || info.GID < -1 {
			t.Errorf("%s: owner %d, group %d; want %d", from, info.UID, info.GID, os.Getuid())
		}
	}
}

func TestBirth(t *testing.T) {
	notOnWine(t, "tells the time of modification")
	name := file(t, "")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(name, later, later); err != nil {
		t.Fatal(err)
	}
	born, err := disk.Birth(name)
	if err != nil {
		t.Fatal(err)
	}
	if born.IsZero() {
		if tellsBirth(t, name) {
			t.Error("zero")
		}
		return
	}
	if now := disk.Now(); born.After(now) || now.Sub(born) > time.Minute {
		t.Errorf("%v, and now it is %v", born, now)
	}
}

// That it is one of a file in use: see the tests for Windows.
func TestBusyIsNoOtherError(t *testing.T) {
	_, missing := disk.Stat(filepath.Join(t.TempDir(), "missing"))
	for _, err := range []error{nil, missing, fs.ErrPermission, errors.ErrUnsupported, errors.New("other")} {
		if fsys.Busy(err) || fsys.Busy(fmt.Errorf("wrapped: %w", err)) {
			t.Errorf("%v is taken for it", err)
		}
	}
}

func TestReadAndChown(t *testing.T) {
	f := open(t, file(t, "content"))
	got := make([]byte, 4)
	if n, err := f.Read(got); n != 4 || err != nil || string(got) != "cont" {
		t.Errorf("Read: %q, %v", got[:n], err)
	}
	err := f.Chown(os.Getuid(), os.Getgid())
	if os.Getuid() < 0 && !errors.Is(err, errors.ErrUnsupported) || os.Getuid() >= 0 && err != nil {
		t.Errorf("Chown: %v", err)
	}
}
