// Package peers holds the rotating files of other projects, and ours, against the
// same rules: those of the list of bugs that were found in such writers, by the
// numbers that they have there (B-01 …). Each writer is opened as its own
// documentation says and stands behind a core.Stream; everything is judged from
// outside, by what Emit returns and what is in the files.
//
// TestPeersTable compares the outcome with PEERS.md; with -update it writes it.
// Every writer meets every rule in a process of its own, so that goroutines,
// panics, hangs and limits of one do not reach another.
package peers
