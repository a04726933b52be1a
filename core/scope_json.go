package core

// jsonScope is a scope as JSON renders it: it is the same for every record, and
// rendering it each time would make a logger's With dearer than a framework's own.
type jsonScope struct {
	format string // of times
	text   []byte // the attributes, with the groups that they are in; begins with a comma
	depth  int    // how many groups text leaves open
	groups []byte // the beginning of the groups that have no attributes yet
	more   int    // how many these are

	next *jsonScope // that for another format
}

// maxKept is how many renderings of one scope are kept: one for each format of
// times among the sinks of a logger.
const maxKept = 4

// json returns the rendering of s.
func (s *Scope) json(format string) *jsonScope {
	first := s.rendered.Load()
	kept := 0
	for around := first; around != nil; around = around.next {
		if around.format == format {
			return around
		}
		kept++
	}
	around := s.renderJSON(format)
	if around.next = first; kept < maxKept {
		s.rendered.CompareAndSwap(first, around)
	}
	return around
}

func (s *Scope) renderJSON(format string) *jsonScope {
	w := jsonWriter{format: format}
	around := &jsonScope{format: format}
	// Something always stands before: a member of the record.
	dst := []byte{0}
	text := 1
	for i, f := range s.frames {
		if i > 0 {
			dst = append(appendKey(dst, f.group), '{')
			around.more++
		}
		if len(f.attrs) > 0 {
			dst = w.attrs(dst, f.attrs)
			text = len(dst)
			around.depth, around.more = i, 0
		}
	}
	around.text, around.groups = dst[1:text], dst[text:]
	return around
}

// appendBraces ends n groups.
func appendBraces(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '}')
	}
	return dst
}
