//go:build unix

package file

import (
	"os"
	"path/filepath"
	"testing"
)

// A live path that is a relative symbolic link behind a directory that is a link itself:
// what .. leads to is for the kernel to say, not for the spelling of the path.
func TestB27LinkBehindALinkedDirectory(t *testing.T) {
	for name, c := range map[string]struct {
		links map[string]string // beside the linked directory's one
		there bool              // the file at the end
	}{
		"there":    {map[string]string{"elsewhere/sub/app.log": "../x/real.log"}, true},
		"dangling": {map[string]string{"elsewhere/sub/app.log": "../x/real.log"}, false},
		"chain":    {map[string]string{"elsewhere/sub/app.log": "../via/one.log", "elsewhere/via": "y/z", "elsewhere/y/z/one.log": "../../x/real.log"}, true},
		"dangling chain": {map[string]string{
			"elsewhere/sub/app.log": "../via/one.log", "elsewhere/via": "y/z", "elsewhere/y/z/one.log": "../../x/real.log",
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			// The spelling leads to directories that are there, too.
			for _, dir := range []string{"elsewhere/sub", "elsewhere/x", "elsewhere/y/z", "x", "via"} {
				if err := os.MkdirAll(filepath.Join(root, dir), 0o750); err != nil {
					t.Fatal(err)
				}
			}
			c.links["link"] = "elsewhere/sub"
			for link, to := range c.links {
				if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
					t.Fatal(err)
				}
			}
			end := filepath.Join(root, "elsewhere", "x", "real.log")
			if c.there {
				write(t, end, "old\n")
			}
			writesAndRotates(t, filepath.Join(root, "link", "app.log"), end)
			wantNames(t, filepath.Join(root, "x"))
			wantNames(t, filepath.Join(root, "via"))
			wantNames(t, filepath.Join(root, "elsewhere", "sub"), "app.log")
		})
	}
}

// writesAndRotates fails unless a sink at path writes, and rotates, at end.
func writesAndRotates(t *testing.T, path, end string) {
	t.Helper()
	s := rotating(t, path, 4, RotatingOptions{Backups: 2})
	if s.Path() != end {
		t.Errorf("path %s, want %s", s.Path(), end)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no more: %v, %v", info, err)
	}
	emit(t, s, "aaa", "bbb")
	closeSink(t, s)
	want(t, path, "bbb\n")
	want(t, end, "bbb\n")
	want(t, end+".1", "aaa\n")
}
