//go:build unix

package interop_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// killRotating starts a child that logs without end, kills it at random, and adds what
// it was told to the log's accounts.
func (l *rotatedLog) killRotating(t *testing.T, round int) {
	t.Helper()
	const writers = 2
	c := child(t, "rotate", "SINK", l.kind, "PATH", l.path, "MAX", fmt.Sprint(l.maxBytes), "SIZES", "mixed",
		"WHO", fmt.Sprint(round), "WRITERS", fmt.Sprint(writers), "COUNT", "0", "ACKS", "1")
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	accounts := map[string]*account{}
	for g := range writers {
		who := fmt.Sprintf("%d.%d", round, g)
		accounts[who] = &account{source: source{who, recordSizes["mixed"]}, round: round, open: true}
	}
	begun := false
	for acks := bufio.NewScanner(out); acks.Scan(); {
		var who string
		var i int
		if _, err := fmt.Sscanf(acks.Text(), "%s %d", &who, &i); err != nil || i != accounts[who].tried {
			t.Fatalf("acknowledgement %q: %v", acks.Text(), err)
		}
		accounts[who].tried++
		if !begun {
			time.AfterFunc(time.Duration(rand.Int64N(int64(40*time.Millisecond))), func() { _ = c.Process.Kill() })
		}
		begun = true
	}
	if err := c.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	for _, a := range accounts {
		l.accounts = append(l.accounts, *a)
	}
	l.kills++
}

// TestRotatingKilledAtRandom kills a process that logs and rotates, again and again.
// What it has acknowledged is there, once; at most one line is torn each time; and the
// next start finishes what was half done.
func TestRotatingKilledAtRandom(t *testing.T) {
	kinds := []string{"numbered", "numbered, compressed", "growing", "growing, compressed", "shared, compressed"}
	const perLog = 4 // kills before a look
	records := 0
	for round := 0; round < 20*soak(); {
		l := &rotatedLog{
			kind: kinds[round/perLog%len(kinds)], path: filepath.Join(t.TempDir(), "app.log"), maxBytes: 16 << 10, made: 10,
		}
		for range perLog {
			l.killRotating(t, round)
			round++
		}
		t.Run(fmt.Sprint(l.kind, " ", round), l.verify)
		for _, a := range l.accounts {
			records += a.tried
		}
	}
	t.Logf("%d records acknowledged", records)
}
