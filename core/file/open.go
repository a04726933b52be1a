package file

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys"
)

// open opens the path and makes what it finds there the file.
func (d *disk) open() error {
	f, info, err := d.openPath()
	if err != nil {
		return err
	}
	return d.adopt(f, info)
}

// reopen opens the path again and closes the old file, unless the new one
// cannot be had. If it is the same file, it goes on without a footer.
func (d *disk) reopen() error {
	f, info, err := d.openPath()
	if err != nil {
		return err
	}
	if d.file != nil {
		told := d.suspect != nil
		d.report(d.closeFile(!d.shared && !info.Same(d.info)))
		if !told {
			d.lost = d.suspect
		}
		d.reopens.Add(1)
		if now, err := f.Stat(); err == nil {
			info = now // it may be the same file, with a line end by now
		}
	}
	return d.adopt(f, info)
}

// reopenNow is reopen for a caller who asks for it: a file that was never opened
// stays so.
func (d *disk) reopenNow() error {
	if d.file == nil {
		return nil
	}
	return d.reopen()
}

// openPath opens the path as the options say.
func (d *disk) openPath() (f fsys.File, info fsys.Info, err error) {
	if d.abandoned() {
		return nil, info, core.ErrClosed
	}
	if d.opts.MkdirAll {
		if err := d.fs.MkdirAll(d.dir, 0o750); err != nil {
			return nil, info, err
		}
	}
	d.found = false
	if d.opened != nil && !d.moved {
		_, err := d.fs.Stat(d.path)
		d.found = err == nil
	}
	if f, err = d.fs.OpenFile(d.path, d.flags(), cmp.Or(d.opts.Perm, defaultPerm)); err != nil {
		return nil, info, err
	}
	if info, err = f.Stat(); err != nil {
		return nil, info, errors.Join(err, f.Close())
	}
	if info.Mode.IsRegular() {
		d.report(d.protect(f, &info))
	}
	return f, info, nil
}

// protect gives a file the permissions that the options ask for, and otherwise those,
// and the owner, of the one before it. Where that is refused the file is used as it is.
// info is brought up to date: the next file goes by it.
func (d *disk) protect(f fsys.File, info *fsys.Info) error {
	like := *info
	if d.inherit && d.info.Links > 0 && d.info.Mode.IsRegular() && info.Size == 0 {
		like = d.info
	}
	return give(f, info, cmp.Or(d.opts.Perm, like.Mode.Perm()), like)
}

// give gives a file permissions, and the owner of another one, unless it has them, and
// brings info up to date.
func give(f fsys.File, info *fsys.Info, perm fs.FileMode, like fsys.Info) error {
	var chmod, chown error
	if info.Mode.Perm() != perm {
		if chmod = f.Chmod(perm); chmod == nil {
			info.Mode = info.Mode&^fs.ModePerm | perm
		}
	}
	if info.UID != like.UID || info.GID != like.GID {
		if chown = f.Chown(like.UID, like.GID); chown == nil {
			info.UID, info.GID = like.UID, like.GID
		}
	}
	if err := errors.Join(chmod, chown); err != nil {
		return fmt.Errorf("permissions: %w", err)
	}
	return nil
}

func (d *disk) flags() int {
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if d.shared {
		flags = os.O_RDWR | os.O_CREATE | os.O_APPEND // or Windows does not lock it
	}
	if d.opts.NoFollow {
		flags |= fsys.NoFollow
	}
	if d.first && d.opts.Truncate {
		flags |= os.O_TRUNC
	}
	if d.first && d.opts.Exclusive {
		flags |= os.O_EXCL
	}
	return flags
}

// adopt makes f the file that is written to.
func (d *disk) adopt(f fsys.File, info fsys.Info) error {
	d.handle.Lock()
	given := d.left
	if !given {
		d.file = f
	}
	d.handle.Unlock()
	if given {
		return errors.Join(core.ErrClosed, f.Close())
	}
	if !info.Same(d.info) {
		d.headed = 0
	}
	d.info, d.first, d.suspect, d.unsynced, d.dirty = info, false, nil, true, false
	d.size = info.Size
	regular := info.Mode.IsRegular()
	d.empty = regular && info.Size == 0 && d.opts.Header != nil
	d.cut = regular && info.Size > 0 && d.torn(info)
	if d.opened != nil {
		d.opened(d.found)
	}
	d.call(d.opts.OnOpen)
	return nil
}

