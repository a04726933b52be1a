package file

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// killPace is how a rotation is swept: how many kills share a child, how many operations
// lie between two, and on each how manieth disk a second process is killed.
type killPace struct{ batch, step, again int }

func paceOfKills() killPace {
	if os.Getenv("LOGSINKS_SOAK") != "" {
		return killPace{1, 1, 1}
	}
	if testing.Short() {
		return killPace{20, 40, 40}
	}
	return killPace{20, 3, 4}
}

// killed is a disk on which processes were killed.
type killed struct {
	*rotation
	path  string
	at    int      // the operation at which the next process is killed
	kills []string // where that was, for who reads a failure
	heard []killHeard
}

// killHeard is what a process has said before it was killed.
type killHeard struct {
	sure  []string // the records that have to be there
	open  []string // those after them: as many as could be written are there
	write bool     // it was killed at a write
	over  bool     // it was killed when all was done
}

// hear adds up what a child has said of a disk.
func (d *killed) hear(p *killPlan, words []string) {
	var now killHeard
	accepted, flushed := 0, 0
	for _, word := range words {
		switch word {
		case saidAccepted:
			accepted++
		case saidFlushed:
			flushed = accepted
		case saidWriting:
			now.write = true
		case saidOver:
			now.over = true
		}
	}
	if d.opts.BufferSize == 0 {
		flushed = accepted
	}
	for n := range min(accepted+1, p.Records) {
		if text := killRecord(p.First + n); n < flushed {
			now.sure = append(now.sure, text)
		} else {
			now.open = append(now.open, text)
		}
	}
	d.heard = append(d.heard, now)
}

// restart starts anew and logs: whatever was killed in the middle is finished then.
// It returns how many old files there are.
func (d *killed) restart(t *testing.T) (old int) {
	t.Helper()
	ffs := &faultfs.FS{FS: unsynced{}}
	ffs.SetNow(time.Now().Add(time.Minute))
	s, err := d.rotation.open(ffs, d.path)
	if err != nil {
		t.Fatalf("restart: %v", err)
	}
	emit(t, s, "recovered")
	closeSink(t, s)
	l, err := s.roller.keeper.list()
	if err != nil {
		t.Fatal(err)
	}
	if len(l.partial) > 0 || len(l.waiting) > 0 {
		t.Errorf("left behind by the restart: %v %v", l.partial, l.waiting)
	}
	return len(l.old)
}

// check restarts, and holds the files against what the processes have said.
func (d *killed) check(t *testing.T) {
	t.Helper()
	before := d.files(t)
	old := d.restart(t)
	lines := strings.Split(d.content(t, d.path), "\n")
	accepted, refused := d.resolve(lines)
	d.verify(t, d.path, accepted, refused)
	d.checkCuts(t, lines, refused)
	d.checkRetention(t, old, lines, accepted)
	if t.Failed() {
		t.Logf("killed at %s; then there were\n  %s", strings.Join(d.kills, " and at "), strings.Join(before, "\n  "))
	}
}

// files returns what is there: a link to the live file may lead nowhere.
func (d *killed) files(t *testing.T) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(d.path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			files = append(files, fmt.Sprintf("%s=%q", e.Name(), read(t, filepath.Join(filepath.Dir(d.path), e.Name()))))
		}
	}
	return files
}

// resolve says which records have to be there, given which are: of those that were
// not acknowledged, the first few may be.
func (d *killed) resolve(lines []string) (accepted, refused []string) {
	if d.before != nil {
		accepted = []string{"left 0", "left 1", "left 2"}
	}
	for _, h := range d.heard {
		there := 0
		for there < len(h.open) && slices.Contains(lines, h.open[there]) {
			there++
		}
		accepted = append(append(accepted, h.sure...), h.open[:there]...)
		refused = append(refused, h.open[there:]...)
	}
	return append(accepted, "recovered"), refused
}

// checkRetention fails unless as many old files are kept as were asked for.
func (d *killed) checkRetention(t *testing.T, old int, lines, accepted []string) {
	t.Helper()
	if !d.few || d.opts.DiscardOld {
		return
	}
	n := d.opts.Backups
	if full := d.before != nil || len(accepted) > 2*(n+1); n > 0 && full && !d.timed && old != n {
		t.Errorf("%d old files, want %d", old, n)
	}
	if oldest := accepted[max(0, len(accepted)-1-max(n, 1))]; !slices.Contains(lines, oldest) {
		t.Errorf("too few are left: %q", lines)
	}
}

// checkCuts fails if there are more pieces of records than kills.
func (d *killed) checkCuts(t *testing.T, lines, refused []string) {
	t.Helper()
	cuts := 0
	for _, l := range lines {
		if l != "" && pieceOf(refused, l) {
			cuts++
		}
	}
	if cuts > len(d.kills) {
		t.Errorf("%d pieces of records after %d kills: %q", cuts, len(d.kills), lines)
	}
}

// kill runs a child that stands still at operation at of each disk.
func kill(t *testing.T, p killPlan, disks []*killed) {
	t.Helper()
	if len(disks) == 0 {
		return
	}
	for _, d := range disks {
		p.Points = append(p.Points, killPoint{d.path, d.at})
		d.kills = append(d.kills, fmt.Sprintf("operation %d (short=%t)", d.at, p.Short))
	}
	for i, words := range p.run(t) {
		disks[i].hear(&p, words)
	}
}

// freshDisk makes one on which nothing has happened yet.
func freshDisk(t *testing.T, rotation, at int) *killed {
	t.Helper()
	d := &killed{rotation: &killRotations()[rotation], path: filepath.Join(t.TempDir(), "app.log"), at: at}
	d.prepare(t, d.path)
	return d
}

// killFrom kills at some operations from the given one on, some disks twice, and checks
// what that has left. It reports whether there were that many operations.
func (pace killPace) killFrom(t *testing.T, rotation, from int) (more bool) {
	t.Helper()
	var disks, cut, twice []*killed
	for i := range pace.batch {
		disks = append(disks, freshDisk(t, rotation, from+i*pace.step))
	}
	first := killPlan{Rotation: rotation, Records: 7, Start: time.Now().Add(-time.Minute)}
	kill(t, first, disks)
	for i, d := range disks {
		if d.heard[0].over {
			disks = disks[:i+1] // those after it are like it
			break
		}
	}
	last := disks[len(disks)-1]
	for i, d := range disks {
		if d.heard[0].write {
			cut = append(cut, freshDisk(t, rotation, d.at))
		}
		if i%pace.again == 0 {
			d.at = rand.IntN(40)
			twice = append(twice, d)
		}
	}
	first.Short = true
	kill(t, first, cut)
	kill(t, killPlan{Rotation: rotation, First: first.Records, Records: 3, Start: time.Now()}, twice)
	for _, d := range append(disks, cut...) {
		t.Run(strings.Join(d.kills, " and "), d.check)
	}
	return !last.heard[0].over
}

// Whatever operation a process is killed at, what it had accepted is there once and
// in order, and the next start finishes what it was about.
func TestB15RotationKilledAtEveryDiskOperation(t *testing.T) {
	for i, r := range killRotations() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			pace := paceOfKills()
			for from := rand.IntN(pace.step); pace.killFrom(t, i, from); from += pace.batch * pace.step {
			}
		})
	}
}
