package lumber_test

import (
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)

func TestArchiveNames(t *testing.T) {
	west := time.FixedZone("UTC-8", -8*60*60)
	for _, c := range []struct {
		base    string
		archive lumber.Archive
		want    string
	}{
		{"app.log", lumber.Archive{}, "app-2026-03-01T12-00-00.123.log"},
		{"app.log", lumber.Archive{Location: west}, "app-2026-03-01T04-00-00.123.log"},
		{"app", lumber.Archive{}, "app-2026-03-01T12-00-00.123"},
		{"a.b.log", lumber.Archive{}, "a.b-2026-03-01T12-00-00.123.log"},
		{".log", lumber.Archive{}, "-2026-03-01T12-00-00.123.log"},
		{"app.", lumber.Archive{}, "app-2026-03-01T12-00-00.123."},
	} {
		got := c.archive.Name(file.Old{Base: c.base, Ended: noon, Begun: noon.Add(-time.Hour)}, 0)
		if got != c.want {
			t.Errorf("a backup of %s is called %s, want %s", c.base, got, c.want)
		}
		p, ok := c.archive.Place(c.base, got)
		if !ok || !p.Time.Equal(noon.Truncate(time.Millisecond)) || p.Number != 0 {
			t.Errorf("%s is %v, %v", got, p, ok)
		}
	}
}

func TestArchiveKnowsNothingElse(t *testing.T) {
	for _, name := range foreign("app") {
		if p, ok := (lumber.Archive{}).Place("app.log", name); ok {
			t.Errorf("%s counts as a backup of %v", name, p)
		}
	}
}

// foreign are names that are nearly those of backups.
func foreign(stem string) []string {
	return []string{
		stem + ".log.1",
		stem + "-.log",
		stem + "-2026-01-01.log",
		stem + "-2026-01-01T00-00-00.log",
		stem + "-2026-01-01T00-00-00.00.log",
		stem + "-2026-01-01T00-00-00.0000.log",
		stem + "-2026-01-01T00-00-00,000.log",
		stem + "-2026-01-01T24-00-00.000.log",
		stem + "-2026-02-30T00-00-00.000.log",
		stem + "-2026-1-01T00-00-00.000.log",
		stem + "-2026-01-01T00-00-00.000Z.log",
		stem + "--2026-01-01T00-00-00.000.log",
		stem + "-2026-01-01T00-00-00.000",
		stem + "-2026-01-01T00-00-00.000.txt",
		stem + "-2026-01-01T00-00-00.000.log.bak",
		stem + "-2026-01-01T00-00-00.000.log.gz.gz",
		stem + "-server-2026-01-01T00-00-00.000.log",
		stem + "2-2026-01-01T00-00-00.000.log",
		"x" + stem + "-2026-01-01T00-00-00.000.log",
		stem + "-2026-01-01T00-00-00.000-2026-01-01T00-00-00.000.log",
	}
}

// A name is never older than one that was given before, and asking again always
// helps.
func TestArchiveKeepsTheOrder(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	check(t, err)
	// At 01:00 UTC the clocks of Berlin go back from 03:00 to 02:00.
	back := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)
	// At 01:00 UTC they go from 02:00 to 03:00.
	forth := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		location    *time.Location
		last, ended time.Time
	}{
		"the same millisecond":       {nil, noon, noon.Add(time.Microsecond)},
		"a clock set back":           {nil, noon, noon.Add(-24 * time.Hour)},
		"an hour that comes twice":   {berlin, back.Add(-10 * time.Minute), back.Add(10 * time.Minute)},
		"the end of the first hour":  {berlin, back.Add(-time.Millisecond), back},
		"the end of the second hour": {berlin, back.Add(time.Hour - time.Millisecond), back.Add(time.Hour - time.Millisecond)},
		"an hour that never comes":   {berlin, forth.Add(-time.Millisecond), forth.Add(-time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			a := lumber.Archive{Location: c.location}
			before, ok := a.Place("app.log", a.Name(file.Old{Base: "app.log", Ended: c.last}, 0))
			if !ok {
				t.Fatal("the first name is not its own")
			}
			seen := map[string]bool{}
			for try := range 100 {
				text := a.Name(file.Old{Base: "app.log", Ended: c.ended, Last: before}, try)
				p, ok := a.Place("app.log", text)
				if !ok || p.Compare(before) <= 0 || seen[text] {
					t.Fatalf("%s after %v, %v", text, before, ok)
				}
				seen[text] = true
			}
		})
	}
}

// After the last time that a name can tell the order is lost, but not the names.
func TestArchiveAfterTheEndOfTime(t *testing.T) {
	a := lumber.Archive{}
	last, ok := a.Place("app.log", "app-9999-12-31T23-59-59.999.log")
	if !ok {
		t.Fatal("the last name is not known")
	}
	got := a.Name(file.Old{Base: "app.log", Ended: noon, Last: last}, 1)
	if got != "app-2026-03-01T12-00-00.124.log" {
		t.Error(got)
	}
}

// A setting that has changed does not turn backups into files of somebody else.
func TestArchiveReadsTimesThatNeverWere(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	check(t, err)
	if _, ok := (lumber.Archive{Location: berlin}).Place("app.log", "app-2026-03-29T02-30-00.000.log"); !ok {
		t.Error("a name that was given in UTC is not known in Berlin")
	}
}

// A name is one that the archive gives, or none of its own.
func FuzzArchivePlace(f *testing.F) {
	f.Add("app.log", "app-2026-03-01T12-00-00.123.log")
	for _, name := range foreign("app") {
		f.Add("app.log", name)
	}
	f.Add("", "-0000-01-01T00-00-00.000")
	f.Fuzz(func(t *testing.T, base, name string) {
		a := lumber.Archive{}
		p, ok := a.Place(base, name)
		if given := a.Name(file.Old{Base: base, Ended: p.Time}, 0); ok && given != name {
			t.Errorf("%q of %q counts as one of %v, which is called %q", name, base, p, given)
		}
	})
}
