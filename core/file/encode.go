package file

import (
	"sync"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// encoder is Options.Encoding, called for one text at a time. Without it text
// stays as it is.
type encoder struct {
	mu  sync.Mutex
	enc interface {
		Bytes(b []byte) ([]byte, error)
	}
}

// on tells whether there is anything to do.
func (e *encoder) on() bool { return e.enc != nil }

// bytes returns text encoded. A panic of the encoding is an error.
func (e *encoder) bytes(text []byte) (out []byte, err error) {
	if e.enc == nil || len(text) == 0 {
		return text, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	defer guard.Recover(&err)
	return e.enc.Bytes(text)
}
