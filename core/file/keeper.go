package file

import (
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

// keeper sees to the files that were given up: it finds a place for each in the
// archive, compresses them and deletes those that are too many. What takes long, or
// needs a look at the directory, is done by its worker, away from those who log.
//
// A file that only has to be renamed gets its place from the goroutine that gives it up
// (inline). Where others have to be renamed, compressed or deleted as well, the worker
// is the only one that does it, and until then the file waits under a name of its own.
// That is also where a crash leaves it.
type keeper struct {
	names
	fs     fsys.FS
	dir    string
	live   string // the path of the live file
	opts   *RotatingOptions
	report func(error)
	lock   *sharedLock // the worker's own; nil: the file is not shared
	closes *retirer    // closes the files that it gets
	inline bool
	worker worker
	over   atomic.Bool  // Close has no more time: nothing is begun any more
	serial atomic.Int64 // the number of the last name to wait under

	// Only who gives places touches these.
	last   Place   // of the newest file in the archive
	known  bool    // what earlier runs have left
	twins  []found // of those, files that are there both compressed and not
	own    int     // from this number on names to wait under are not theirs; 0: all are
	vacant bool    // the first number of a Numbered archive was freed, but nothing came
	failed bool    // a place could not be given, and this was reported

	mu    sync.Mutex
	jobs  []job // what waits for a place, in order
	stock stock // what MaxTotal counts
}

// job is a file that was given up.
type job struct {
	name   string // what it is called now; "": somebody has taken it away
	placed bool   // that is its place in the archive
	fresh  bool   // no try to find a place for it has begun
	size   int64
	at     Place // in the archive, once it has a name there
	old    Old
	tried  chan struct{} // closed after the first try; nil: nobody waits for it
}

func newKeeper(r *roller) *keeper {
	o := &r.opts
	k := &keeper{
		names: names{
			base: filepath.Base(r.path), archive: o.Archive, namer: o.Namer,
			ext: o.CompressExt, backups: o.Backups,
		},
		fs: r.fs, dir: r.dir, live: r.path, opts: o, report: r.report, closes: r.retired,
	}
	if r.lock != nil {
		k.lock = r.lock.another()
	}
	_, numbered := o.Archive.(Numbered)
	slow := numbered && o.Namer == nil || o.Compress != nil || o.MaxAge > 0 || o.MaxTotal > 0 || o.DiscardOld
	k.inline = o.Shared || o.Rotator != nil || !slow
	k.worker.run = k.tidy
	return k
}

// begin takes over what earlier runs have left.
func (k *keeper) begin() {
	k.takeOver()
	if k.inline {
		k.arrange()
	}
	k.worker.kick()
}

// ownSerials is where the numbers begin while those of earlier runs are not known.
const ownSerials = 1 << 30

// takeOver finds out what earlier runs have left, unless that is known. If the
// directory cannot be read, the next job is another occasion.
func (k *keeper) takeOver() {
	if k.known {
		return
	}
	found, err := k.list()
	if k.known = err == nil || errors.Is(err, fs.ErrNotExist); !k.known {
		k.report(fmt.Errorf("file: archive: %w", err))
		if k.own == 0 {
			k.own = ownSerials
			k.serial.Store(ownSerials)
		}
		return
	}
	k.last = found.last()
	k.noteTwins(found)
	k.mu.Lock()
	defer k.mu.Unlock()
	var jobs []job
	for _, w := range found.waiting {
		if own := k.own; own == 0 || w.place.Number < own {
			jobs = append(jobs, k.left(w))
		}
		if k.own == 0 {
			k.serial.Store(max(k.serial.Load(), int64(w.place.Number)))
		}
	}
	k.jobs = append(jobs, k.jobs...)
	k.stock.set(found, k.ext)
}

// left describes a file that an earlier run has given up, but found no place for.
func (k *keeper) left(f found) job {
	begun := f.mod
	if birth, err := k.fs.Birth(k.path(f.name)); err == nil && !birth.IsZero() && birth.Before(begun) {
		begun = birth
	}
	return job{name: f.name, size: f.size(), old: Old{Base: k.base, Begun: begun, Ended: f.mod, Period: begun}}
}

func (k *keeper) path(name string) string { return filepath.Join(k.dir, name) }

// target returns the name that the live file is to get: its place, or one to wait
// under where that is not for the caller to give.
func (k *keeper) target(j *job) (name string, err error) {
	if _, numbered := k.archive.(Numbered); k.inline && !numbered {
		j.placed = true
		return k.vacantName(j)
	}
	for {
		name = k.wait(int(k.serial.Add(1)))
		if there, err := k.there(name); err != nil || !there {
			return name, err
		}
	}
}

// place makes room for a file and returns the name that it is to get.
func (k *keeper) place(j *job) (string, error) {
	if _, numbered := k.archive.(Numbered); !numbered {
		return k.vacantName(j)
	}
	if k.vacant {
		return k.vacantNumber(j)
	}
	if err := k.shift(j.fresh); err != nil {
		return "", err
	}
	k.vacant = true
	return k.number(1)
}

// vacantNumber is place for a number that was freed before, unless something has
// taken it since.
func (k *keeper) vacantNumber(j *job) (string, error) {
	first, err := k.number(1)
	if err != nil {
		return "", err
	}
	taken, err := k.taken(first)
	if err != nil || !taken {
		return first, err
	}
	k.vacant = false
	return k.place(j)
}

// maxTries is how many names an archive is asked for.
const maxTries = 10000

// vacantName returns a name that nothing in the directory has.
func (k *keeper) vacantName(j *job) (string, error) {
	if k.lock != nil {
		if found, err := k.list(); err == nil {
			k.last = found.last() // others may have been here
		}
	}
	j.old.Last = k.last
	for try := range maxTries {
		own := k.archive.Name(j.old, try)
		name, err := k.given(own)
		if err != nil {
			return "", err
		}
		j.at, _ = k.names.known(own)
		if taken, err := k.taken(name); err != nil || !taken {
			return name, err
		}
	}
	return "", errors.New("the archive has no name that is not taken")
}

// taken tells whether something has the name, or will have it when it is compressed.
func (k *keeper) taken(name string) (bool, error) {
	there, err := k.there(name)
	if there || err != nil {
		return there, err
	}
	return k.there(name + k.ext)
}

// there tells whether something has the name.
func (k *keeper) there(name string) (bool, error) {
	_, err := k.fs.Lstat(k.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// settleAll gives every file that waits its place, in the order in which they came.
// The first failure is reported; then they go on waiting.
func (k *keeper) settleAll(call func(func() error) error) {
	if k.takeOver(); !k.known {
		return
	}
	for {
		j, ok := k.first()
		if !ok || k.over.Load() {
			return
		}
		err := k.settle(&j)
		k.done(j, err)
		if err != nil {
			if !k.failed {
				k.report(fmt.Errorf("file: the old file keeps a temporary name: %w", err))
			}
			k.failed = true
			return
		}
		k.failed, k.vacant = false, false
		if j.name != "" && (j.at.Compare(k.last) > 0 || k.last == Place{}) {
			k.last = j.at
		}
		k.report(k.tell(j, call))
	}
}

// first returns the first job.
func (k *keeper) first() (job, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.jobs) == 0 {
		return job{}, false
	}
	return k.jobs[0], true
}

// done removes the first job, unless it has failed.
func (k *keeper) done(j job, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if j.tried != nil {
		close(j.tried)
		j.tried = nil
	}
	if k.jobs[0] = j; err == nil {
		k.jobs = slices.Delete(k.jobs, 0, 1)
	}
}

// settle gives a file its place. How far it came is known to j, should it fail.
func (k *keeper) settle(j *job) error {
	if j.placed {
		return nil
	}
	if k.opts.DiscardOld {
		return k.rename(j, "")
	}
	name, err := k.place(j)
	j.fresh = false
	if err != nil {
		return err
	}
	return k.rename(j, name)
}

// rename gives a file its place; "": deletes it.
func (k *keeper) rename(j *job, name string) (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if j.name != "" {
		err = k.bring(j.name, name)
	}
	if fsys.Busy(err) {
		k.closes.worker.wait() // it may be the one who has the file open
		err = k.bring(j.name, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err, name = nil, "" // somebody has taken it away
	}
	if err != nil {
		return err
	}
	k.stock.rename(j.name, name)
	j.placed = true
	if j.name == "" {
		return nil
	}
	if j.name = name; k.backups == 1 && name != "" && k.opts.Compress != nil {
		k.dropOther(name, "") // nothing has moved up to drop it
	}
	return nil
}

// bring renames a file, or deletes it.
func (k *keeper) bring(from, to string) error {
	if to == "" {
		return k.fs.Remove(k.path(from))
	}
	return k.fs.Rename(k.path(from), k.path(to))
}

// tell calls OnRotate.
func (k *keeper) tell(j job, call func(func() error) error) error {
	if k.opts.OnRotate == nil {
		return nil
	}
	old := ""
	if j.name != "" {
		old = k.path(j.name)
	}
	err := call(func() error { k.opts.OnRotate(old, k.live); return nil })
	if err != nil {
		err = fmt.Errorf("file: OnRotate: %w", err)
	}
	return err
}

// add takes a file that was given up.
func (k *keeper) add(j job) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.jobs = append(k.jobs, j)
	if j.name != "" {
		k.stock.add(j.name, j.size)
	}
}

// maxWaiting is how many files may wait for their places before whoever logs waits, too.
const maxWaiting = 1000

// wake has the worker do what it can.
func (k *keeper) wake() {
	o := k.opts
	k.mu.Lock()
	many := len(k.jobs) > maxWaiting
	k.mu.Unlock()
	if many && !k.inline {
		defer k.worker.wait()
	}
	if !k.inline || o.Backups > 0 || o.MaxAge > 0 || o.MaxTotal > 0 || o.Compress != nil {
		k.worker.kick()
	}
}

// stop waits until the worker has done what there is to do. After limit it begins
// nothing any more; what is left is for the next start.
func (k *keeper) stop(limit time.Duration) {
	if _, more := k.first(); !k.inline && (more || k.opts.Compress != nil) && !k.over.Load() {
		k.worker.kick() // what has failed before may succeed now
	}
	k.worker.waitFor(limit)
	k.over.Store(true)
}

// errOver says that Close has no more time.
var errOver = errors.New("closed")

// tidy is what the worker does.
func (k *keeper) tidy() {
	defer k.lock.close()
	err := guard.Hook(func() error {
		if !k.inline {
			k.arrange()
		}
		if k.over.Load() {
			return nil // the path may be another sink's by now
		}
		return errors.Join(k.retain(), k.pack())
	})
	if err != nil && !errors.Is(err, errOver) {
		k.report(fmt.Errorf("file: archive: %w", err))
	}
}
