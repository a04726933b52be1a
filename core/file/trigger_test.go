package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// asked is a trigger that remembers what it was asked, and says what it is told to.
type asked struct {
	lives []Live
	sizes []int64
	say   func(f *Live, n int64) bool
}

func (a *asked) Due(f *Live, n int64) bool {
	a.lives = append(a.lives, *f)
	a.sizes = append(a.sizes, n)
	return a.say != nil && a.say(f, n)
}

func TestTriggerIsToldOfTheFile(t *testing.T) {
	now := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	ffs := clocked(now)
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "old\n")
	mod := now.Add(-time.Hour)
	age(t, mod, path)
	a := &asked{say: func(f *Live, n int64) bool { return f.Size == 9 }}
	s := made(t)(newRotatingWith(ffs, path, a, &RotatingOptions{Backups: 3}))
	emit(t, s, "four")
	later := now.Add(time.Minute)
	ffs.SetNow(later)
	emit(t, s, "fives")
	emit(t, s, "x")
	want := []Live{
		{Path: path, Size: 4, Found: true, Since: mod, Now: now},
		{Path: path, Size: 9, Since: mod, Now: later},
		{Path: path, Size: 6, Since: later, Now: later},
	}
	if len(a.lives) != len(want) {
		t.Fatalf("asked of %+v", a.lives)
	}
	for i, f := range a.lives {
		f.Since, f.Now = f.Since.UTC(), f.Now.UTC()
		if f != want[i] {
			t.Errorf("asked of\n  %+v\nwant\n  %+v", f, want[i])
		}
	}
	if a.sizes[0] != 5 || a.sizes[1] != 6 || a.sizes[2] != 2 {
		t.Errorf("asked for %v bytes", a.sizes)
	}
	wantFiles(t, s, "app.log.1=old;four;", "app.log=fives;x;")
}

// A clock that is set must be noticed: what triggers compare is the time of day, not
// the time that has passed.
func TestTriggerTimesAreTimesOfDay(t *testing.T) {
	a := &asked{say: func(f *Live, n int64) bool { return !f.Empty }}
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), a, &RotatingOptions{Backups: 1}))
	emit(t, s, "a", "b", "c")
	for _, f := range a.lives {
		if f.Now != f.Now.Round(0) || f.Since != f.Since.Round(0) {
			t.Errorf("now %v, since %v: monotonic clock readings", f.Now, f.Since)
		}
	}
}

func TestTriggerIsAskedForEachRecordOfABatch(t *testing.T) {
	a := &asked{say: func(f *Live, n int64) bool { return f.Size+n > 4 }}
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), a, &RotatingOptions{Archive: Growing{}}))
	if n, err := s.EmitBatch([]core.Record{line("a"), line("b"), line("c"), line("d"), line("e")}); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	wantFiles(t, s, "app.log.1=a;b;", "app.log.2=c;d;", "app.log=e;")
	for i, f := range a.lives {
		if f.Empty != (f.Size == 0) || a.sizes[i] != 2 {
			t.Errorf("asked of %+v for %d bytes", f, a.sizes[i])
		}
	}
}

func TestTriggerOfAnEmptyFileThatWasBegun(t *testing.T) {
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), &asked{say: func(*Live, int64) bool { return true }},
		&RotatingOptions{Archive: Growing{}}))
	emit(t, s, "a", "b", "c")
	wantRecords(t, s, "a", "b", "c")
	wantRotations(t, s, 3) // the first file was empty, and not begun by a rotation
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	emit(t, s, "d")
	wantRotations(t, s, 4)
}

func TestTriggerThatPanics(t *testing.T) {
	var c collector
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), &asked{say: func(*Live, int64) bool { panic(errTest) }},
		&RotatingOptions{Backups: 1, Also: MaxBytes(4), Options: Options{OnError: c.add}}))
	emit(t, s, "a", "b", "c")
	wantFiles(t, s, "app.log.1=a;b;", "app.log=c;")
	wantReports(t, s, &c, 1, "trigger: panic: test trouble")
}

