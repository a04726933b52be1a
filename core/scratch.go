package core

import (
	"log/slog"
	"sync"
)

// scratch is what a formatter needs while it renders a record.
type scratch struct {
	attrs []slog.Attr // what an AttrSource brings
	names []byte      // of open groups; empty between two records
}

var rooms = sync.Pool{New: func() any {
	return &scratch{attrs: make([]slog.Attr, 0, 32), names: make([]byte, 0, 64)}
}}

func getRoom() *scratch { return rooms.Get().(*scratch) }

// putRoom gives back s, which must not keep values alive, nor much memory for one
// record that had very many.
func putRoom(s *scratch) {
	if cap(s.attrs) > 1024 || cap(s.names) > 4096 {
		return
	}
	clear(s.attrs)
	s.attrs = s.attrs[:0]
	rooms.Put(s)
}
