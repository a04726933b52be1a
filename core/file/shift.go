package file

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// shift moves the files of a Numbered archive up by one, as Python does: from the
// highest number down, each that is there, over what has the next number. Files
// beyond the last number stay.
//
// A shift that was begun before, perhaps by a process that was killed then, goes on
// at the number that it has freed: nothing is moved twice.
func (k *keeper) shift(all []step) (err error) {
	if k.halfway {
		all, err = k.rest(all)
	} else if len(all) > manySteps {
		all, err = k.present(all)
	}
	if err != nil {
		return err
	}
	k.halfway = true
	for i, m := range all {
		if err := k.exclusive(func() error { return k.moveUp(m, i == 0) }); err != nil {
			return err
		}
	}
	k.halfway = false
	return nil
}

// manySteps is how many steps cost more to try than the directory to read.
const manySteps = 200

// present returns the steps of the files that are there.
func (k *keeper) present(all []step) (some []step, err error) {
	entries, err := k.fs.ReadDir(k.dir)
	if err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(entries))
	for _, e := range entries {
		there[strings.ToLower(e.Name)] = true // some disks do not tell a from A
	}
	for _, m := range all {
		if there[strings.ToLower(m.from)] || there[strings.ToLower(m.from+k.ext)] {
			some = append(some, m)
		}
	}
	return some, nil
}

// step is one file of a shift.
type step struct{ from, to string }

// upward are the names of a shift: its steps, those of the highest number first, and the
// name that they free.
type upward struct {
	steps []step
	first string
}

// upward asks for the names of a shift, in the order in which Python does.
func (k *keeper) upward() (*upward, error) {
	u := new(upward)
	for i := k.backups - 1; i >= 1; i-- {
		from, err := k.number(i)
		if err != nil {
			return nil, err
		}
		to, err := k.number(i + 1)
		if err != nil {
			return nil, err
		}
		u.steps = append(u.steps, step{from, to})
	}
	var err error
	if u.first, err = k.number(1); err != nil {
		return nil, err
	}
	if k.namer == nil {
		return u, nil
	}
	return u, u.distinct()
}

// distinct is an error if one name is there twice: a file would be lost under it.
func (u *upward) distinct() error {
	seen := map[string]bool{u.first: true}
	for i := len(u.steps) - 1; i >= 0; i-- {
		to := u.steps[i].to
		if seen[to] {
			return fmt.Errorf("%q: %w", to, errTwice)
		}
		seen[to] = true
	}
	return nil
}

// rest returns what is left of a shift: the steps below the lowest number that is
// free.
func (k *keeper) rest(steps []step) ([]step, error) {
	for i := len(steps) - 1; i >= 0; i-- {
		taken, err := k.taken(steps[i].from)
		if err != nil {
			return nil, err
		}
		if !taken {
			return steps[i+1:], nil
		}
	}
	return steps, nil
}

// moveUp takes a step, compressed or not. What the first one leads to goes.
func (k *keeper) moveUp(m step, first bool) error {
	if first {
		if err := k.makeWay(m); err != nil {
			return err
		}
	}
	for _, ext := range []string{"", k.ext} {
		if k.stopped.Load() {
			return errStopped
		}
		from, to := m.from+ext, m.to+ext
		err := k.fs.Rename(k.path(from), k.path(to))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		k.stock.rename(from, to)
	}
	return nil
}

// makeWay removes the form, compressed or not, of the file at the end of a step that
// nothing will be renamed to. It does so first: a kill after the renaming would leave two
// files of one name.
func (k *keeper) makeWay(m step) error {
	plain, err := k.there(m.from)
	if err != nil {
		return err
	}
	packed, err := k.there(m.from + k.ext)
	switch {
	case err != nil:
		return err
	case k.stopped.Load():
		return errStopped
	case plain && !packed:
		k.report(k.clear(m.to + k.ext))
	case packed && !plain:
		k.report(k.clear(m.to))
	}
	return nil
}

// clear deletes the file of this name, if there is one. A directory stays, also an empty
// one. It is called within exclusive.
func (k *keeper) clear(name string) error {
	info, err := k.fs.Lstat(k.path(name))
	switch {
	case err != nil:
		return ignoreMissing(err)
	case info.Mode.IsDir():
		return fmt.Errorf("%s is a directory, and stays", k.path(name))
	}
	if k.stopped.Load() {
		return errStopped
	}
	return k.discard(name)
}
