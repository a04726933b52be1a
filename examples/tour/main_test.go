package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests here run the command as a user does: a process of its own.

func TestWithoutInputItReplaysAWorkload(t *testing.T) {
	silent, _ := pipe(t, "")
	for why, stdin := range map[string]*os.File{
		"standard input is a terminal or the null device": nil,
		"standard input is empty":                         closing(t, ""),
		"standard input says nothing for 2s":              silent,
	} {
		t.Run(why, func(t *testing.T) {
			got := child(t, stdin)
			if got.code != exitGood {
				t.Errorf("exit status %d: %s", got.code, got.stderr)
			}
			wantIn(t, got.stdout, fmt.Sprintf("generated workload (%s): %d lines through 4 loggers", why, workloadLines), allGood)
		})
	}
}

const allGood = "Every record is where it should be, once and unaltered."

func TestItReplaysAPipeOrAFile(t *testing.T) {
	const text = "one\r\ntwo\xff\x00\rthree\n\nfour"
	piped := child(t, closing(t, text))
	named := child(t, closing(t, "not this one"), saved(t, text))
	for name, got := range map[string]outcome{"standard input": piped, "service.log": named} {
		if got.code != exitGood || got.stderr != "" {
			t.Errorf("%s: exit status %d: %s", name, got.code, got.stderr)
		}
		wantIn(t, got.stdout, name+": 4 lines through 4 loggers", allGood)
	}
}

func TestUsage(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.log")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, exitGood, "usage: tour [file]"},
		{[]string{"-nonsense"}, exitUsage, "usage: tour [file]"},
		{[]string{"a.log", "b.log"}, exitUsage, "usage: tour [file]"},
		{[]string{missing}, exitUsage, "missing.log"},
		{[]string{t.TempDir()}, exitUsage, "tour: read "},
	} {
		got := child(t, nil, c.args...)
		if got.code != c.code || got.stdout != "" {
			t.Errorf("%q: exit status %d, %q", c.args, got.code, got.stdout)
		}
		wantIn(t, got.stderr, c.want)
	}
}

func TestAnEmptyFileMeansAWorkload(t *testing.T) {
	got := inside(t, nil, saved(t, ""))
	if got.code != exitGood {
		t.Errorf("exit status %d: %s", got.code, got.stderr)
	}
	wantIn(t, got.stdout, "generated workload (service.log is empty)")
}

func TestTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	got := child(t, closing(t, strings.Repeat("a line\n", 50)))
	if got.code != exitGood {
		t.Errorf("exit status %d: %s", got.code, got.stderr)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
