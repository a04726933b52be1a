package file

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
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
	Rotation       int // index in rotations
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
	r := killable(p.Rotation)
	sink, err := r.open(ffs, p.Points[i].Path)
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

// killable returns a rotation that keeps all files, unless it is to keep few.
func killable(i int) *rotation {
	r := rotations[i]
	if r.opts.Backups == many {
		r.opts.Backups = 3 * many
	}
	return &r
}

// killRecord is a record of a child.
func killRecord(n int) string { return fmt.Sprintf("record %d", n) }
