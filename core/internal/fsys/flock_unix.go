//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package fsys

import "golang.org/x/sys/unix"

const canLock = true

// tryLock leaves no lock behind if it cannot take the new one. Linux gives up the
// old one then, and FreeBSD does not.
func tryLock(fd uintptr, exclusive bool) (bool, error) {
	how := unix.LOCK_SH
	if exclusive {
		how = unix.LOCK_EX
	}
	err := flock(fd, how|unix.LOCK_NB)
	if err == nil {
		return true, nil
	}
	uerr := unlock(fd)
	if err == unix.EWOULDBLOCK {
		return false, uerr
	}
	return false, err
}

func unlock(fd uintptr) error { return flock(fd, unix.LOCK_UN) }

func flock(fd uintptr, how int) error {
	for {
		if err := unix.Flock(int(fd), how); err != unix.EINTR {
			return err
		}
	}
}
