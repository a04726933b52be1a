package file

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// The lines of Python's TimedRotatingFileHandler tests, and those that it has no test for.

// timedTest is a sink that rotates by time, on a disk with a clock.
type timedTest struct {
	t        *testing.T
	ffs      *faultfs.FS
	path     string
	schedule Schedule
	opts     RotatingOptions
	now      time.Time
	s        *Rotating
}

// startTimed makes a sink at a time.
func startTimed(t *testing.T, now time.Time, schedule Schedule, o RotatingOptions) *timedTest {
	t.Helper()
	tt := &timedTest{t: t, ffs: clocked(now), path: filepath.Join(t.TempDir(), "app.log"), schedule: schedule, opts: o, now: now}
	tt.open()
	return tt
}

func (tt *timedTest) open() {
	tt.t.Helper()
	tt.s = made(tt.t)(newTimedRotating(tt.ffs, tt.path, tt.schedule, &tt.opts))
}

// reopen is a restart of the program. The file was last modified when the clock says.
func (tt *timedTest) reopen() {
	tt.t.Helper()
	closeSink(tt.t, tt.s)
	age(tt.t, tt.now, tt.path)
	tt.open()
}

// at sets the clock and emits records.
func (tt *timedTest) at(now time.Time, texts ...string) {
	tt.t.Helper()
	tt.now = now
	tt.ffs.SetNow(now)
	emit(tt.t, tt.s, texts...)
}

// after is at for a clock that goes on.
func (tt *timedTest) after(d time.Duration, texts ...string) {
	tt.t.Helper()
	tt.at(tt.now.Add(d), texts...)
}

func (tt *timedTest) wantFiles(files ...string) {
	tt.t.Helper()
	wantFiles(tt.t, tt.s, files...)
}

var march = time.Date(2024, 3, 1, 10, 20, 30, 0, time.UTC)

func TestTimedSeconds(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Seconds, Location: time.UTC}, RotatingOptions{})
	tt.at(march, "a")
	tt.after(900*time.Millisecond, "b")
	tt.after(200*time.Millisecond, "c")
	tt.wantFiles("app.log.2024-03-01_10-20-30=a;b;", "app.log=c;")
}

func TestTimedUnits(t *testing.T) {
	for when, c := range map[When]struct {
		length time.Duration
		name   string
	}{
		Seconds:  {time.Second, "2024-03-01_10-20-30"},
		Minutes:  {time.Minute, "2024-03-01_10-20"},
		Hours:    {time.Hour, "2024-03-01_10"},
		Days:     {24 * time.Hour, "2024-03-01"},
		Midnight: {march.AddDate(0, 0, 1).Truncate(24 * time.Hour).Sub(march), "2024-03-01"},
		Fridays:  {march.AddDate(0, 0, 1).Truncate(24 * time.Hour).Sub(march), "2024-02-24"},
	} {
		t.Run(string(when), func(t *testing.T) {
			tt := startTimed(t, march, Calendar{When: when, Location: time.UTC}, RotatingOptions{})
			tt.at(march, "a")
			tt.after(c.length-1, "b")
			tt.after(1, "c")
			tt.wantFiles("app.log."+c.name+"=a;b;", "app.log=c;")
		})
	}
}

func TestTimedInvalidWhenIsRefused(t *testing.T) {
	for _, when := range []When{"X", "W", "W7", "W-1", "WW", "MS", " S", "midnights"} {
		path := filepath.Join(t.TempDir(), "app.log")
		if _, err := NewTimedRotating(path, Calendar{When: when}, nil); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", string(when))) {
			t.Errorf("%q: %v", when, err)
		}
		wantNames(t, filepath.Dir(path))
	}
}

// Three restarts at the time of day itself append; when the file is older, the next one
// rolls, before the first record.
func TestTimedRestartsAtTheTimeOfDay(t *testing.T) {
	now := time.Date(2024, 3, 1, 15, 30, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		when When
		ago  time.Duration
		old  string
	}{
		"midnight": {Midnight, 24 * time.Hour, "app.log.2024-02-29"},
		"weekday":  {Fridays, 7 * 24 * time.Hour, "app.log.2024-02-23"},
	} {
		t.Run(name, func(t *testing.T) {
			tt := startTimed(t, now, Calendar{When: c.when, At: At(15, 30, 0), Location: time.UTC}, RotatingOptions{})
			for i := range 3 {
				tt.at(now, fmt.Sprint(i))
				tt.reopen()
			}
			tt.wantFiles("app.log=0;1;2;")
			closeSink(t, tt.s)
			age(t, now.Add(-c.ago), tt.path)
			tt.open()
			tt.at(now, "new")
			tt.wantFiles(c.old+"=0;1;2;", "app.log=new;")
		})
	}
}

func TestTimedRestartInsideAPeriod(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{})
	tt.at(march, "a")
	for i := range 4 {
		tt.after(time.Hour, fmt.Sprint(i))
		tt.reopen()
	}
	tt.wantFiles("app.log=a;0;1;2;3;")
	tt.after(24*time.Hour, "b")
	tt.wantFiles("app.log.2024-03-01=a;0;1;2;3;", "app.log=b;")
}

