// Package interop holds the sinks and the adapters against each other and
// against the programs that they meet: every adapter with every sink, CPython's
// handlers as an oracle, logrotate under load, disks that fill up, and kill -9.
// It is never released. The commands outside, ratios and wine, which make outside,
// make bench and make wine run, are in folders of their own.
//
// A test whose peer is not installed is skipped with the peer's name. PYTHON
// names another interpreter than python3; LOGSINKS_SOAK makes the long tests ten
// times as long.
package interop
