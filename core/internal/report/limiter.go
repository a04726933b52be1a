package report

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core/internal/escape"
)

// Limiter prints errors, at most one line in each interval. What comes in
// between is counted, and the count is printed when the interval is over.
type Limiter struct {
	w        io.Writer
	interval time.Duration

	mu    sync.Mutex
	quiet bool      // a line was printed less than an interval ago
	since time.Time // when it was
	count int       // errors since
	last  error
}

// NewLimiter returns a limiter that writes to w.
func NewLimiter(w io.Writer, interval time.Duration) *Limiter {
	return &Limiter{w: w, interval: interval}
}

// Print prints err, now or counted later.
func (l *Limiter) Print(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// A timer of a synctest bubble that has ended does not fire any more.
	if age := time.Now().Round(0).Sub(l.since); l.quiet && age >= 0 && age <= 2*l.interval {
		l.count++
		l.last = err
		return
	}
	l.print(fmt.Sprintf("logsinks: %v", err))
}

// print writes line, harmless for a terminal, and starts the interval. The lock is
// held: the lines of one limiter do not mix.
func (l *Limiter) print(line string) {
	l.quiet, l.since = true, time.Now().Round(0)
	time.AfterFunc(l.interval, l.resume)
	_, _ = l.w.Write(append(escape.Append(nil, line), '\n')) // there is nowhere left to report to
}

// resume runs at the end of an interval.
func (l *Limiter) resume() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count == 0 {
		l.quiet = false
		return
	}
	line := fmt.Sprintf("logsinks: %d more errors in %v, the last: %v", l.count, l.interval, l.last)
	l.count, l.last = 0, nil
	l.print(line)
}
