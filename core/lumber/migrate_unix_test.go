//go:build unix

package lumber_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/logsinks/logsinks/core/file"
	"gopkg.in/natefinch/lumberjack.v2"
)

// Permissions are those that lumberjack gives, unless the options have others.
func TestMigrateKeepsPermissions(t *testing.T) {
	for name, c := range map[string]struct {
		found fs.FileMode // 0: there is no file
		opts  fs.FileMode
		want  fs.FileMode
	}{
		"new":             {0, 0, 0o600},
		"new, given":      {0, 0o644, 0o644},
		"found":           {0o664, 0, 0o664},
		"found, given":    {0o664, 0o640, 0o640},
		"found, narrower": {0o200, 0, 0o200},
	} {
		t.Run(name, func(t *testing.T) {
			l := &lumberjack.Logger{Filename: filepath.Join(t.TempDir(), "app.log"), MaxBackups: 1, Compress: true}
			if c.found != 0 {
				check(t, os.WriteFile(l.Filename, nil, 0o600))
				check(t, os.Chmod(l.Filename, c.found))
			}
			s := migrate(t, l, file.RotatingOptions{Options: file.Options{Perm: c.opts, OnError: func(error) {}}})
			emit(t, s, "a")
			check(t, s.Rotate())
			emit(t, s, "b")
			check(t, s.Close())
			for _, n := range entries(t, filepath.Dir(l.Filename)) {
				info, err := os.Stat(filepath.Join(filepath.Dir(l.Filename), n))
				check(t, err)
				if info.Mode().Perm() != c.want {
					t.Errorf("%s has %v, want %v", n, info.Mode(), c.want)
				}
			}
		})
	}
}

// lumberjack would have replaced the link by a file.
func TestB27SymbolicLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "data", "app.log"), filepath.Join(dir, "link.log")
	check(t, os.Mkdir(filepath.Dir(target), 0o700))
	check(t, os.WriteFile(target, []byte("theirs\n"), 0o600))
	check(t, os.Symlink(target, link))
	s := migrate(t, &lumberjack.Logger{Filename: link}, file.RotatingOptions{})
	check(t, s.Rotate())
	emit(t, s, "ours")
	check(t, s.Close())
	if got := read(t, link); got != "ours\n" {
		t.Errorf("the link leads to %q", got)
	}
	equal(t, "backups", texts(t, filepath.Dir(target), ".log"), []string{"theirs\n"})
}
