package lumber

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/logsinks/logsinks/core/file"
	"gopkg.in/natefinch/lumberjack.v2"
)

// Migrate returns a sink that goes on where l is: with the same file, to which it
// appends, the same limits, the same names for old files, and the backups that are
// there, compressed or not. They are counted, and deleted in their turn; no other
// file is. See the package comment for what lumberjack loses and this does not.
//
// l is closed and must not be used any more: it would open the file again, and two
// would write to it. If it has written in this process, it may still be compressing
// backups in the background, so the time to migrate is when the program starts.
//
// Everything that is wrong with l and with opts is one joined error: what both say, but
// not alike, an Archive or a CompressExt that would not know l's backups, and what
// package file refuses. Nothing was touched then, and l is as it was. If the sink cannot
// be made for another reason, as the file cannot be opened, l is closed, but may be
// used on: lumberjack opens its file again with the next Write.
//
// The settings of l fill in what opts leaves open: MaxBackups is Backups, MaxAge is
// MaxAge in days of 24 hours, Compress is Compress with [file.Gzip], and MaxSize
// is the size of which no file gets larger, in units of 1024*1024 bytes, 100 of them
// unless l says otherwise. As in lumberjack, a MaxBackups or MaxAge of zero or less
// is no limit, and an empty Filename is <program>-lumberjack.log in os.TempDir.
//
// Missing directories are made, with permissions 0750, where lumberjack has 0755.
// If opts has no Perm, a file that is there keeps its own, and those after it get
// the same; a new one gets 0600. It is opened at once, not by the first record,
// unless opts says Lazy. A symbolic link stays; what it leads to is rotated, where it is.
func Migrate(l *lumberjack.Logger, opts *file.RotatingOptions) (*file.Rotating, error) {
	o := file.RotatingOptions{}
	if opts != nil {
		o = *opts
	}
	if err := check(l, &o); err != nil {
		return nil, err
	}
	path := pathOf(l)
	if _, err := os.Stat(path); o.Perm == 0 && errors.Is(err, fs.ErrNotExist) {
		o.Perm = 0o600
	}
	if err := l.Close(); err != nil { // last, but before another one has the file open
		return nil, fmt.Errorf("lumber: closing the logger: %w", err)
	}
	return file.NewRotating(path, maxBytes(l), &o)
}

// check fills in what o leaves open, and returns everything that is wrong.
func check(l *lumberjack.Logger, o *file.RotatingOptions) error {
	filled := fill(o, cmp.Or(l, new(lumberjack.Logger)))
	return errors.Join(checkLogger(l), filled, refusal(o))
}

// refusal returns what package file would refuse. A size below zero has it check
// everything else as well, and make nothing.
func refusal(o *file.RotatingOptions) error {
	_, err := file.NewRotating("app.log", -1, o)
	var all interface{ Unwrap() []error }
	if !errors.As(err, &all) {
		return err
	}
	return errors.Join(all.Unwrap()[1:]...) // the first one is about the size
}

// fill fills in what o leaves open, and returns everything that contradicts.
func fill(o *file.RotatingOptions, l *lumberjack.Logger) error {
	o.MkdirAll = true
	errs := []error{
		merge("MaxBackups", &o.Backups, max(0, l.MaxBackups)),
		merge("MaxAge", &o.MaxAge, maxAge(l)),
		fillArchive(o, Archive{Location: location(l)}),
	}
	switch {
	case l.Compress && o.Compress != nil:
		errs = append(errs, wrong("Compress is set for lumberjack and in the options"))
	case l.Compress:
		o.Compress = file.Gzip
	}
	if ext := o.CompressExt; ext != "" && ext != ".gz" {
		errs = append(errs, wrong("CompressExt is %q, but lumberjack's backups end with .gz", ext))
	}
	return errors.Join(errs...)
}

// fillArchive makes a the archive. One that is the same may be there, or a pointer to it.
func fillArchive(o *file.RotatingOptions, a Archive) error {
	given, same := o.Archive.(Archive)
	if p, ok := o.Archive.(*Archive); ok && p != nil {
		given, same = *p, true
	}
	if o.Archive != nil && (!same || given.location() != a.Location) {
		return wrong("Archive is another one than lumberjack's")
	}
	o.Archive = a
	return nil
}

// merge sets what is not set. What is, may not be set to anything else.
func merge[T comparable](name string, option *T, setting T) error {
	var unset T
	switch {
	case *option == unset:
		*option = setting
	case setting != unset && setting != *option:
		return wrong("%s is %v for lumberjack and %v in the options", name, setting, *option)
	}
	return nil
}
