package peers_test

import (
	"testing"
	"testing/synctest"
	"time"
)

// inBubble returns a check for a process in which time begins now, and passes only
// while everybody waits: hours are over at once, and nobody is late.
//
// It has testing run a test since a bubble wants one. That never ends, as
// goroutines that a subject has left behind would be its failure.
func inBubble(check func(r *run)) func(r *run) {
	return func(r *run) {
		start := time.Now().Round(0)
		result, never := make(chan error), make(chan struct{})
		play := func(*testing.T) {
			time.Sleep(time.Until(start))
			result <- rule{check: check}.judge(r)
			<-never
		}
		all := func(string, string) (bool, error) { return true, nil }
		test := testing.InternalTest{Name: "bubble", F: func(t *testing.T) { synctest.Test(t, play) }}
		go testing.RunTests(all, []testing.InternalTest{test})
		must(<-result)
	}
}
