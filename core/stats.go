package core

// Stats are the counters of a sink since it was made, as [Statser] tells them.
// Counters that mean nothing to a sink stay zero.
//
// Of the records that Emit was called with, Accepted were taken and Failed were
// not (their callers got an error). Of those accepted,
// Delivered + the sum of Dropped + Pending is all, at any time.
type Stats struct {
	Accepted        uint64            // Emit returned nil
	Failed          uint64            // Emit returned an error
	Delivered       uint64            // handed over
	Dropped         map[Reason]uint64 // accepted, then lost, by reason; nil: none
	Pending         uint64            // accepted, still held
	Bytes           uint64            // bytes of what was delivered, as written
	Retried         uint64            // attempts beyond a record's first
	Reconnects      uint64            // connections made again
	Reopens         uint64            // files opened again
	Rotations       uint64            // files begun in place of a full or old one
	FailedRotations uint64            // tries to do so that failed; only the first in a row is reported
}

// Reason says why an accepted record was lost.
type Reason string

// ReasonClosed is the reason of records that were still held when the sink was
// closed, and could not be delivered any more.
const ReasonClosed Reason = "closed"
