package interop_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// swept are the system calls of write, roll, compress and retain.
var swept = []string{
	"openat", "write", "renameat", "unlinkat", "close", "fsync", "fstat", "newfstatat", "statx", "getdents64",
	"read", "pread64", "flock", "utimensat",
}

// traced is a child under strace, which disturbs a kind of system call on some files.
type traced struct {
	log    *rotatedLog
	files  []string // names in the directory; "": the directory itself
	call   string
	inject string // what happens, and when; "": nothing does
	count  int    // records
	struck *int   // how many calls were disturbed is added to it
}

// note counts the calls that were disturbed.
func (r traced) note(t *testing.T) {
	t.Helper()
	trace := r.log.path + ".trace"
	text, err := os.ReadFile(trace)
	check(t, err)
	check(t, os.Remove(trace))
	*r.struck += strings.Count(string(text), "(INJECTED)")
}

// liveFiles are those that whoever logs works with, oldFiles the others.
var (
	liveFiles = []string{"", "app.log", "app.log.lock"}
	oldFiles  = func() (names []string) {
		for i := range 12 {
			old := fmt.Sprint("app.log.", i)
			names = append(names, old, old+".gz", old+".gz.tmp", fmt.Sprint("app.log.rotating-", i))
		}
		return names
	}()
)

// command returns the child under strace.
func (r traced) command(t *testing.T, strace string) *exec.Cmd {
	t.Helper()
	c := child(t, "rotate", "SINK", r.log.kind, "PATH", r.log.path, "MAX", fmt.Sprint(r.log.maxBytes), "SIZES", "small",
		"WHO", "0", "WRITERS", "1", "COUNT", fmt.Sprint(r.count), "ACKS", "1")
	c.Env = append(c.Env, "GOMAXPROCS=1")
	args := []string{strace, "-f", "-qq", "-o", r.log.path + ".trace", "-e", "trace=" + r.call}
	for _, name := range r.files {
		args = append(args, "-P", filepath.Join(filepath.Dir(r.log.path), name))
	}
	if r.inject != "" {
		args = append(args, "-e", "inject="+r.call+":"+r.inject)
	}
	c.Args, c.Path = append(args, c.Path), strace
	return c
}

// run runs the child, adds what it was told to the log's accounts, and returns the
// numbers of the records that were accepted, and what it says on standard error: why it
// has failed, if it has.
func (r traced) run(t *testing.T, strace string) (accepted []int, trouble string, killed bool) {
	t.Helper()
	c := r.command(t, strace)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status := exit.Sys().(syscall.WaitStatus)
		killed = status.Signaled() && status.Signal() == syscall.SIGKILL
	}
	if err != nil && exit == nil {
		t.Fatal(err)
	}
	r.note(t)
	for l := range strings.Lines(string(out)) {
		var who string
		var i int
		if _, err := fmt.Sscanf(l, "%s %d", &who, &i); err != nil {
			t.Fatalf("acknowledgement %q: %v", l, err)
		}
		accepted = append(accepted, i)
	}
	return accepted, stderr.String(), killed
}

// perFile is how many records of the child a file has room for.
const perFile = 2

// crashBefore leaves what a process leaves that was killed in the middle of a write
// while a file was waiting for its place, and another one was being compressed.
func (l *rotatedLog) crashBefore(t *testing.T) {
	t.Helper()
	old := account{source: source{"before", recordSizes["small"]}, tried: 4, open: true}
	for name, text := range map[string]string{
		"app.log.1":          old.line(0) + "\n",
		"app.log.1.gz.tmp":   "x",
		"app.log.rotating-1": old.line(1) + "\n" + old.line(2) + "\n",
		"app.log":            old.line(3) + "\n" + old.line(4)[:9],
	} {
		check(t, os.WriteFile(filepath.Join(filepath.Dir(l.path), name), []byte(text), 0o600))
	}
	l.accounts, l.kills = []account{old}, 1
}