// A trigger that goes on panicking is reported once, and again when it has worked since.
func TestTriggerThatPanicsNowAndThen(t *testing.T) {
	var c collector
	calls := 0
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), &asked{say: func(*Live, int64) bool {
		if calls++; calls != 3 {
			panic(errTest)
		}
		return true
	}}, &RotatingOptions{Backups: 1, Options: Options{OnError: c.add}}))
	emit(t, s, "a", "b", "c", "d", "e")
	wantFiles(t, s, "app.log.1=a;b;", "app.log=c;d;e;")
	wantReports(t, s, &c, 2, "trigger: panic: test trouble")
}

// mute is an error whose text cannot be had.
type mute struct{ text string }

func (d *mute) Error() string { return d.text }

// Whatever a trigger panics with, records go on, and it is reported once.
func TestTriggerThatPanicsWithAnything(t *testing.T) {
	n := 0
	for name, panics := range map[string]func(){
		"another text each time": func() { n++; panic(fmt.Sprint("no room for ", n)) },
		"no text":                func() { panic(errors.New("")) },
		"nil of an error":        func() { panic((*mute)(nil)) },
	} {
		t.Run(name, func(t *testing.T) {
			var c collector
			s := made(t)(newRotatingWith(quick(), filepath.Join(t.TempDir(), "app.log"), &asked{say: func(*Live, int64) bool {
				panics()
				return true
			}}, &RotatingOptions{Archive: Growing{}, Options: Options{OnError: c.add}}))
			emit(t, s, "a", "b", "c")
			wantRecords(t, s, "a", "b", "c")
			s.waitReported()
			if got := len(c.all()); got != 1 {
				t.Errorf("%d reports", got)
			}
		})
	}
}

// strict is a schedule that does not know the time before all time.
type strict struct{ hourly }

func (s strict) Next(after time.Time) time.Time {
	if after.IsZero() {
		panic(errTest)
	}
	return s.hourly.Next(after)
}

// A schedule is asked about times of files only, also by RollIdle.
func TestScheduleIsAskedAboutFilesOnly(t *testing.T) {
	for name, lazy := range map[string]bool{"at once": false, "lazy": true} {
		t.Run(name, func(t *testing.T) {
			var c collector
			s := made(t)(newTimedRotating(clocked(march), filepath.Join(t.TempDir(), "app.log"), strict{}, &RotatingOptions{
				RollIdle: true, Options: Options{Lazy: lazy, OnError: c.add},
			}))
			if err := s.Rotate(); err != nil {
				t.Error(err)
			}
			emit(t, s, "a")
			if err := s.Rotate(); err != nil {
				t.Error(err)
			}
			wantReports(t, s, &c, 0, "")
		})
	}
}

// unreliable is a schedule of the user's that panics.
type unreliable struct{}

func (unreliable) Next(time.Time) time.Time { panic(errTest) }

func TestScheduleThatPanics(t *testing.T) {
	var c collector
	s := made(t)(NewTimedRotating(filepath.Join(t.TempDir(), "app.log"), unreliable{}, &RotatingOptions{Options: Options{OnError: c.add}}))
	emit(t, s, "a", "b")
	if err := s.Rotate(); err != nil {
		t.Errorf("Rotate: %v", err)
	}
	emit(t, s, "c")
	wantRecords(t, s, "a", "b", "c")
	s.waitReported()
	if len(c.all()) == 0 {
		t.Error("nothing was reported")
	}
}

// hourly is a schedule of the user's: at the full hour.
type hourly struct{ never bool }

func (h hourly) Next(after time.Time) time.Time {
	if h.never {
		return time.Time{}
	}
	return after.Truncate(time.Hour).Add(time.Hour)
}

func TestScheduleOfTheUsers(t *testing.T) {
	now := time.Date(2024, 3, 1, 10, 59, 0, 0, time.UTC)
	ffs := clocked(now)
	s := made(t)(newTimedRotating(ffs, filepath.Join(t.TempDir(), "app.log"), hourly{}, &RotatingOptions{
		Archive: Dated{Location: time.UTC},
	}))
	emit(t, s, "a")
	ffs.SetNow(now.Add(2 * time.Minute))
	emit(t, s, "b")
	ffs.SetNow(now.Add(60 * time.Minute))
	emit(t, s, "c")
	ffs.SetNow(now.Add(61 * time.Minute))
	emit(t, s, "d")
	wantFiles(t, s, "app.log.2024-03-01_10-59-00=a;", "app.log.2024-03-01_11-01-00=b;c;", "app.log=d;")
}

