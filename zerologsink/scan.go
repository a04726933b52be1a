package zerologsink

// maxDepth is how deep a line may nest, as in encoding/json.
const maxDepth = 10_000

// scanner reads the members of one JSON object (RFC 8259), one after another,
// and allocates nothing. It is as strict as encoding/json: what [json.Valid]
// refuses makes next return false before the object has ended.
//
//	s := scanner{data: line}
//	for s.next(&m) {
//		...
//	}
//	if !s.whole() {
//		... // line is not an object, or not only
//	}
type scanner struct {
	data  []byte
	pos   int  // of the next byte to read; where it went wrong, if it did
	depth int  // how many values surround this object
	begun bool // its opening brace was read
	ended bool // its closing brace was read
}

// member is a name and a value of an object.
type member struct {
	key, value span // a string's is without its quotes
	kind       byte // the value's first byte
	header     bool // is no attribute; the scanner leaves it alone
}

// span is a part of the line.
type span struct {
	start, end int
	plain      bool // a string that is ASCII without any escape
}

// next reads the next member into m. It returns false at the end of the object,
// and at the first mistake.
func (s *scanner) next(m *member) bool {
	s.space()
	if !s.begun {
		s.begun = true
		if !s.take('{') {
			return false
		}
		s.space()
		if s.take('}') {
			s.ended = true
			return false
		}
	} else if !s.take(',') {
		s.ended = s.take('}')
		return false
	}
	return s.member(m)
}

// whole tells whether the object has ended and nothing follows it.
func (s *scanner) whole() bool {
	s.space()
	return s.ended && s.pos == len(s.data)
}

func (s *scanner) member(m *member) (ok bool) {
	s.space()
	if m.key, ok = s.text(); !ok {
		return false
	}
	s.space()
	if !s.take(':') {
		return false
	}
	s.space()
	m.kind = s.peek()
	if m.kind == '"' {
		m.value, ok = s.text()
		return ok
	}
	start := s.pos
	ok = s.value()
	m.value = span{start: start, end: s.pos}
	return ok
}

// value reads any value.
func (s *scanner) value() (ok bool) {
	switch s.peek() {
	case '"':
		_, ok = s.text()
	case '{':
		ok = s.object()
	case '[':
		ok = s.array()
	case 't':
		ok = s.literal("true")
	case 'f':
		ok = s.literal("false")
	case 'n':
		ok = s.literal("null")
	default:
		ok = s.number()
	}
	return ok
}

func (s *scanner) object() bool {
	inner := scanner{data: s.data, pos: s.pos, depth: s.depth + 1}
	if inner.depth >= maxDepth {
		return false
	}
	for m := (member{}); inner.next(&m); {
	}
	s.pos = inner.pos
	return inner.ended
}

func (s *scanner) array() bool {
	s.depth++
	ok := s.depth < maxDepth && s.elements()
	s.depth--
	return ok
}

func (s *scanner) elements() bool {
	s.take('[')
	s.space()
	if s.take(']') {
		return true
	}
	for {
		s.space()
		if !s.value() {
			return false
		}
		s.space()
		if !s.take(',') {
			return s.take(']')
		}
	}
}

// text reads a string.
func (s *scanner) text() (sp span, ok bool) {
	if !s.take('"') {
		return sp, false
	}
	start, seen := s.pos, byte(0)
	for s.pos < len(s.data) {
		b := s.data[s.pos]
		switch {
		case b == '"':
			s.pos++
			return span{start, s.pos - 1, seen < 0x80}, true
		case b < ' ':
			return sp, false
		case b == '\\':
			if !s.escape() {
				return sp, false
			}
			seen = 0xff
		default:
			s.pos++
			seen |= b
		}
	}
	return sp, false
}

// escape reads a backslash and what belongs to it.
func (s *scanner) escape() bool {
	s.pos++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos++
		return true
	case 'u':
		if len(s.data)-s.pos < len("uFFFF") {
			return false
		}
		if hex4(s.data[s.pos+1:]) < 0 {
			return false
		}
		s.pos += len("uFFFF")
		return true
	}
	return false
}

func (s *scanner) number() bool {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return false
	}
	if s.take('.') && !s.digits() {
		return false
	}
	if s.take('e') || s.take('E') {
		_ = s.take('+') || s.take('-')
		return s.digits()
	}
	return true
}

// digits reads one digit or more.
func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

func (s *scanner) literal(word string) bool {
	if len(s.data)-s.pos < len(word) || string(s.data[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return true
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte; 0, which begins nothing, at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// take reads b if it is the next byte.
func (s *scanner) take(b byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == b {
		s.pos++
		return true
	}
	return false
}
