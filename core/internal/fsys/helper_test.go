package fsys_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

var disk fsys.OS

// open opens a file in a way that all platforms can lock.
func open(t *testing.T, name string) fsys.File {
	t.Helper()
	f, err := disk.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeFile(t, f) })
	return f
}

// closeFile closes what a test may have closed.
func closeFile(t *testing.T, f interface{ Close() error }) {
	t.Helper()
	if err := f.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
}

// file makes a file in a new directory.
func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "app.log")
	write(t, name, content)
	return name
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantContent(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(name); string(got) != want || err != nil {
		t.Errorf("%s: %q, %v; want %q", filepath.Base(name), got, err, want)
	}
}

// must returns what a call that must not fail has returned.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
