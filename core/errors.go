package core

import (
	"errors"
	"time"

	"github.com/logsinks/logsinks/core/internal/commit"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// DefaultCloseTimeout is how long Close may take unless a sink's options say
// otherwise.
const DefaultCloseTimeout = 5 * time.Second

var (
	// ErrClosed is returned by Emit and Flush after Close.
	ErrClosed = guard.ErrClosed

	// ErrStuck is returned by Close when records stayed behind because a device did
	// not answer within the sink's limit.
	ErrStuck = commit.ErrStuck

	// ErrReentrant is returned by Emit for a record that was logged from within
	// the sink that it goes to, by a writer, a hook or an error handler, where
	// accepting it would mean recursion without end or waiting for itself.
	ErrReentrant = guard.ErrReentrant
)

// PanicError is what a panic in a sink, a formatter or a hook becomes.
type PanicError = guard.PanicError

// Permanent marks err as final: the record it is about will never be delivered,
// and trying again is of no use. Nil stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent tells whether err was marked by [Permanent].
func IsPermanent(err error) bool {
	var p *permanentError
	return errors.As(err, &p)
}

type permanentError struct{ error }

func (e *permanentError) Unwrap() error { return e.error }

// RetryAfter marks err as passing: trying again makes sense, but not before d is
// over. No attempt was used up. Nil stays nil.
func RetryAfter(err error, d time.Duration) error {
	if err == nil {
		return nil
	}
	return &retryError{err, d}
}

// RetryDelay returns the pause that err asks for, if it was marked by [RetryAfter].
func RetryDelay(err error) (d time.Duration, ok bool) {
	var r *retryError
	if !errors.As(err, &r) {
		return 0, false
	}
	return r.after, true
}

type retryError struct {
	error
	after time.Duration
}

func (e *retryError) Unwrap() error { return e.error }
