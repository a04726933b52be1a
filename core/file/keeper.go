package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// keeper sees to the old files: it finds a place for each in the archive, compresses
// them and deletes those that are too many. What takes long, or needs a look at the
// directory, is done by its worker, in the background.
//
// A file that only has to be renamed gets its place from the goroutine that rotates
// (inline). Where others have to be renamed, compressed or deleted as well, the worker is
// the only one that gives places, and until then the file waits under a name of its own.
// That is also where a crash leaves it.
type keeper struct {
	names
	fs       fsys.FS
	dir      string
	live     string // the path of the live file
	opts     *RotatingOptions
	report   func(error)
	lock     *sharedLock           // the worker's own; nil: the file is not shared
	closes   *retirer              // closes the files that it gets
	period   func(*Live) time.Time // as the roller's, for files that others have left
	inline   bool                  // whoever rotates gives places, not the worker
	worker   worker
	stopped  atomic.Bool  // Close has no more time: nothing is begun any more
	serial   atomic.Int64 // the number of the last name to wait under
	surveyed atomic.Bool  // what earlier runs have left
	stuck    atomic.Bool  // a file could not get its place, the last time that one was given

	// Only who gives places touches these.
	last     Place       // of the newest file in the archive
	united   bool        // no file is there both compressed and not
	firstOwn int         // from this number on names to wait under are not theirs; 0: all are
	vacant   bool        // the first number of a Numbered archive was freed, but nothing came
	offered  *offer      // what a Rotator was given for nothing; nil: nothing
	halfway  bool        // a shift was begun, and perhaps not finished
	swept    bool        // no file is left that somebody has begun to compress
	odd      []fsys.Info // files that are not what the compressed ones of their names hold

	placing, looking, retaining, packing streak

	undeletable map[string]int // the old files that could not be deleted, and in which pass that was tried last
	passes      int            // how often files were deleted, or were to be

	moving   sync.Mutex // held to rename or delete an old file
	revealed string     // the file whose compressed form has its name already, though it is still there itself
	stock    stock      // what MaxTotal counts

	mu       sync.Mutex // never held for as long as a disk needs
	jobs     []job      // what waits for a place, in order
	ownNames []string   // the dated names that files got here, as they came; see inOrder
}

// job is an old file that waits for its place.
type job struct {
	name   string // what it is called now; "": somebody has taken it away
	placed bool   // that is its place in the archive
	size   int64
	at     Place // in the archive, once it has a name there
	up     *upward
	old    Old
	tried  chan struct{} // closed after the first try; nil: nobody waits for it
}

func newKeeper(r *roller, period func(*Live) time.Time) *keeper {
	o := &r.opts
	k := &keeper{
		names: newNames(filepath.Base(r.path), o),
		fs:    r.fs, dir: r.dir, live: r.path, opts: o, report: r.report, closes: r.retired,
		period: period,
	}
	var once sync.Once
	k.trouble = func(err error) { once.Do(func() { r.report(err) }) }
	if r.lock != nil {
		k.lock = r.lock.another()
	}
	// Other processes and a Rotator need the final name at once.
	slow := k.numbered && o.Namer == nil || o.Compress != nil || o.MaxAge > 0 || o.MaxTotal > 0 || o.DiscardOld
	k.inline = o.Shared || o.Rotator != nil || !slow
	k.stock.on = o.MaxTotal > 0
	k.worker.run = k.tidy
	return k
}

// begin takes over what earlier runs have left.
func (k *keeper) begin() {
	if k.inline {
		k.arrange()
	} else {
		k.takeOver()
	}
	k.worker.kick()
}

// ownSerials is where the numbers begin while those of earlier runs are not known.
const ownSerials = 1 << 30

