package commit

import (
	"errors"
	"io"
	"syscall"
	"time"
)

// maxPause is the longest pause between two looks whether a writer is ready.
const maxPause = 50 * time.Millisecond

// notReady tells whether a writer was not ready for as long as is waited for it.
func notReady(err error) bool { return errors.Is(err, syscall.EAGAIN) }

// WriteReady writes p to w and, while w is not ready (EAGAIN), tries again with
// the rest: a pipe or terminal that somebody has made non-blocking says so at any
// time. It waits at most limit altogether.
func WriteReady(w io.Writer, p []byte, limit time.Duration) (int, error) {
	n, err := w.Write(p)
	if err == nil {
		return n, nil
	}
	return ResumeReady(w, p, n, err, limit)
}

// ResumeReady is WriteReady after a first Write has returned n and err.
func ResumeReady(w io.Writer, p []byte, n int, err error, limit time.Duration) (int, error) {
	waited, pause := time.Duration(0), time.Millisecond
	for notReady(err) && waited < limit {
		pause = min(pause, limit-waited)
		time.Sleep(pause)
		waited += pause
		pause = min(2*pause, maxPause)
		var more int
		more, err = w.Write(p[n:])
		n += more
	}
	return n, err
}
