package interop_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// TestInjectedWriteFaults lets the kernel refuse single writes to the file. The
// records that were accepted are in it, each once and in order, and no others.
func TestInjectedWriteFaults(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		missing(t, "strace")
	}
	for name := range sinkKinds {
		for _, fault := range []string{"EIO:when=3+7", "ENOSPC:when=2..9", "EIO:when=1", "EINTR:when=2+3"} {
			t.Run(name+" "+fault, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "app.log")
				check(t, os.WriteFile(path, nil, 0o600)) // strace -P wants it
				c := child(t, "number", "SINK", name, "PATH", path)
				c.Args = append([]string{strace, "-f", "-qq", "-o", "/dev/null", "-P", path,
					"-e", "trace=write", "-e", "inject=write:error=" + fault}, c.Path)
				c.Path = strace
				out, err := c.Output()
				if err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				var v verdict
				check(t, json.Unmarshal(out, &v))
				refused := checkVerdict(t, v, path)
				repeated := strings.HasPrefix(fault, "EINTR") // nobody but the runtime sees it
				buffered := strings.HasPrefix(name, "buffered")
				if repeated && refused > 0 || !repeated && !buffered && refused == 0 {
					t.Errorf("%d records were refused", refused)
				}
			})
		}
	}
}

// checkVerdict compares the file with what the child says, and returns how many
// records were refused.
func checkVerdict(t *testing.T, v verdict, path string) (refused uint64) {
	t.Helper()
	var want bytes.Buffer
	for i, ok := range v.Accepted {
		if ok {
			want.WriteString(numberedLine(i) + "\n")
		} else {
			refused++
		}
	}
	got, err := os.ReadFile(path)
	check(t, err)
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%d bytes in the file, want the %d of what was accepted", len(got), want.Len())
	}
	checkStats(t, v.Stats, numbered-refused, refused, len(got))
	return refused
}

// checkStats fails unless the counters are exact.
func checkStats(t *testing.T, s core.Stats, accepted, refused uint64, bytes int) {
	t.Helper()
	if s.Accepted != accepted || s.Failed != refused || s.Delivered != accepted || s.Pending != 0 || len(s.Dropped) > 0 || s.Bytes != uint64(bytes) {
		t.Errorf("%d accepted, %d refused, %d bytes; stats %+v", accepted, refused, bytes, s)
	}
}
