package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/logsinks/logsinks/core"
)

// result is how a row went.
type result struct {
	row       row
	in        int // records logged
	delivered int // records found, in every copy that there should be
	bytes     int // what they take up
	errors    int // that the sink or an adapter has told
	faults    []fault
	where     []string // what each destination holds
}

func (r *result) good() bool { return len(r.faults) == 0 }

// fail adds err to what is wrong, and returns r.
func (r *result) fail(err error) *result {
	r.faults = append(r.faults, fault{kind: failed, title: err.Error()})
	return r
}

// judge compares what was logged with what has arrived and with what sink has
// counted.
func (r *result) judge(b *book, shelves []shelf, sink core.Sink, s *site) {
	r.in = s.logged()
	rd := b.byLine()
	if r.row.bare {
		rd = b.byFields()
	}
	for i, sh := range shelves {
		found, faults := auditShelf(b, sh, rd)
		if i == 0 || found < r.delivered {
			r.delivered = found
		}
		r.faults = append(r.faults, faults...)
		for _, d := range sh {
			r.bytes += d.bytes
			r.where = append(r.where, fmt.Sprintf("%s %d", d.name, len(d.items)))
		}
	}
	r.faults = append(r.faults, auditCounters(sink, shelves)...)
	var first error
	if r.errors, first = s.reported(); first != nil {
		r.fail(fmt.Errorf("the first of %d errors: %w", r.errors, first))
	}
}

// verdict says how it went in a few words.
func (r *result) verdict() string {
	switch {
	case !r.good():
		return "FAILED: " + r.summary()
	case r.row.keepsNothing:
		return "ok, keeps nothing by design"
	case len(r.where) > 1:
		return "ok, " + strings.Join(r.where, " + ")
	}
	return "ok"
}

// summary counts the faults by kind.
func (r *result) summary() string {
	var parts []string
	for _, kind := range [...]string{missing, altered, doubled, reordered, unknown, miscount, failed} {
		n := 0
		for _, f := range r.faults {
			if f.kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(parts, ", ")
}

// explained is how many faults of a row are shown.
const explained = 5

// explain writes the first faults.
func (r *result) explain(w io.Writer) {
	fmt.Fprintf(w, "\n%s: %s\n", r.row.title(), r.summary())
	for _, f := range r.faults[:min(len(r.faults), explained)] {
		fmt.Fprintf(w, "  %s: %s\n", f.kind, f.title)
		want, got := excerpts(f.want, f.got)
		if f.want != "" {
			fmt.Fprintln(w, "    want", want)
		}
		if f.got != "" {
			fmt.Fprintln(w, "    got ", got)
		}
	}
	if more := len(r.faults) - explained; more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
}
