package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// Bugs of other libraries that rotate files; some have their tests beside those of what
// they are about. See also what is proven of files that do not rotate.

func TestB01FiftyRotationsInsideAMillisecond(t *testing.T) {
	for name, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}, "dated": Dated{}} {
		t.Run(name, func(t *testing.T) {
			s := made(t)(newRotating(clocked(march), filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{Archive: a, Backups: 60}))
			records := numberedLines("", 51)
			emit(t, s, records...)
			closeSink(t, s)
			wantRecords(t, s, records...)
			wantRotations(t, s, 50)
			if n := len(generations(t, s)); n != 51 {
				t.Errorf("%d files", n)
			}
		})
	}
}

func TestB02TwoRotationsInASecondCompressed(t *testing.T) {
	dir := t.TempDir()
	s := made(t)(newRotating(clocked(march), filepath.Join(dir, "app.log"), 2, &RotatingOptions{
		Archive: Dated{Location: time.UTC}, Compress: Gzip,
	}))
	emit(t, s, "a")
	for _, text := range []string{"b", "c"} {
		emit(t, s, text)
		settled(s) // the first one is compressed when the second one gets its name
	}
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.2024-03-01_10-20-30.gz", "app.log.2024-03-01_10-20-30.1.gz")
	wantRecords(t, s, "a", "b", "c")
}

func TestB04DeletedWhileRotating(t *testing.T) {
	for name, gone := range map[string]func(path string) string{
		"file": func(path string) string { return path }, "directory": filepath.Dir,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "logs", "app.log")
			s := rotating(t, path, 10, RotatingOptions{Backups: 3, Watched: true, Options: Options{MkdirAll: true}})
			emit(t, s, "before")
			settled(s)
			remove(t, gone(path))
			emit(t, s, "after", "later")
			wantFiles(t, s, "app.log.1=after;", "app.log=later;")
			if st := s.Stats(); st.Reopens != 1 || st.Rotations != 1 {
				t.Errorf("%d reopens, %d rotations", st.Reopens, st.Rotations)
			}
		})
	}
}

// Who does not watch finds out when the next file is begun.
func TestB04DeletedAndNotWatched(t *testing.T) {
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 4, RotatingOptions{Backups: 3})
	emit(t, s, "a")
	remove(t, s.Path())
	emit(t, s, "b", "c", "d")
	wantFiles(t, s, "app.log=c;d;")
}

func TestB05MovedByLogrotate(t *testing.T) {
	for name, watched := range map[string]bool{"watched": true, "not watched": false} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 100, RotatingOptions{Backups: 3, Watched: watched})
			emit(t, s, "a")
			if err := os.Rename(s.Path(), s.Path()+".moved"); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "b")
			if watched {
				wantFiles(t, s, "app.log.moved=a;", "app.log=b;")
			} else {
				wantFiles(t, s, "app.log.moved=a;b;")
			}
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "c")
			want(t, s.Path(), "c\n")
		})
	}
}

func TestB06TruncatedByOthers(t *testing.T) {
	for name, watched := range map[string]bool{"watched": true, "not watched": false} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 10, RotatingOptions{Backups: 3, Watched: watched})
			emit(t, s, "aaaa", "bbbb")
			if err := os.Truncate(s.Path(), 0); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "cccc", "dddd") // without NUL bytes, and the size counts from 0
			wantFiles(t, s, "app.log=cccc;dddd;")
			emit(t, s, "eeee")
			wantFiles(t, s, "app.log.1=cccc;dddd;", "app.log=eeee;")
		})
	}
}

func TestB07OversizeRecordRotating(t *testing.T) {
	large := strings.Repeat("x", 100000)
	for name, size := range map[string]int{"direct": 0, "buffered": 64} {
		t.Run(name, func(t *testing.T) {
			s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 10, RotatingOptions{Backups: 9, Options: Options{BufferSize: size}})
			emit(t, s, "a", large, large, "b")
			closeSink(t, s)
			wantFiles(t, s, "app.log.1="+large+";", "app.log.2="+large+";", "app.log.3=a;", "app.log=b;")
		})
	}
}

