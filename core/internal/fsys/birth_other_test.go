//go:build !linux

package fsys_test

import (
	"runtime"
	"testing"
)

// tellsBirth knows the platforms whose usual file systems all keep the time.
func tellsBirth(*testing.T, string) bool {
	return runtime.GOOS == "darwin" || runtime.GOOS == "windows"
}
