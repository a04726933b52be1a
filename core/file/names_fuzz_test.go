package file

import (
	"strings"
	"testing"
	"time"
)

// FuzzNames gives the grammars names that others may have thought of: whatever is
// taken for an old file has a name that the archive gives to the file at this place,
// and no other.
func FuzzNames(f *testing.F) {
	for _, name := range []string{
		"app.log.1", "app.log.01", "app.1.log", "app.log.2024-02-30", "app.log.2024-02-29.2", "app.log.1.gz.tmp",
		"app.log.rotating-3", "app.log.+1", "app.log.1.1", "app.log.", "app.log.2024-01-01_00-00-00.gz", "1.app.log", "7", "app.log.99999999999999999999",
	} {
		f.Add(name)
	}
	archives := []Archive{
		Numbered{}, Numbered{KeepExt: true}, Growing{}, Growing{KeepExt: true}, Dated{Location: time.UTC},
		Dated{Layout: "2006-01-02", Location: time.UTC}, Dated{Layout: "2006-01-02", Location: time.UTC, KeepExt: true},
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, a := range archives {
			n := names{base: "app.log", archive: a, ext: ".gz", backups: 100}
			checkName(t, &n, name)
			n.namer = func(name string) string { return strings.ReplaceAll(name, "app", "x9") }
			checkName(t, &n, name)
		}
	})
}

func checkName(t *testing.T, n *names, name string) {
	kind, inner, place := n.parse(name)
	want := inner
	switch kind {
	case foreign:
		return
	case packed:
		want += ".gz"
	case partial:
		want += ".gz.tmp"
	}
	if name != want {
		t.Errorf("%T: %q is taken for %q", n.archive, name, want)
	}
	if kind == unplaced {
		if own := n.waitingName(place.Number); own != name {
			t.Errorf("%T: %q is taken for %q", n.archive, name, own)
		}
		return
	}
	if given, err := n.given(nameAt(n, place)); err != nil || given != inner {
		t.Errorf("%T: at %v the archive has %q (%v), not %q", n.archive, place, given, err, inner)
	}
}

// nameAt returns the name that the archive gives to the file at a place.
func nameAt(n *names, p Place) string {
	switch a := n.archive.(type) {
	case Numbered:
		return a.number(n.base, -p.Number)
	case Growing:
		return a.Name(Old{Base: n.base, Last: Place{Number: p.Number - 1}}, 0)
	case Dated:
		return a.Name(Old{Base: n.base, Period: p.Time}, p.Number)
	}
	return ""
}
