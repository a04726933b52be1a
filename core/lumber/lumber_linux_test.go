package lumber_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
)

// limitFiles has the kernel refuse what goes beyond a size, until the test ends.
func limitFiles(t *testing.T, size uint64) (mend func()) {
	t.Helper()
	var before syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before))
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max}))
	mend = func() { check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before)) }
	t.Cleanup(mend)
	return mend
}

// What was written in part is not continued by the next record.
func TestWrapAfterAShortWrite(t *testing.T) {
	const full = 900_000
	l := logger(t)
	check(t, os.WriteFile(l.Filename, nil, 0o600))
	check(t, os.Truncate(l.Filename, full-4))
	s := wrap(t, l, nil)
	mend := limitFiles(t, full)
	for range 2 {
		if err := s.Emit(line("abcdefgh")); err == nil {
			t.Fatal("the disk has taken it")
		}
	}
	mend()
	emit(t, s, "next", "after")
	if got := read(t, l.Filename)[full-4:]; got != "abcd\nnext\nafter\n" {
		t.Errorf("the file ends with %q", got)
	}
}

// A file that lumberjack begins has nothing to be ended.
func TestWrapRotatesAfterAShortWrite(t *testing.T) {
	const full = 900_000
	l := logger(t)
	check(t, os.WriteFile(l.Filename, nil, 0o600))
	check(t, os.Truncate(l.Filename, full-4))
	s := wrap(t, l, nil)
	mend := limitFiles(t, full)
	if err := s.Emit(line("abcdefgh")); err == nil {
		t.Fatal("the disk has taken it")
	}
	mend()
	check(t, s.Rotate())
	emit(t, s, "next")
	if got := read(t, l.Filename); got != "next\n" {
		t.Errorf("the new file holds %q", got)
	}
}

func TestMigrateClosesTheLogger(t *testing.T) {
	l := logger(t)
	_, err := l.Write([]byte("theirs\n"))
	check(t, err)
	opened := 0
	s := migrate(t, l, file.RotatingOptions{Options: file.Options{OnOpen: func(path string) { opened = handles(t, path) }}})
	if n := handles(t, l.Filename); n != 1 || opened != 1 {
		t.Errorf("the file is open %d times, and was %d times when it was opened", n, opened)
	}
	emit(t, s, "ours")
	check(t, s.Close())
	if got := read(t, l.Filename); got != "theirs\nours\n" {
		t.Errorf("the file holds %q", got)
	}
}

// A logger is closed only for a sink whose options are good.
func TestMigrateClosesTheLoggerLast(t *testing.T) {
	for name, c := range map[string]struct {
		opts file.RotatingOptions
		want int
	}{
		"contradiction": {file.RotatingOptions{Archive: file.Growing{}}, 1},
		"options":       {file.RotatingOptions{MaxTotal: -1}, 1},
		"not to open":   {file.RotatingOptions{Options: file.Options{Exclusive: true}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := logger(t)
			_, err := l.Write([]byte("theirs\n"))
			check(t, err)
			if s, err := lumber.Migrate(l, &c.opts); err == nil {
				t.Fatal("it is taken", s.Close())
			}
			if n := handles(t, l.Filename); n != c.want {
				t.Errorf("the file is open %d times, want %d", n, c.want)
			}
			check(t, l.Close())
		})
	}
}

// handles returns how often this process has a file open.
func handles(t *testing.T, path string) (n int) {
	t.Helper()
	const dir = "/proc/self/fd"
	for _, fd := range entries(t, dir) {
		if to, err := os.Readlink(filepath.Join(dir, fd)); err == nil && to == path {
			n++
		}
	}
	return n
}
