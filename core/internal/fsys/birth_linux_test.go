package fsys_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

// tellsBirth asks whether the file system keeps the time of creation.
func tellsBirth(t *testing.T, name string) bool {
	t.Helper()
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, name, 0, unix.STATX_BTIME, &st); err != nil {
		t.Fatal(err)
	}
	return st.Mask&unix.STATX_BTIME != 0
}
