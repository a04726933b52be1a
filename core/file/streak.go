package file

import (
	"errors"
	"syscall"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// streak reports the first of several failures in a row: what goes on failing would be
// reported with every record otherwise. What the system calls otherwise is another failure.
type streak struct {
	failing bool
	why     syscall.Errno // 0: it was not the system
}

// note takes the outcome of one try.
func (s *streak) note(err error, report func(error)) {
	if err == nil {
		s.failing = false
		return
	}
	var why syscall.Errno
	_ = guard.Call(func() error { errors.As(err, &why); return nil }) // a user's error may panic
	if s.failing && why == s.why {
		return
	}
	s.failing, s.why = true, why
	report(err)
}
