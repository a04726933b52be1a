package guard

import (
	"errors"
	"runtime"
	"sync"
)

// ErrReentrant is returned for a record that was logged from within the sink it
// was on its way to, and that would have waited for itself.
var ErrReentrant = errors.New("core: record logged from within its own sink")

// Module is the path of the module, which names of functions begin with.
const Module = "github.com/logsinks/logsinks/core"

// ErrGone is the error of a call that never returned: whoever was called has ended
// the goroutine (runtime.Goexit, or FailNow in a test).
var ErrGone = errors.New("core: call ended its goroutine")

// Goroutine returns the number of the calling goroutine, which is not 0. Go keeps
// it from programs except in stack traces, and reading it there takes about a
// microsecond: ask only when something looks wrong.
func Goroutine() (id uint64) {
	var buf [32]byte
	text := buf[:runtime.Stack(buf[:], false)]
	for _, b := range text[len("goroutine "):] {
		if b < '0' || b > '9' {
			break
		}
		id = id*10 + uint64(b-'0')
	}
	return id
}

// hooks are the goroutines that run a hook, of any sink.
var hooks sync.Map

// Hook runs f on a goroutine of its own, which f may end, and returns its error or
// its panic.
func Hook(f func() error) error {
	result := make(chan error)
	go func() {
		err, id := ErrGone, Goroutine()
		defer func() {
			hooks.Delete(id)
			result <- err
		}()
		hooks.Store(id, true)
		err = Call(f)
	}()
	return <-result
}

// InHook tells whether the calling goroutine runs a hook. It should not wait for a
// sink that waits for a hook: each might wait for the other.
func InHook() bool {
	_, ok := hooks.Load(Goroutine())
	return ok
}

// On tells whether the calling goroutine has that number; none has 0.
func On(goroutine uint64) bool { return goroutine != 0 && goroutine == Goroutine() }

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