func TestTimedRestartAfterThePeriod(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
	tt.at(march, "a")
	tt.reopen()
	tt.after(59*time.Minute, "b")
	tt.reopen()
	closeSink(t, tt.s)
	tt.now = tt.now.Add(49 * time.Hour)
	tt.ffs.SetNow(tt.now)
	tt.open()
	tt.at(tt.now, "c")
	tt.wantFiles("app.log.2024-03-01_11=a;b;", "app.log=c;")
}

// Where the system tells when a file was created, programs that are restarted often
// rotate, too.
func TestTimedRestartsMoreOftenThanThePeriod(t *testing.T) {
	skipOnWine(t, "knows no time of creation")
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "old\n")
	ffs := quick()
	birth, err := ffs.Birth(path)
	if err != nil || birth.IsZero() {
		t.Skip("this system does not tell when a file was created")
	}
	now := time.Now()
	for i := range 3 {
		ffs.SetNow(now.Add(time.Duration(i) * 25 * time.Minute))
		s := made(t)(newTimedRotating(ffs, path, Calendar{}, nil))
		emit(t, s, fmt.Sprint(i))
		wantRotations(t, s, 0)
		closeSink(t, s)
		age(t, ffs.Now(), path)
	}
	ffs.SetNow(now.Add(75 * time.Minute))
	s := made(t)(newTimedRotating(ffs, path, Calendar{}, nil))
	emit(t, s, "new")
	wantRotations(t, s, 1)
	wantRecords(t, s, "old", "0", "1", "2", "new")
}

func TestTimedTargetExists(t *testing.T) {
	for there, files := range map[string][]string{
		"app.log.2024-03-01_10":    {"app.log.2024-03-01_10.1=a;", "app.log.2024-03-01_10=app.log.2024-03-01_10;"},
		"app.log.2024-03-01_10.gz": {"app.log.2024-03-01_10.1=a;", "app.log.2024-03-01_10.gz=app.log.2024-03-01_10.gz;"},
	} {
		t.Run(there, func(t *testing.T) {
			tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
			touch(t, filepath.Dir(tt.path), there)
			tt.at(march, "a")
			tt.after(time.Hour, "b")
			tt.after(time.Hour, "c")
			tt.wantFiles(append(files, "app.log.2024-03-01_11=b;", "app.log=c;")...)
		})
	}
}

// A restart does not forget which counters were given, although the first ones are
// gone.
func TestTimedCountersGoOn(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{Backups: 2})
	for i := range 4 {
		tt.at(march, fmt.Sprint(i))
		if err := tt.s.Rotate(); err != nil {
			t.Fatal(err)
		}
		tt.reopen()
	}
	tt.wantFiles("app.log.2024-03-01_10.2=2;", "app.log.2024-03-01_10.3=3;", "app.log=")
}

func TestTimedClockStepsBack(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
	tt.at(march, "a")
	tt.after(time.Hour, "b")
	tt.after(-40*time.Minute, "c") // less than a period: the file waits for its end
	tt.after(99*time.Minute, "d")
	tt.after(time.Minute, "e")
	tt.wantFiles("app.log.2024-03-01_10=a;", "app.log.2024-03-01_11=b;c;d;", "app.log=e;")
	tt.after(-100*time.Hour, "f") // more: the period begins anew
	tt.after(59*time.Minute, "g")
	tt.after(time.Minute, "h")
	tt.wantFiles("app.log.2024-02-26_08=e;f;g;", "app.log.2024-03-01_10=a;", "app.log.2024-03-01_11=b;c;d;", "app.log=h;")
}

func TestTimedIdleForDays(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
	tt.at(march, "a")
	tt.after(100*time.Hour, "b", "c")
	tt.after(59*time.Minute, "d")
	tt.after(time.Minute, "e")
	tt.wantFiles("app.log.2024-03-01_10=a;", "app.log.2024-03-05_14=b;c;d;", "app.log=e;")
}

// An empty file that was there, or that the sink has made, rolls as in Python; one that
// a rotation has begun does not.
func TestTimedEmptyFiles(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
	tt.after(time.Hour, "a")
	tt.wantFiles("app.log.2024-03-01_10=", "app.log=a;")
	if err := tt.s.Rotate(); err != nil {
		t.Fatal(err)
	}
	tt.after(5*time.Hour, "b")
	tt.after(59*time.Minute, "c")
	tt.wantFiles("app.log.2024-03-01_10=", "app.log.2024-03-01_11=a;", "app.log=b;c;")
	tt.after(time.Minute, "d")
	tt.wantFiles("app.log.2024-03-01_10=", "app.log.2024-03-01_11=a;", "app.log.2024-03-01_16=b;c;", "app.log=d;")
}

func TestTimedAndBySize(t *testing.T) {
	tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{Also: MaxBytes(4)})
	tt.at(march, "a", "b", "c")
	tt.after(24*time.Hour, "d")
	tt.wantFiles("app.log.2024-03-01.1=c;", "app.log.2024-03-01=a;b;", "app.log=d;")
	wantRecords(t, tt.s, "a", "b", "c", "d")
}

// A file that was there long before has the name of its own time, also where it is
// given up for its size.
func TestDatedBySizeNamesAFoundFileByItsTime(t *testing.T) {
	ffs := clocked(march)
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "old\n")
	age(t, march.AddDate(0, 0, -3), path)
	s := made(t)(newRotating(ffs, path, 4, &RotatingOptions{Archive: Dated{Layout: "20060102", Location: time.UTC}}))
	emit(t, s, "new")
	wantFiles(t, s, "app.log.20240227=old;", "app.log=new;")
}
