//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows

package fsys_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

const (
	shared    = false
	exclusive = true
)

func wantFileLock(t *testing.T, f fsys.File, exclusive, want bool) {
	t.Helper()
	if got, err := f.TryLock(exclusive); got != want || err != nil {
		t.Errorf("TryLock(%v): %v, %v; want %v", exclusive, got, err, want)
	}
}

func TestFileLocksExcludeEachOther(t *testing.T) {
	for _, c := range []struct{ first, second, want bool }{
		{shared, shared, true},
		{shared, exclusive, false},
		{exclusive, shared, false},
		{exclusive, exclusive, false},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			name := file(t, "")
			a, b := open(t, name), open(t, name)
			wantFileLock(t, a, c.first, true)
			wantFileLock(t, b, c.second, c.want)
			unlock(t, b)
			wantFileLock(t, b, c.second, c.want)
			unlock(t, a)
			wantFileLock(t, b, c.second, true)
		})
	}
}

func TestFileLockOfAFileThatIsAppendedTo(t *testing.T) {
	name := file(t, "")
	f := must[fsys.File](t)(disk.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0))
	defer closeFile(t, f)
	wantFileLock(t, f, shared, true)
	wantFileLock(t, open(t, name), exclusive, false)
}

func TestFileLockConverts(t *testing.T) {
	name := file(t, "")
	a, b := open(t, name), open(t, name)
	wantFileLock(t, a, shared, true)
	wantFileLock(t, a, exclusive, true)
	wantFileLock(t, b, shared, false)
	wantFileLock(t, a, shared, true)
	wantFileLock(t, b, shared, true)
	unlock(t, a) // once is enough for all that came before
	wantFileLock(t, b, exclusive, true)
}

func TestFileLockIsGoneAfterAFailedConversion(t *testing.T) {
	name := file(t, "")
	a, b := open(t, name), open(t, name)
	wantFileLock(t, a, shared, true)
	wantFileLock(t, b, shared, true)
	wantFileLock(t, a, exclusive, false)
	wantFileLock(t, b, exclusive, true)
	wantFileLock(t, a, shared, false)
	closeFile(t, b)
	wantFileLock(t, a, shared, true)
}

// The lock is advisory: nobody is kept from reading and writing.
func TestFileLockLetsOthersWork(t *testing.T) {
	name := file(t, "old\n")
	a, b := open(t, name), open(t, name)
	wantFileLock(t, a, exclusive, true)
	for _, f := range []fsys.File{a, b} {
		must[int](t)(f.Write([]byte("new\n")))
		got := make([]byte, 4)
		if _, err := f.ReadAt(got, 0); err != nil || string(got) != "old\n" {
			t.Errorf("ReadAt: %q, %v", got, err)
		}
	}
	wantContent(t, name, "old\nnew\nnew\n")
	if err := disk.Rename(name, name+".1"); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(name+".1", 0); err != nil {
		t.Error(err)
	}
}
