package file

import (
	"errors"
	"fmt"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// arrange gives every file that waits its place, while no other process does.
func (k *keeper) arrange() {
	k.uniteTwins()
	err := k.locked(func() error { k.settleAll(guard.Hook); return nil })
	if err := ignoreMissing(err); err != nil {
		k.report(fmt.Errorf("file: archive: %w", err))
	}
}

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
		if err := k.unite(f); err != nil && !errors.Is(err, errOver) {
			k.report(fmt.Errorf("file: archive: %w", err))
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

// choose keeps one form of a file of which both are there, because somebody was killed
// before he could remove the source, or was not allowed to. It tells whether that is
// the compressed one.
func (k *keeper) choose(name string, src fsys.File, info fsys.Info) (packed bool, err error) {
	want, err := digestOf(k.limited(src))
	if err != nil {
		return false, err
	}
	got, err := k.unpacked(name + k.ext)
	if err == nil && got == want {
		return true, k.replace(name, nil, info)
	}
	return false, k.locked(func() error {
		name, ok := k.whereabouts(name, info)
		if !ok {
			return nil
		}
		return k.remove(name + k.ext)
	})
}
