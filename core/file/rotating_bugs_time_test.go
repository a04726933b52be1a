package file

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

// Bugs of other libraries that rotate files by time, or keep too many or too few.

// The file's last modification counts, although it was created only now.
func TestB19FoundFileOfThreeDaysAgo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "old\n")
	old := time.Now().Add(-72 * time.Hour)
	age(t, old, path)
	s := made(t)(NewTimedRotating(path, Calendar{When: Days}, nil))
	emit(t, s, "new")
	wantFiles(t, s, "app.log."+old.Format(byDay)+"=old;", "app.log=new;")
}

func TestB20IdleForTenIntervals(t *testing.T) {
	for name, size := range map[string]int{"direct": 0, "buffered": 1000} {
		t.Run(name, func(t *testing.T) {
			tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{Options: Options{BufferSize: size}})
			tt.at(march, "old")
			if err := tt.s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			tt.after(10*time.Hour, numberedLines("", 10)...)
			closeSink(t, tt.s)
			wantRotations(t, tt.s, 1)
			wantRecords(t, tt.s, append([]string{"old"}, numberedLines("", 10)...)...)
		})
	}
}

func TestB20IdleAndOneBatch(t *testing.T) {
	tt := startTimed(t, march, Calendar{Location: time.UTC}, RotatingOptions{})
	tt.at(march, "old")
	tt.after(10 * time.Hour)
	if n, err := tt.s.EmitBatch([]core.Record{line("a"), line("b"), line("c")}); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	tt.wantFiles("app.log.2024-03-01_10=old;", "app.log=a;b;c;")
}

func TestB22RotateAndAWriteWhenItIsDue(t *testing.T) {
	midnight := time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC)
	for name, at := range map[string]time.Time{
		"before": midnight.Add(-time.Second), "exactly": midnight, "just before": midnight.Add(-1),
	} {
		t.Run(name, func(t *testing.T) {
			tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{})
			tt.at(march, "a")
			tt.at(at)
			if err := tt.s.Rotate(); err != nil {
				t.Fatal(err)
			}
			tt.at(midnight, "b")
			tt.after(time.Hour, "c")
			wantRotations(t, tt.s, 1)
			tt.wantFiles("app.log.2024-03-01=a;", "app.log=b;c;")
			tt.after(24*time.Hour, "d")
			tt.wantFiles("app.log.2024-03-01=a;", "app.log.2024-03-02=b;c;", "app.log=d;")
		})
	}
}

// clockJumps are what may happen to a clock.
var clockJumps = map[string]func(time.Time) time.Time{
	"a day forward":      func(t time.Time) time.Time { return t.AddDate(0, 0, 1) },
	"a day back":         func(t time.Time) time.Time { return t.AddDate(0, 0, -1) },
	"three days back":    func(t time.Time) time.Time { return t.AddDate(0, 0, -3) },
	"a month forward":    func(t time.Time) time.Time { return t.AddDate(0, 1, 0) },
	"a month back":       func(t time.Time) time.Time { return t.AddDate(0, -1, 0) },
	"a year forward":     func(t time.Time) time.Time { return t.AddDate(1, 0, 0) },
	"a year back":        func(t time.Time) time.Time { return t.AddDate(-1, 0, 0) },
	"to the first clock": func(time.Time) time.Time { return time.Unix(0, 0).UTC() },
}

// However the clock jumps, no record is lost, no file is overwritten, each jump costs at
// most one rotation, and the end of the day is not missed thereafter. Where few files are
// kept, the newest are.
func TestB23ClockJumps(t *testing.T) {
	for name, jump := range clockJumps {
		for _, backups := range []int{KeepAll, 3, 1} {
			t.Run(fmt.Sprint(name, ", ", backups), func(t *testing.T) {
				tt := startTimed(t, march, Calendar{When: Midnight, Location: time.UTC}, RotatingOptions{Backups: backups})
				var records []string
				log := func(at time.Time) {
					t.Helper()
					records = append(records, itoa(len(records)))
					tt.at(at, records[len(records)-1])
				}
				for i := range 3 {
					log(march.AddDate(0, 0, i))
				}
				before := tt.s.Stats().Rotations
				at := jump(tt.now)
				for i := range 5 {
					log(at.Add(time.Duration(i) * time.Minute))
				}
				if n := tt.s.Stats().Rotations - before; n > 1 {
					t.Errorf("the jump has cost %d rotations", n)
				}
				before = tt.s.Stats().Rotations
				for i := range 4 {
					log(at.AddDate(0, 0, i+1))
				}
				if n := tt.s.Stats().Rotations - before; n < 3 || n > 4 { // the first day may be a longer one
					t.Errorf("%d rotations in the four days after the jump", n)
				}
				settled(tt.s)
				wantNewest(t, generations(t, tt.s), records, backups)
			})
		}
	}
}

