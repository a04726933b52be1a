package file

import (
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// pack is a rotator that compresses.
func pack(src, dst string) error {
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	f, err := os.Create(dst)
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	_, err = z.Write(text)
	return errors.Join(err, z.Close(), os.Remove(src))
}

// copyOver is a rotator that copies the file and empties it.
func copyOver(src, dst string) error {
	text, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(dst, text, 0o640), os.Truncate(src, 0))
}

const keepsNames = "keeps the name of a deleted file as long as the file is open"

func TestRotatorThatCompresses(t *testing.T) {
	skipOnWine(t, keepsNames)
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	s := rotating(t, path, 2, RotatingOptions{
		Backups: 2, Rotator: pack, Namer: func(name string) string { return name + ".gz" },
	})
	for i, c := range []struct{ one, two string }{{"", ""}, {"a\n", ""}, {"b\n", "a\n"}, {"c\n", "b\n"}} {
		emit(t, s, string(rune('a'+i)))
		for name, text := range map[string]string{"app.log.1.gz": c.one, "app.log.2.gz": c.two} {
			if text == "" {
				if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("after %d records %s is there: %v", i+1, name, err)
				}
			} else if got := unzip(t, filepath.Join(dir, name)); got != text {
				t.Errorf("after %d records %s holds %q, want %q", i+1, name, got, text)
			}
		}
	}
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1.gz", "app.log.2.gz")
	want(t, path, "d\n")
}

func TestRotatorThatCopiesAndTruncates(t *testing.T) {
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 4, RotatingOptions{
		Backups: 3, Rotator: copyOver, Options: Options{Header: text("#\n"), Footer: text("=\n")},
	})
	emit(t, s, "a", "b", "c")
	closeSink(t, s)
	wantTree(t, dir, "app.log.1=#;b;=;", "app.log.2=#;a;=;", "app.log=#;c;=;")
}

func TestRotatorGetsAnEndedFile(t *testing.T) {
	var texts []string
	s := rotating(t, filepath.Join(t.TempDir(), "app.log"), 8, RotatingOptions{
		Backups: 3, Options: Options{Header: text("# head\n"), Footer: text("# foot\n")},
		Rotator: func(src, dst string) error {
			texts = append(texts, read(t, src))
			return os.Rename(src, dst)
		},
	})
	emit(t, s, "a", "b")
	closeSink(t, s)
	if len(texts) != 1 || texts[0] != "# head\na\n# foot\n" {
		t.Errorf("the rotator found %q", texts)
	}
	wantRecords(t, s, "# head", "a", "# foot", "# head", "b", "# foot")
}

// useless are rotators that leave the file where it is.
var useless = map[string]struct {
	rotate func(src, dst string) error
	report string
}{
	"fails":   {func(string, string) error { return errTest }, "test trouble"},
	"panics":  {func(string, string) error { panic("at the disk") }, "panic: at the disk"},
	"exits":   {func(string, string) error { runtime.Goexit(); return nil }, "ended its goroutine"},
	"nothing": {func(string, string) error { return nil }, "left the file where it was"},
	"copies": {func(src, dst string) error {
		text, err := os.ReadFile(src)
		return errors.Join(err, os.WriteFile(dst, text, 0o640))
	}, "left the file where it was"},
}

func TestRotatorThatLeavesTheFile(t *testing.T) {
	for name, u := range useless {
		t.Run(name, func(t *testing.T) {
			var c collector
			var calls atomic.Int64
			ffs := quick()
			now := time.Now()
			ffs.SetNow(now)
			path := filepath.Join(t.TempDir(), "app.log")
			s := made(t)(newRotating(ffs, path, 2, &RotatingOptions{
				Backups: 3, Options: Options{OnError: c.add, Footer: text("=\n")},
				Rotator: func(src, dst string) error {
					if calls.Add(1) > 2 {
						return os.Rename(src, dst)
					}
					return u.rotate(src, dst)
				},
			}))
			emit(t, s, "a", "b", "c")
			want(t, path, "a\nb\nc\n")
			wantReports(t, s, &c, 1, u.report)
			ffs.SetNow(now.Add(firstPause))
			emit(t, s, "d")
			want(t, path, "a\nb\nc\nd\n")
			ffs.SetNow(now.Add(3 * firstPause))
			emit(t, s, "e")
			want(t, path, "e\n")
			want(t, path+".1", "a\nb\nc\nd\n=\n")
			wantReports(t, s, &c, 1, u.report)
			wantRotations(t, s, 1)
			if n := calls.Load(); n != 3 {
				t.Errorf("the rotator was called %d times", n)
			}
		})
	}
}

