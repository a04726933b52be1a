package file

import (
	"errors"
	"slices"
	"syscall"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// streak reports the first of several failures in a row: what goes on failing would be
// reported with every record otherwise. What the system calls otherwise is another failure.
type streak struct{ told []syscall.Errno } // 0: it was not the system

// note takes the outcome of one try.
func (s *streak) note(err error, report func(error)) {
	if err == nil {
		s.told = nil
		return
	}
	var why syscall.Errno
	_ = guard.Call(func() error { errors.As(err, &why); return nil }) // a user's error may panic
	if !slices.Contains(s.told, why) {
		s.told = append(s.told, why)
		report(err)
	}
}