func TestB08TwoBackupsOfThirtyInASecond(t *testing.T) {
	for name, o := range map[string]RotatingOptions{
		"numbered": {}, "growing": {Archive: Growing{}}, "dated": {Archive: Dated{}},
		"dated, compressed": {Archive: Dated{}, Compress: Gzip}, "numbered, compressed": {Compress: Gzip},
	} {
		t.Run(name, func(t *testing.T) {
			o.Backups = 2
			s := made(t)(newRotating(clocked(march), filepath.Join(t.TempDir(), "app.log"), 4, &o))
			emit(t, s, numberedLines("", 31)...)
			closeSink(t, s)
			wantRecords(t, s, "028", "029", "030")
		})
	}
}

// neighbours are files that are nobody's but their owner's.
var neighbours = []string{
	"error_report.pdf", "errors.db", "app.access.log", "app.config.yaml", "app.log.bak", "app.log.old", "app.log.1.bak",
	"app.log.1.gz.bak", "app.log.2020-01-01.txt", "app.log.2020-01-01_10.bak", "app.log.2020-13-01", "app.log.2020-1-1",
	"app.log.12020-01-01", "app.log.2020-01-01x", "app.log.2020-01-01.0", "app.log.2020-01-01.01", "app-1.log", "app.logs.1", "xapp.log.1",
	"app.log1", "app.log..1", "app.log.1.2", "app.log.٣", "app.log.0x1", "APP.LOG.x", "app.log.rotating-", "app.log.rotating-1x",
}

func TestB09Neighbours(t *testing.T) {
	long := time.Now().AddDate(-10, 0, 0)
	for name, o := range map[string]RotatingOptions{
		"numbered": {}, "growing": {Archive: Growing{}}, "dated": {Archive: Dated{Layout: byDay}},
		"in front":          {Archive: Growing{KeepExt: true}},
		"dated, in front":   {Archive: Dated{KeepExt: true}},
		"numbered by names": {Namer: func(name string) string { return name + ".mine" }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "app.log")
			touch(t, dir, neighbours...)
			if err := os.Mkdir(filepath.Join(dir, "app.log.7"), 0o750); err != nil {
				t.Fatal(err)
			}
			touch(t, filepath.Join(dir, "app.log.7"), "app.log.1", "app.log.2020-01-01", "app.1.log")
			for _, n := range neighbours {
				age(t, long, filepath.Join(dir, n))
			}
			o.Backups, o.MaxAge, o.MaxTotal, o.Compress = 1, 1, 1, Gzip
			s := rotating(t, path, 2, o)
			emit(t, s, "a", "b", "c")
			closeSink(t, s)
			for _, n := range neighbours {
				want(t, filepath.Join(dir, n), n+"\n")
			}
			wantNames(t, filepath.Join(dir, "app.log.7"), "app.1.log", "app.log.1", "app.log.2020-01-01")
		})
	}
}

func TestB10FileThatWasThereIsAppendedTo(t *testing.T) {
	for name, o := range map[string]RotatingOptions{"size": {Backups: 1}, "time": {Also: On(Calendar{})}, "discard": {DiscardOld: true}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.log")
			write(t, path, "old\n")
			s := rotating(t, path, 8, o)
			emit(t, s, "new")
			wantFiles(t, s, "app.log=old;new;")
		})
	}
}

