package peers_test

import (
	"io"
	"io/fs"
	"time"

	"github.com/logsinks/logsinks/core"
)

// ability is what a subject has options for. A rule that needs what a subject
// lacks is no rule for it.
type ability uint

const (
	bySize     ability = 1 << iota // begins a new file at a size
	manual                         // begins one when told to
	byTime                         // begins one when an interval is over
	byCount                        // keeps a number of old files
	byAge                          // keeps old files for a time
	keepsNone                      // keeps no old file, when asked for that
	byTotal                        // keeps all files within a number of bytes
	compresses                     // old files become .gz
	setsMode                       // has an option for the permissions of its files
	watches                        // continues at the live name when others have renamed the file
	shares                         // does not say that only one process may write to the file
	rollsIdle                      // begins a new file when it is time, also if nothing is logged
	tags                           // has an option for what the names of old files say
)

// These are numbers of backups, too.
const (
	none   = -1
	all    = -2   // there is no limit
	plenty = 1000 // unless a rule says something else
)

const (
	mebibyte = 1 << 20
	day      = 24 * time.Hour
)

// options are what a rule asks of a subject. The zero value of each means that
// there is no such limit.
type options struct {
	path     string        // the live name
	maxBytes int64         // whole mebibytes for those that have a Rotate
	interval time.Duration // of rotations by time
	backups  int           // how many old files are kept
	maxAge   time.Duration // whole days
	maxTotal int64         // bytes of all files together
	compress bool
	mode     fs.FileMode

	// What only some can be asked for, and others go without.
	seconds bool             // names of old files tell no more than the second
	local   bool             // they tell the local time
	watch   bool             // the live file is looked after when others remove or rename it
	shared  bool             // another process writes to it and rotates it
	idle    bool             // the interval begins a new file, not the first record after it
	tag     string           // is in the names of old files
	now     func() time.Time // the time of day
}

// subject is a kind of rotating file.
type subject struct {
	name   string
	module string // its path; "" for what is in this repository
	can    ability

	// open returns the sink, and what begins a new file at once; nil if nothing does.
	open func(o options) (sink core.Sink, rotate func() error, err error)
}

// streamed is a writer behind a Stream. Close closes the writer and leaves the
// Stream open, as it is the writer that is judged.
type streamed struct {
	*core.Stream
	writer io.Closer
}

func (s streamed) Close() error { return s.writer.Close() }

// stream is what a subject's open returns for a writer.
func stream(w io.WriteCloser, rotate func() error) (core.Sink, func() error, error) {
	s, err := core.NewStream(w, nil)
	return streamed{s, w}, rotate, err
}
