package file

import (
	"errors"
	"fmt"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/guard"
)

// noteTwins remembers the files of which both forms are there, compressed and not: a
// process was killed before it could remove the source, or was not allowed to.
func (k *keeper) noteTwins(l listing) {
	if k.opts.Compress == nil {
		return
	}
	for _, f := range l.old {
		if f.plain >= 0 && f.packed >= 0 {
			k.twins = append(k.twins, f)
		}
	}
}

// arrange gives every file that waits its place. Before any file gets another name,
// each of the twins is to be one: a kill between the two renames would leave it in two
// places.
func (k *keeper) arrange() {
	for _, f := range k.twins {
		if err := k.unite(f); err != nil && !errors.Is(err, errOver) {
			k.report(fmt.Errorf("file: archive: %w", err))
		}
	}
	k.twins = nil
	k.settleAll(guard.Hook)
}

// unite keeps one form of a file.
func (k *keeper) unite(f found) error {
	return k.source(f, func(src fsys.File, info fsys.Info) error {
		_, err := k.choose(f.name, src, info)
		return err
	})
}

// choose keeps one form of a file of which both are there, because somebody could
// not remove the source. It tells whether that is the compressed one.
func (k *keeper) choose(name string, src fsys.File, info fsys.Info) (packed bool, err error) {
	want, err := digestOf(k.limited(src))
	if err != nil {
		return false, err
	}
	got, err := k.unpacked(name + k.ext)
	if err == nil && got == want {
		return true, k.replace(name, "", info, 0)
	}
	return false, ignoreMissing(k.remove(name + k.ext))
}
