//go:build unix && !(linux || darwin || freebsd || netbsd)

package fsys

import (
	"syscall"
	"time"
)

func modTime(st *syscall.Stat_t) time.Time {
	return time.Unix(int64(st.Mtim.Sec), int64(st.Mtim.Nsec))
}

// birth looks whether there is a file: this platform does not tell more.
func birth(name string) (time.Time, error) {
	_, err := stat(name)
	return time.Time{}, err
}
