package file

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// dryRun is a directory with old files, what Expired is asked, and what it has to say.
type dryRun struct {
	trigger Trigger
	opts    RotatingOptions
	files   []string // what is there besides app.log; each is an hour older than the next
	expired []string // oldest first
}

// growing are files of a Growing archive.
var growing = []string{"app.log.1", "app.log.2", "app.log.3.gz", "app.log.4", "app.log.5"}

// hour returns the name of the file of an hour in 2024, which is long ago.
func hour(h string) string { return "app.log.2024-03-01_" + h }

var hours = On(Calendar{Location: time.UTC})

// dryRuns: a file has as many bytes as its name and an end of line; app.log has 8.
var dryRuns = map[string]dryRun{
	"nothing":             {nil, RotatingOptions{Archive: Growing{}}, growing, nil},
	"nothing there":       {nil, RotatingOptions{Archive: Growing{}, Backups: 1}, nil, nil},
	"keep all":            {nil, RotatingOptions{Archive: Growing{}, Backups: KeepAll}, growing, nil},
	"backups":             {nil, RotatingOptions{Archive: Growing{}, Backups: 2}, growing, growing[:3]},
	"age":                 {nil, RotatingOptions{Archive: Growing{}, MaxAge: 150 * time.Minute}, growing, growing[:3]},
	"total":               {nil, RotatingOptions{Archive: Growing{}, MaxTotal: 8 + 2*10}, growing, growing[:3]},
	"a little less":       {nil, RotatingOptions{Archive: Growing{}, MaxTotal: 7 + 2*10}, growing, growing[:4]},
	"all":                 {MaxBytes(1), RotatingOptions{Archive: Growing{}, MaxTotal: 1}, growing, growing},
	"most":                {nil, RotatingOptions{Archive: Growing{}, Backups: 4, MaxAge: 210 * time.Minute, MaxTotal: 1000}, growing, growing[:2]},
	"both forms":          {nil, RotatingOptions{Archive: Growing{}, Backups: 1}, []string{"app.log.1", "app.log.1.gz", "app.log.2"}, []string{"app.log.1", "app.log.1.gz"}},
	"waiting":             {nil, RotatingOptions{Archive: Growing{}, Backups: 2}, []string{"app.log.1", "app.log.2", "app.log.rotating-9"}, []string{"app.log.1"}},
	"strangers":           {nil, RotatingOptions{Archive: Growing{}, Backups: 1}, []string{"app.log.01", "app.log.2.bak", "app.log.3", "x.log.2", "app.log.7.gz.tmp"}, nil},
	"numbered":            {nil, RotatingOptions{Backups: 2}, []string{"app.log.9", "app.log.3", "app.log.2", "app.log.1"}, nil},
	"numbered, age":       {nil, RotatingOptions{Backups: 3, MaxAge: 90 * time.Minute}, []string{"app.log.9", "app.log.3", "app.log.2", "app.log.1"}, []string{"app.log.3", "app.log.2"}},
	"numbered total":      {nil, RotatingOptions{Backups: 3, MaxTotal: 8 + 10}, []string{"app.log.9", "app.log.3", "app.log.2", "app.log.1"}, []string{"app.log.3", "app.log.2"}},
	"numbered, one waits": {nil, RotatingOptions{Backups: 2}, []string{"app.log.2", "app.log.1", "app.log.rotating-9"}, []string{"app.log.2"}},
	"discarded":           {nil, RotatingOptions{DiscardOld: true}, []string{"app.log.2", "app.log.1"}, nil},
	"hours":               {hours, RotatingOptions{Backups: 2}, []string{hour("02"), hour("01"), hour("01.1"), hour("01.2")}, []string{hour("01"), hour("01.1")}},
	"yet to come":         {hours, RotatingOptions{Backups: 2}, []string{"app.log.9999-12-31_23", hour("01"), hour("02")}, []string{"app.log.9999-12-31_23"}},
	"also hours":          {MaxBytes(9), RotatingOptions{Backups: 1, Also: hours}, []string{hour("01"), hour("02")}, []string{hour("01")}},
	"shared":              {hours, RotatingOptions{Backups: 1, Shared: true}, []string{hour("01"), hour("02")}, []string{hour("01")}},
	"namer": {hours, RotatingOptions{Backups: 1, Namer: func(name string) string { return "old-" + name }},
		[]string{"old-" + hour("01"), "old-" + hour("02"), hour("01")}, []string{"old-" + hour("01")}},
	"user's": {nil, RotatingOptions{Archive: letters{}, Backups: 1}, []string{"app.log-a", "app.log-b", "app.log-aa"}, []string{"app.log-a"}},
}