// kill kills the child at its n-th call, and checks what is left. It reports whether
// there are that many.
func (r traced) kill(t *testing.T, strace string, n int) (more bool) {
	t.Helper()
	r.log.path = filepath.Join(t.TempDir(), "app.log")
	if rotatingKinds[r.log.kind].Compress != nil {
		r.log.crashBefore(t)
	}
	r.log.maxBytes = perFile * 35
	r.count, r.inject = 14, fmt.Sprintf("signal=SIGKILL:when=%d", n)
	accepted, trouble, more := r.run(t, strace)
	if trouble != "" {
		t.Errorf("the child says %s", trouble)
	}
	r.log.accounts = append(r.log.accounts, account{
		source: source{"0.0", recordSizes["small"]}, round: 1,
		tried: len(accepted), open: more && len(accepted) < r.count,
	})
	r.log.kills++
	r.log.made = len(accepted) / perFile
	r.log.verify(t)
	return more
}

// harmless are system calls on the files that change nothing which a kill could show.
var harmless = []string{"fcntl", "lseek", "epoll_ctl"}

// TestSweepKnowsEverySystemCall holds the list of calls that are swept against those that
// a child makes.
func TestSweepKnowsEverySystemCall(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		missing(t, "strace")
	}
	called := regexp.MustCompile(`(?m)^\d+ +(\w+)\(`)
	for _, kind := range sweptKinds {
		l := &rotatedLog{kind: kind, path: filepath.Join(t.TempDir(), "app.log"), maxBytes: perFile * 35}
		if out, err := (traced{log: l, files: append(liveFiles, oldFiles...), call: "all", count: 14}).command(t, strace).Output(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		text, err := os.ReadFile(l.path + ".trace")
		check(t, err)
		calls := called.FindAllSubmatch(text, -1)
		if len(calls) < 50 {
			t.Errorf("%s: only %d calls:\n%s", kind, len(calls), text)
		}
		for _, c := range calls {
			if name := string(c[1]); !slices.Contains(swept, name) && !slices.Contains(harmless, name) {
				t.Errorf("%s: %s is not swept", kind, name)
			}
		}
	}
}

// sweptKinds are the sinks that are killed.
var sweptKinds = []string{"growing, synced", "numbered", "numbered, compressed", "growing, few", "shared, compressed"}

// TestRotatingKilledAtSystemCalls kills a process, from outside, as it enters the
// first, second, third … call of each kind; unless the test is asked to be long, as it
// enters one of the first few. Calls are counted by thread: the one that logs has one of
// its own, and what compresses keeps to one while it does so.
func TestRotatingKilledAtSystemCalls(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		missing(t, "strace")
	}
	kills := map[string]int{}
	for _, kind := range sweptKinds {
		for _, files := range [][]string{liveFiles, oldFiles} {
			for _, call := range swept {
				sweepCalls(t, traced{log: &rotatedLog{kind: kind}, files: files, call: call, struck: new(int)}, strace, kills)
			}
		}
	}
	t.Logf("kills: %v", kills)
	if len(kills) < len(swept) && soak() > 1 || len(kills) < len(swept)/2 {
		t.Errorf("only at %d kinds of calls the process was killed", len(kills))
	}
}

// sweepCalls kills at one kind of calls to some files, and counts the kills.
func sweepCalls(t *testing.T, r traced, strace string, kills map[string]int) {
	first, last := 1, 1000
	if soak() == 1 {
		first = 1 + rand.IntN(8)
		last = first
	}
	for n, more := first, true; more && n <= last; n++ {
		t.Run(fmt.Sprintf("%s, %s %d, %d files", r.log.kind, r.call, n, len(r.files)), func(t *testing.T) {
			r.log, more = &rotatedLog{kind: r.log.kind}, false
			if more = r.kill(t, strace, n); more {
				kills[r.call]++
			}
		})
	}
}
