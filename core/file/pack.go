package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// pack compresses the old files that are not compressed. A crash leaves at most a
// partial file, which is removed here, or both forms.
func (k *keeper) pack() error {
	if k.opts.Compress == nil && (k.swept || k.namer != nil) {
		return nil // to look costs calls of the namer
	}
	l, err := k.list()
	if err != nil {
		return err
	}
	for _, name := range l.partial {
		if err := k.locked(func() error { return k.clean(name) }); err != nil {
			return err
		}
	}
	k.swept = true
	if k.opts.Compress == nil {
		return nil
	}
	return k.packAll(l.old)
}

// packAll compresses files, the newest first: one that cannot be compressed keeps the
// others waiting the less the older it is. It is to be called again where somebody wants
// something else done meanwhile.
func (k *keeper) packAll(old []found) error {
	var errs []error
	for _, f := range slices.Backward(old) {
		if f.plain < 0 || f.packed >= 0 && k.isOdd(f.ids[0]) {
			continue
		}
		err := k.packOne(f)
		if errors.Is(err, errStopped) {
			break
		}
		if err != nil {
			errs = append(errs, err)
		}
		if len(errs) == maxFailures || k.worker.kicked() {
			break
		}
	}
	return errors.Join(errs...)
}

// maxFailures is how many files may fail to be compressed, or deleted, before it is taken
// for the fault of something else.
const maxFailures = 5

// clean removes a compressed file that somebody has not finished, unless that one
// is still at work.
func (k *keeper) clean(name string) error {
	if k.lock != nil {
		f, err := k.fs.OpenFile(k.path(name), os.O_RDWR, 0)
		if err != nil {
			return ignoreMissing(err)
		}
		defer f.Close()
		if ok, err := f.TryLock(true); !ok {
			return err
		}
	}
	return k.exclusive(func() error { return ignoreMissing(k.fs.Remove(k.path(name))) })
}

// packOne compresses one old file.
func (k *keeper) packOne(f found) error {
	return k.source(f, func(src fsys.File, info fsys.Info) error {
		if f.packed >= 0 {
			if one, err := k.choose(f.name, src, info); one || err != nil {
				return err
			}
			if _, err := src.Seek(0, io.SeekStart); err != nil {
				return err
			}
		}
		return k.compress(f.name, src, info)
	})
}

// source opens an old file that is not compressed. One that somebody still writes to,
// or reads, is left for the next time.
func (k *keeper) source(f found, do func(fsys.File, fsys.Info) error) error {
	if k.stopped.Load() {
		return errStopped
	}
	flag := os.O_RDONLY
	if k.lock != nil {
		flag = os.O_RDWR // or Windows does not lock it
	}
	src, err := k.fs.OpenFile(k.path(f.name), flag, 0)
	if err != nil {
		return ignoreMissing(err)
	}
	defer src.Close()
	if ok, err := k.lockOld(src); !ok {
		return err
	}
	info, err := src.Stat()
	if err != nil {
		return err
	}
	return do(src, info)
}

// lockOld tells whether no process writes to an old file any more. This one is sure to be
// done soon.
func (k *keeper) lockOld(f fsys.File) (bool, error) {
	if k.lock == nil {
		return true, nil
	}
	ok, err := f.TryLock(true)
	if !ok && err == nil {
		_ = k.closes.closed(context.Background())
		ok, err = f.TryLock(true)
	}
	return ok, err
}

// packing is a compressed file that is being written under a temporary name. Where
// files are shared it is locked while it is open, and only who holds the processes' lock
// makes, renames or removes such files: otherwise one might take another's for its own,
// or for left behind.
type packing struct {
	fsys.File
	name string
}

// compress writes the compressed form beside the source under a temporary name, and
// when it is durable and right has it take the place of the source.
func (k *keeper) compress(name string, src fsys.File, info fsys.Info) error {
	out, err := k.create(name+k.ext+temporary, info)
	if out == nil {
		return err
	}
	defer out.Close()
	want, err := k.write(out, src)
	if err == nil {
		err = k.verify(out.name, want)
	}
	if k.stopped.Load() {
		return errStopped // what has this name may be another sink's by now
	}
	if err == nil {
		if k.lock == nil {
			_ = src.Close() // Windows may refuse to remove it otherwise
		}
		err = k.replace(name, out, info)
	}
	if err != nil {
		dropped := k.locked(func() error { return k.exclusive(func() error { return k.drop(out) }) })
		return errors.Join(err, dropped)
	}
	return nil
}

