package interop_test

import (
	"os"
	"testing"
)

// missing skips a test for which a tool is not installed. In CI, which promises
// to have them all, it fails.
func missing(t *testing.T, tool string) {
	t.Helper()
	if os.Getenv("LOGSINKS_CI") != "" {
		t.Fatalf("%s is not installed", tool)
	}
	t.Skipf("%s is not installed", tool)
}
