package fsys

import (
	"io/fs"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func modTime(st *syscall.Stat_t) time.Time {
	return time.Unix(int64(st.Mtim.Sec), int64(st.Mtim.Nsec))
}

func birth(name string) (time.Time, error) {
	var st unix.Statx_t
	for {
		switch err := unix.Statx(unix.AT_FDCWD, name, 0, unix.STATX_BTIME, &st); err {
		case nil:
			return birthOf(&st), nil
		case unix.EINTR:
		case unix.ENOSYS, unix.EPERM: // before Linux 4.11, and old seccomp filters
			_, err := stat(name)
			return time.Time{}, err
		default:
			return time.Time{}, &fs.PathError{Op: "statx", Path: name, Err: err}
		}
	}
}

func birthOf(st *unix.Statx_t) time.Time {
	if st.Mask&unix.STATX_BTIME == 0 || st.Btime.Sec == 0 {
		return time.Time{} // this file system keeps no such time
	}
	return time.Unix(st.Btime.Sec, int64(st.Btime.Nsec))
}
