package zapsink

import (
	"bytes"
	"log/slog"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [NewCore]. Nil means the zero value, which means the
// defaults.
type Options struct {
	// Encoder renders each entry; what it makes becomes the record's Line. Default:
	// no Line; the sink's formatter renders.
	Encoder zapcore.Encoder

	// LineEnding is the Encoder's, if it is neither "\n" nor "\r\n". It is cut off
	// each Line.
	LineEnding string

	// FlushTimeout is how long Sync, and an entry above Error, waits for the sink to
	// flush. Default [core.DefaultFlushTimeout].
	FlushTimeout time.Duration

	// OnError is told of what zap cannot be told. Default: a line on standard error,
	// at most one a second.
	OnError func(error)
}

// NewCore returns a core that delivers to sink, which stays the caller's to
// close. An entry is enabled if both enab and the sink say so. NewCore panics if
// sink or enab is nil.
func NewCore(sink core.Sink, enab zapcore.LevelEnabler, opts *Options) zapcore.Core {
	if enab == nil {
		panic("zapsink: NewCore: nil LevelEnabler")
	}
	o := Options{}
	if opts != nil {
		o = *opts
	}
	front := core.NewFront(sink, &core.FrontOptions{FlushTimeout: o.FlushTimeout, OnError: o.OnError})
	return &sinkCore{
		front:  front,
		enab:   enab,
		enc:    o.Encoder,
		ending: []byte(o.LineEnding),
		fields: o.Encoder == nil || !front.LineOnly(),
	}
}

// sinkCore is a zapcore.Core in front of a sink.
type sinkCore struct {
	front  *core.Front
	enab   zapcore.LevelEnabler
	enc    zapcore.Encoder // with the fields of With; nil: none
	ending []byte          // what to cut off a line; empty: "\n" or "\r\n"
	fields bool            // somebody may ask for the fields
	scope  *core.Scope     // the fields of With
}

// Enabled is zapcore.LevelEnabler's.
func (c *sinkCore) Enabled(l zapcore.Level) bool {
	return c.enab.Enabled(l) && c.front.Enabled(toSlog(l))
}

// Level is what zapcore.LevelOf asks for.
func (c *sinkCore) Level() zapcore.Level { return zapcore.LevelOf(c.enab) }

// With is zapcore.Core's. The fields are encoded now, as zap's own core does it:
// what changes later does not change the entries to come.
func (c *sinkCore) With(fields []zapcore.Field) zapcore.Core {
	derived := *c
	if c.enc != nil {
		derived.enc = c.enc.Clone()
		for i := range fields {
			fields[i].AddTo(derived.enc)
		}
	}
	if c.fields {
		derived.scope = withFields(c.scope, fields)
	}
	return &derived
}

// Check is zapcore.Core's.
func (c *sinkCore) Check(ent zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(ent.Level) {
		return ce.AddCore(ent, c)
	}
	return ce
}

// Write is zapcore.Core's. It does not ask for the level again.
func (c *sinkCore) Write(ent zapcore.Entry, fields []zapcore.Field) error {
	rec := core.Record{
		Time:    ent.Time,
		Level:   toSlog(ent.Level),
		Logger:  ent.LoggerName,
		Message: ent.Message,
		PC:      ent.Caller.PC,
		Stack:   ent.Stack,
	}
	if ent.Caller.Defined && ent.Caller.PC == 0 {
		rec.SetSource(&slog.Source{Function: ent.Caller.Function, File: ent.Caller.File, Line: ent.Caller.Line})
	}
	if c.enc != nil {
		buf, err := c.enc.EncodeEntry(ent, fields)
		if err != nil {
			return err
		}
		defer buf.Free()
		rec.Line = c.cut(buf.Bytes())
	}
	err := c.emit(&rec, fields)
	if ent.Level > zapcore.ErrorLevel {
		c.front.Finish()
	}
	return err
}

// emit delivers rec, with its fields unless nobody can want them.
func (c *sinkCore) emit(rec *core.Record, fields []zapcore.Field) error {
	if !c.fields {
		return c.front.Emit(rec)
	}
	src := newSource(fields)
	defer src.release()
	rec.SetAttrSource(src)
	rec.SetScope(c.scope)
	return c.front.Emit(rec)
}

// cut returns line without its line end.
func (c *sinkCore) cut(line []byte) []byte {
	if len(c.ending) > 0 {
		return bytes.TrimSuffix(line, c.ending)
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		if n > 1 && line[n-2] == '\r' {
			line = line[:n-2]
		}
	}
	return line
}

// Sync is zapcore.Core's: it flushes the sink, within FlushTimeout.
func (c *sinkCore) Sync() error { return c.front.Flush() }

// toSlog returns the level that l is for sinks.
func toSlog(l zapcore.Level) slog.Level {
	if l > zapcore.ErrorLevel {
		return core.LevelCritical
	}
	return slog.Level(l) * 4
}

var _ zapcore.Core = (*sinkCore)(nil)
