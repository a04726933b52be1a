//go:build darwin || freebsd || netbsd

package fsys

import (
	"os"
	"syscall"
	"time"
)

func modTime(st *syscall.Stat_t) time.Time {
	return time.Unix(int64(st.Mtimespec.Sec), int64(st.Mtimespec.Nsec))
}

func birth(name string) (time.Time, error) {
	fi, err := os.Stat(name)
	if err != nil {
		return time.Time{}, err
	}
	st := fi.Sys().(*syscall.Stat_t)
	if st.Birthtimespec.Sec <= 0 {
		return time.Time{}, nil // this file system keeps no such time
	}
	return time.Unix(int64(st.Birthtimespec.Sec), int64(st.Birthtimespec.Nsec)), nil
}
