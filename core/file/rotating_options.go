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

// RotatingOptions are the options of sinks that begin a new file now and then. Nil
// means the zero value, which means the defaults.
type RotatingOptions struct {
	// Options are those of every file sink. Truncate is not allowed: see [AtStart].
	Options

	// Also is another reason to begin a new file. Default: none.
	Also Trigger

	// Archive says what old files are called. Default: [Dated] where there is a
	// schedule, otherwise [Numbered].
	Archive Archive

	// Namer changes the name that the archive gives, as Python's namer does; it gets
	// and returns a name without directory. A name with one is an error of the
	// rotation. Like a user's Archive it may be called by several goroutines at once.
	// Numbered files are moved up by whoever logs then, as in Python. Default: it stays.
	Namer func(name string) string

	// Rotator does what otherwise is a rename: it brings the live file, src, to dst,
	// as Python's rotator does. It is called by whoever logs, who waits for it; see
	// OnOpen for what it must not do. Default: rename.
	Rotator func(src, dst string) error

	// Backups is how many old files are kept. [Numbered] needs it; otherwise the
	// default is KeepAll. Files that cannot get their places, which is reported, come on
	// top: up to 1000, then no more are given up.
	Backups int

	// DiscardOld keeps no old files at all.
	DiscardOld bool

	// MaxAge deletes old files this long after they were last modified or, if their names
	// tell a later time, after that; it is looked at when the sink is made and after each
	// rotation. MaxTotal is how many bytes the live file and the old ones may have
	// together: whoever logs deletes the oldest before a record would exceed that. A
	// compressed file counts as soon as its source is gone. Default: no limit.
	MaxAge   time.Duration
	MaxTotal int64

	// Compress makes a writer that compresses old files, such as [Gzip]. It works on a
	// goroutine of its own. Default: they stay as they are.
	Compress func(io.Writer) (io.WriteCloser, error)

	// CompressExt ends the names of compressed files. Default ".gz". Those that have
	// another one, from before it was changed, are no more the archive's.
	CompressExt string

	// Decompress makes a reader of what Compress has written, so that a compressed file
	// is compared with its source before that is removed. Default for ".gz": package
	// compress/gzip; for others: it is only read back.
	Decompress func(io.Reader) (io.Reader, error)

	// RollIdle makes a schedule's rotation happen in time, also while nothing is
	// logged, unless the file is empty. Default: with the next record, as in Python.
	RollIdle bool

	// Watched looks before each write whether the path still leads to the file, and
	// opens it anew if not, as [NewWatched] does. Default: a file that others rename or
	// delete is found out about when the next one is begun.
	Watched bool

	// Shared lets several processes write to the same file and rotate it: around each
	// write they hold a lock, which is a file beside it whose name ends with ".lock".
	// All of them have to use it, with the same options. One that waits for the lock longer
	// than 10 s gives up, with an error; what hooks log meanwhile is [core.ErrReentrant].
	// Whoever logs gives an old file its place, for which he looks at the directory if
	// another process has rotated since. The file has no footer when a sink is closed,
	// but when it is given up. Default: this sink is the only one, and nothing protects
	// the file from another.
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
		errs = append(errs, wrong("DiscardOld excludes everything about old files"))
	case numbered && !o.DiscardOld && o.Backups == 0:
		errs = append(errs, wrong("no Backups are kept: say how many, or DiscardOld"))
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
		return fmt.Errorf("file: options: Layout %q makes names that do not tell their date", a.layout())
	}
	return nil
}
