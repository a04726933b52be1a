package zerologsink

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
)

// maxGroups is how deep groups nest. An object further inside is the value of an
// attribute as it stands: formatters cut off what nests much deeper.
const maxGroups = 32

// decoder makes a record of a line, and is the source of its attributes: it notes
// where the members of the object are, and converts them when asked to.
type decoder struct {
	fields  *fields
	record  core.Record // here, since it would be allocated otherwise
	line    []byte      // borrowed from zerolog
	text    string      // a copy of line: what strings are cut from
	members []member
	scratch []byte
	source  slog.Source
}

// decode fills in the record from line, whose level, if it was given or found, is
// l. The error says where line cannot be read, and nothing of what is in it: that
// may be a secret. The message is the line then.
func (d *decoder) decode(line []byte, l zerolog.Level) error {
	d.line, d.text = line, string(line)
	s := scanner{data: line}
	for m := (member{}); s.next(&m); {
		d.members = append(d.members, m)
	}
	if !s.whole() {
		d.record.Message = d.text
		return fmt.Errorf("zerologsink: not a JSON object, delivered as text: mistake at byte %d of %d", s.pos, len(line))
	}
	d.readHeader(l)
	d.record.SetAttrSource(d)
	return nil
}

// reset forgets the line: the attributes are not valid any more.
func (d *decoder) reset() {
	d.record = core.Record{}
	d.line, d.text, d.members, d.source = nil, "", d.members[:0], slog.Source{}
}

// large tells whether d is not worth keeping.
func (d *decoder) large() bool { return cap(d.members) > 1024 || cap(d.scratch) > 1<<16 }

// AppendAttrs implements core.AttrSource.
func (d *decoder) AppendAttrs(dst []slog.Attr) []slog.Attr {
	for i := range d.members {
		if m := &d.members[i]; !m.header {
			dst = append(dst, d.attr(*m, 0))
		}
	}
	return dst
}

func (d *decoder) attr(m member, depth int) slog.Attr {
	key := d.string(m.key)
	return slog.Attr{Key: key, Value: d.value(m, key, depth)}
}

// value returns the value of m. What slog would drop or dissolve, an empty object
// and null or an object without a name, stays the JSON that it is.
func (d *decoder) value(m member, key string, depth int) slog.Value {
	switch m.kind {
	case '"':
		return slog.StringValue(d.string(m.value))
	case 't', 'f':
		return slog.BoolValue(m.kind == 't')
	case 'n':
		if key != "" {
			return slog.AnyValue(nil)
		}
	case '{':
		if key != "" && depth < maxGroups {
			if attrs := d.group(m, depth+1); len(attrs) > 0 {
				return slog.GroupValue(attrs...)
			}
		}
	case '[':
	default:
		return number(d.text[m.value.start:m.value.end])
	}
	return slog.AnyValue(json.RawMessage(d.text[m.value.start:m.value.end]))
}

func (d *decoder) group(object member, depth int) []slog.Attr {
	s := scanner{data: d.line, pos: object.value.start}
	attrs := make([]slog.Attr, 0, 4)
	for m := (member{}); s.next(&m); {
		attrs = append(attrs, d.attr(m, depth))
	}
	return attrs
}

// string returns what the string at sp says. One copy of the line serves all
// those that need no change.
func (d *decoder) string(sp span) string {
	text := d.text[sp.start:sp.end]
	if sp.plain || strings.IndexByte(text, '\\') < 0 && utf8.ValidString(text) {
		return text
	}
	d.scratch = appendUnquoted(d.scratch[:0], d.line[sp.start:sp.end])
	return string(d.scratch)
}

var _ core.AttrSource = (*decoder)(nil)