// prepare makes the directory and returns the path of the live file.
func (d *dryRun) prepare(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	touch(t, dir, append([]string{"app.log"}, d.files...)...)
	for i, name := range d.files {
		age(t, time.Now().Add(time.Duration(i-len(d.files))*time.Hour), filepath.Join(dir, name))
	}
	return filepath.Join(dir, "app.log")
}

// What Expired lists is what a sink with the same options deletes as it is made, and
// nothing is touched before.
func TestExpiredWithoutASink(t *testing.T) {
	for name, d := range dryRuns {
		t.Run(name, func(t *testing.T) {
			path := d.prepare(t)
			dir := filepath.Dir(path)
			before := snapshot(t, dir)
			var want []string
			for _, name := range d.expired {
				want = append(want, filepath.Join(dir, name))
			}
			if paths, err := Expired(path, d.trigger, &d.opts); err != nil || !slices.Equal(paths, want) {
				t.Errorf("Expired: %q, %v\nwant %q", paths, err, want)
			}
			if after := snapshot(t, dir); !slices.Equal(after, before) {
				t.Errorf("the directory has\n  %q\nit had\n  %q", after, before)
			}
			had := namesIn(t, dir)
			d.opts.Lazy = true // or it would make its files
			s := made(t)(NewRotatingWith(path, d.trigger, &d.opts))
			settled(s)
			closeSink(t, s)
			wantGone(t, dir, had, d.expired)
		})
	}
}

// What panics is no reason to list nothing: it is an error, as a sink would report it.
func TestExpiredOfWhatPanics(t *testing.T) {
	yes, no := true, false
	for name, o := range map[string]RotatingOptions{
		"place": {Archive: frail{name: &no, place: &yes}, Backups: 1},
		"namer": {Archive: Growing{}, Namer: func(string) string { panic(errTest) }, Backups: 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := dryRun{files: []string{"app.log-a", "app.log-b", "app.log.1", "app.log.2"}}
			if paths, err := Expired(d.prepare(t), nil, &o); len(paths) > 0 || !errors.Is(err, errTest) {
				t.Errorf("Expired: %q, %v", paths, err)
			}
		})
	}
}

// snapshot returns what is in a directory, and when that was modified.
func snapshot(t *testing.T, dir string) (files []string) {
	t.Helper()
	for _, name := range namesIn(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, name+" "+info.ModTime().String()+" "+read(t, filepath.Join(dir, name)))
	}
	return files
}

// wantGone fails unless just the files that had these names have gone. Each holds its
// own name, whatever it is called now.
func wantGone(t *testing.T, dir string, before, want []string) {
	t.Helper()
	held := map[string]bool{}
	for _, name := range namesIn(t, dir) {
		held[read(t, filepath.Join(dir, name))] = true
	}
	var gone []string
	for _, name := range before {
		if !held[name+"\n"] && !strings.HasSuffix(name, temporary) {
			gone = append(gone, name)
		}
	}
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(gone, want) {
		t.Errorf("the sink has deleted\n  %q\nnot\n  %q", gone, want)
	}
}

// A directory that is missing is not made.
func TestExpiredWithoutADirectory(t *testing.T) {
	dir := t.TempDir()
	paths, err := Expired(filepath.Join(dir, "none", "app.log"), hours, &RotatingOptions{
		Backups: 1, Shared: true, Options: Options{MkdirAll: true},
	})
	if len(paths) > 0 || err != nil {
		t.Errorf("Expired: %q, %v", paths, err)
	}
	wantNames(t, dir)
}

// Options that no sink would take are the same error here.
func TestExpiredOptionsThatCannotBeUsed(t *testing.T) {
	for name, c := range wrongOptions {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			touch(t, dir, "app.log.1", "app.log.2")
			path := filepath.Join(dir, "app.log")
			paths, err := Expired(path, MaxBytes(10), &c.opts)
			if err == nil || paths != nil {
				t.Fatalf("%q, %v", paths, err)
			}
			if _, other := NewRotating(path, 10, &c.opts); other == nil || err.Error() != other.Error() {
				t.Errorf("%v\nof the sink: %v", err, other)
			}
			wantNames(t, dir, "app.log.1", "app.log.2")
		})
	}
}

func TestExpiredArgumentsThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		path    string
		trigger Trigger
		opts    *RotatingOptions
		says    string
	}{
		"no path":     {"", hours, nil, "path is empty"},
		"no options":  {"app.log", MaxBytes(1), nil, "Numbered needs Backups"},
		"no schedule": {"app.log", On(nil), nil, "the schedule is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Expired(c.path, c.trigger, c.opts); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Expired: %v", err)
			}
		})
	}
}
