//go:build unix

package fsys_test

import "testing"

func notOnWine(*testing.T, string) {}

func symlink(t *testing.T, target, name string) {
	t.Helper()
	if err := disk.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// Watching a file asks at every write.
func TestStatAllocatesOnlyThePath(t *testing.T) {
	name := file(t, "")
	if n := testing.AllocsPerRun(100, func() { _, _ = disk.Stat(name) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func TestLockFileIsNoLink(t *testing.T) {
	name := file(t, "")
	symlink(t, name, name+".lock")
	if l, err := disk.Lock(name+".lock", 0o600); err == nil {
		closeFile(t, l)
		t.Error("followed a symbolic link")
	}
}
