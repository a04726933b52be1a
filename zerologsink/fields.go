package zerologsink

import (
	"bytes"
	"log/slog"
	"strconv"
	"time"

	"github.com/rs/zerolog"
)

// fields says what the fields of a line mean. It never changes.
type fields struct {
	level      string // name of the level's field; "": none
	levels     levelNames
	header     []headerField
	timeFormat string
}

// headerField is a field that becomes a part of the record. set returns false for
// a value that it cannot be: that stays an attribute.
type headerField struct {
	name string
	set  func(d *decoder, m *member) bool
}

// newFields takes what o leaves open from zerolog's variables.
func newFields(o *Options) *fields {
	f := &fields{
		level:      first(o.LevelField, zerolog.LevelFieldName),
		levels:     readLevelNames(),
		timeFormat: first(o.TimeFormat, zerolog.TimeFieldFormat, TimeFormatUnix),
	}
	for _, h := range []headerField{
		{first(o.MessageField, zerolog.MessageFieldName), (*decoder).message},
		{first(o.TimestampField, zerolog.TimestampFieldName), (*decoder).time},
		{first(o.CallerField, zerolog.CallerFieldName), (*decoder).caller},
		{o.LoggerField, (*decoder).logger},
	} {
		if h.name != "" {
			f.header = append(f.header, h)
		}
	}
	return f
}

// first returns the first of names that is not empty.
func first(names ...string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return ""
}

// levelOf returns the level that line says it has: of its fields with the level's
// name, zerolog's own comes first. It is NoLevel if it is none.
func (f *fields) levelOf(line []byte) zerolog.Level {
	s := scanner{data: line}
	for m := (member{}); f.level != "" && s.next(&m); {
		if named(line, &m, f.level) {
			return f.parseLevel(line, &m)
		}
	}
	return zerolog.NoLevel
}

func (f *fields) parseLevel(line []byte, m *member) zerolog.Level {
	text := line[m.value.start:m.value.end]
	if m.kind == '"' && !m.value.plain {
		text = appendUnquoted(nil, text)
	}
	if l, ok := f.levels.parse(text); ok {
		return l
	}
	return zerolog.NoLevel
}

// named tells whether name is the name of m.
func named(line []byte, m *member, name string) bool {
	key := line[m.key.start:m.key.end]
	if m.key.plain {
		return string(key) == name
	}
	return string(appendUnquoted(nil, key)) == name
}

// readHeader moves the header fields of the line into the record. Of several with one name
// the last counts, as zerolog itself adds message, time and caller last, and the
// first of the level, which it adds first. A level that came from elsewhere is
// none.
func (d *decoder) readHeader(l zerolog.Level) {
	if l != zerolog.NoLevel && d.fields.level != "" {
		d.dropLevel()
	}
	for _, h := range d.fields.header {
		for i := len(d.members) - 1; i >= 0; i-- {
			m := &d.members[i]
			if named(d.line, m, h.name) && !m.header && h.set(d, m) {
				m.header = true
				break
			}
		}
	}
}

// dropLevel makes the level's field no attribute.
func (d *decoder) dropLevel() {
	for i := range d.members {
		if m := &d.members[i]; named(d.line, m, d.fields.level) {
			m.header = m.kind == '"' || m.kind == '-' || m.kind >= '0' && m.kind <= '9'
			return
		}
	}
}

func (d *decoder) message(m *member) bool {
	if m.kind != '"' {
		return false
	}
	d.record.Message = d.string(m.value)
	return true
}

func (d *decoder) logger(m *member) bool {
	if m.kind != '"' {
		return false
	}
	d.record.Logger = d.string(m.value)
	return true
}

// caller takes FILE:LINE, what zerolog.CallerMarshalFunc makes unless changed.
func (d *decoder) caller(m *member) bool {
	text := d.line[m.value.start:m.value.end]
	colon := bytes.LastIndexByte(text, ':')
	if m.kind != '"' || colon < 1 {
		return false
	}
	n, err := strconv.ParseUint(string(text[colon+1:]), 10, 31)
	if err != nil {
		return false
	}
	file := m.value
	file.end = file.start + colon
	d.source = slog.Source{File: d.string(file), Line: int(n)}
	d.record.SetSource(&d.source)
	return true
}

// time takes what has a year: a layout without one cannot say when it was.
func (d *decoder) time(m *member) bool {
	parse := parseNumber
	if m.kind == '"' {
		parse = parseText
	}
	t, ok := parse(d.fields.timeFormat, d.string(m.value))
	if ok = ok && t.Year() >= 1 && t.Year() <= 9999; ok {
		d.record.Time = t
	}
	return ok
}

// parseText undoes what zerolog does to times with a layout. One without a zone
// means local time, as zerolog's clock does.
func parseText(format, text string) (time.Time, bool) {
	t, err := time.ParseInLocation(format, text, time.Local)
	return t, err == nil
}

// parseNumber undoes what zerolog does to times with one of its own formats.
func parseNumber(format, text string) (t time.Time, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return t, false
	}
	switch format {
	case TimeFormatUnix:
		return time.Unix(n, 0), true
	case zerolog.TimeFormatUnixMs:
		return time.UnixMilli(n), true
	case zerolog.TimeFormatUnixMicro:
		return time.UnixMicro(n), true
	case zerolog.TimeFormatUnixNano:
		return time.Unix(0, n), true
	}
	return t, false
}
