package file

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/commit"
	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// pipeLimit is how long a record waits for a pipe that is not ready.
const pipeLimit = time.Second

// disk is the open file and all that is known of it. Only the goroutine that
// writes touches it (see package commit), but for abandon.
type disk struct {
	fs      fsys.FS
	path    string
	dir     string
	opts    Options
	watched bool // look at each batch whether the path still leads to the file
	shared  bool // other processes write to it, too
	inherit bool // a new file gets the permissions and the owner of the one before it
	term    []byte
	lastEnd []byte // the last character of term: what a whole line ends with
	encoder encoder
	report  func(error) // takes what no caller is told; it adds the path

	opened func(found bool) // called when a file was opened, which was there or not; may be nil
	found  bool             // what it is called with
	moved  bool             // what was at the path was moved away just now

	handle   sync.Mutex // guards file and left while abandon may run
	file     fsys.File  // nil: not open
	left     bool       // abandon was called
	info     fsys.Info  // of file, when it was opened
	size     int64      // of file, as far as it is known
	headed   int64      // the size it had when only a header was in it
	first    bool       // the file was never opened: its mode still counts
	empty    bool       // the file is empty: the header is due
	cut      bool       // the file does not end with a line end
	dirty    bool       // the file holds what was not synced
	suspect  error      // of a sync that has failed: open the file anew
	lost     error      // of the last sync of a file that was closed since; nobody was told
	unsynced bool       // the directory does not durably hold the file's name yet
	outage   bool       // the path cannot be opened, and this was reported
	ended    bool       // close was called
	reopens  atomic.Uint64
	hook     atomic.Bool // a function of the user's is being called
}

// Begin implements commit.Target: it sees to it that the right file is open, and has
// its header.
func (d *disk) Begin() error {
	switch {
	case d.ended:
		return core.ErrClosed
	case d.file == nil:
		if err := d.open(); err != nil {
			return err
		}
	case d.suspect != nil:
		if err := d.reopen(); err != nil {
			return err
		}
	case d.watched:
		if err := d.look(); err != nil {
			return err
		}
	}
	if !d.empty {
		return nil
	}
	return d.writeHeader()
}

// look opens the path again if it does not lead to the open file any more.
func (d *disk) look() error {
	info, err := d.fs.Stat(d.path)
	if err == nil && info.Same(d.info) {
		d.empty = d.opts.Header != nil && info.Size == 0 && d.info.Mode.IsRegular()
		d.cut = d.cut && info.Size > 0
		if d.shared && info.Size != d.size && info.Size > 0 && !d.cut {
			d.cut = d.torn(info) // somebody else's last line
		}
		d.size = info.Size
		d.outage = false
		return nil
	}
	if err = d.reopen(); err == nil {
		d.outage = false
		return nil
	}
	if d.file == nil {
		return err
	}
	if old, serr := d.file.Stat(); serr != nil || old.Links == 0 {
		return err // nobody would ever find the record
	}
	// The file was renamed, and the new one cannot be opened: the old one keeps
	// the records until it can.
	if !d.outage {
		d.outage = true
		d.report(fmt.Errorf("writing to the renamed file: %w", err))
	}
	return nil
}

// Write implements commit.Target. It first ends a line that was left without its end.
func (d *disk) Write(p []byte) (int, error) {
	if d.cut {
		if err := d.endLine(); err != nil {
			return 0, err
		}
	}
	d.dirty = true
	n, err := d.file.Write(p)
	if err != nil {
		n, err = commit.ResumeReady(d.file, p, n, err, pipeLimit)
	}
	d.size += int64(n)
	return n, err
}

// endLine ends a line that was left without its end, whole or not at all.
func (d *disk) endLine() error {
	if !d.cut {
		return nil
	}
	d.dirty = true
	n, err := commit.WriteReady(d.file, d.term, pipeLimit)
	d.size += int64(n)
	if err != nil {
		if n > 0 {
			d.cutOff(n)
		}
		return err
	}
	d.cut = false
	return nil
}

// Undo implements commit.Target: the last n bytes are cut off again, if they are still
// the last; otherwise they are ended before the next record.
func (d *disk) Undo(n int) {
	if d.file == nil || d.cutOff(n) {
		return
	}
	d.cut = len(d.term) > 0
}

func (d *disk) cutOff(n int) bool {
	if !d.info.Mode.IsRegular() {
		return false
	}
	end, err := d.file.Seek(0, io.SeekCurrent)
	if err != nil || end < int64(n) {
		return false
	}
	now, err := d.file.Stat()
	if err != nil || now.Size != end {
		return false // somebody has appended since
	}
	if d.file.Truncate(end-int64(n)) != nil {
		return false
	}
	d.size = end - int64(n)
	return true
}

// flush is what Flush does when all records are written.
func (d *disk) flush() error {
	if d.opts.Sync == SyncNever || d.file == nil {
		return nil
	}
	lost := d.lost
	d.lost = nil
	return errors.Join(lost, d.sync())
}

// finish implements target.
func (d *disk) finish() error { return d.sync() }

// sync makes the file durable, and its name. Pipes and devices know no sync. After
// a failure the file is asked no more: the next sync may succeed although what was
// to be synced is lost.
func (d *disk) sync() error {
	if !d.info.Mode.IsRegular() || d.suspect != nil {
		return d.suspect
	}
	if d.dirty {
		if err := d.file.Sync(); err != nil {
			d.suspect = err
			return err
		}
		d.dirty = false
	}
	if !d.unsynced {
		return nil
	}
	if err := d.fs.SyncDir(d.dir); err != nil {
		return err
	}
	d.unsynced = false
	return nil
}

// writeHeader writes the header to an empty file, whole or not at all.
func (d *disk) writeHeader() error {
	header, err := d.text(d.opts.Header)
	if err != nil || len(header) == 0 {
		d.empty = false
		if err != nil {
			d.report(fmt.Errorf("header: %w", err))
		}
		return nil
	}
	if n, err := d.Write(header); err != nil {
		if n > 0 {
			d.Undo(n)
		}
		return fmt.Errorf("header: %w", err)
	}
	d.empty, d.headed = false, d.size
	return nil
}

// text returns what a Header or Footer function says, encoded.
func (d *disk) text(f func() []byte) (text []byte, err error) {
	if f == nil {
		return nil, nil
	}
	err = d.callUser(func() (err error) {
		text, err = d.encoder.bytes(f())
		return err
	})
	return text, err
}

// callUser calls a function of the user's, on a goroutine of its own, which that
// may end.
func (d *disk) callUser(f func() error) error {
	if d.abandoned() {
		return core.ErrClosed
	}
	defer d.hook.Store(d.hook.Swap(true)) // one may call another
	return guard.Hook(f)
}

// InHook implements commit.Hooked.
func (d *disk) InHook() bool { return d.hook.Load() }

var _ commit.Hooked = (*disk)(nil)

// setTerm takes over the terminator, encoded.
func (d *disk) setTerm(term string) error {
	d.term, d.lastEnd = []byte(term), []byte(term)
	if term == "" {
		return nil
	}
	_, size := utf8.DecodeLastRuneInString(term)
	d.lastEnd = d.lastEnd[len(term)-size:]
	var err, lastErr error
	d.term, err = d.encoder.bytes(d.term)
	d.lastEnd, lastErr = d.encoder.bytes(d.lastEnd)
	if err := errors.Join(err, lastErr); err != nil {
		return fmt.Errorf("file: options: Encoding cannot encode the Terminator: %w", err)
	}
	return nil
}
