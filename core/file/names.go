package file

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/logsinks/logsinks/core/internal/guard"
)

const (
	// waiting is in the names of old files that have not got their place in the archive
	// yet, temporary ends the names of compressed files that are being
	// written, and lockExt that of the file which processes lock.
	waiting   = "rotating-"
	temporary = ".tmp"
	lockExt   = ".lock"
)

// names knows what the files beside the live one are called.
type names struct {
	base    string
	archive Archive
	namer   func(name string) string // nil: none
	ext     string                   // of compressed files
	backups int                      // that are kept; 0: all
	trouble func(error)              // takes the first panic of the archive; nil: nobody wants it

	numbered bool // the archive is Numbered
	dated    bool // the archive is Dated
	ours     bool // the archive is one of this package
}

// newNames returns the names that the options ask for.
func newNames(base string, o *RotatingOptions) names {
	_, numbered := o.Archive.(Numbered)
	_, dated := o.Archive.(Dated)
	return names{
		base: base, archive: o.Archive, namer: o.Namer, ext: o.CompressExt, backups: o.Backups,
		numbered: numbered, dated: dated, ours: isOurs(o.Archive),
	}
}

// isOurs tells whether an archive is one of this package's.
func isOurs(a Archive) bool {
	switch a.(type) {
	case Numbered, Growing, Dated:
		return true
	}
	return false
}

// kind is what a file beside the live one is.
type kind int

const (
	foreign  kind = iota // not ours: never touched
	plain                // an old file
	packed               // compressed
	partial              // compressed, as far as somebody came
	unplaced             // an old file without its place
)

// parse tells what a file is, and the name and the place of the old file.
func (n *names) parse(name string) (kind, string, Place) {
	if name == n.base || name == n.base+lockExt {
		return foreign, "", Place{} // whatever a user's archive says
	}
	if i, ok := n.waitingSerial(name); ok {
		return unplaced, name, Place{Number: i}
	}
	if p, ok := n.place(name); ok {
		return plain, name, p
	}
	inner, ok := strings.CutSuffix(name, n.ext)
	k := packed
	if !ok {
		inner, ok = strings.CutSuffix(name, n.ext+temporary)
		k = partial
	}
	if p, known := n.place(inner); ok && known {
		return k, inner, p
	}
	return foreign, "", Place{}
}

// waitingSerial returns the number in the name of a file that has no place yet.
func (n *names) waitingSerial(name string) (int, bool) {
	rest, ok := strings.CutPrefix(name, n.base+"."+waiting)
	if !ok {
		return 0, false
	}
	i, ok := number(rest)
	return i, ok && i <= maxSerial
}

// maxSerial leaves room for those that follow.
const maxSerial = math.MaxInt32 - maxNumbered

// waitingName returns the i-th such name.
func (n *names) waitingName(i int) string { return n.base + "." + waiting + strconv.Itoa(i) }

// place tells where the file with this name stands.
func (n *names) place(name string) (Place, bool) {
	if n.namer == nil {
		return n.known(name)
	}
	for _, guess := range n.archive.(guesser).guesses(n.base, name) {
		if p, ok := n.known(guess); ok && n.makes(guess, name) {
			return p, true
		}
	}
	return Place{}, false
}

// makes tells whether the namer makes name of guess.
func (n *names) makes(guess, name string) bool {
	given, err := n.given(guess)
	if p := new(guard.PanicError); errors.As(err, &p) {
		n.panicked(err)
	}
	return err == nil && given == name
}

// panicked reports what panicked while names were looked at.
func (n *names) panicked(err error) {
	if n.trouble != nil {
		n.trouble(err)
	}
}

// known is place for a name that the archive gave. Numbers beyond those that are
// kept are somebody else's, as in Python.
func (n *names) known(name string) (Place, bool) {
	p, ok := n.ask(name)
	if n.numbered && -p.Number > n.backups {
		return Place{}, false
	}
	return p, ok
}

// ask asks the archive. One that panics does not know the name.
func (n *names) ask(name string) (p Place, ok bool) {
	if n.ours {
		return n.archive.Place(n.base, name)
	}
	if err := guard.Call(func() error { p, ok = n.archive.Place(n.base, name); return nil }); err != nil {
		n.panicked(fmt.Errorf("archive: place of %q: %w", name, err))
		return Place{}, false
	}
	return p, ok
}

// next returns the name that the archive gives to old.
func (n *names) next(old Old, try int) (name string, err error) {
	if err := guard.Call(func() error { name = n.archive.Name(old, try); return nil }); err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	return name, nil
}

var (
	errName     = errors.New("the Namer or Archive returned it, but it is not a file name without a directory")
	errReserved = errors.New("the Namer or Archive returned it, but the sink itself uses it")
	errTwice    = errors.New("the Namer returned it for two files")
)

// given returns what the namer makes of a name.
func (n *names) given(name string) (given string, err error) {
	if n.namer != nil {
		err = guard.Call(func() error { given = n.namer(name); return nil })
	} else {
		given = name
	}
	if err != nil {
		return "", fmt.Errorf("namer: %w", err)
	}
	if given == "" || given == n.base || filepath.Base(given) != given || !filepath.IsLocal(given) || given == "." {
		return "", fmt.Errorf("%q: %w", given, errName)
	}
	if _, waits := n.waitingSerial(given); waits || given == n.base+lockExt || strings.HasSuffix(given, n.ext+temporary) {
		return "", fmt.Errorf("%q: %w", given, errReserved)
	}
	return given, nil
}

// number returns the name of the i-th newest file of a Numbered archive.
func (n *names) number(i int) (string, error) {
	return n.given(n.archive.(Numbered).number(n.base, i))
}

// guesser is an archive that can tell which of its names may have been made into
// another one.
type guesser interface {
	guesses(base, name string) []string
}

func (a Numbered) guesses(base, name string) []string { return guessNumbers(base, name, a.KeepExt) }

func (a Growing) guesses(base, name string) []string { return guessNumbers(base, name, a.KeepExt) }

func guessNumbers(base, name string, keepExt bool) (guesses []string) {
	for _, digits := range digitRuns(name) {
		guesses = append(guesses, join(base, digits, keepExt))
	}
	return guesses
}

// guesses returns a name for each date in name, with each number in it as a counter.
func (a Dated) guesses(base, name string) (guesses []string) {
	counters := digitRuns(name)
	width := len(a.layout())
	for i := 0; i+width <= len(name); i++ {
		date := name[i : i+width]
		if _, ok := a.date(date); !ok {
			continue
		}
		guesses = append(guesses, join(base, date, a.KeepExt))
		for _, c := range counters {
			guesses = append(guesses, join(base, date+"."+c, a.KeepExt))
		}
	}
	return guesses
}

// digitRuns returns the numbers in name.
func digitRuns(name string) []string {
	runs := strings.FieldsFunc(name, func(r rune) bool { return r < '0' || r > '9' })
	for i := range runs {
		runs[i] = strings.TrimLeft(runs[i], "0") // a namer may have padded it
	}
	return runs
}