// B-11: a rename that fails costs no record, is reported once, is tried with growing
// pauses, and recovers by itself.
func TestB11RenameFails(t *testing.T) {
	for name, trouble := range map[string]error{"busy": syscall.EBUSY, "denied": syscall.EACCES, "cross-device": syscall.EXDEV} {
		t.Run(name, func(t *testing.T) {
			var c collector
			now := march
			ffs := clocked(now)
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{Archive: Growing{}, Options: Options{OnError: c.add}}))
			ffs.Arm(faultfs.Fault{Op: "rename", Err: trouble, Persistent: true})
			records := numberedLines("", 300)
			for _, text := range records { // one a second
				emit(t, s, text)
				now = now.Add(time.Second)
				ffs.SetNow(now)
			}
			if n := ffs.Fired(); n < 8 || n > 20 || s.Stats().FailedRotations != uint64(n) {
				t.Errorf("%d tries in 300 s, %+v", n, s.Stats())
			}
			wantReports(t, s, &c, 1, trouble.Error())
			want(t, s.Path(), strings.Join(records, "\n")+"\n")
			ffs.Arm(faultfs.Fault{})
			ffs.SetNow(now.Add(lastPause))
			emit(t, s, "recovered")
			wantRotations(t, s, 1)
			wantRecords(t, s, append(records, "recovered")...)
		})
	}
}

func TestB12NewFileCannotBeCreated(t *testing.T) {
	for name, trouble := range map[string]error{"full": syscall.ENOSPC, "descriptors": syscall.EMFILE} {
		for archive, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
			t.Run(name+" "+archive, func(t *testing.T) {
				var c collector
				ffs := clocked(march)
				s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 4, &RotatingOptions{
					Archive: a, Backups: 5, Options: Options{OnError: c.add},
				}))
				emit(t, s, "aaa")
				ffs.Arm(faultfs.Fault{Op: "open", Err: trouble, Persistent: true})
				emit(t, s, "bbb", "ccc")
				wantFiles(t, s, "app.log=aaa;bbb;ccc;")
				wantReports(t, s, &c, 1, trouble.Error())
				if err := s.Rotate(); !errors.Is(err, trouble) {
					t.Errorf("Rotate: %v", err)
				}
				ffs.Arm(faultfs.Fault{})
				ffs.SetNow(march.Add(firstPause))
				emit(t, s, "ddd")
				wantFiles(t, s, "app.log.1=aaa;bbb;ccc;", "app.log=ddd;")
			})
		}
	}
}

func TestB30NoSpaceForAWhile(t *testing.T) {
	for name, size := range map[string]int{"direct": 0, "buffered": 64} {
		t.Run(name, func(t *testing.T) {
			ffs := clocked(march)
			s := made(t)(newRotating(ffs, filepath.Join(t.TempDir(), "app.log"), 40, &RotatingOptions{
				Archive: Growing{}, Options: Options{BufferSize: size, FlushInterval: 0, OnError: func(error) {}},
			}))
			var accepted []string
			failed := uint64(0)
			for i := range 300 {
				switch i {
				case 100:
					ffs.Arm(faultfs.Fault{Op: "write", Err: syscall.ENOSPC, Persistent: true, Short: true})
				case 200:
					ffs.Arm(faultfs.Fault{})
				}
				text := itoa(i)
				switch err := s.Emit(line(text)); {
				case err == nil:
					accepted = append(accepted, text)
				case errors.Is(err, syscall.ENOSPC):
					failed++
				default:
					t.Fatalf("Emit: %v", err)
				}
			}
			closeSink(t, s)
			st := s.Stats()
			if failed == 0 || st.Failed != failed || st.Accepted != uint64(len(accepted)) || st.Delivered != st.Accepted || len(st.Dropped) > 0 {
				t.Errorf("%d records were refused, stats %+v", failed, st)
			}
			got := strings.Fields(strings.Join(generations(t, s), ""))
			got = slices.DeleteFunc(got, func(l string) bool { return len(l) < 3 }) // pieces that could not be taken back
			if fmt.Sprint(got) != fmt.Sprint(accepted) {
				t.Errorf("%d records accepted, %d in the files", len(accepted), len(got))
			}
		})
	}
}

var _ core.Rotator = (*Rotating)(nil)
