package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	var out strings.Builder
	if err := run(filepath.Join(dir, "app.log"), &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "app.log: 1 rotations, 0 old files would be deleted now\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].Name() != "app.log" || !strings.HasSuffix(entries[1].Name(), ".gz") {
		t.Errorf("the directory has %v", entries)
	}
	live, err := os.ReadFile(filepath.Join(dir, "app.log"))
	if err != nil || !strings.Contains(string(live), `"msg":"in a new file"`) || strings.Contains(string(live), "started") {
		t.Errorf("the live file has %q, %v", live, err)
	}
}
