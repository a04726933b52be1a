package main

import (
	"fmt"

	"github.com/logsinks/logsinks/core"
)

// auditCounters compares what the sinks behind sink have counted, all together,
// with what has arrived. A sink that counts nothing is never wrong.
func auditCounters(sink core.Sink, shelves []shelf) (faults []fault) {
	sum, ok := sumStats(sink)
	if !ok {
		return nil
	}
	var items, bytes uint64
	for _, s := range shelves {
		for _, d := range s {
			items += uint64(len(d.items))
			bytes += uint64(d.bytes)
		}
	}
	check := func(what string, counted, want uint64) {
		if counted != want {
			faults = append(faults, fault{kind: miscount, title: fmt.Sprintf("%s: %d, should be %d", what, counted, want)})
		}
	}
	check("Accepted", sum.Accepted, sum.Delivered+dropped(sum)+sum.Pending)
	check("Pending, after Close", sum.Pending, 0)
	check("Delivered", sum.Delivered, items)
	check("Bytes", sum.Bytes, bytes)
	return faults
}

// sumStats adds up the counters of sink and of those behind it, each once
// however many ways lead there.
func sumStats(sink core.Sink) (sum core.Stats, ok bool) {
	seen := make(map[core.Statser]bool)
	core.Walk(sink, func(s core.Sink) bool {
		st, is := s.(core.Statser)
		if !is || seen[st] {
			return true
		}
		seen[st], ok = true, true
		stats := st.Stats()
		sum.Accepted += stats.Accepted
		sum.Delivered += stats.Delivered
		sum.Pending += stats.Pending
		sum.Bytes += stats.Bytes
		sum.Dropped = map[core.Reason]uint64{core.ReasonClosed: dropped(sum) + dropped(stats)}
		return true
	})
	return sum, ok
}

// dropped is how many accepted records were lost, for whatever reason.
func dropped(s core.Stats) (n uint64) {
	for _, k := range s.Dropped {
		n += k
	}
	return n
}
