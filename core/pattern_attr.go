package core

import (
	"fmt"
	"math"
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
	return s.pad(p.escape(dst, firstRunes(f(p, r), s.precision)), len(dst))
}

// firstRunes returns the first n characters of s; all of them if n is negative.
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
	switch s.verb {
	case 's':
		return s.pad(append(dst, firstRunes(text, s.precision)...), len(dst))
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return s.whole(dst, int64(v))
	}
	format := "%" + s.flags
	if s.width > 0 {
		format += strconv.Itoa(s.width)
	}
	format += "." + strconv.Itoa(s.precisionOr(6))
	return fmt.Appendf(dst, format+string(s.verb), v)
}

// whole appends v as Python does. Package fmt differs: the flag 0 goes for
// nothing beside a precision, a prefix does not count for the width, octal's is
// 0, and a zero of precision zero vanishes.
func (s *spec) whole(dst []byte, v int64) []byte {
	digits := strconv.FormatUint(uint64(max(v, -v)), s.base())
	if s.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	sign := ""
	switch {
	case v < 0:
		sign = "-"
	case s.has("+"):
		sign = "+"
	case s.has(" "):
		sign = " "
	}
	if s.has("#") && s.base() != 10 {
		sign += "0" + string(s.verb)
	}
	wanted := s.precision
	if s.has("0") && !s.has("-") {
		wanted = max(wanted, s.width-len(sign))
	}
	zeros := strings.Repeat("0", max(0, wanted-len(digits)))
	return s.pad(append(append(append(dst, sign...), zeros...), digits...), len(dst))
}

func (s *spec) base() int {
	switch s.verb {
	case 'x', 'X':
		return 16
	case 'o':
		return 8
	}
	return 10
}

func (s *spec) has(flag string) bool { return strings.Contains(s.flags, flag) }

func (s *spec) precisionOr(n int) int {
	if s.precision < 0 {
		return n
	}
	return s.precision
}

// pad fills up with blanks what was appended to dst from start on. The width
// counts characters, of what is written.
func (s *spec) pad(dst []byte, start int) []byte {
	end := len(dst)
	blanks := s.width - utf8.RuneCount(dst[start:])
	for range blanks {
		dst = append(dst, ' ')
	}
	if blanks > 0 && !s.has("-") {
		copy(dst[start+blanks:], dst[start:end])
		for i := range blanks {
			dst[start+i] = ' '
		}
	}
	return dst
}

// pythonFloat is Python's str of a float.
func pythonFloat(v float64) string {
	if a := math.Abs(v); a != 0 && a < 1e-4 || a >= 1e16 {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
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

// module returns the name of the file without its extension, which a dot in front
// does not begin.
func module(r *Record) string {
	file := path.Base(pathname(r))
	if dot := strings.LastIndexByte(file, '.'); dot > 0 {
		return file[:dot]
	}
	return file
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
