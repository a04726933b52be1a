package fsys_test

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// notOnWine skips a test of what Wine cannot do.
func notOnWine(t *testing.T, why string) {
	t.Helper()
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skip("Wine " + why)
	}
}

// symlink needs a privilege or the developer mode.
func symlink(t *testing.T, target, name string) {
	t.Helper()
	notOnWine(t, "says that it made a symbolic link, and did not")
	err := disk.Symlink(target, name)
	if errors.Is(err, windows.ERROR_PRIVILEGE_NOT_HELD) {
		t.Skip("this user may not make symbolic links")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Others open files without sharing them for deletion, as package os does.
func TestBusyWhileOthersHaveTheFileOpen(t *testing.T) {
	name := file(t, "")
	write(t, name+".1", "")
	for _, held := range []string{name, name + ".1"} {
		f := must[*os.File](t)(os.Open(held))
		if err := disk.Rename(name, name+".1"); !fsys.Busy(err) {
			t.Errorf("Rename: %v", err)
		}
		if err := disk.Remove(held); !fsys.Busy(err) {
			t.Errorf("Remove: %v", err)
		}
		closeFile(t, f)
	}
	if err := disk.Rename(name, name+".1"); err != nil {
		t.Errorf("Rename, when nobody has it open any more: %v", err)
	}
}

func TestBusyOnALockedRegion(t *testing.T) {
	if !fsys.Busy(&os.PathError{Op: "x", Path: "y", Err: windows.ERROR_LOCK_VIOLATION}) {
		t.Error("it is not")
	}
}

// A name that was asked for is about the file of then, not of now.
func TestSameAfterARename(t *testing.T) {
	name := file(t, "")
	before := must[fsys.Info](t)(disk.Stat(name))
	if err := disk.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, name, "")
	if before.Same(must[fsys.Info](t)(disk.Stat(name))) {
		t.Error("the new file passes for the old one")
	}
	if !before.Same(must[fsys.Info](t)(disk.Stat(name + ".1"))) {
		t.Error("the old file is not found again")
	}
}

func TestOwnerIsUnknown(t *testing.T) {
	if info := must[fsys.Info](t)(disk.Stat(file(t, ""))); info.UID != -1 || info.GID != -1 {
		t.Errorf("%d, %d", info.UID, info.GID)
	}
}
