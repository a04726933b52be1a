package fsys

import "golang.org/x/sys/windows"

const canLock = true

// tryLock gives up the old lock first: Windows converts none, and counts them.
func tryLock(fd uintptr, exclusive bool) (bool, error) {
	if err := unlock(fd); err != nil {
		return false, err
	}
	how := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if exclusive {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(fd), how, 0, 1, 0, lockedByte())
	if err == windows.ERROR_LOCK_VIOLATION {
		return false, nil
	}
	return err == nil, err
}

func unlock(fd uintptr) error {
	err := windows.UnlockFileEx(windows.Handle(fd), 0, 1, 0, lockedByte())
	if err == windows.ERROR_NOT_LOCKED || err == windows.ERROR_LOCK_VIOLATION {
		return nil // the second is Wine's word for it
	}
	return err
}

// lockedByte is the byte at 1<<62, beyond any content: locks are mandatory on
// Windows, and nobody is to be kept from reading and writing.
func lockedByte() *windows.Overlapped { return &windows.Overlapped{OffsetHigh: 1 << 30} }
