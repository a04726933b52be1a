package core

import "log/slog"

// MinLevel is a [Sink] that drops what is below a level and hands on the rest:
// the level of a Python handler. It is [Leveled], so that adapters do not format
// what it would drop.
type MinLevel struct {
	wrapper
	level slog.Leveler
}

// NewMinLevel returns a sink in front of target. A [slog.LevelVar] changes the
// level while the program runs. It panics if target or level is nil.
func NewMinLevel(target Sink, level slog.Leveler) *MinLevel {
	if level == nil {
		panic("core: NewMinLevel: nil level")
	}
	m := &MinLevel{level: level}
	m.wrap(target, "NewMinLevel")
	return m
}

// Emit implements [Sink].
func (m *MinLevel) Emit(r Record) error {
	if err := m.flag.Check(); err != nil || r.Level < m.level.Level() {
		return err
	}
	return m.target.Emit(r)
}

// EmitBatch implements [BatchSink].
func (m *MinLevel) EmitBatch(rs []Record) (int, error) {
	if err := m.flag.Check(); err != nil {
		return 0, err
	}
	level := m.level.Level()
	return emitKept(m.target, rs, func(r *Record) (bool, error) { return r.Level >= level, nil })
}

// Enabled implements [Leveled].
func (m *MinLevel) Enabled(level slog.Level) bool {
	return level >= m.level.Level() && enabled(m.target, level)
}

// LineOnly is as the target says.
func (m *MinLevel) LineOnly() bool { return lineOnly(m.target) }

var (
	_ BatchSink = (*MinLevel)(nil)
	_ Leveled   = (*MinLevel)(nil)
	_ LineOnly  = (*MinLevel)(nil)
)
