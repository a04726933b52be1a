package interop_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// rotatingFaults are system calls that fail, and whether records are refused then.
var rotatingFaults = []struct {
	call, inject string
	files        []string
	refuses      bool
	says         string // in what is reported or returned
}{
	{"write", "error=ENOSPC:when=3..6", liveFiles, true, "no space left"},
	{"write", "error=EIO:when=2+5", liveFiles, true, "input/output error"},
	{"renameat", "error=EACCES:when=1+2", liveFiles, false, "permission denied"},
	{"renameat", "error=EIO:when=1+", liveFiles, false, "input/output error"},
	{"renameat", "error=ENOSPC:when=1+3", oldFiles, false, "no space left"},
	{"openat", "error=EMFILE:when=3+2", liveFiles, false, "too many open files"},
	{"openat", "error=ENOSPC:when=3..5", liveFiles, false, "no space left"},
	{"openat", "error=EMFILE:when=1+2", oldFiles, false, "too many open files"},
	{"openat", "error=EACCES:when=1+", oldFiles, false, "permission denied"},
	{"write", "error=ENOSPC:when=1+2", oldFiles, false, "no space left"},
	{"unlinkat", "error=EACCES:when=1+2", oldFiles, false, "permission denied"},
	{"close", "error=EIO:when=1+2", oldFiles, false, ""}, // of what was only read it does not matter
	{"fsync", "error=EIO:when=1+2", oldFiles, false, "input/output error"},
}

// TestRotatingInjectedFaults lets the kernel refuse single calls. What was accepted is
// there once, what was refused is not, and a rotation that fails costs no record.
func TestRotatingInjectedFaults(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		missing(t, "strace")
	}
	for _, f := range rotatingFaults {
		struck := 0
		for _, kind := range []string{"numbered, all", "growing", "growing, compressed", "shared, compressed"} {
			t.Run(fmt.Sprintf("%s, %s %s, %d files", kind, f.call, f.inject, len(f.files)), func(t *testing.T) {
				l := &rotatedLog{kind: kind, path: filepath.Join(t.TempDir(), "app.log"), maxBytes: perFile * 35}
				r := traced{log: l, files: f.files, call: f.call, inject: f.inject, count: 14, struck: &struck}
				before := struck
				accepted, trouble, _ := r.run(t, strace)
				if struck > before && !strings.Contains(trouble, f.says) {
					t.Errorf("nothing is said of %s: %q", f.says, trouble)
				}
				a := account{source: source{"0.0", recordSizes["small"]}, tried: r.count, refused: map[int]bool{}}
				for i := range r.count {
					a.refused[i] = !slices.Contains(accepted, i)
				}
				if refused := len(accepted) < r.count; refused != f.refuses || a.refused[r.count-1] {
					t.Errorf("accepted: %v; %s", accepted, trouble)
				}
				l.accounts = []account{a}
				l.verify(t)
			})
		}
		t.Logf("%s %s: %d times", f.call, f.inject, struck)
		if struck == 0 {
			t.Errorf("%s %s never came to pass", f.call, f.inject)
		}
	}
}

// TestRotatingDiskFull fills a real disk while files are given up, compressed and
// deleted on it, and then makes room again.
func TestRotatingDiskFull(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	for _, kind := range []string{"numbered, all", "growing", "growing, compressed", "shared, compressed", "total"} {
		t.Run(kind, func(t *testing.T) {
			path, free := smallDisk(t)
			l := &rotatedLog{kind: kind, path: path, maxBytes: 4 << 10}
			sink, err := rotatingSink(kind, path, l.maxBytes, func(error) {})
			check(t, err)
			records := &ledger{accepted: map[string]bool{}}
			if total := rotatingKinds[kind].MaxTotal; total > 0 {
				free = ballast(t, path, free)
			}
			records.log(t, sink, "full", syscall.ENOSPC, func(accepted, refused int) bool { return refused >= 100 || accepted >= 200 })
			free()
			records.log(t, sink, "free", nil, func(accepted, _ int) bool { return accepted >= 3 })
			check(t, sink.Close())
			accepted, refused := records.count()
			if refused == 0 {
				t.Errorf("the disk was never full")
			}
			if s := sink.Stats(); s.Accepted != accepted || s.Failed != refused || s.Delivered != accepted || s.Pending != 0 {
				t.Errorf("%d accepted, %d refused; stats %+v", accepted, refused, s)
			}
			l.restart(t)
			records.accepted[l.accounts[0].line(0)] = true
			records.compareKept(t, l)
			t.Logf("%d records accepted, %d refused, %d rotations", accepted, refused, sink.Stats().Rotations)
		})
	}
}

// ballast fills what is left of a disk, but for a little, and returns a function that
// frees it and what was there before: MaxTotal counts bytes, a disk gives whole blocks.
func ballast(t *testing.T, path string, before func()) (free func()) {
	t.Helper()
	name := filepath.Join(filepath.Dir(path), "ballast2")
	if err := os.WriteFile(name, make([]byte, diskSize), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	check(t, os.Truncate(name, diskSize/2-12<<10))
	return func() { before(); check(t, os.Remove(name)) }
}

// compareKept is compare for a log, of which the oldest records may be deleted if
// there is a limit.
func (l *ledger) compareKept(t *testing.T, log *rotatedLog) {
	t.Helper()
	text, total := strings.Join(log.texts(t), ""), rotatingKinds[log.kind].MaxTotal
	if total == 0 {
		l.compare(t, text)
		return
	}
	var sum int64
	entries, err := os.ReadDir(filepath.Dir(log.path))
	check(t, err)
	for _, e := range entries {
		info, err := e.Info()
		check(t, err)
		if strings.HasPrefix(e.Name(), "app.log") {
			sum += info.Size()
		}
	}
	if sum > total {
		t.Errorf("the files have %d bytes, want at most %d", sum, total)
	}
	for line := range l.accepted {
		if strings.HasPrefix(line, "full") && !strings.Contains(text, line+"\n") {
			delete(l.accepted, line) // it may have been deleted since
		}
	}
	l.compare(t, text)
}
