package core

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// attribute is something that a pattern can name.
type attribute interface {
	fits(verb byte) bool
	append(dst []byte, p *Pattern, r *Record, s *spec) []byte
}

// attributes are those that Python's logging documents; nil: refused.
var attributes = map[string]attribute{
	"asctime":         textAttr((*Pattern).asctime),
	"attrs":           textAttr((*Pattern).attrs),
	"created":         floatAttr((*Pattern).created),
	"filename":        textAttr(func(_ *Pattern, r *Record) string { return path.Base(pathname(r)) }),
	"funcName":        textAttr(func(_ *Pattern, r *Record) string { return funcName(r) }),
	"levelname":       textAttr(func(_ *Pattern, r *Record) string { return pythonLevelName(PythonLevel(r.Level)) }),
	"levelno":         intAttr(func(_ *Pattern, r *Record) int { return PythonLevel(r.Level) }),
	"lineno":          intAttr(func(_ *Pattern, r *Record) int { return lineno(r) }),
	"message":         textAttr(func(_ *Pattern, r *Record) string { return r.Message }),
	"module":          textAttr(func(_ *Pattern, r *Record) string { return module(r) }),
	"msecs":           floatAttr(func(_ *Pattern, r *Record) float64 { return float64(r.Time.Nanosecond() / 1e6) }),
	"name":            textAttr(func(_ *Pattern, r *Record) string { return loggerName(r) }),
	"pathname":        textAttr(func(_ *Pattern, r *Record) string { return pathname(r) }),
	"process":         intAttr(func(p *Pattern, _ *Record) int { return p.process }),
	"processName":     nil,
	"relativeCreated": floatAttr((*Pattern).relative),
	"taskName":        nil,
	"thread":          nil,
	"threadName":      nil,
}

// textAttr is an attribute that is text.
type textAttr func(*Pattern, *Record) string

func (textAttr) fits(verb byte) bool { return verb == 's' }

func (f textAttr) append(dst []byte, p *Pattern, r *Record, s *spec) []byte {
	text := f(p, r)
	if s.precision >= 0 {
		text = firstRunes(text, s.precision)
	}
	if s.width == 0 {
		return p.escape(dst, text)
	}
	// Widths count characters, of what is written.
	start := len(dst)
	dst = p.escape(dst, text)
	pad := max(0, s.width-utf8.RuneCount(dst[start:]))
	if strings.Contains(s.flags, "-") {
		return append(dst, strings.Repeat(" ", pad)...)
	}
	text = string(dst[start:])
	return append(append(dst[:start], strings.Repeat(" ", pad)...), text...)
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// intAttr is an attribute that is a whole number.
type intAttr func(*Pattern, *Record) int

func (intAttr) fits(byte) bool { return true }

func (f intAttr) append(dst []byte, p *Pattern, r *Record, s *spec) []byte {
	n := f(p, r)
	switch s.verb {
	case 's', 'd', 'i', 'u':
		if s.flags == "" && s.width == 0 && s.precision < 0 {
			return strconv.AppendInt(dst, int64(n), 10)
		}
	}
	return s.number(dst, float64(n), strconv.Itoa(n))
}

// floatAttr is an attribute that is a number with a fraction.
type floatAttr func(*Pattern, *Record) float64

func (floatAttr) fits(verb byte) bool { return strings.IndexByte("xXo", verb) < 0 }

func (f floatAttr) append(dst []byte, p *Pattern, r *Record, s *spec) []byte {
	v := f(p, r)
	return s.number(dst, v, pythonFloat(v))
}

// number appends v; text is how Python's str would write it.
func (s *spec) number(dst []byte, v float64, text string) []byte {
	flags, verb, precision := s.flags, s.verb, s.precision
	var value any = int64(v)
	switch verb {
	case 's':
		// Python pads text with blanks only.
		flags, value = strings.ReplaceAll(flags, "0", ""), text
	case 'i', 'u':
		verb = 'd'
	case 'f', 'F', 'e', 'E', 'g', 'G':
		value = v
		if precision < 0 {
			precision = 6
		}
	}
	format := "%" + flags
	if s.width > 0 {
		format += strconv.Itoa(s.width)
	}
	if precision >= 0 {
		format += "." + strconv.Itoa(precision)
	}
	return fmt.Appendf(dst, format+string(verb), value)
}

// pythonFloat is Python's str of a float.
func pythonFloat(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if strings.Contains(s, ".") {
		return s
	}
	return s + ".0"
}

func (p *Pattern) asctime(r *Record) string {
	if r.Time.IsZero() {
		return ""
	}
	t := r.Time.In(p.opts.Location)
	if p.opts.TimeFormat != "" {
		return t.Format(p.opts.TimeFormat)
	}
	return t.Format("2006-01-02 15:04:05,000")
}

func (p *Pattern) attrs(r *Record) string {
	room := getRoom()
	defer putRoom(room)
	w := textWriter{prefix: room.names}
	return strings.TrimPrefix(string(w.record(nil, r, room)), " ")
}

// created is 0 where the time is unknown.
func (p *Pattern) created(r *Record) float64 {
	if r.Time.IsZero() {
		return 0
	}
	return float64(r.Time.UnixNano()) / 1e9
}

func (p *Pattern) relative(r *Record) float64 {
	if r.Time.IsZero() {
		return 0
	}
	return float64(r.Time.Sub(p.started)) / float64(time.Millisecond)
}

func loggerName(r *Record) string {
	if r.Logger == "" {
		return "root"
	}
	return r.Logger
}

// Python's words for what it could not find out.
const (
	unknownFile     = "(unknown file)"
	unknownFunction = "(unknown function)"
)

func pathname(r *Record) string {
	if src := r.Source(); src != nil && src.File != "" {
		return src.File
	}
	return unknownFile
}

func module(r *Record) string {
	file := path.Base(pathname(r))
	return strings.TrimSuffix(file, path.Ext(file))
}

func lineno(r *Record) int {
	if src := r.Source(); src != nil {
		return src.Line
	}
	return 0
}

// funcName returns the name without package and receiver.
func funcName(r *Record) string {
	src := r.Source()
	if src == nil || src.Function == "" {
		return unknownFunction
	}
	return src.Function[strings.LastIndexByte(src.Function, '.')+1:]
}

func pythonLevelName(n int) string {
	switch n {
	case 10:
		return "DEBUG"
	case 20:
		return "INFO"
	case 30:
		return "WARNING"
	case 40:
		return "ERROR"
	case 50:
		return "CRITICAL"
	}
	return "Level " + strconv.Itoa(n)
}