// wantNewest fails unless the files hold all records or, if few are kept, the newest.
func wantNewest(t *testing.T, texts, records []string, backups int) {
	t.Helper()
	got := strings.Fields(strings.Join(texts, ""))
	switch slices.Sort(got); {
	case backups == KeepAll:
	case len(texts) != backups+1:
		t.Errorf("%d files", len(texts))
	default:
		records = records[len(records)-len(got):]
	}
	if !slices.Equal(got, records) {
		t.Errorf("the files hold %q", texts)
	}
}

func TestB24NamesThatATagIsIn(t *testing.T) {
	for name, namer := range map[string]func(string) string{
		"behind":             func(name string) string { return name + "-manual" },
		"with numbers":       func(name string) string { return "web-01-2024." + name + ".v3" },
		"a date in it":       func(name string) string { return "since-1999-12-31_" + name },
		"in front and short": func(name string) string { return "old" + strings.TrimPrefix(name, "app.log") },
		"another extension":  func(name string) string { return strings.Replace(name, ".log.", "-", 1) + ".log" },
	} {
		for archive, a := range map[string]Archive{
			"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{Location: time.UTC}, "dated short": Dated{Layout: "060102", Location: time.UTC},
		} {
			t.Run(name+" "+archive, func(t *testing.T) {
				opts := RotatingOptions{Archive: a, Backups: 3, Compress: huffman, Namer: namer}
				path := filepath.Join(t.TempDir(), "app.log")
				records := numberedLines("", 12)
				for i := range 3 { // restarts in between
					s := made(t)(newRotating(clocked(march), path, 4, &opts))
					emit(t, s, records[4*i:4*i+4]...)
					closeSink(t, s)
					age(t, march, path)
					wantRecords(t, s, records[max(0, 4*i):4*i+4]...)
				}
				if n := len(namesIn(t, filepath.Dir(path))); n != 4 {
					t.Errorf("files %q", namesIn(t, filepath.Dir(path)))
				}
			})
		}
	}
}

func TestB25NoneAndAllAreDifferent(t *testing.T) {
	for name, c := range map[string]struct {
		opts RotatingOptions
		kept int
	}{
		"none":    {RotatingOptions{DiscardOld: true}, 0},
		"all":     {RotatingOptions{Archive: Growing{}, Backups: KeepAll}, 29},
		"default": {RotatingOptions{Archive: Growing{}}, 29},
		"one":     {RotatingOptions{Archive: Growing{}, Backups: 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 4, &c.opts))
			emit(t, s, numberedLines("", 30)...)
			closeSink(t, s)
			if n := len(namesIn(t, dir)) - 1; n != c.kept {
				t.Errorf("%d files were kept, want %d", n, c.kept)
			}
		})
	}
}

func TestB26NumbersAtTheirLimit(t *testing.T) {
	for name, c := range map[string]struct {
		archive             Archive
		newest, oldest, was string
	}{
		"numbered": {Numbered{}, "app.log.1", "app.log.999", "app.log.997"},
		"growing":  {Growing{}, "app.log.1001", "app.log.3", "app.log.3"},
	} {
		t.Run(name, func(t *testing.T) {
			const limit = 999
			dir := t.TempDir()
			var names []string
			for i := range limit {
				names = append(names, fmt.Sprintf("app.log.%d", i+1))
			}
			touch(t, dir, names...)
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &RotatingOptions{
				Archive: c.archive, Backups: limit, Options: Options{CloseTimeout: time.Minute},
			}))
			emit(t, s, "a", "b", "c")
			closeSink(t, s)
			if n := len(namesIn(t, dir)); n != limit+1 {
				t.Errorf("%d files", n)
			}
			want(t, filepath.Join(dir, c.newest), "b\n")
			want(t, filepath.Join(dir, c.oldest), c.was+"\n")
		})
	}
}
