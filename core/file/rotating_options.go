package file

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// KeepAll, as RotatingOptions.Backups, keeps every old file.
const KeepAll = -1

// RotatingOptions are the options of sinks that rotate their file. Nil means the zero
// value, which means the defaults. With a [Numbered] archive, Backups or DiscardOld must
// be set.
//
// Old files stay in the directory of the live file, whose name never changes. A new live
// file gets the permissions and the owner of the one before it, unless Perm says otherwise.
type RotatingOptions struct {
	// Options are those of every file sink. Truncate is not allowed: see [AtStart].
	Options

	// Also is another reason to rotate. Default: none.
	Also Trigger

	// Archive says what old files are called. Default: [Dated] where there is a
	// schedule, otherwise [Numbered].
	Archive Archive

	// Namer changes the file name that the archive gives, as Python's namer does; it gets
	// and returns a name without its directory. A name with a directory fails the
	// rotation. It may be called by several goroutines at once. With a Namer, numbered
	// files are renamed by the goroutine that logs, as in Python, unless there is
	// Compress, MaxAge or MaxTotal. Default: the archive's name.
	Namer func(name string) string

	// Rotator replaces the rename of the live file, src, to its new name, dst, as
	// Python's rotator does. dst may be there already: if Backups is 1, or as it has failed
	// before. The goroutine that logs calls it, and waits for it; see OnOpen for what it must not do. Default: rename.
	Rotator func(src, dst string) error

	// Backups is how many old files are kept. [Numbered] needs a positive number, or
	// DiscardOld; with other archives 0 and KeepAll keep all. When it is lowered, numbered
	// files beyond it stay where they are, as in Python: no limit counts or deletes them.
	// An old file that cannot be renamed is reported, and waits under a name like
	// app.log.rotating-1; when 1000 wait, the file is not rotated any more.
	Backups int

	// DiscardOld keeps no old files at all.
	DiscardOld bool

	// MaxAge deletes old files of a greater age. Age counts from the last modification or,
	// if the name tells a later time, from that; with an Archive of your own, from the Time
	// of its Place, if it has one. It is looked at when the sink is made and after each
	// rotation. Default: no limit.
	MaxAge time.Duration

	// MaxTotal is how many bytes the live file and the old ones may have together. Before
	// a record would exceed it, the goroutine that logs deletes the oldest old file. A
	// compressed file counts as soon as its source is gone. Default: no limit.
	MaxTotal int64

	// Compress makes a writer that compresses old files, such as [Gzip], or
	//
	//	func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestSpeed) }
	//
	// It works in the background. Close waits for it, but no longer than CloseTimeout; what
	// is not done by then is begun anew after the next start. Default: not compressed.
	Compress func(io.Writer) (io.WriteCloser, error)

	// CompressExt ends the names of compressed files. Default ".gz". After it was changed,
	// files with the former one are not the archive's any more.
	CompressExt string

	// Decompress makes a reader of what Compress has written, so that a compressed file
	// can be compared with its source before that is removed. Default for ".gz": package
	// compress/gzip; for others: the file is only read back.
	Decompress func(io.Reader) (io.Reader, error)

	// RollIdle rotates at the scheduled time even if nothing is logged then; an empty file
	// is not rotated. Default: the first record after that time rotates, as in Python.
	RollIdle bool

	// Watched looks before each write whether the path still leads to the file, and
	// opens it anew if not, as [NewWatched] does. Default: that others have renamed or
	// deleted the file is noticed only at the next rotation; until then records go to the
	// file that was moved or deleted.
	Watched bool

	// Shared lets several processes write to the same file and rotate it. All of them have
	// to use it, with the same options. Around each write they hold a lock on a file beside
	// it whose name ends with ".lock". One that waits for the lock longer than 10 s gets an
	// error; what hooks log meanwhile is [core.ErrReentrant]. The goroutine that logs
	// renames old files itself, and reads the directory before if another process has
	// rotated since. The footer is written at a rotation, not by Close. Default: this sink
	// is the only one that writes to the path, and nothing protects it from another.
	Shared bool

	// Link is the path of a symbolic link that is made to lead to the live file; a
	// relative one counts from the current directory when the sink is made. Anything else
	// that is there is left alone, and reported. Default: none.
	Link string

	// OnRotate is called when an old file has got its name: with its path, or "" where
	// none is kept, and the path of the live file. Like OnOpen it runs on a goroutine of
	// its own and must not wait for anybody who logs into this sink.
	OnRotate func(old, new string)
}

// check returns a copy with the defaults filled in, or everything that is wrong.
func (o *RotatingOptions) check(path string, trigger Trigger) (RotatingOptions, error) {
	c := RotatingOptions{}
	if o != nil {
		c = *o
	}
	trigger = Any(trigger, c.Also)
	c.Archive = plainArchive(c.Archive)
	all := schedules(trigger)
	c.fillArchive(all)
	base, err := c.Options.check(path)
	errs := append([]error{err}, c.misfits()...)
	errs = append(errs, c.outOfRange()...)
	for _, s := range all {
		errs = append(errs, checkSchedule(s.schedule))
	}
	if c.RollIdle && len(all) == 0 {
		errs = append(errs, wrong("RollIdle needs a schedule"))
	}
	if err := errors.Join(errs...); err != nil {
		return RotatingOptions{}, err
	}
	c.Options = base
	c.CompressExt = cmp.Or(c.CompressExt, ".gz")
	if c.Backups == KeepAll {
		c.Backups = 0
	}
	return c, nil
}