// create makes a compressed file; nil: another process makes one of this name.
func (k *keeper) create(temp string, info fsys.Info) (out *packing, err error) {
	err = k.locked(func() error {
		f, err := k.fs.OpenFile(k.path(temp), os.O_RDWR|os.O_CREATE|os.O_EXCL, info.Mode.Perm())
		if k.lock != nil && errors.Is(err, fs.ErrExist) {
			return nil
		}
		if err != nil {
			return err
		}
		out = &packing{File: f, name: temp}
		if k.lock == nil {
			return nil
		}
		if ok, err := f.TryLock(true); !ok {
			return errors.Join(errLocked, err, k.drop(out))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if out != nil {
		k.protect(out, info)
	}
	return out, nil
}

// drop removes a compressed file that nobody needs.
func (k *keeper) drop(p *packing) error {
	_ = p.Close() // Windows may refuse to remove it otherwise
	if k.stopped.Load() {
		return errStopped
	}
	return ignoreMissing(k.fs.Remove(k.path(p.name)))
}

// write compresses src.
func (k *keeper) write(out *packing, src fsys.File) (want digests, err error) {
	err = guard.Call(func() error {
		w, err := k.opts.Compress(io.MultiWriter(out, &want.packed))
		if err != nil {
			return err
		}
		_, err = io.Copy(io.MultiWriter(w, &want.plain), k.limited(src))
		return errors.Join(err, w.Close())
	})
	if err == nil {
		err = out.Sync()
	}
	return want, err
}

// protect gives a compressed file the permissions and the owner of its source, where
// that is allowed.
func (k *keeper) protect(out fsys.File, info fsys.Info) {
	now, err := out.Stat()
	if err == nil {
		err = give(out, &now, info.Mode.Perm(), info)
	}
	k.report(err)
}

// replace has the compressed file take the place of its source. Nobody has to wait for
// what is made durable in between.
func (k *keeper) replace(name string, out *packing, info fsys.Info) error {
	if done, err := k.reveal(name, out, info); done || err != nil {
		return err
	}
	if err := k.fs.SyncDir(k.dir); err != nil {
		return err
	}
	return k.dropSource(name, info, true)
}

// dropSource removes the source of a compressed file that is durable. Where another
// process has given both another name meanwhile, it does so only if follow is set.
func (k *keeper) dropSource(name string, info fsys.Info, follow bool) error {
	return k.locked(func() error {
		return k.exclusive(func() error {
			k.revealed = ""
			now, ok := k.whereabouts(name, info)
			if !ok || now != name && !follow {
				return nil
			}
			return k.replaced(now)
		})
	})
}

// reveal gives the compressed file its name, unless its source has been deleted.
func (k *keeper) reveal(name string, out *packing, info fsys.Info) (done bool, err error) {
	err = k.locked(func() error {
		if err := k.stamp(out, info); err != nil {
			return err
		}
		return k.exclusive(func() error {
			now, err := k.destined(name, info)
			if err != nil {
				return err
			}
			if k.stopped.Load() {
				return errStopped
			}
			done = now == ""
			if done {
				return k.drop(out)
			}
			k.revealed = now
			return k.fs.Rename(k.path(out.name), k.path(now+k.ext))
		})
	})
	return done, err
}

// destined returns the name that a file has now; "": its compressed form is not needed.
// What is called like that form already has come there since somebody has looked: it
// may hold something else.
func (k *keeper) destined(name string, info fsys.Info) (string, error) {
	now, ok := k.whereabouts(name, info)
	if !ok {
		return "", nil
	}
	there, err := k.there(now + k.ext)
	switch {
	case !there || err != nil:
		return now, err
	case k.lock != nil:
		return "", nil // it has moved up with the file; the next look at both finds out
	}
	return "", fmt.Errorf("%s: %w", now+k.ext, fs.ErrExist)
}

// stamp closes a compressed file, which Windows may refuse to rename otherwise, and gives
// it the time of its source, by which its age is told.
func (k *keeper) stamp(out *packing, info fsys.Info) error {
	if err := out.Close(); err != nil {
		return err
	}
	if k.stopped.Load() {
		return errStopped
	}
	k.report(k.fs.Chtimes(k.path(out.name), info.Mod))
	return nil
}

// replaced removes the source of a compressed file. It is called within exclusive.
func (k *keeper) replaced(name string) error {
	packed := name + k.ext
	info, err := k.fs.Lstat(k.path(packed))
	if err != nil {
		return ignoreMissing(err) // it was taken away, so the source stays
	}
	if k.stopped.Load() {
		return errStopped
	}
	if err := ignoreMissing(k.fs.Remove(k.path(name))); err != nil {
		return err
	}
	k.stock.rename(name, packed)
	k.stock.resize(packed, info.Size)
	return nil
}

// whereabouts returns the name that a file has now.
func (k *keeper) whereabouts(name string, info fsys.Info) (string, bool) {
	if k.has(name, info) {
		return name, true
	}
	if k.lock == nil {
		return "", false // nobody else gives names
	}
	l, err := k.list()
	if err != nil {
		return "", false
	}
	for _, f := range l.old {
		if k.has(f.name, info) {
			return f.name, true
		}
	}
	return "", false
}

// has tells whether a file has this name.
func (k *keeper) has(name string, info fsys.Info) bool {
	now, err := k.fs.Lstat(k.path(name))
	return err == nil && now.Same(info)
}
