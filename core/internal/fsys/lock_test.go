//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows

package fsys_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// childLock is set for a child process: the lock file that it is to hold.
const childLock = "FSYS_TEST_LOCK"

func TestMain(m *testing.M) {
	if name := os.Getenv(childLock); name != "" {
		holdLock(name)
	}
	os.Exit(m.Run())
}

// holdLock takes the lock, says so and waits to be killed.
func holdLock(name string) {
	l, err := disk.Lock(name, 0o600)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	locked, err := l.TryLock()
	fmt.Println(locked, err)
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
	os.Exit(1)
}

func openLock(t *testing.T, name string) fsys.Lock {
	t.Helper()
	l, err := disk.Lock(name, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeFile(t, l) })
	return l
}

func wantLock(t *testing.T, l fsys.Lock, want bool) {
	t.Helper()
	if got, err := l.TryLock(); got != want || err != nil {
		t.Errorf("TryLock: %v, %v; want %v", got, err, want)
	}
}

func unlock(t *testing.T, l interface{ Unlock() error }) {
	t.Helper()
	if err := l.Unlock(); err != nil {
		t.Errorf("Unlock: %v", err)
	}
}

func TestLocksExcludeEachOther(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.log.lock")
	a, b := openLock(t, name), openLock(t, name)
	wantLock(t, a, true)
	wantLock(t, b, false)
	wantLock(t, a, true) // it is its own
	wantLock(t, b, false)
	unlock(t, b) // not its own
	wantLock(t, b, false)
	unlock(t, a)
	wantLock(t, b, true)
	wantLock(t, a, false)
	closeFile(t, b)
	wantLock(t, a, true)
	unlock(t, a)
	unlock(t, a)
}

func TestLockOfAClosedFile(t *testing.T) {
	l := openLock(t, filepath.Join(t.TempDir(), "app.log.lock"))
	closeFile(t, l)
	if locked, err := l.TryLock(); locked || !errors.Is(err, fs.ErrClosed) {
		t.Errorf("TryLock: %v, %v", locked, err)
	}
	if err := l.Unlock(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Unlock: %v", err)
	}
}

func TestLockSeesThatItsFileIsGone(t *testing.T) {
	notOnWine(t, "removes the name when the file is closed")
	name := filepath.Join(t.TempDir(), "app.log.lock")
	l := openLock(t, name)
	info := must[fsys.Info](t)(l.Stat())
	if !info.Same(must[fsys.Info](t)(disk.Lstat(name))) {
		t.Error("the path leads elsewhere already")
	}
	if err := disk.Remove(name); err != nil {
		t.Fatal(err)
	}
	again := openLock(t, name)
	wantLock(t, l, true)
	wantLock(t, again, true)
	if info = must[fsys.Info](t)(l.Stat()); info.Same(must[fsys.Info](t)(disk.Lstat(name))) {
		t.Error("the path still leads to the file that was removed")
	}
}

func TestKilledProcessFreesItsLock(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.log.lock")
	child := exec.Command(must[string](t)(os.Executable()))
	child.Env = append(os.Environ(), childLock+"="+name)
	stdin := must[io.WriteCloser](t)(child.StdinPipe())
	defer stdin.Close()
	stdout := must[io.ReadCloser](t)(child.StdoutPipe())
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(stdout).ReadString('\n')
	l := openLock(t, name)
	wantLock(t, l, false)
	if kerr := child.Process.Kill(); kerr != nil {
		t.Fatal(kerr)
	}
	if werr := child.Wait(); said != "true <nil>\n" || err != nil || werr == nil {
		t.Fatalf("the child said %q, %v, and ended with %v", said, err, werr)
	}
	// Windows frees it when it comes to it.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		locked, err := l.TryLock()
		if locked {
			return
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("still locked: %v", err)
		}
	}
}
