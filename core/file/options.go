package file

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of the constructors in this package. Nil means the
// zero value, which means the defaults.
type Options struct {
	// Truncate empties an existing file when the sink first opens it (Python's mode
	// w). Exclusive fails if there is one (mode x). Default: append to it (mode a).
	// Whenever the sink opens the file again, it appends.
	Truncate, Exclusive bool

	// Lazy leaves opening the file to the first record (Python's delay). An open
	// that fails is then that record's error, and the next record tries again.
	Lazy bool

	// Perm are the file's permissions. If given, they are exact whatever the umask
	// is, also for a file that exists; if that is refused, it is reported and the
	// file is used as it is. Default: 0640, less the umask, for a new file.
	Perm fs.FileMode

	// MkdirAll creates missing directories, with permissions 0750, whenever the
	// file is opened. Default: a missing directory is an error.
	MkdirAll bool

	// NoFollow refuses to open a path whose last element is a symbolic link: for
	// programs with privileges that write to directories of others.
	NoFollow bool

	// Formatter renders records. Default [core.Line].
	Formatter core.Formatter

	// Terminator ends each record; default "\n". NoTerminator: nothing does.
	Terminator   string
	NoTerminator bool

	// Encoding converts what is written, which is UTF-8 otherwise: a
	// *encoding.Encoder of golang.org/x/text, for example. It is called for one
	// record at a time, so it should not write a byte order mark, nor log into this
	// sink, which would wait for itself. Its error is the record's, as
	// [core.Permanent].
	Encoding interface {
		Bytes(b []byte) ([]byte, error)
	}

	// Header is written to each file that is empty when it is opened, in front of
	// the first record, Footer when a file is rotated or closed for
	// good, both as they are, line ends included, but encoded. A file without a
	// record gets both if there is a Footer.
	// Default: nothing.
	Header, Footer func() []byte

	// BufferSize makes Emit return as soon as a record is in a buffer. There are
	// two of this many bytes, at most 1 GiB: one fills while the other is written.
	// Default 0: no buffer; a record is in the kernel when Emit returns.
	BufferSize int

	// FlushInterval is how long a record may stay in a buffer. Default one second.
	FlushInterval time.Duration

	// FlushLevel makes Emit of a record at or above it wait until the buffers are
	// written. Default [core.LevelError].
	FlushLevel slog.Leveler

	// Sync says when the file is made durable (fsync). Default [SyncOnFlush].
	Sync SyncPolicy

	// OnOpen and OnClose are called after the file was opened and before it is
	// closed, on a goroutine of their own, while no record is written. What they log
	// into this sink, or into another one that is calling a hook, is refused
	// ([core.ErrReentrant]) unless there is room in a buffer. They must not wait for
	// another goroutine that logs into this sink.
	OnOpen, OnClose func(path string)

	// OnError is told of what no caller can be told. Default: a line on standard
	// error, at most one a second.
	OnError func(error)

	// CloseTimeout is how long Close may take: with Compress, long enough for the last old
	// files, or they wait for the next start. Default [core.DefaultCloseTimeout].
	CloseTimeout time.Duration
}

// SyncPolicy says when a file is made durable, so that what was written survives
// a power failure; the end of the process, however sudden, it survives anyway.
type SyncPolicy int

// The policies. A sync that fails is the error of the call that asked for it,
// and the file is opened anew before the next record: what the old descriptor
// says after a failed sync is not to be trusted.
const (
	SyncOnFlush SyncPolicy = iota // Flush and Close sync; a file that is rotated is synced in the background
	SyncNever                     // the kernel decides
	SyncEach                      // Emit returns when its record is durable; records that come at once share a sync
)

// maxBuffer is the largest BufferSize.
const maxBuffer = 1 << 30

// defaultPerm is what a new file gets, less the umask.
const defaultPerm fs.FileMode = 0o640

// check returns a copy with the defaults filled in, or everything that is wrong.
func (o *Options) check(path string) (Options, error) {
	c := Options{}
	if o != nil {
		c = *o
	}
	err := errors.Join(append(c.conflicts(), c.ranges(path)...)...)
	if err != nil {
		return Options{}, err
	}
	c.fill()
	return c, nil
}

func wrong(format string, args ...any) error {
	return fmt.Errorf("file: options: "+format, args...)
}

// conflicts returns what excludes each other.
func (o *Options) conflicts() (errs []error) {
	if o.Truncate && o.Exclusive {
		errs = append(errs, wrong("Truncate and Exclusive exclude each other"))
	}
	if o.Terminator != "" && o.NoTerminator {
		errs = append(errs, wrong("Terminator and NoTerminator exclude each other"))
	}
	if o.BufferSize == 0 && (o.FlushInterval != 0 || o.FlushLevel != nil) {
		errs = append(errs, wrong("FlushInterval and FlushLevel need a BufferSize"))
	}
	if o.BufferSize > 0 && o.Sync == SyncEach {
		errs = append(errs, wrong("SyncEach and BufferSize exclude each other"))
	}
	return errs
}

// ranges returns what is out of range.
func (o *Options) ranges(path string) (errs []error) {
	if path == "" {
		errs = append(errs, errors.New("file: the path is empty"))
	}
	if o.Perm&^fs.ModePerm != 0 {
		errs = append(errs, wrong("Perm %v has more than permission bits", o.Perm))
	}
	if o.BufferSize < 0 || o.BufferSize > maxBuffer {
		errs = append(errs, wrong("BufferSize %d is not between 0 and %d", o.BufferSize, maxBuffer))
	}
	if o.FlushInterval < 0 {
		errs = append(errs, wrong("FlushInterval %v is negative", o.FlushInterval))
	}
	if o.CloseTimeout < 0 {
		errs = append(errs, wrong("CloseTimeout %v is negative", o.CloseTimeout))
	}
	if o.Sync < SyncOnFlush || o.Sync > SyncEach {
		errs = append(errs, wrong("Sync %d is unknown", int(o.Sync)))
	}
	return errs
}

func (o *Options) fill() {
	if o.Formatter == nil {
		o.Formatter = core.Line{}
	}
	if o.Terminator == "" && !o.NoTerminator {
		o.Terminator = "\n"
	}
	if o.FlushInterval == 0 {
		o.FlushInterval = time.Second
	}
	if o.FlushLevel == nil {
		o.FlushLevel = core.LevelError
	}
	if o.CloseTimeout == 0 {
		o.CloseTimeout = core.DefaultCloseTimeout
	}
}
