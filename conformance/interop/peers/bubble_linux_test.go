package peers_test

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// bubble is the part that is a whole rule, in a process in which time passes only
// while everybody waits: hours are over at once, and nobody is late.
const bubble = "bubble"

// inBubble returns a check that goes on there.
func inBubble(check func(r *run)) func(r *run) {
	return func(r *run) {
		if r.part != bubble {
			must(r.apart(context.Background(), bubble, nil))
			return
		}
		check(r)
	}
}

// TestBubble has time begin now, so that no file is from the future. It is where a
// process judges that is there for that; it ends with the verdict, as a bubble
// takes goroutines that are left behind for failures.
func TestBubble(t *testing.T) {
	now := time.Now().Round(0)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		if os.Getenv(ruleEnv) != "" {
			judgeThis()
		}
		time.Sleep(day)
		if passed := time.Since(now); passed != day {
			t.Errorf("a day of sleep took %v", passed)
		}
	})
}
