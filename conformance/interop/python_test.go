package interop_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// oracle runs testdata/oracle.py on the request and decodes the answer.
func oracle(t *testing.T, request, answer any) {
	t.Helper()
	askPython(t, "oracle.py", request, answer)
}

// askPython runs a script in testdata on the request and decodes the answer.
func askPython(t *testing.T, script string, request, answer any) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("CPython on Windows writes CRLF, keeps its files from being renamed, and has no tzset")
	}
	name := cmp.Or(os.Getenv("PYTHON"), "python3")
	interpreter, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	in, err := json.Marshal(request)
	check(t, err)
	var out, trouble bytes.Buffer
	c := exec.Command(interpreter, "-B", "-W", "error", filepath.Join("testdata", script))
	c.Env = append(os.Environ(), "PYTHONUTF8=1")
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), &out, &trouble
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, trouble.String())
	}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		t.Fatalf("%s: %v in %.200q", script, err, out.String())
	}
}

// check fails the test for an error that must not be.
func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clip shortens a text for messages.
func clip(s string) string {
	if len(s) > 300 {
		return s[:150] + " ... " + s[len(s)-150:]
	}
	return s
}
