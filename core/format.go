package core

import (
	"encoding"
	"encoding/json"
	"fmt"

	"github.com/logsinks/logsinks/core/internal/jsonenc"
)

// Formatter renders records. [Line], [Text], [JSON] and [Pattern] are
// formatters; an option of sinks that write bytes takes any other.
//
// Append appends the rendering of r, without a line end, to dst and returns the
// extended slice. It is called by many goroutines at once, and keeps neither dst
// nor anything that r points to.
type Formatter interface {
	Append(dst []byte, r Record) []byte
}

// FormatterFunc is a function as a [Formatter].
type FormatterFunc func(dst []byte, r Record) []byte

// Append calls f.
func (f FormatterFunc) Append(dst []byte, r Record) []byte { return f(dst, r) }

// Line is the [Formatter] that carries the framework's own rendering: r.Line
// where there is one, untouched, else what [Text] makes of the record. It is the
// default of streams and files.
type Line struct{}

// Append appends r.Line or the text.
func (Line) Append(dst []byte, r Record) []byte {
	if r.Line != nil {
		return append(dst, r.Line...)
	}
	return Text{}.Append(dst, r)
}

// LineOnly is true: see the interface [LineOnly].
func (Line) LineOnly() bool { return true }

// anyText returns the text of a value of kind [slog.KindAny]: an error's, an
// encoding.TextMarshaler's or a fmt.Stringer's own, a byte slice as a string,
// anything else as JSON, and where that is a string, what it says.
func anyText(v any) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = jsonenc.PanicText(v, p)
		}
	}()
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case error:
		return v.Error()
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		if err != nil {
			return "!ERROR:" + err.Error()
		}
		return string(b)
	case fmt.Stringer:
		return v.String()
	case []byte:
		return string(v)
	}
	b := jsonenc.AppendAny(nil, v)
	if b[0] == '"' && json.Unmarshal(b, &text) == nil {
		return text
	}
	return string(b)
}
