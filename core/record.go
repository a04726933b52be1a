package core

import (
	"bytes"
	"iter"
	"log/slog"
	"runtime"
	"time"
)

// Record is one log event on its way to a [Sink].
//
// A Record is passed by value; copies share what it points to. Whoever wants to
// keep one beyond the call that brought it keeps a [Record.Clone].
type Record struct {
	Time    time.Time  // when it happened; zero: unknown
	Level   slog.Level // how grave it is; see the Level constants
	Logger  string     // dotted name of the logger; "" is the root
	Message string     // what happened, without the attributes
	PC      uintptr    // program counter of the call, as runtime.Callers gives it; zero: unknown
	Stack   string     // stack trace as text, without a final line end; "": none
	Line    []byte     // the framework's own rendering, without its line ending; nil: none
	ID      ID         // set by the first queue that accepts the record; zero: none

	attrs  []slog.Attr  // the record's own attributes, or
	source AttrSource   // where they come from
	scope  *Scope       // what surrounds them; nil: nothing
	at     *slog.Source // where it happened, if known without PC
}

// AttrSource brings the attributes of a record that come from elsewhere, in the
// order of the log call. Adapters use it to convert a framework's fields only
// when a sink asks for them.
//
// AppendAttrs appends them to dst and returns the extended slice, as append
// does. It may be called several times, or never, until the Emit that brought
// the record returns; afterwards the source is not valid any more. It need not
// be safe for concurrent use. The values may be in need of [slog.Value.Resolve].
type AttrSource interface {
	AppendAttrs(dst []slog.Attr) []slog.Attr
}

// SetAttrs makes attrs the record's attributes, in place of all others. The
// slice is kept, not copied.
func (r *Record) SetAttrs(attrs ...slog.Attr) {
	r.attrs, r.source, r.scope = attrs, nil, nil
}

// SetAttrSource makes src bring the record's attributes, in place of all others.
func (r *Record) SetAttrSource(src AttrSource) {
	r.attrs, r.source, r.scope = nil, src, nil
}

// SetScope puts the record's attributes inside s: behind its attributes, within
// its innermost group. A later SetAttrs or SetAttrSource undoes it.
func (r *Record) SetScope(s *Scope) { r.scope = s }

// AppendAttrs appends the record's attributes to dst and returns the extended
// slice. Groups are attributes of kind [slog.KindGroup]. Values may be in need of
// [slog.Value.Resolve]. Without open groups it allocates only when dst lacks room.
func (r Record) AppendAttrs(dst []slog.Attr) []slog.Attr {
	if r.scope == nil {
		return r.appendOwn(dst)
	}
	return appendFrames(dst, r.scope.frames, &r)
}

// appendOwn appends the attributes without their scope.
func (r *Record) appendOwn(dst []slog.Attr) []slog.Attr {
	if r.source != nil {
		return r.source.AppendAttrs(dst)
	}
	return append(dst, r.attrs...)
}

// Attrs iterates over the record's attributes; for convenience, since it
// allocates. The iterator is never nil.
func (r Record) Attrs() iter.Seq[slog.Attr] {
	return func(yield func(slog.Attr) bool) {
		for _, a := range r.AppendAttrs(nil) {
			if !yield(a) {
				return
			}
		}
	}
}

// SetSource says where the record's event happened, for records without a PC:
// those read from a line, or received. src is not kept beyond the record's life.
func (r *Record) SetSource(src *slog.Source) { r.at = src }

// Source returns where the event happened: as given to SetSource, else as found
// from PC, else nil. The caller must not change it.
func (r Record) Source() *slog.Source {
	if r.at != nil || r.PC == 0 {
		return r.at
	}
	frames := runtime.CallersFrames([]uintptr{r.PC})
	f, _ := frames.Next()
	if f.File == "" {
		return nil
	}
	return &slog.Source{Function: f.Function, File: f.File, Line: f.Line}
}

// Clone returns a copy that shares nothing that can change and may be kept.
// Every attribute is resolved; a value of kind [slog.KindAny] is rendered then
// and there, as the formatters of this package would render it, so that later
// changes to it cannot be seen. What it was rendered to implements
// [encoding/json.Marshaler] and [fmt.Stringer], and error where the value was one.
func (r Record) Clone() Record {
	r.Line = bytes.Clone(r.Line)
	r.attrs, r.source = freeze(r.appendOwn(nil)), nil
	if r.at != nil {
		at := *r.at
		r.at = &at
	}
	return r
}
