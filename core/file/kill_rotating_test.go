package file

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// killBatch is how many kills share a child, and killAgain of how many one is killed
// again after its restart, at an operation that chance says.
func killBatch() (batch, again int) {
	if os.Getenv("LOGSINKS_SOAK") == "long" {
		return 1, 1
	}
	return 50, 5
}

// killed is a disk on which processes were killed, and what they have said.
type killed struct {
	*rotation
	path   string
	kills  []string   // where, for who reads the failure
	wanted []string   // the records that have to be there, in order
	begun  []string   // others that may be there as far as they were written
	open   [][]string // by child: those that may be there, from the first to any one
	over   bool       // the last child was not killed
	write  bool       // it was killed at a write
}

// killAll starts a child that plays the rotation on every disk, from record first on.
func killAll(t *testing.T, p killPlan, disks []*killed, at []int) {
	t.Helper()
	p.Start = time.Now().Add(-time.Minute) // before all that the disk knows of times
	for i, d := range disks {
		p.Points = append(p.Points, killPoint{d.path, at[i]})
		d.kills = append(d.kills, fmt.Sprintf("operation %d of records %d…, short=%t", at[i], p.First, p.Short))
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), killEnv+"="+string(text))
	var trouble strings.Builder
	c.Stderr = &trouble
	out, err := c.Output()
	if err == nil || trouble.Len() > 0 {
		t.Fatalf("the child was not killed: %v\n%s", err, trouble.String())
	}
	said := make([][]string, len(disks))
	for l := range strings.Lines(string(out)) {
		var i int
		var word string
		if _, err := fmt.Sscanln(l, &i, &word); err != nil {
			t.Fatalf("the child says %q: %v", l, err)
		}
		said[i] = append(said[i], word)
	}
	for i, d := range disks {
		d.note(p, said[i])
	}
}

// note takes over what a child has said of the disk.
func (d *killed) note(p killPlan, said []string) {
	accepted, flushed := 0, 0
	d.over, d.write = false, false
	for _, word := range said {
		switch word {
		case saidAccepted:
			accepted++
		case saidFlushed:
			flushed = accepted
		case saidWriting:
			d.write = true
		case saidOver:
			d.over = true
		}
	}
	if d.opts.BufferSize == 0 {
		flushed = accepted
	}
	var open []string
	for n := range p.Records {
		if text := killRecord(p.First + n); n < flushed {
			d.wanted = append(d.wanted, text)
		} else if n <= accepted {
			open = append(open, text)
		}
	}
	d.open = append(d.open, open)
}
