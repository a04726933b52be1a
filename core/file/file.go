package file

import (
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
)

// Sink is a [core.Sink] that writes to one file. It is a [core.BatchSink], a
// [core.Reopener] and a [core.Statser], and [core.LineOnly] if its formatter is.
//
// It writes to the file that it has opened, wherever that is moved; for files
// that others move away, see [Watched], or call Reopen afterwards.
type Sink struct{ *engine }

// New returns a sink that writes to the file at path. A relative path counts from
// the current directory, also after the program has gone to another one. Options
// that cannot be used are one joined error, and nothing is created then.
func New(path string, opts *Options) (*Sink, error) {
	return newSink(fsys.OS{}, path, opts)
}

func newSink(fs fsys.FS, path string, opts *Options) (*Sink, error) {
	o, err := opts.check(path)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(fs, path, &o, func(*engine) error { return nil })
	if err != nil {
		return nil, err
	}
	return &Sink{e}, nil
}

// Watched is a [core.Sink] that writes to whatever file is at a path: before
// each write (with a buffer: each time that a buffer is written) it looks
// whether the path still leads to the file that it has open, by device and
// inode, and if not, opens it anew. So it survives logrotate and newsyslog, and
// the deletion of the file or its directory. Where it creates the file it
// writes the header first.
//
// While a new file cannot be opened, records go to the renamed one; if that has
// been deleted, they are errors until the path can be opened again.
//
// Between the look and the write others may still rename the file; the record is
// then in the renamed one. Let logrotate run with nocreate: with create, both
// logrotate and the sink create the new file, and one of them wins; copytruncate
// loses what is written between its copying and its truncating.
type Watched struct{ *engine }

// NewWatched returns a sink that writes to the path, like [New] otherwise.
func NewWatched(path string, opts *Options) (*Watched, error) {
	return newWatched(fsys.OS{}, path, opts)
}

func newWatched(fs fsys.FS, path string, opts *Options) (*Watched, error) {
	o, err := opts.check(path)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(fs, path, &o, func(e *engine) error { e.disk.watched = true; return nil })
	if err != nil {
		return nil, err
	}
	return &Watched{e}, nil
}

var (
	_ core.Sink      = (*Sink)(nil)
	_ core.BatchSink = (*Sink)(nil)
	_ core.LineOnly  = (*Sink)(nil)
	_ core.Reopener  = (*Sink)(nil)
	_ core.Statser   = (*Sink)(nil)
	_ core.Sink      = (*Watched)(nil)
	_ core.BatchSink = (*Watched)(nil)
	_ core.LineOnly  = (*Watched)(nil)
	_ core.Reopener  = (*Watched)(nil)
	_ core.Statser   = (*Watched)(nil)
)
