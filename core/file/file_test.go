package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestWritesWholeRecordsFromManyGoroutines(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(nil)
		produce(t, s, 8, 500)
		checkNumbered(t, read(t, path), 8, 500)
		if st := s.Stats(); st.Accepted != 4000 || st.Delivered != 4000 || st.Bytes != uint64(len(read(t, path))) {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestTwoSinksOnOneFileDoNotTear(t *testing.T) {
	skipOnWine(t, "looks for the end of a file first, and appends there later")
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		a, b := make(nil), make(nil)
		var other sync.WaitGroup
		other.Go(func() { produceFrom(t, b, 4, 4, 300) })
		produceFrom(t, a, 0, 4, 300)
		other.Wait()
		checkNumbered(t, read(t, path), 8, 300)
	})
}

// produceFrom is produce for goroutines numbered from first.
func produceFrom(t *testing.T, s core.Sink, first, goroutines, each int) {
	for i := range each {
		for g := range goroutines {
			if err := s.Emit(line(fmt.Sprintf("%d-%d", first+g, i))); err != nil {
				t.Errorf("Emit: %v", err)
			}
		}
	}
}

func TestB10ExistingFileIsAppendedTo(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		write(t, path, "before\n")
		before, _ := os.Stat(path)
		emit(t, make(nil), "after")
		want(t, path, "before\nafter\n")
		if after, _ := os.Stat(path); !os.SameFile(before, after) {
			t.Error("the file was replaced")
		}
	})
}

func TestFileHandlerDelay(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{Lazy: true})
		if err := s.Flush(t.Context()); err != nil {
			t.Errorf("Flush before the first record: %v", err)
		}
		if err := s.Reopen(); err != nil {
			t.Errorf("Reopen before the first record: %v", err)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the file is there before the first record: %v", err)
		}
		emit(t, s, "x")
		want(t, path, "x\n")
	})
}

func TestLazySinkClosedUnusedCreatesNothing(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		closeSink(t, make(&Options{Lazy: true}))
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Error("the file was created")
		}
	})
}

func TestFileHandlerModeWRecordsAfterCloseAreNotWritten(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		write(t, path, "old\n")
		s := make(&Options{Truncate: true})
		emit(t, s, "new")
		if err := s.Reopen(); err != nil {
			t.Fatal(err)
		}
		emit(t, s, "newer")
		want(t, path, "new\nnewer\n")
		closeSink(t, s)
		if err := s.Emit(line("late")); !errors.Is(err, core.ErrClosed) {
			t.Errorf("Emit after Close: %v", err)
		}
		want(t, path, "new\nnewer\n")
	})
}

func TestExclusive(t *testing.T) {
	for name, construct := range constructors {
		path := filepath.Join(t.TempDir(), "app.log")
		s, err := construct(path, &Options{Exclusive: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		emit(t, s, "x")
		if err := s.Reopen(); err != nil {
			t.Errorf("%s: Reopen: %v", name, err)
		}
		closeSink(t, s)
		if _, err := construct(path, &Options{Exclusive: true}); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: second time: %v", name, err)
		}
		want(t, path, "x\n")
	}
}

func TestMissingDirectory(t *testing.T) {
	for name, construct := range constructors {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			path := filepath.Join(dir, "app.log")
			if _, err := construct(path, nil); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("without Lazy: %v", err)
			}
			s, err := construct(path, &Options{Lazy: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Emit(line("lost")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Emit: %v", err)
			}
			if err := os.MkdirAll(dir, 0o750); err != nil {
				t.Fatal(err)
			}
			emit(t, s, "found")
			closeSink(t, s)
			want(t, path, "found\n")
			if st := s.Stats(); st.Failed != 1 || st.Delivered != 1 {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

func TestMkdirAll(t *testing.T) {
	for name, construct := range constructors {
		path := filepath.Join(t.TempDir(), "a", "b", "app.log")
		s, err := construct(path, &Options{MkdirAll: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		emit(t, s, "x")
		closeSink(t, s)
		want(t, path, "x\n")
	}
}

func TestRelativePathIsTakenAtConstruction(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	s, err := New("app.log", &Options{Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	emit(t, s, "x")
	closeSink(t, s)
	want(t, filepath.Join(dir, "app.log"), "x\n")
}

func TestUnusableOptionsAreOneErrorAndCreateNothing(t *testing.T) {
	bad := Options{
		Truncate: true, Exclusive: true,
		Terminator: "x", NoTerminator: true,
		Perm:          0o1777,
		BufferSize:    -1,
		FlushInterval: -time.Second,
		CloseTimeout:  -time.Second,
		Sync:          9,
	}
	for name, construct := range constructors {
		dir := t.TempDir()
		_, err := construct(filepath.Join(dir, "app.log"), &bad)
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		for _, field := range []string{"Truncate", "Terminator", "Perm", "BufferSize", "FlushInterval", "CloseTimeout", "Sync"} {
			if !strings.Contains(err.Error(), field) {
				t.Errorf("%s: %s is not named: %v", name, field, err)
			}
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%s: %v was created", name, entries)
		}
		if _, err := construct("", nil); err == nil {
			t.Errorf("%s: an empty path is accepted", name)
		}
	}
	for _, o := range []Options{
		{FlushInterval: time.Second},
		{FlushLevel: core.LevelInfo},
		{BufferSize: 1, Sync: SyncEach},
		{Sync: -1},
	} {
		if _, err := New(filepath.Join(t.TempDir(), "x"), &o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestOptionsAreCopied(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	o := Options{}
	s, err := New(path, &o)
	if err != nil {
		t.Fatal(err)
	}
	if o.Terminator != "" || o.Formatter != nil {
		t.Error("defaults were written into the caller's options")
	}
	o.Terminator = "?"
	emit(t, s, "x")
	closeSink(t, s)
	want(t, path, "x\n")
}

func TestDirectoryAsPath(t *testing.T) {
	if _, err := New(t.TempDir(), nil); err == nil {
		t.Error("a directory is accepted")
	}
}

func TestReopenFollowsTheName(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(nil)
		emit(t, s, "one")
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		if err := s.Reopen(); err != nil {
			t.Fatal(err)
		}
		emit(t, s, "two")
		want(t, path+".1", "one\n")
		want(t, path, "two\n")
		if st := s.Stats(); st.Reopens != 1 {
			t.Errorf("%d reopens", st.Reopens)
		}
	})
}

func TestReopenThatFailsKeepsTheFile(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(&Options{OnError: func(error) {}})
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := s.Reopen(); err == nil {
			t.Error("a directory was opened")
		}
		emit(t, s, "x")
		want(t, path+".1", "x\n")
	})
}

func TestB05RenamedFileIsWrittenOnUnlessWatched(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(nil)
		emit(t, s, "one")
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		emit(t, s, "two")
		if _, watched := s.(*Watched); watched {
			want(t, path+".1", "one\n")
			want(t, path, "two\n")
			return
		}
		want(t, path+".1", "one\ntwo\n")
		if _, err := os.Stat(path); err == nil {
			t.Error("the plain sink opened the path again")
		}
	})
}

func TestB06TruncatedFileGoesOnAtItsNewEnd(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		s := make(nil)
		emit(t, s, strings.Repeat("x", 1000))
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		emit(t, s, "after")
		want(t, path, "after\n")
	})
}
