package interop_test

import (
	"os"
	"testing"
)

// missing skips a test for which this machine lacks something, such as a tool. In CI,
// which promises to have everything, it fails.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("LOGSINKS_CI") != "" {
		t.Fatalf("%s is not to be had here", what)
	}
	t.Skipf("%s is not to be had here", what)
}