// checkSchedule returns what is wrong with s.
func checkSchedule(s Schedule) error {
	switch s := s.(type) {
	case nil:
		return errors.New("file: the schedule is nil")
	case interface{ check() error }:
		return s.check()
	}
	return nil
}

// plainArchive returns a, and not a pointer, if it is one of this package's.
func plainArchive(a Archive) Archive {
	switch p := a.(type) {
	case *Numbered:
		return deref(p)
	case *Growing:
		return deref(p)
	case *Dated:
		return deref(p)
	}
	return a
}

func deref[A Archive](p *A) Archive {
	if p == nil {
		return nil
	}
	return *p
}

// fillArchive fills in what depends on the schedules.
func (o *RotatingOptions) fillArchive(all []*scheduled) {
	if o.Archive == nil && len(all) > 0 {
		o.Archive = Dated{}
	}
	if o.Archive == nil {
		o.Archive = Numbered{}
	}
	d, ok := o.Archive.(Dated)
	if !ok {
		return
	}
	for _, s := range all {
		if c, ok := s.schedule.(Calendar); ok {
			d.Layout = cmp.Or(d.Layout, c.layout())
			d.Location = cmp.Or(d.Location, c.location())
		}
	}
	o.Archive = d
}

// misfits returns what excludes each other.
func (o *RotatingOptions) misfits() (errs []error) {
	_, numbered := o.Archive.(Numbered)
	kept := o.Backups != 0 || o.MaxAge != 0 || o.MaxTotal != 0 || o.Compress != nil
	switch {
	case o.DiscardOld && (kept || o.Namer != nil || o.Rotator != nil):
		errs = append(errs, wrong("DiscardOld cannot be combined with Backups, MaxAge, MaxTotal, Compress, Namer or Rotator"))
	case numbered && !o.DiscardOld && o.Backups == 0:
		errs = append(errs, wrong("Numbered needs Backups, which is how many old files to keep, or DiscardOld; for MaxAge or MaxTotal alone use Growing or Dated"))
	case numbered && o.Backups == KeepAll:
		errs = append(errs, wrong("Numbered cannot keep all, Growing can"))
	}
	if o.Truncate {
		errs = append(errs, wrong("Truncate would lose what rotation keeps; AtStart begins a new file"))
	}
	if o.Rotator != nil && o.Compress != nil {
		errs = append(errs, wrong("Rotator and Compress exclude each other"))
	}
	if o.Compress == nil && (o.CompressExt != "" || o.Decompress != nil) {
		errs = append(errs, wrong("CompressExt and Decompress need Compress"))
	}
	if !isOurs(o.Archive) && o.Namer != nil {
		errs = append(errs, wrong("Namer needs one of this package's archives"))
	}
	if d, ok := o.Archive.(Dated); ok && o.Namer != nil && !d.even() {
		errs = append(errs, wrong("Namer needs a Layout whose dates are all as long as itself, not %q", d.layout()))
	}
	return errs
}

// maxNumbered is how many files may move up by one at each rotation.
const maxNumbered = 100000

// outOfRange returns what is out of range.
func (o *RotatingOptions) outOfRange() (errs []error) {
	if o.Backups < KeepAll {
		errs = append(errs, wrong("Backups %d is negative", o.Backups))
	}
	if _, numbered := o.Archive.(Numbered); numbered && o.Backups > maxNumbered {
		errs = append(errs, wrong("Backups %d is more than %d, which are too many to be renamed each time; Growing renames none", o.Backups, maxNumbered))
	}
	if o.MaxAge < 0 || o.MaxTotal < 0 {
		errs = append(errs, wrong("MaxAge %v or MaxTotal %d is negative", o.MaxAge, o.MaxTotal))
	}
	if ext := o.CompressExt; ext != "" && (ext[0] != '.' || strings.ContainsAny(ext, `/\`) || strings.Trim(ext[1:], "0123456789") == "") {
		errs = append(errs, wrong("CompressExt %q is no extension", ext))
	}
	if d, ok := o.Archive.(Dated); ok {
		errs = append(errs, d.check())
	}
	return errs
}

// check returns what is wrong with the layout: a name has to tell its date.
func (a Dated) check() error {
	probe := time.Date(2031, 10, 29, 13, 47, 58, 0, a.location())
	name := a.Name(Old{Base: "a.log", Period: probe}, 0)
	if p, ok := a.Place("a.log", name); strings.HasPrefix(a.layout(), waiting) || !ok || p.Time.Year() != probe.Year() || filepath.Base(name) != name || !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) {
		return fmt.Errorf("file: options: Layout %q makes names that cannot be read back as a date with its year, or that files cannot have", a.layout())
	}
	return nil
}