// torn tells whether the file ends in the middle of a line: what a kill or a
// full disk has left. It reads through a handle of its own, since the file is
// open for writing only. What cannot be read counts as torn: an empty line does
// less harm than two records in one.
func (d *disk) torn(info fsys.Info) bool {
	n := int64(len(d.lastEnd))
	if n == 0 {
		return false
	}
	tail, err := d.tail(info, n)
	return err != nil || !bytes.Equal(tail, d.lastEnd)
}

// errMoved says that the path leads to another file than a moment ago.
var errMoved = errors.New("moved while it was opened")

// tail returns the last n bytes of the file that info is about.
func (d *disk) tail(info fsys.Info, n int64) ([]byte, error) {
	if d.shared {
		tail := make([]byte, n)
		_, err := d.file.ReadAt(tail, max(0, info.Size-n)) // it is open for reading, too
		return tail, err
	}
	flag := os.O_RDONLY
	if d.opts.NoFollow {
		flag |= fsys.NoFollow
	}
	r, err := d.fs.OpenFile(d.path, flag, 0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	again, err := r.Stat()
	if err != nil {
		return nil, err
	}
	if !again.Same(info) {
		return nil, errMoved
	}
	tail := make([]byte, n)
	_, err = r.ReadAt(tail, max(0, info.Size-n))
	return tail, err
}

// closeFile leaves a whole line and, if this is the end of the file, the footer
// behind, durable if the options ask for that, and closes the file.
func (d *disk) closeFile(end bool) error {
	err := d.endFile(end)
	if d.dirty {
		err = errors.Join(err, d.flush())
	}
	return errors.Join(err, d.release().Close())
}

// endFile leaves a whole line and, if this is the end of the file, the footer behind.
func (d *disk) endFile(end bool) error {
	err := d.endLine()
	if err == nil && end {
		err = d.writeFooter()
	}
	return err
}

// release lets go of the file, which the caller has to close.
func (d *disk) release() fsys.File {
	d.call(d.opts.OnClose)
	return d.replace(nil)
}

// replace makes f the open file, nil: none, and returns the one that was it.
func (d *disk) replace(f fsys.File) fsys.File {
	d.handle.Lock()
	defer d.handle.Unlock()
	old := d.file
	d.file = f
	return old
}

// writeFooter ends the file: no footer stands without its header.
func (d *disk) writeFooter() error {
	footer, err := d.text(d.opts.Footer)
	if err != nil || len(footer) == 0 {
		return err
	}
	if info, err := d.file.Stat(); err == nil && d.watched && info.Mode.IsRegular() {
		d.empty = d.opts.Header != nil && info.Size == 0 // somebody may have truncated it
	}
	if d.empty {
		if err := d.writeHeader(); err != nil {
			return err
		}
	}
	n, err := d.Write(footer)
	if err != nil && n > 0 {
		d.Undo(n)
	}
	if err != nil {
		return fmt.Errorf("footer: %w", err)
	}
	return nil
}

// close is what Close does when all records are written.
func (d *disk) close() error {
	d.ended = true
	if d.file == nil {
		return nil
	}
	err := d.flush()
	cerr := d.closeFile(!d.shared)
	if errors.Is(cerr, fs.ErrClosed) || errors.Is(cerr, syscall.EBADF) {
		cerr = nil // abandoned meanwhile
	}
	if d.suspect != nil && errors.Is(cerr, d.suspect) {
		err = nil // it is in there, too
	}
	return errors.Join(err, cerr)
}

// abandon closes the file under a write that does not return, which makes it
// return where the system can. Any goroutine may call it.
func (d *disk) abandon() {
	d.handle.Lock()
	defer d.handle.Unlock()
	d.left = true
	if d.file != nil {
		_ = d.file.Close() // the error that counts is that the device is stuck
	}
}

// abandoned tells whether abandon was called: Close is over, and nothing may be
// opened, and nobody called, any more.
func (d *disk) abandoned() bool {
	d.handle.Lock()
	defer d.handle.Unlock()
	return d.left
}

// call calls a hook of the user's.
func (d *disk) call(hook func(path string)) {
	if hook == nil {
		return
	}
	d.report(d.callUser(func() error { hook(d.path); return nil }))
}
