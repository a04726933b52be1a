package core

import (
	"log/slog"
	"strconv"
	"time"

	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

// JSON is a [Formatter] that renders a record as one JSON object (RFC 8259) on
// one line, with the members time, level, source, logger, msg, the attributes,
// and stack. Those that are unknown or empty are left out, but level and msg.
//
// For the records of log/slog the bytes are those of [slog.JSONHandler], except
// that every named level has its name, that NaN and the infinities are the
// strings "NaN", "+Inf" and "-Inf", that a [slog.Source] among the attributes has
// its empty members, too, and that no group is ever left empty. The result is
// valid whatever the record holds; a key that occurs twice is kept twice. It
// allocates nothing but what values of other types allocate themselves, and what
// finding out the source of a PC takes.
type JSON struct {
	TimeFormat string // layout as in package time; default RFC 3339 with up to nine digits
}

// Append appends the object.
func (f JSON) Append(dst []byte, r Record) []byte {
	w := jsonWriter{format: f.TimeFormat}
	dst = append(dst, '{')
	if !r.Time.IsZero() {
		dst = w.time(append(dst, `"time":`...), r.Time)
		dst = append(dst, ',')
	}
	dst = appendLevel(append(dst, `"level":"`...), r.Level)
	dst = append(dst, '"')
	if src := r.Source(); src != nil {
		dst = appendSource(append(dst, `,"source":`...), src)
	}
	if r.Logger != "" {
		dst = jsonenc.AppendString(append(dst, `,"logger":`...), r.Logger)
	}
	dst = jsonenc.AppendString(append(dst, `,"msg":`...), r.Message)
	dst = w.record(dst, &r)
	if r.Stack != "" {
		dst = jsonenc.AppendString(append(dst, `,"stack":`...), r.Stack)
	}
	return append(dst, '}')
}

// AppendValue appends v alone, as Append renders the value of an attribute.
func (f JSON) AppendValue(dst []byte, v slog.Value) []byte {
	w := jsonWriter{format: f.TimeFormat}
	if v = w.resolve(v); v.Kind() != slog.KindGroup {
		return w.scalar(dst, v.Kind(), v)
	}
	return append(w.attrs(append(dst, '{'), v.Group()), '}')
}

// jsonWriter holds what one record's attributes are written with. Its methods
// append to dst and return the extended slice.
type jsonWriter struct {
	format string // of times; "": RFC 3339
	resolver
}

// record appends the attributes of r, from its outermost group inwards.
func (w *jsonWriter) record(dst []byte, r *Record) []byte {
	own := r.attrs
	if r.source != nil {
		room := getRoom()
		defer putRoom(room)
		room.attrs = r.source.AppendAttrs(room.attrs)
		own = room.attrs
	}
	if r.scope == nil {
		return w.attrs(dst, own)
	}
	around := r.scope.json(w.format)
	dst = append(dst, around.text...)
	before := len(dst)
	dst = append(dst, around.groups...)
	inside := len(dst)
	if dst = w.attrs(dst, own); len(dst) == inside {
		return appendBraces(dst[:before], around.depth)
	}
	return appendBraces(dst, around.depth+around.more)
}

func (w *jsonWriter) attrs(dst []byte, attrs []slog.Attr) []byte {
	for i := range attrs {
		a := &attrs[i]
		switch kind := a.Value.Kind(); kind {
		case slog.KindLogValuer, slog.KindGroup:
			dst = w.nested(dst, a.Key, w.resolve(a.Value))
		case slog.KindAny:
			if !dropped(a.Key, a.Value) {
				dst = appendAny(appendKey(dst, a.Key), a.Value.Any())
			}
		default:
			dst = w.scalar(appendKey(dst, a.Key), kind, a.Value)
		}
	}
	return dst
}

// nested appends a member that may be a group.
func (w *jsonWriter) nested(dst []byte, key string, v slog.Value) []byte {
	if dropped(key, v) {
		return dst
	}
	if v.Kind() != slog.KindGroup {
		return w.scalar(appendKey(dst, key), v.Kind(), v)
	}
	defer w.leave()
	if !w.enter() {
		return jsonenc.AppendString(appendKey(dst, key), errTooDeep)
	}
	if key == "" {
		return w.attrs(dst, v.Group())
	}
	before := len(dst)
	dst = append(appendKey(dst, key), '{')
	inside := len(dst)
	return closeGroup(w.attrs(dst, v.Group()), before, inside)
}

// closeGroup ends a group whose name begins at before and whose members begin at
// inside, and takes it back if it has none.
func closeGroup(dst []byte, before, inside int) []byte {
	if len(dst) == inside {
		return dst[:before]
	}
	return append(dst, '}')
}

// appendKey appends a member's name, after a comma unless it is the first.
func appendKey(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(jsonenc.AppendString(dst, name), ':')
}

// scalar appends v, which is of the given kind and no group.
func (w *jsonWriter) scalar(dst []byte, kind slog.Kind, v slog.Value) []byte {
	switch kind {
	case slog.KindString:
		return jsonenc.AppendString(dst, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(dst, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(dst, v.Uint64(), 10)
	case slog.KindFloat64:
		return jsonenc.AppendFloat(dst, v.Float64())
	case slog.KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case slog.KindDuration:
		return strconv.AppendInt(dst, int64(v.Duration()), 10)
	case slog.KindTime:
		return w.time(dst, v.Time())
	}
	return appendAny(dst, v.Any())
}

func appendAny(dst []byte, v any) []byte {
	switch v := v.(type) {
	case frozen:
		return append(dst, v.json...)
	case frozenError:
		return append(dst, v.json...)
	}
	return jsonenc.AppendAny(dst, v)
}

func (w *jsonWriter) time(dst []byte, t time.Time) []byte {
	if w.format != "" {
		var text [64]byte // a layout may hold anything, quotes too
		return jsonenc.AppendString(dst, string(t.AppendFormat(text[:0], w.format)))
	}
	dst = jsonenc.AppendTime(append(dst, '"'), t)
	return append(dst, '"')
}

// appendSource appends what is known of src, as slog does.
func appendSource(dst []byte, src *slog.Source) []byte {
	dst = append(dst, '{')
	if src.Function != "" {
		dst = jsonenc.AppendString(appendKey(dst, "function"), src.Function)
	}
	if src.File != "" {
		dst = jsonenc.AppendString(appendKey(dst, "file"), src.File)
	}
	if src.Line != 0 {
		dst = strconv.AppendInt(appendKey(dst, "line"), int64(src.Line), 10)
	}
	return append(dst, '}')
}