// takeOver finds out what earlier runs have left, unless that is known. If the
// directory cannot be read, the next job is another occasion.
func (k *keeper) takeOver() {
	if k.surveyed.Load() {
		return
	}
	found, err := k.list()
	k.looking.note(err, k.complain)
	if err != nil {
		if k.firstOwn == 0 {
			k.firstOwn = ownSerials
			k.serial.Store(ownSerials)
		}
		return
	}
	k.surveyed.Store(true)
	k.last = found.last()
	var jobs []job
	for _, w := range found.waiting {
		if k.firstOwn == 0 || w.place.Number < k.firstOwn {
			jobs = append(jobs, k.left(w))
		}
		if k.firstOwn == 0 {
			k.serial.Store(max(k.serial.Load(), int64(w.place.Number)))
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stock.set(found, k.ext)
	for _, j := range k.jobs {
		if j.name != "" {
			k.stock.add(j.name, j.size) // it has come since
		}
	}
	for _, j := range jobs {
		k.queue(j)
	}
	k.halfway = k.halfway || len(jobs) > 0
}

// queue takes a job of an earlier run, or of another process, unless it is known: in
// front of those that were rotated later.
func (k *keeper) queue(left job) {
	if slices.ContainsFunc(k.jobs, func(j job) bool { return j.name == left.name }) {
		return
	}
	serial, _ := k.waitingSerial(left.name)
	at := slices.IndexFunc(k.jobs, func(j job) bool {
		later, waits := k.waitingSerial(j.name)
		return waits && later > serial
	})
	if at < 0 {
		at = len(k.jobs)
	}
	k.jobs = slices.Insert(k.jobs, at, left)
}

// complain reports what goes wrong with old files.
func (k *keeper) complain(err error) { k.report(fmt.Errorf("archive: %w", err)) }

// left describes an old file that an earlier run has found no place for.
func (k *keeper) left(f found) job {
	begun := born(k.fs, k.path(f.name), f.mod)
	if begun.After(f.mod) {
		begun = f.mod
	}
	period := k.period(&Live{Path: k.live, Size: f.size(), Since: begun, Now: k.fs.Now()})
	return job{name: f.name, size: f.size(), old: Old{Base: k.base, Begun: begun, Ended: f.mod, Period: period}}
}

func (k *keeper) path(name string) string { return filepath.Join(k.dir, name) }

// add takes a new old file.
func (k *keeper) add(j job) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.jobs = append(k.jobs, j)
	if j.name != "" {
		k.stock.add(j.name, j.size)
	}
}

// maxWaiting is how many files may wait for their places before nothing is rotated.
const maxWaiting = 1000

// full tells whether that many wait.
func (k *keeper) full() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.jobs) >= maxWaiting
}

// hopeless tells whether that many wait, and it does not help to wait with them, or is not
// right: what the worker calls of the user's may log, and wait for whoever waits.
func (k *keeper) hopeless() bool {
	foreign := k.opts.OnRotate != nil || k.opts.Namer != nil || !k.ours
	return (k.inline || foreign || k.stuck.Load()) && k.full()
}

// wake has the worker do what it can.
func (k *keeper) wake() {
	o := k.opts
	if !k.inline || o.Backups > 0 || o.MaxAge > 0 || o.MaxTotal > 0 || o.Compress != nil {
		k.worker.kick()
	}
}

// stop waits until the worker has done what there is to do. After limit it begins
// nothing any more; what is left is for the next start.
func (k *keeper) stop(limit time.Duration) {
	if guard.InHook() {
		limit = 0 // the worker may be waiting for the caller
	}
	if _, more := k.first(); !k.inline && (more || k.opts.Compress != nil) && !k.stopped.Load() {
		k.worker.kick() // what has failed before may succeed now
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_ = k.worker.waitFor(ctx) // what is not done is for the next start
	k.stopped.Store(true)
}

// exclusive runs f, which renames or deletes an old file, while nobody else in this process
// does. When Close has given up it does not: the path may be another sink's by now.
func (k *keeper) exclusive(f func() error) error {
	k.moving.Lock()
	defer k.moving.Unlock()
	if k.stopped.Load() {
		return errStopped
	}
	return f()
}

// errStopped says that Close has no more time.
var errStopped = errors.New("closed")

// tidy is what the worker does.
func (k *keeper) tidy() {
	defer k.lock.close()
	err := guard.Hook(func() error {
		if !k.inline {
			k.arrange()
		}
		if k.stopped.Load() {
			return nil // the path may be another sink's by now
		}
		k.retaining.note(running(k.retain()), k.complain)
		if err := running(k.pack()); err != nil || !k.worker.kicked() {
			k.packing.note(err, k.complain) // otherwise it may not have come to what fails
		}
		return nil
	})
	k.report(err)
}

// running returns err, unless it only says that Close has no more time.
func running(err error) error {
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// locked runs f while no other process names files.
func (k *keeper) locked(f func() error) error {
	if err := k.lock.take(); err != nil {
		return err
	}
	defer k.lock.free()
	if k.lock != nil {
		k.lock.held.Store(true)
		defer k.lock.held.Store(false)
	}
	return f()
}
