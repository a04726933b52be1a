package guard

import (
	"errors"
	"runtime"
)

// ErrReentrant is returned for a record that was logged from within the sink it
// was on its way to, and that would have waited for itself.
var ErrReentrant = errors.New("core: record logged from within its own sink")

// Depth counts the frames on the calling goroutine's stack whose function name
// satisfies match. It walks the whole stack, which takes microseconds: ask only
// when something looks wrong.
func Depth(match func(function string) bool) int {
	var pcs [64]uintptr
	depth := 0
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		if n == 0 {
			return depth
		}
		depth += count(pcs[:n], match)
		if n < len(pcs) {
			return depth
		}
	}
}

func count(pcs []uintptr, match func(string) bool) int {
	found := 0
	frames := runtime.CallersFrames(pcs)
	for {
		frame, more := frames.Next()
		if match(frame.Function) {
			found++
		}
		if !more {
			return found
		}
	}
}
