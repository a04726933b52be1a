package file

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys"
)

// listing is what is in the directory beside the live file.
type listing struct {
	old     []found  // in the archive, oldest first
	waiting []found  // without a place yet, oldest first
	partial []string // compressed in part
}

// found is an old file.
type found struct {
	name          string // not compressed
	place         Place
	unplaced      bool         // it waits for its place
	ahead         bool         // the clock was ahead when it was named, so that it is older than all that came since
	plain, packed int64        // the sizes of its forms; -1: that form is not there
	ids           [2]fsys.Info // of its forms
	mod           time.Time
}

// size returns the bytes that the file takes.
func (f *found) size() int64 { return max(f.plain, 0) + max(f.packed, 0) }

// last returns the place of the newest file.
func (l *listing) last() Place {
	if len(l.old) == 0 {
		return Place{}
	}
	return l.old[len(l.old)-1].place
}

// list looks at the directory. One that is missing has no files.
func (k *keeper) list() (l listing, err error) {
	entries, err := k.fs.ReadDir(k.dir)
	if err != nil {
		return l, ignoreMissing(err)
	}
	byName := map[string]*found{}
	for _, e := range entries {
		if !e.Type.IsRegular() {
			continue
		}
		switch kind, name, place := k.parse(e.Name); kind {
		case foreign:
		case partial:
			l.partial = append(l.partial, e.Name)
		default:
			if err := k.include(byName, e.Name, name, place, kind); err != nil {
				return l, err
			}
		}
	}
	for _, f := range byName {
		if f.unplaced {
			l.waiting = append(l.waiting, *f)
		} else {
			l.old = append(l.old, *f)
		}
	}
	for _, all := range [][]found{l.old, l.waiting} {
		slices.SortFunc(all, func(a, b found) int {
			return cmp.Or(early(a.ahead, b.ahead), a.place.Compare(b.place), cmp.Compare(a.name, b.name))
		})
	}
	return l, nil
}

// early orders what is true before what is not.
func early(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// maxAhead is how far the date of an old file may be yet to come: a time that clocks show
// twice is read as one of the two, zones are up to 26 hours apart, and clocks are put right.
const maxAhead = 48 * time.Hour

// ahead tells whether a date is yet to come: the clock was ahead once.
func (k *keeper) ahead(p Place) bool { return k.dated && p.Time.After(k.fs.Now().Add(maxAhead)) }

// include adds a file, or one of its forms, to what was found.
func (k *keeper) include(byName map[string]*found, file, name string, place Place, kind kind) error {
	info, err := k.fs.Lstat(k.path(file))
	if err != nil {
		return ignoreMissing(err)
	}
	f := byName[name]
	if f == nil {
		f = &found{name: name, place: place, unplaced: kind == unplaced, plain: -1, packed: -1}
		f.ahead = k.ahead(place)
		byName[name] = f
	}
	if kind == packed {
		f.packed, f.ids[1] = info.Size, info
	} else {
		f.plain, f.ids[0] = info.Size, info
	}
	if f.mod.IsZero() || info.Mod.Before(f.mod) {
		f.mod = info.Mod
	}
	return nil
}

// forms returns the forms that are there: their names, and what they are.
func (f *found) forms(ext string) iter.Seq2[string, fsys.Info] {
	return func(yield func(string, fsys.Info) bool) {
		if f.plain >= 0 && !yield(f.name, f.ids[0]) {
			return
		}
		if f.packed >= 0 {
			yield(f.name+ext, f.ids[1])
		}
	}
}

// since returns when the file's age has begun. Where a user's archive tells a time, it
// is that.
func (k *keeper) since(f *found) time.Time {
	told := f.place.Time
	if !told.IsZero() && !k.ours || told.After(f.mod) && !f.ahead {
		return told
	}
	return f.mod
}

// noteOwn notes that a file gets this name. That is known before it has it: the worker may
// look at the directory at any time.
func (k *keeper) noteOwn(name string) {
	if !k.dated || k.lock != nil || k.backups <= 0 && k.opts.MaxAge == 0 && k.opts.MaxTotal == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ownNames = append(slices.DeleteFunc(k.ownNames, func(l string) bool { return l == name }), name)
}

// inOrder is list with the files that this sink has rotated as the newest, in the order
// in which it did, whatever their dates say: a clock may be put back, and one that was
// ahead may be right again. Where files are shared, only the dates are known.
func (k *keeper) inOrder() (listing, error) {
	k.mu.Lock()
	before := slices.Clone(k.ownNames)
	k.mu.Unlock()
	l, err := k.list()
	if err != nil {
		return l, err
	}
	there := make(map[string]bool, len(l.old))
	for _, f := range l.old {
		there[f.name] = true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgetOwn(before, there)
	at := make(map[string]int, len(k.ownNames))
	for i, name := range k.ownNames {
		at[name] = i + 1
	}
	slices.SortStableFunc(l.old, func(a, b found) int { return at[a.name] - at[b.name] })
	return l, nil
}

// forgetOwn forgets the names that were given before somebody has looked and are not there,
// but for the last: its file may be about to get it.
func (k *keeper) forgetOwn(before []string, there map[string]bool) {
	if len(before) == 0 {
		return
	}
	last := k.ownNames[len(k.ownNames)-1]
	gone := map[string]bool{}
	for _, name := range before[:len(before)-1] {
		gone[name] = !there[name] && name != last
	}
	k.ownNames = slices.DeleteFunc(k.ownNames, func(name string) bool { return gone[name] })
}
