package core

import (
	"context"
	"log/slog"

	"github.com/logsinks/logsinks/core/internal/guard"
)

// Null is a [Sink] that takes every record and does nothing with it: Python's
// NullHandler. Its zero value is ready. It is [Leveled] and says that it delivers
// nothing, so that adapters do not even format.
type Null struct{ flag guard.Flag }

// Emit implements [Sink].
func (n *Null) Emit(Record) error { return n.flag.Check() }

// Flush implements [Sink].
func (n *Null) Flush(context.Context) error { return n.flag.Check() }

// Close implements [Sink].
func (n *Null) Close() error {
	n.flag.Close()
	return nil
}

// Enabled is always false.
func (n *Null) Enabled(slog.Level) bool { return false }

// LineOnly is always true.
func (n *Null) LineOnly() bool { return true }

var (
	_ Sink     = (*Null)(nil)
	_ Leveled  = (*Null)(nil)
	_ LineOnly = (*Null)(nil)
)
