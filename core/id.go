package core

import "fmt"

// ID names a record for good: it is set by the first queue that accepts the
// record and stays the same over retries, restarts and machines, so that a
// receiver can tell a repetition from a second event.
type ID struct {
	Origin uint64 // the queue that accepted the record
	Seq    uint64 // its place there, from 1
}

// IsZero tells whether the record has no ID yet.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the origin as 16 hexadecimal digits, a hyphen and the sequence
// as a decimal number.
func (id ID) String() string { return fmt.Sprintf("%016x-%d", id.Origin, id.Seq) }
