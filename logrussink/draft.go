package logrussink

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
)

// draft is what a record needs on its way to the sink, pooled. It is the
// record's core.AttrSource.
type draft struct {
	hook   *Hook
	entry  *logrus.Entry // as logrus gave it: read only
	copied logrus.Entry  // what the formatter gets
	caller runtime.Frame // and the caller in it
	buf    bytes.Buffer  // what it renders into
	source slog.Source

	ready bool        // the two below are made
	keys  []string    // of the fields, sorted
	outer []slog.Attr // from the context
}

const (
	// maxBuf and maxKeys are what one record may leave behind in the pool.
	maxBuf  = 64 << 10
	maxKeys = 1024
)

// deliver makes a record of entry and hands it to the sink.
func (h *Hook) deliver(entry *logrus.Entry, level slog.Level) error {
	d, ok := h.drafts.Get().(*draft)
	if !ok {
		d = &draft{hook: h}
	}
	defer d.release()
	d.entry = entry
	r := core.Record{Time: entry.Time, Level: level, Logger: h.opts.Logger, Message: entry.Message}
	if h.opts.Formatter != nil {
		line, err := d.render()
		switch {
		case err != nil:
			h.front.Report(fmt.Errorf("logrussink: formatter: %w", err))
		case len(line) == 0:
			return nil
		default:
			r.Line = bytes.TrimSuffix(line, []byte("\n"))
		}
	}
	if r.Line == nil || !h.front.LineOnly() {
		r.SetAttrSource(d)
		if c := entry.Caller; c != nil {
			d.source = slog.Source{Function: c.Function, File: c.File, Line: c.Line}
			r.SetSource(&d.source)
		}
	}
	return h.front.Emit(&r)
}

// render returns what the formatter makes of the entry. It is valid until the
// draft is released.
func (d *draft) render() (line []byte, err error) {
	defer recovered(&err)
	return d.hook.opts.Formatter.Format(d.copy())
}

// copy returns what the formatter gets: formatters may write to their entry, as
// TextFormatter does to the message and a CallerPrettyfier may do to the caller,
// and later hooks must not see it. The formatters of logrus leave the fields alone;
// others are given a copy of those too.
func (d *draft) copy() *logrus.Entry {
	e := &d.copied
	*e = *d.entry
	e.Buffer = &d.buf
	if e.Caller != nil {
		d.caller = *e.Caller
		e.Caller = &d.caller
	}
	if !d.hook.tame {
		e.Data = maps.Clone(e.Data)
	}
	return e
}

// AppendAttrs implements core.AttrSource.
func (d *draft) AppendAttrs(dst []slog.Attr) []slog.Attr {
	if !d.ready {
		d.prepare()
	}
	dst = append(dst, d.outer...)
	for _, k := range d.keys {
		dst = append(dst, slog.Attr{Key: k, Value: slog.AnyValue(d.entry.Data[k])})
	}
	return dst
}

// prepare finds out, once for all who ask, what the attributes are.
func (d *draft) prepare() {
	d.ready = true
	for k := range d.entry.Data {
		d.keys = append(d.keys, k)
	}
	slices.Sort(d.keys)
	if f := d.hook.opts.ContextAttrs; f != nil && d.entry.Context != nil {
		var err error
		if d.outer, err = call(f, d.entry.Context); err != nil {
			d.hook.front.Report(fmt.Errorf("logrussink: ContextAttrs: %w", err))
		}
	}
}

func call(f func(context.Context) []slog.Attr, ctx context.Context) (attrs []slog.Attr, err error) {
	defer recovered(&err)
	return f(ctx), nil
}

// recovered turns a panic in flight into *err. It is deferred directly.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = &core.PanicError{Value: v, Stack: debug.Stack()}
	}
}

// release gives the draft back, without anything that it keeps alive.
func (d *draft) release() {
	if d.buf.Cap() > maxBuf || cap(d.keys) > maxKeys {
		return
	}
	d.buf.Reset()
	clear(d.keys)
	d.entry, d.copied, d.caller, d.source = nil, logrus.Entry{}, runtime.Frame{}, slog.Source{}
	d.ready, d.keys, d.outer = false, d.keys[:0], nil
	d.hook.drafts.Put(d)
}
