package zerologsink

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
)

// TimeFormatUnix is zerolog.TimeFormatUnix for [Options.TimeFormat], where the
// empty string means the default.
const TimeFormatUnix = "UNIX"

// Options are the options of [NewWriter]. Nil means the zero value, which means
// the defaults.
//
// The defaults of names and formats are the variables of package zerolog, read
// once, by NewWriter. Nothing synchronises these: set them before, and not while
// another goroutine logs.
type Options struct {
	// Render puts a writer between zerolog and the record's Line, such as a
	// zerolog.ConsoleWriter: it returns one that writes to w. What that writer makes
	// of an event, less one final line end, is the Line; everything else is still
	// read from the JSON. An event that it writes nothing for is left out. One that
	// it fails on keeps its own Line, and the error is reported.
	//
	// Render is called whenever one more writer is needed: each is used by one
	// goroutine at a time, and is never closed. It has to write before it returns.
	// Default: nothing in between.
	Render func(w io.Writer) io.Writer

	FlushTimeout time.Duration // limit of Close, and of flushing at fatal and panic; default [core.DefaultFlushTimeout]
	OnError      func(error)   // told what no caller can be told; default: standard error, at most one line a second

	TimestampField string // name of the time's field; default zerolog.TimestampFieldName
	LevelField     string // name of the level's field; default zerolog.LevelFieldName
	MessageField   string // name of the message's field; default zerolog.MessageFieldName
	CallerField    string // name of the caller's field, FILE:LINE; default zerolog.CallerFieldName
	LoggerField    string // name of the field that becomes the logger's name; default: none

	// TimeFormat is what the time's field is written in: a layout as in package time,
	// [TimeFormatUnix] or another of zerolog's constants of that kind. A time that
	// does not fit it stays an attribute. Default zerolog.TimeFieldFormat.
	TimeFormat string
}

// Writer is the writer to give to zerolog.New: an io.Writer and a
// zerolog.LevelWriter. Each Write is one event, and one record.
//
// All methods may be called by many goroutines at once. It is of use wherever
// zerolog takes a writer, zerolog.MultiLevelWriter and the like included.
type Writer struct {
	front    *core.Front
	fields   *fields
	render   *renderer // nil: the line is zerolog's
	plain    bool      // which is all that is wanted
	decoders sync.Pool
	binary   sync.Once // CBOR was reported
}

// NewWriter returns a writer in front of sink. It panics if sink is nil.
func NewWriter(sink core.Sink, opts *Options) *Writer {
	o := Options{}
	if opts != nil {
		o = *opts
	}
	w := &Writer{
		front:  core.NewFront(sink, &core.FrontOptions{FlushTimeout: o.FlushTimeout, OnError: o.OnError}),
		fields: newFields(&o),
	}
	w.decoders.New = func() any { return &decoder{fields: w.fields} }
	if o.Render != nil {
		w.render = newRenderer(o.Render)
	}
	w.plain = w.render == nil && w.front.LineOnly()
	return w
}

// Write delivers the event p, at the level that its level field names, else at
// info. The results are those of WriteLevel.
func (w *Writer) Write(p []byte) (int, error) {
	return w.WriteLevel(w.fields.levelOf(p), p)
}

// WriteLevel delivers the event p at level l. It returns len(p) if the sink has
// taken it or ignores that level, and 0 with the sink's error otherwise. At fatal
// and panic it then flushes the sink. It keeps nothing of p.
func (w *Writer) WriteLevel(l zerolog.Level, p []byte) (n int, err error) {
	switch level := slogLevel(l); {
	case !w.front.Enabled(level):
	case w.plain:
		err = w.front.Emit(&core.Record{Level: level, Line: cutLine(p)})
	default:
		err = w.emit(l, level, p)
	}
	if ends(l) {
		w.front.Report(w.flush())
		w.front.Wait()
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close flushes the sink, and leaves it open: whoever opened it closes it. It may
// be called again, and Write may still be called afterwards: zerolog closes its
// writer on Fatal, and a program with a FatalExitFunc may go on.
func (w *Writer) Close() error { return w.flush() }

// flush flushes the sink. One that is closed has nothing left to flush.
func (w *Writer) flush() error {
	if err := w.front.Flush(); err != nil && !errors.Is(err, core.ErrClosed) {
		return fmt.Errorf("zerologsink: flush: %w", err)
	}
	return nil
}

// emit makes p a record and delivers it.
func (w *Writer) emit(l zerolog.Level, level slog.Level, p []byte) error {
	r := core.Record{Level: level, Line: cutLine(p)}
	if w.render != nil {
		page, err := w.render.page(l, p)
		w.front.Report(err)
		if page != nil {
			defer w.render.release(page)
			if page.out.Len() == 0 {
				return nil
			}
			r.Line = cutLine(page.out.Bytes())
		}
	}
	if w.front.LineOnly() {
		return w.front.Emit(&r)
	}
	return w.emitDecoded(r, l, cutLine(p))
}

// emitDecoded reads the rest of the record r from line and delivers it.
func (w *Writer) emitDecoded(r core.Record, l zerolog.Level, line []byte) error {
	if isBinary(line) {
		r.Message = binaryMessage
		w.binary.Do(func() { w.front.Report(errBinary) })
		return w.front.Emit(&r)
	}
	d := w.decoders.Get().(*decoder)
	d.record = r
	w.front.Report(d.decode(line, l))
	err := w.front.Emit(&d.record)
	d.reset()
	if !d.large() {
		w.decoders.Put(d)
	}
	return err
}

// cutLine returns p without one final line feed, and never nil.
func cutLine(p []byte) []byte {
	if p == nil {
		return []byte{}
	}
	return bytes.TrimSuffix(p, []byte("\n"))
}

const binaryMessage = "zerolog event in CBOR (the program is built with binary_log)"

var errBinary = errors.New("zerologsink: zerolog was built with binary_log: " +
	"its events are CBOR, of which only the level can be read")

// isBinary tells whether line is an event of a program that was built with
// binary_log: a CBOR map of indefinite length.
func isBinary(line []byte) bool { return len(line) > 0 && line[0] == 0xbf }

var (
	_ zerolog.LevelWriter = (*Writer)(nil)
	_ io.Closer           = (*Writer)(nil)
)
