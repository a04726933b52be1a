//go:build unix && !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package fsys

import "errors"

const canLock = false

func tryLock(uintptr, bool) (bool, error) { return false, errors.ErrUnsupported }

func unlock(uintptr) error { return errors.ErrUnsupported }