// A rotator that fails after all is believed what it has done.
func TestRotatorThatFailsLate(t *testing.T) {
	var c collector
	dir := t.TempDir()
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{
		Backups: 3, Options: Options{OnError: c.add},
		Rotator: func(src, dst string) error { return errors.Join(os.Rename(src, dst), errTest) },
	})
	emit(t, s, "a", "b")
	wantFiles(t, s, "app.log.1=a;", "app.log=b;")
	wantReports(t, s, &c, 1, "test trouble")
}

// A rotator may have taken the file away for good when no new one can be opened: then
// records are refused, as nobody would find them in the old one.
func TestRotatorAndNoNewFile(t *testing.T) {
	for name, rotator := range map[string]func(src, dst string) error{"renames": os.Rename, "compresses": pack, "copies": copyOver} {
		t.Run(name, func(t *testing.T) {
			if name == "compresses" {
				skipOnWine(t, keepsNames)
			}
			var c collector
			ffs := quick()
			now := time.Now()
			ffs.SetNow(now)
			dir := t.TempDir()
			s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 2, &RotatingOptions{
				Backups: 9, Options: Options{OnError: c.add}, Rotator: func(src, dst string) error {
					if _, err := os.Stat(src); err != nil {
						t.Errorf("there is nothing to bring away: %v", err)
					}
					return rotator(src, dst)
				},
			}))
			emit(t, s, "a")
			ffs.Arm(faultfs.Fault{Op: "open", Err: syscall.EMFILE, Persistent: true})
			var accepted []string
			for _, text := range []string{"b", "c", "d", "e"} {
				switch err := s.Emit(line(text)); {
				case err == nil:
					accepted = append(accepted, text)
				case !errors.Is(err, syscall.EMFILE):
					t.Errorf("Emit: %v", err)
				}
				now = now.Add(time.Minute)
				ffs.SetNow(now)
			}
			ffs.Arm(faultfs.Fault{})
			emit(t, s, "f", "g")
			closeSink(t, s)
			if got, want := textsIn(t, dir), "a"+strings.Join(accepted, "")+"fg"; got != want {
				t.Errorf("the files hold %q, want %q; %q", got, want, namesIn(t, dir))
			}
		})
	}
}

// textsIn returns what is in all numbered files of a directory, oldest first, compressed
// or not, without line ends.
func textsIn(t *testing.T, dir string) (text string) {
	t.Helper()
	names := namesIn(t, dir)
	for i := range names {
		path := filepath.Join(dir, names[(len(names)-i)%len(names)])
		if i == 0 {
			continue
		}
		text += maybePacked(t, path)
	}
	text += maybePacked(t, filepath.Join(dir, names[0]))
	return strings.ReplaceAll(text, "\n", "")
}

func maybePacked(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if z, err := gzip.NewReader(f); err == nil {
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return read(t, path)
}

// Whoever has not opened the file yet uses the rotator, too.
func TestRotatorOfAFileThatIsNotOpen(t *testing.T) {
	skipOnWine(t, keepsNames)
	dir := t.TempDir()
	path := filepath.Join(dir, "app.log")
	write(t, path, "old\n")
	s := rotating(t, path, 0, RotatingOptions{
		Backups: 3, Rotator: pack, Namer: func(name string) string { return name + ".gz" }, Options: Options{Lazy: true},
	})
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if got := unzip(t, path+".1.gz"); got != "old\n" {
		t.Errorf("compressed: %q", got)
	}
	emit(t, s, "new")
	want(t, path, "new\n")
}
