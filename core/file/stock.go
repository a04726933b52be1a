package file

import (
	"slices"
	"sync"
	"sync/atomic"
)

// stock are the old files and their sizes, so that MaxTotal can be kept to without
// a look at the directory.
type stock struct {
	on  bool // there is a MaxTotal
	sum atomic.Int64

	mu    sync.Mutex
	files []sized // oldest first
}

type sized struct {
	name  string
	size  int64
	fails int  // how often it could not be deleted
	stuck bool // nobody tries to delete it before another one comes
}

// set forgets everything but what was found.
func (s *stock) set(l listing, ext string) {
	if !s.on {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.files
	s.files = make([]sized, 0, len(l.old)+len(l.waiting))
	s.sum.Store(0)
	for _, all := range [][]found{l.old, l.waiting} {
		for _, f := range all {
			if f.plain >= 0 {
				s.append(f.name, f.plain)
			}
			if f.packed >= 0 {
				s.append(f.name+ext, f.packed)
			}
		}
	}
	for _, f := range before {
		if i := s.find(f.name); f.fails > 0 && i >= 0 {
			s.files[i].fails = f.fails
		}
	}
}

// add takes the newest file, once.
func (s *stock) add(name string, size int64) {
	if !s.on {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(name); i >= 0 {
		s.drop(i)
	}
	for i := range s.files {
		s.files[i].stuck = false
	}
	s.append(name, size)
}

func (s *stock) append(name string, size int64) {
	s.files = append(s.files, sized{name: name, size: size})
	s.sum.Add(size)
}

// oldest returns the name of the oldest file that is not stuck.
func (s *stock) oldest() (name string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		if !f.stuck {
			return f.name, true
		}
	}
	return "", false
}

// fail notes that a file could not be deleted, and tells whether it was the first time.
// From the second time on it is stuck.
func (s *stock) fail(name string) (first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(name)
	if i < 0 {
		return false
	}
	f := &s.files[i]
	first, f.stuck = f.fails == 0, f.fails > 0
	f.fails++
	return first
}

// sticks tells whether there is such a file.
func (s *stock) sticks() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.files, func(f sized) bool { return f.stuck })
}

// rename gives a file another name, where another may have been; "": it is gone.
func (s *stock) rename(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(from)
	if i < 0 {
		return
	}
	if to == "" {
		s.drop(i)
		return
	}
	if over := s.find(to); over >= 0 && over != i {
		s.drop(over)
		i = s.find(from)
	}
	s.files[i].name = to
}

// resize notes that a file has got another size, as it was compressed.
func (s *stock) resize(name string, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(name); i >= 0 {
		s.sum.Add(size - s.files[i].size)
		s.files[i].size = size
	}
}

func (s *stock) find(name string) int {
	return slices.IndexFunc(s.files, func(f sized) bool { return f.name == name })
}

func (s *stock) drop(i int) {
	s.sum.Add(-s.files[i].size)
	s.files = slices.Delete(s.files, i, i+1)
}
