//go:build unix

package file

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Processes of other users, who may write to the file, may lock it too: the umask of the
// one that makes the lock file does not keep them from it.
func TestSharedLockFileHasThePermissionsThatAreGiven(t *testing.T) {
	for name, c := range map[string]struct {
		perm, want fs.FileMode
		before     fs.FileMode // of a lock file that is there; 0: there is none
	}{
		"given":             {0o666, 0o666, 0},
		"given, narrow":     {0o600, 0o600, 0},
		"given, was narrow": {0o666, 0o666, 0o600},
		"default":           {0, 0o600, 0}, // 0640 less the umask
		"default, was wide": {0, 0o666, 0o666},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			if c.before != 0 {
				write(t, path+".lock", "")
				if err := os.Chmod(path+".lock", c.before); err != nil {
					t.Fatal(err)
				}
			}
			withUmask(0o077, func() {
				s := rotating(t, path, 2, RotatingOptions{Backups: 2, Compress: Gzip, Shared: true, Options: Options{Perm: c.perm}})
				wantPerm(t, path+".lock", c.want)
				emit(t, s, "a", "b")
				settled(s) // which has a lock of its own
				wantPerm(t, path+".lock", c.want)
				closeSink(t, s)
			})
			wantPerm(t, path+".lock", c.want)
		})
	}
}

// One that somebody has deleted is made anew, with the same permissions.
func TestSharedLockFileThatWasDeletedHasThemAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	withUmask(0o077, func() {
		s := rotating(t, path, 0, RotatingOptions{Backups: 2, Shared: true, Options: Options{Perm: 0o666}})
		emit(t, s, "a")
		remove(t, path+".lock")
		emit(t, s, "b")
		wantPerm(t, path+".lock", 0o666)
		closeSink(t, s)
	})
	want(t, path, "a\nb\n")
}