func TestScheduleThatNeverComes(t *testing.T) {
	now := time.Now()
	ffs := clocked(now)
	s := made(t)(newTimedRotating(ffs, filepath.Join(t.TempDir(), "app.log"), hourly{never: true}, nil))
	emit(t, s, "a")
	ffs.SetNow(now.AddDate(100, 0, 0))
	emit(t, s, "b")
	ffs.SetNow(now.AddDate(-100, 0, 0))
	emit(t, s, "c")
	wantRotations(t, s, 0)
}

// Sinks do not share what a trigger remembers.
func TestOneTriggerForTwoSinks(t *testing.T) {
	now := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	trigger := On(&Calendar{When: Hours, Location: time.UTC})
	dir := t.TempDir()
	var sinks []*Rotating
	for i, name := range []string{"a.log", "b.log"} {
		ffs := clocked(now.Add(time.Duration(i) * 30 * time.Minute))
		s := made(t)(newRotatingWith(ffs, filepath.Join(dir, name), trigger, nil))
		emit(t, s, "old")
		ffs.SetNow(now.Add(70 * time.Minute))
		emit(t, s, "new")
		sinks = append(sinks, s)
	}
	wantRotations(t, sinks[0], 1)
	wantRotations(t, sinks[1], 0)
}

func TestAtStart(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		opts   Options
		files  []string
	}{
		"no file":     {"", Options{}, []string{"app.log=a;b;"}},
		"a file":      {"old\n", Options{}, []string{"app.log.1=old;", "app.log=a;b;"}},
		"delay":       {"old\n", Options{Lazy: true}, []string{"app.log.1=old;", "app.log=a;b;"}},
		"with header": {"old\n", Options{Header: text("#\n")}, []string{"app.log.1=old;", "app.log=#;a;b;"}},
		"empty file":  {"empty", Options{}, []string{"app.log=a;b;"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			if c.before != "" {
				write(t, path, strings.TrimPrefix(c.before, "empty"))
			}
			s := made(t)(NewRotatingWith(path, AtStart{}, &RotatingOptions{Backups: 2, Options: c.opts}))
			emit(t, s, "a", "b")
			wantFiles(t, s, c.files...)
		})
	}
}

// A file that appears while the sink is at work is not one that it has found.
func TestAtStartIsOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	s := made(t)(NewRotatingWith(path, AtStart{}, &RotatingOptions{Backups: 2, Watched: true}))
	emit(t, s, "a")
	if err := os.Rename(path, path+".mine"); err != nil {
		t.Fatal(err)
	}
	write(t, path, "of somebody else\n")
	emit(t, s, "b")
	wantFiles(t, s, "app.log.mine=a;", "app.log=of somebody else;b;")
}

func TestAnyAndAlso(t *testing.T) {
	now := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	ffs := clocked(now)
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "old\n")
	s := made(t)(newRotatingWith(ffs, path, Any(nil, MaxBytes(4), Any(AtStart{}, nil)), &RotatingOptions{
		Archive: Growing{}, Also: On(Calendar{Location: time.UTC}),
	}))
	emit(t, s, "a") // at the start
	emit(t, s, "b", "c")
	ffs.SetNow(now.Add(time.Hour))
	emit(t, s, "d")
	wantFiles(t, s, "app.log.1=old;", "app.log.2=a;b;", "app.log.3=c;", "app.log=d;")
}

func TestAnyOutsideOfASink(t *testing.T) {
	full, small := &Live{Size: 10}, &Live{Size: 1}
	trigger := Any(nil, MaxBytes(10), nil)
	if !trigger.Due(full, 1) || trigger.Due(small, 1) || Any().Due(full, 1) {
		t.Error("a trigger made of others says something else than they do")
	}
}

func TestNoTrigger(t *testing.T) {
	s := made(t)(NewRotatingWith(filepath.Join(t.TempDir(), "app.log"), nil, &RotatingOptions{Backups: 1}))
	emit(t, s, "a", "b")
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, s, "app.log.1=a;b;", "app.log=")
}
