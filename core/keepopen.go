package core

import (
	"context"
	"errors"
	"log/slog"
)

// KeepOpen is a [Sink] that hands everything on to another one but Close: it
// flushes that one instead. With it in between, a wrapper can be closed while
// its target goes on.
type KeepOpen struct{ wrapper }

// NewKeepOpen returns a sink in front of target. It panics if target is nil.
func NewKeepOpen(target Sink) *KeepOpen {
	k := new(KeepOpen)
	k.wrap(target, "NewKeepOpen")
	return k
}

// Emit implements [Sink].
func (k *KeepOpen) Emit(r Record) error {
	if err := k.flag.Check(); err != nil {
		return err
	}
	return k.target.Emit(r)
}

// EmitBatch implements [BatchSink].
func (k *KeepOpen) EmitBatch(rs []Record) (int, error) {
	if err := k.flag.Check(); err != nil {
		return 0, err
	}
	return EmitBatch(k.target, rs)
}

// Close flushes the target within [DefaultCloseTimeout], and leaves it open.
func (k *KeepOpen) Close() error {
	if !k.flag.Close() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), DefaultCloseTimeout)
	defer cancel()
	if err := k.target.Flush(ctx); !errors.Is(err, ErrClosed) {
		return err
	}
	return nil // nothing is left behind
}

// Enabled is as the target says.
func (k *KeepOpen) Enabled(level slog.Level) bool { return enabled(k.target, level) }

// LineOnly is as the target says.
func (k *KeepOpen) LineOnly() bool { return lineOnly(k.target) }

var (
	_ BatchSink = (*KeepOpen)(nil)
	_ Leveled   = (*KeepOpen)(nil)
	_ LineOnly  = (*KeepOpen)(nil)
)
