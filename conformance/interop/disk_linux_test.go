package interop_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// diskSize is the size of the disk that fills up.
const diskSize = 64 << 10

// inNamespace tells whether the test runs where it may mount a disk that nobody
// else sees. If not, it runs the test again in a process that may.
func inNamespace(t *testing.T) bool {
	t.Helper()
	const mark = "LOGSINKS_NAMESPACE"
	if os.Getenv(mark) != "" {
		return true
	}
	self, err := os.Executable()
	check(t, err)
	c := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.count=1")
	c.Env = append(os.Environ(), mark+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if uid := os.Getuid(); uid != 0 {
		c.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
	}
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit) || strings.Contains(string(out), "--- SKIP"):
		t.Logf("%v\n%s", err, out)
		missing(t, "a mount namespace")
	case err != nil:
		t.Errorf("in the namespace: %v\n%s", err, out)
	default:
		t.Logf("%s", out)
	}
	return false
}

// smallDisk mounts a disk and returns a path on it, and a function that frees the
// half of it that is taken from the start.
func smallDisk(t *testing.T) (path string, free func()) {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)); err != nil {
		t.Log(err)
		missing(t, "a tmpfs")
	}
	t.Cleanup(func() { check(t, syscall.Unmount(dir, 0)) })
	ballast := filepath.Join(dir, "ballast")
	check(t, os.WriteFile(ballast, make([]byte, diskSize/2), 0o600))
	return filepath.Join(dir, "app.log"), func() { check(t, os.Remove(ballast)) }
}

// ledger is what became of the records that several goroutines have logged.
type ledger struct {
	mu       sync.Mutex
	accepted map[string]bool // by line; false: refused
}

// log logs numbered records, of sizes that pages of the disk do not divide, until
// enough says so. The error of each that is refused must be of the kind wanted.
func (l *ledger) log(t *testing.T, sink core.Sink, phase string, wanted error, enough func(accepted, refused int) bool) {
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			accepted, refused := 0, 0
			for i := 0; !enough(accepted, refused); i++ {
				line := fmt.Sprintf("%s %d-%d %s.", phase, g, i, strings.Repeat("x", []int{30, 300, 3000}[i%3]))
				err := sink.Emit(core.Record{Line: []byte(line)})
				if err == nil {
					accepted++
				} else if refused++; wanted == nil || !errors.Is(err, wanted) {
					t.Errorf("Emit: %v", err)
				}
				l.mu.Lock()
				l.accepted[line] = err == nil
				l.mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// count returns how many were accepted and refused.
func (l *ledger) count() (accepted, refused uint64) {
	for _, ok := range l.accepted {
		if ok {
			accepted++
		} else {
			refused++
		}
	}
	return accepted, refused
}

// compare fails unless the text has the accepted records, each once and whole,
// and nothing else.
func (l *ledger) compare(t *testing.T, text string) {
	t.Helper()
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if accepted, logged := l.accepted[line]; !accepted || seen[line] {
			t.Errorf("%q: logged %t, accepted %t, there before %t", clip(line), logged, accepted, seen[line])
		}
		seen[line] = true
	}
	for line, accepted := range l.accepted {
		if accepted && !seen[line] {
			t.Errorf("%q was accepted, and is not there", clip(line))
		}
	}
}

// TestB30DiskFull fills a real disk in the middle of records, and then makes
// room again.
func TestB30DiskFull(t *testing.T) {
	if !inNamespace(t) {
		return
	}
	for name, construct := range sinkKinds {
		t.Run(name, func(t *testing.T) {
			path, free := smallDisk(t)
			sink, err := construct(path)
			check(t, err)
			l := &ledger{accepted: map[string]bool{}}
			l.log(t, sink, "full", syscall.ENOSPC, func(_, refused int) bool { return refused >= 20 })
			if err := sink.Flush(t.Context()); strings.HasPrefix(name, "buffered") && !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Flush while the disk is full: %v", err)
			}
			free()
			check(t, flushAtLast(sink))
			l.log(t, sink, "free", nil, func(accepted, _ int) bool { return accepted >= 3 })
			check(t, sink.Close())
			text, err := os.ReadFile(path)
			check(t, err)
			l.compare(t, string(text))
			accepted, refused := l.count()
			stats, _ := core.As[core.Statser](sink)
			checkStats(t, stats.Stats(), accepted, refused, len(text))
			t.Logf("%d records accepted, %d refused, %d bytes", accepted, refused, len(text))
		})
	}
}
