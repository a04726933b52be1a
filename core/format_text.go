package core

import (
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core/internal/escape"
	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

// TextTime is the layout of times in [Text] unless set otherwise: RFC 3339 with
// milliseconds.
const TextTime = "2006-01-02T15:04:05.000Z07:00"

// Text is a [Formatter] for people:
//
//	TIME LEVEL [LOGGER: ]MESSAGE[ KEY=VALUE...][ source=FILE:LINE]
//	STACK
//
// An unknown time is left out. Keys within groups are joined by dots. A value or
// key that is empty or holds a space, a quote, an equals sign or a character that
// cannot be printed is written as a Go string literal; a value of any other type
// as its own text, or as JSON (a JSON string without its quotes). The stack
// follows on lines of its own.
//
// Line ends and control characters are escaped wherever they come from, so that
// a record cannot look like two. It allocates nothing but what values of other
// types allocate themselves, what names that need quotes take within groups, and
// what finding out the source of a PC takes.
type Text struct {
	TimeFormat     string // layout as in package time; default [TextTime]
	AllowMultiline bool   // leaves the line ends of messages as they are
}

// Append appends the text of r.
func (f Text) Append(dst []byte, r Record) []byte {
	room := getRoom()
	defer putRoom(room)
	w := textWriter{format: f.TimeFormat, prefix: room.names}
	if !r.Time.IsZero() {
		dst = append(w.header(dst, r.Time), ' ')
	}
	dst = append(appendLevel(dst, r.Level), ' ')
	if r.Logger != "" {
		dst = append(escape.Append(dst, r.Logger), ": "...)
	}
	dst = appendMessage(dst, r.Message, f.AllowMultiline)
	dst = w.record(dst, &r, room)
	if src := r.Source(); src != nil {
		dst = appendQuoted(append(dst, " source="...), src.File)
		dst = strconv.AppendInt(append(dst, ':'), int64(src.Line), 10)
	}
	return appendStack(dst, r.Stack)
}

// appendMessage appends message on one line, or escapes nothing but control
// characters if it may have several.
func appendMessage(dst []byte, message string, multiline bool) []byte {
	if !multiline {
		return escape.Append(dst, message)
	}
	return appendLines(dst, message)
}

// appendStack appends stack on lines of its own.
func appendStack(dst []byte, stack string) []byte {
	if stack == "" {
		return dst
	}
	if n := len(dst); n > 0 && dst[n-1] != '\n' {
		dst = append(dst, '\n')
	}
	return appendLines(dst, stack)
}

// appendLines appends s, escaped but for its line feeds.
func appendLines(dst []byte, s string) []byte {
	for {
		line, rest, more := strings.Cut(s, "\n")
		dst = escape.Append(dst, line)
		if !more {
			return dst
		}
		dst = append(dst, '\n')
		s = rest
	}
}

// textWriter holds what one record's attributes are written with. Its methods
// append to dst and return the extended slice.
type textWriter struct {
	format string // of times
	prefix []byte // names of the open groups, each followed by a dot
	odd    int    // how many of them need quotes
	resolver
}

// record appends the attributes of r, from its outermost group inwards.
func (w *textWriter) record(dst []byte, r *Record, room *scratch) []byte {
	if r.scope != nil {
		for i := range r.scope.frames {
			f := &r.scope.frames[i]
			if i > 0 {
				w.open(f.group)
			}
			dst = w.attrs(dst, f.attrs)
		}
	}
	own := r.attrs
	if r.source != nil {
		room.attrs = r.source.AppendAttrs(room.attrs)
		own = room.attrs
	}
	dst = w.attrs(dst, own)
	room.names = w.prefix[:0] // it may have grown
	return dst
}

func (w *textWriter) open(group string) {
	w.prefix = append(append(w.prefix, group...), '.')
	if !plain(group) {
		w.odd++
	}
}

func (w *textWriter) attrs(dst []byte, attrs []slog.Attr) []byte {
	for i := range attrs {
		key, v := attrs[i].Key, w.resolve(attrs[i].Value)
		switch {
		case dropped(key, v):
		case v.Kind() == slog.KindGroup:
			dst = w.group(dst, key, v.Group())
		default:
			dst = w.value(w.key(dst, key), v)
		}
	}
	return dst
}

func (w *textWriter) group(dst []byte, name string, attrs []slog.Attr) []byte {
	defer w.leave()
	if !w.enter() {
		return appendQuoted(w.key(dst, name), errTooDeep)
	}
	n, odd := len(w.prefix), w.odd
	if name != "" {
		w.open(name)
	}
	dst = w.attrs(dst, attrs)
	w.prefix, w.odd = w.prefix[:n], odd
	return dst
}

// key appends a space, the whole name and an equals sign.
func (w *textWriter) key(dst []byte, key string) []byte {
	dst = append(dst, ' ')
	switch {
	case len(w.prefix) == 0:
		dst = appendQuoted(dst, key)
	case w.odd == 0 && plain(key):
		dst = append(append(dst, w.prefix...), key...)
	default:
		dst = strconv.AppendQuote(dst, string(w.prefix)+key)
	}
	return append(dst, '=')
}

// value appends a value that is no group.
func (w *textWriter) value(dst []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindString:
		return appendQuoted(dst, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(dst, v.Uint64(), 10)
	case slog.KindFloat64:
		return strconv.AppendFloat(dst, v.Float64(), 'g', -1, 64)
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case slog.KindDuration:
		return append(dst, v.Duration().String()...)
	case slog.KindTime:
		if w.format != "" {
			var text [64]byte
			return appendQuoted(dst, string(v.Time().AppendFormat(text[:0], w.format)))
		}
		return appendTextTime(dst, v.Time())
	}
	return appendQuoted(dst, anyText(v.Any()))
}

// header appends the time of the record. A layout may bring anything, and so may
// the name of a zone.
func (w *textWriter) header(dst []byte, t time.Time) []byte {
	if w.format != "" {
		var text [64]byte
		return escape.Append(dst, string(t.AppendFormat(text[:0], w.format)))
	}
	return appendTextTime(dst, t)
}

// appendTextTime appends t in the layout TextTime.
func appendTextTime(dst []byte, t time.Time) []byte {
	if y := t.Year(); y < 0 || y > 9999 {
		return t.AppendFormat(dst, TextTime)
	}
	// Far faster than to interpret the layout: put three digits where RFC 3339 has
	// none to nine.
	start := len(dst) + len("2006-01-02T15:04:05")
	dst = jsonenc.AppendTime(dst, t)
	end := start
	for dst[end] == '.' || dst[end] >= '0' && dst[end] <= '9' {
		end++
	}
	var tail [16]byte
	zone := append(tail[:0], dst[end:]...)
	ms := t.Nanosecond() / int(time.Millisecond)
	dst = append(dst[:start], '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	return append(dst, zone...)
}

// appendQuoted appends s, as a Go string literal if it needs quotes.
func appendQuoted(dst []byte, s string) []byte {
	if plain(s) {
		return append(dst, s...)
	}
	for i := 0; i < len(s); i++ {
		if b := s[i]; b < ' ' || b >= 0x7f || b == '"' || b == '\\' {
			return strconv.AppendQuote(dst, s)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

// plain tells whether s needs no quotes.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i]; b <= ' ' || b == '"' || b == '=' || b == 0x7f {
			return false
		} else if b >= utf8.RuneSelf {
			return plainRunes(s[i:])
		}
	}
	return s != ""
}

func plainRunes(s string) bool {
	for _, r := range s {
		if r <= ' ' || r == '"' || r == '=' || r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
