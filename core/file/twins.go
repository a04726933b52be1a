package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// uniteTwins sees to it that earlier runs have left no file in both forms, compressed
// and not. It does so before any gets another name: a kill between the two renames
// would leave the file in two places.
func (k *keeper) uniteTwins() {
	if k.united || k.opts.Compress == nil {
		return
	}
	l, err := k.list()
	if err != nil {
		return // takeOver reports it
	}
	k.united = true
	for _, f := range l.old {
		if f.plain < 0 || f.packed < 0 {
			continue
		}
		if err := k.unite(f); err != nil && !errors.Is(err, errStopped) {
			k.complain(err)
		}
	}
}

// unite keeps one form of a file.
func (k *keeper) unite(f found) error {
	return k.source(f, func(src fsys.File, info fsys.Info) error {
		_, err := k.choose(f.name, src, info)
		return err
	})
}

// choose keeps one form of a file of which both are there, because a process was
// killed before it could remove the source, or was not allowed to. It tells whether nothing is
// to be compressed: the compressed one is kept, or neither is the other's form, or another
// process has moved them up, so that others were compared.
func (k *keeper) choose(name string, src fsys.File, info fsys.Info) (done bool, err error) {
	got, bad := k.unpacked(name + k.ext)
	var refused *fs.PathError
	if errors.Is(bad, fs.ErrNotExist) {
		return !k.has(name, info), nil // another process has moved it up, or removed it
	}
	if errors.Is(bad, errStopped) || errors.As(bad, &refused) {
		return false, bad // who cannot read it knows nothing of it
	}
	head, err := digestOf(io.LimitReader(k.limited(src), got.size))
	if err != nil {
		return false, err
	}
	rest, err := digestOf(k.limited(src))
	switch {
	case err != nil:
		return false, err
	case bad == nil && got == head && rest.size == 0:
		return true, k.dropSource(name, info, false)
	case bad == nil && got != head && k.unpacker() != nil:
		return true, k.leave(name, info)
	}
	err = k.locked(func() error {
		done = !k.has(name, info)
		if done {
			return nil
		}
		return k.remove(name + k.ext)
	})
	return done, err
}

// isOdd tells whether leave has said so of a file.
func (k *keeper) isOdd(info fsys.Info) bool { return slices.ContainsFunc(k.odd, info.Same) }

// leave says that two files, each of which is whole, bear the names of one.
func (k *keeper) leave(name string, info fsys.Info) error {
	return k.locked(func() error {
		if k.isOdd(info) || !k.has(name, info) {
			return nil
		}
		k.odd = append(k.odd, info)
		k.complain(fmt.Errorf("%s and %s are not the same, and both stay", name, name+k.ext))
		return nil
	})
}
