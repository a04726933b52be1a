package file

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// killEnv holds what this binary plays until it is killed, instead of running tests.
const killEnv = "LOGSINKS_KILL"

func TestMain(m *testing.M) {
	if text := os.Getenv(killEnv); text != "" {
		var p killPlan
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			panic(err)
		}
		p.playAndDie()
	}
	os.Exit(m.Run())
}

// killPlan is what a child does: it plays a rotation on several disks at once. Each
// stands still from some operation on, as if the process had been killed there. When
// all do, the process is killed indeed, with its open files and its locks.
type killPlan struct {
	Rotation       int // index in killRotations
	Points         []killPoint
	Short          bool // a write that is stopped has written half
	First, Records int  // the numbers of the records
	Start          time.Time
}

// killPoint is a live file, and the operation from which on its disk stands still.
type killPoint struct {
	Path string
	At   int
}

// What a child says of a play: the number of the point and one of these words, in a
// line.
const (
	saidAccepted = "accepted" // the next record
	saidFlushed  = "flushed"  // all records before are written
	saidWriting  = "writing"  // it stands still before a write
	saidOver     = "over"     // it has come to the end
)

func (p *killPlan) playAndDie() {
	var still sync.WaitGroup
	for i := range p.Points {
		still.Add(1)
		go p.play(i, sync.OnceFunc(still.Done))
	}
	still.Wait()
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {} // it comes
}

// play plays a rotation as far as its disk goes, and calls still there.
func (p *killPlan) play(i int, still func()) {
	defer still()
	say := func(what string) { fmt.Printf("%d %s\n", i, what) } // in one write
	ffs := &faultfs.FS{FS: unsynced{}}
	ffs.SetNow(p.Start)
	ffs.Arm(faultfs.Fault{At: p.Points[i].At, Persistent: true, Short: p.Short, Stop: func(op, _ string) {
		if op == "write" {
			say(saidWriting)
		}
		still()
		select {} // as long as the process lives
	}})
	sink, err := killRotations()[p.Rotation].open(ffs, p.Points[i].Path)
	if err != nil {
		panic(err)
	}
	for n := range p.Records {
		if err := sink.Emit(line(killRecord(p.First + n))); err != nil {
			panic(err)
		}
		say(saidAccepted)
		if n%4 == 3 && sink.Flush(context.Background()) == nil {
			say(saidFlushed)
		}
		ffs.SetNow(p.Start.Add(time.Duration(n+1) * time.Second))
	}
	if err := sink.Close(); err != nil {
		panic(err)
	}
	say(saidFlushed)
	say(saidOver)
}

// killRotations returns what is played: the rotations that meet faults, but those that
// keep all files have room for more, and one that is in the middle of a long shift.
func killRotations() (all []rotation) {
	for _, r := range rotations {
		if r.opts.Backups == many {
			r.opts.Backups = 3 * many
		}
		all = append(all, r)
	}
	return append(all, rotation{
		name: "size, full archive", few: true, opts: RotatingOptions{Backups: 3},
		before: map[string]string{"app.log.1": "left 2\n", "app.log.2": "left 1\n", "app.log.3": "left 0\n"},
	})
}

// killRecord is a record of a child.
func killRecord(n int) string { return fmt.Sprintf("record %d", n) }

// run runs the child until it is killed, and returns the words of each play.
func (p *killPlan) run(t *testing.T) [][]string {
	t.Helper()
	plan, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), killEnv+"="+string(plan))
	var trouble strings.Builder
	c.Stderr = &trouble
	out, err := c.Output()
	if err == nil || trouble.Len() > 0 {
		t.Fatalf("the child was not killed: %v\n%s", err, trouble.String())
	}
	said := make([][]string, len(p.Points))
	for l := range strings.Lines(string(out)) {
		var i int
		var word string
		if _, err := fmt.Sscanln(l, &i, &word); err != nil {
			t.Fatalf("the child says %q: %v", l, err)
		}
		said[i] = append(said[i], word)
	}
	return said
}
