package zapsink

import (
	"bytes"
	"fmt"
	"log/slog"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [NewCore]. Nil means the zero value, which means the
// defaults.
type Options struct {
	// Encoder renders each entry; what it makes becomes the record's Line. Fields
	// that were added to it beforehand are in the Line only. What it renders without
	// any bytes is no record. Default: no Line; the sink's formatter renders.
	Encoder zapcore.Encoder

	// LineEnding is the Encoder's. It is cut off each Line. Default: "\n" or "\r\n",
	// whichever is there. Set it even to "\n" for a console encoder whose messages
	// may end in "\r".
	LineEnding string

	// NoLineEnding says that the Encoder has none (SkipLineEnding): nothing is cut
	// off, whatever LineEnding is.
	NoLineEnding bool

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
	if sink == nil {
		panic("zapsink: NewCore: nil sink")
	}
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
		whole:  o.NoLineEnding,
		fields: o.Encoder == nil || !front.LineOnly(),
	}
}

// sinkCore is a zapcore.Core in front of a sink.
type sinkCore struct {
	front  *core.Front
	enab   zapcore.LevelEnabler
	enc    zapcore.Encoder // with the fields of With; nil: none
	ending []byte          // what to cut off a line; empty: "\n" or "\r\n"
	whole  bool            // nothing is to be cut off
	fields bool            // somebody may ask for the fields
	scope  *core.Scope     // the fields of With
}

// Enabled implements zapcore.LevelEnabler.
func (c *sinkCore) Enabled(l zapcore.Level) bool {
	return c.enab.Enabled(l) && c.front.Enabled(toSlog(l))
}

// Level is what zapcore.LevelOf asks for: the least level that is enabled.
func (c *sinkCore) Level() zapcore.Level {
	for l := zapcore.LevelOf(c.enab); l < zapcore.InvalidLevel; l++ {
		if c.Enabled(l) {
			return l
		}
	}
	return zapcore.InvalidLevel
}

// With implements zapcore.Core. The fields are encoded now, as zap's own core does it:
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

// Check implements zapcore.Core.
func (c *sinkCore) Check(ent zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(ent.Level) {
		return ce.AddCore(ent, c)
	}
	return ce
}

// Write implements zapcore.Core. It does not ask for the level again.
func (c *sinkCore) Write(ent zapcore.Entry, fields []zapcore.Field) error {
	if ent.Level > zapcore.ErrorLevel {
		defer c.front.Finish() // whatever becomes of the entry
	}
	rec := core.Record{
		Time:    ent.Time,
		Level:   toSlog(ent.Level),
		Logger:  ent.LoggerName,
		Message: ent.Message,
		Stack:   ent.Stack,
	}
	if c.enc != nil {
		buf, err := c.enc.EncodeEntry(ent, fields)
		if err != nil {
			return fmt.Errorf("zapsink: encoder: %w", err)
		}
		defer buf.Free()
		if buf.Len() == 0 {
			return nil
		}
		rec.Line = c.cut(buf.Bytes())
	}
	if !c.fields {
		return c.front.Emit(&rec)
	}
	return c.emit(&rec, &ent.Caller, fields)
}

// emit delivers rec with its fields and its source.
func (c *sinkCore) emit(rec *core.Record, caller *zapcore.EntryCaller, fields []zapcore.Field) error {
	src := newSource(fields)
	defer src.release()
	rec.SetAttrSource(src)
	rec.SetScope(c.scope)
	if caller.Defined {
		// zap has looked it up already, and a pre-write hook may have changed it.
		src.at = slog.Source{Function: caller.Function, File: caller.File, Line: caller.Line}
		rec.SetSource(&src.at)
		if caller.PC != 0 {
			rec.PC = caller.PC + 1 // of the call; a Record's is where the call returns to
		}
	}
	return c.front.Emit(rec)
}

// cut returns line without its line end.
func (c *sinkCore) cut(line []byte) []byte {
	switch {
	case c.whole:
		return line
	case len(c.ending) > 0:
		return bytes.TrimSuffix(line, c.ending)
	}
	line, found := bytes.CutSuffix(line, []byte("\n"))
	if found {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return line
}

// Sync implements zapcore.Core: it flushes the sink, within FlushTimeout.
func (c *sinkCore) Sync() error { return c.front.Flush() }

// toSlog returns the level that l is for sinks.
func toSlog(l zapcore.Level) slog.Level {
	if l > zapcore.ErrorLevel {
		return core.LevelCritical
	}
	return slog.Level(l) * 4
}

var _ zapcore.Core = (*sinkCore)(nil)
