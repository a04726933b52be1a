//go:build unix

package file

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

func wantLink(t *testing.T, link, to string) {
	t.Helper()
	if got, err := os.Readlink(link); err != nil || got != to {
		t.Errorf("the link leads to %q, %v; want %q", got, err, to)
	}
}

func TestRotatingLinkIsMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	link := filepath.Join(t.TempDir(), "current")
	s := rotating(t, path, 2, RotatingOptions{Backups: 2, Link: link})
	wantLink(t, link, path)
	emit(t, s, "a", "b")
	wantLink(t, link, path)
	want(t, link, "b\n")
}

func TestRotatingLinkTakesThePlaceOfALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "app.log"), filepath.Join(dir, "current")
	write(t, filepath.Join(dir, "other.log"), "of somebody else\n")
	if err := os.Symlink("other.log", link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("left by a crash", link+".tmp"); err != nil {
		t.Fatal(err)
	}
	s := rotating(t, path, 0, RotatingOptions{Backups: 2, Link: link})
	emit(t, s, "a")
	wantLink(t, link, path)
	want(t, filepath.Join(dir, "other.log"), "of somebody else\n")
	wantNames(t, dir, "app.log", "current", "other.log")
}

func TestRotatingLinkLeavesFilesAlone(t *testing.T) {
	var c collector
	dir := t.TempDir()
	link := filepath.Join(dir, "current")
	touch(t, dir, "current")
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{Backups: 2, Link: link, Options: Options{OnError: c.add}})
	emit(t, s, "a")
	wantFiles(t, s, "app.log=a;", "current=current;")
	wantReports(t, s, &c, 1, "is no symbolic link, and stays")
}

func TestRotatingLinkThatIsRefused(t *testing.T) {
	var c collector
	dir := t.TempDir()
	ffs := quick()
	ffs.Arm(faultfs.Fault{Op: "symlink", Err: syscall.EPERM, Persistent: true})
	s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 2, &RotatingOptions{
		Backups: 2, Link: filepath.Join(dir, "current"), Options: Options{OnError: c.add},
	}))
	emit(t, s, "a", "b")
	wantFiles(t, s, "app.log.1=a;", "app.log=b;")
	wantReports(t, s, &c, 2, "operation not permitted")
}

func TestRotatingLinkThatSomebodyHasRemovedComesBack(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "app.log"), filepath.Join(dir, "current")
	s := rotating(t, path, 2, RotatingOptions{Backups: 2, Link: link, Options: Options{Lazy: true}})
	wantNames(t, dir)
	emit(t, s, "a")
	wantLink(t, link, path)
	remove(t, link)
	emit(t, s, "b")
	wantLink(t, link, path)
}
