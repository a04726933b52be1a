package commit

import (
	"errors"
	"strings"
	"sync"
	"time"
)

var errDisk = errors.New("disk trouble")

// fake is a Target that keeps what it is given, and can be told to fail.
type fake struct {
	mu      sync.Mutex
	out     []byte
	writes  int   // calls of Write
	begin   error // what Begin returns
	end     error
	limit   int           // bytes that fit altogether; 0: no limit
	delay   time.Duration // how long a Write takes
	hang    chan struct{} // Write waits for it
	onWrite func(p []byte)
	bad     string // a record that contains it makes Write fail in its middle
}

func (f *fake) Begin() error { return f.begin }

// finish is what NewDirect takes as end.
func (f *fake) finish() error { return f.end }

func (f *fake) Write(p []byte) (int, error) {
	if f.onWrite != nil {
		f.onWrite(p)
	}
	if f.hang != nil {
		<-f.hang
	}
	time.Sleep(f.delay)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	n := len(p)
	if f.limit > 0 {
		n = min(n, f.limit-len(f.out))
	}
	if i := strings.Index(string(p), f.bad); f.bad != "" && i >= 0 {
		n = min(n, i+1)
	}
	f.out = append(f.out, p[:n]...)
	if n < len(p) {
		return n, errDisk
	}
	return n, nil
}

func (f *fake) Undo(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out = f.out[:len(f.out)-n]
}

func (f *fake) lines() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.FieldsFunc(string(f.out), func(r rune) bool { return r == '\n' })
}

func (f *fake) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.writes
}

var newline = []byte("\n")
