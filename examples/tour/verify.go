package main

import (
	"cmp"
	"slices"
)

// fault is one thing that is wrong with what arrived.
type fault struct {
	kind      string
	title     string // which record, or what else it is about
	want, got string // nothing where there is nothing to compare
}

// The kinds of faults.
const (
	missing   = "missing"    // is not there
	altered   = "altered"    // is there, but not as it should be
	doubled   = "doubled"    // is there more than once
	reordered = "reordered"  // comes before one that its goroutine logged earlier
	unknown   = "unknown"    // nobody logged it
	miscount  = "miscounted" // a counter says something else than the destination
	failed    = "failed"     // something else went wrong
)

// reading is a way to tell records from what a destination holds.
type reading struct {
	identify func(item []byte) (id int, ok bool) // ok: item is exactly the record
	want     func(id int) string                 // what the record should look like, for people
	show     func(item []byte) string            // what item looks like, to be compared with that
}

// audit compares the destinations of one shelf with a book.
type audit struct {
	book    *book
	reading reading
	count   []int    // how often each record was found
	strange [][]byte // what could not be identified
	faults  []fault
}

// auditShelf returns how many records are on s, and all that is wrong with them.
func auditShelf(b *book, s shelf, rd reading) (found int, faults []fault) {
	a := &audit{book: b, reading: rd, count: make([]int, len(b.lines))}
	var last []int
	for _, d := range s {
		if !d.follows || last == nil {
			last = make([]int, len(b.names)*lanes)
		}
		a.destination(d, last)
	}
	a.settle()
	for _, n := range a.count {
		found += min(n, 1)
	}
	return found, a.faults
}

// destination looks at every item of d. last holds the record that came last, for
// each goroutine.
func (a *audit) destination(d destination, last []int) {
	for _, item := range d.items {
		id, ok := a.reading.identify(item)
		if !ok {
			a.strange = append(a.strange, item)
			continue
		}
		if a.count[id]++; a.count[id] > 1 {
			a.fault(doubled, id, "", "")
			continue
		}
		lane := a.book.lane(id)
		if id < last[lane] {
			a.fault(reordered, id, "", "")
		}
		last[lane] = id
	}
}

// settle sorts out what is missing and what could not be identified: together
// they may be a record that was altered.
func (a *audit) settle() {
	claimed := make(map[int]bool)
	for _, item := range a.strange {
		got := a.reading.show(item)
		id, ok := a.book.claim(item)
		if !ok || claimed[id] || a.count[id] > 0 {
			a.faults = append(a.faults, fault{kind: unknown, title: "nobody logged this", got: got})
			continue
		}
		claimed[id] = true
		a.fault(altered, id, a.reading.want(id), got)
	}
	for id, n := range a.count {
		if n == 0 && !claimed[id] {
			a.fault(missing, id, a.reading.want(id), "")
		}
	}
	slices.SortStableFunc(a.faults, func(x, y fault) int { return cmp.Compare(x.kind, y.kind) })
}

func (a *audit) fault(kind string, id int, want, got string) {
	a.faults = append(a.faults, fault{kind: kind, title: a.book.title(id), want: want, got: got})
}
