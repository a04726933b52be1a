//go:build unix

package file

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// withUmask runs f under a umask, which belongs to the whole process.
func withUmask(mask int, f func()) {
	old := syscall.Umask(mask)
	defer syscall.Umask(old)
	f()
}

func TestPermissions(t *testing.T) {
	for name, c := range map[string]struct {
		umask      int
		perm, want fs.FileMode
	}{
		"default":                {0o022, 0, 0o640},
		"default, strict umask":  {0o077, 0, 0o600},
		"given, strict umask":    {0o077, 0o666, 0o666},
		"given, no umask":        {0, 0o600, 0o600},
		"default, without umask": {0, 0, 0o640},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
				withUmask(c.umask, func() { emit(t, make(&Options{Perm: c.perm}), "x") })
				info, err := os.Stat(path)
				if err != nil || info.Mode().Perm() != c.want {
					t.Errorf("got %v, %v; want %v", info.Mode().Perm(), err, c.want)
				}
			})
		})
	}
}

func TestPermissionsOfAnExistingFile(t *testing.T) {
	each(t, func(t *testing.T, make func(*Options) sinkUnderTest, path string) {
		if err := os.WriteFile(path, nil, 0o604); err != nil {
			t.Fatal(err)
		}
		closeSink(t, make(nil))
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o604 {
			t.Errorf("not given, yet changed to %v", info.Mode())
		}
		closeSink(t, make(&Options{Perm: 0o660}))
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o660 {
			t.Errorf("given 0660, is %v", info.Mode())
		}
	})
}

func TestNoFollow(t *testing.T) {
	for name, construct := range constructors {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
			write(t, target, "")
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
			if _, err := construct(link, &Options{NoFollow: true}); !errors.Is(err, syscall.ELOOP) && !errors.Is(err, syscall.EMLINK) {
				t.Errorf("a link was opened: %v", err)
			}
			s, err := construct(link, nil)
			if err != nil {
				t.Fatal(err)
			}
			emit(t, s, "x")
			closeSink(t, s)
			want(t, target, "x\n")
		})
	}
}

func TestNamedPipe(t *testing.T) {
	for name, construct := range constructors {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := construct(path, nil); !errors.Is(err, syscall.ENXIO) {
				t.Errorf("without a reader: %v", err)
			}
			r, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			s, err := construct(path, &Options{Header: text("head\n")})
			if err != nil {
				t.Fatal(err)
			}
			emit(t, s, "through the pipe")
			if err := s.Flush(t.Context()); err != nil {
				t.Errorf("Flush: %v", err)
			}
			got, err := bufio.NewReader(r).ReadString('\n')
			if got != "through the pipe\n" {
				t.Errorf("read %q, %v", got, err)
			}
			closeSink(t, s)
		})
	}
}

// pipe makes a named pipe that somebody has open for reading.
func pipe(t *testing.T) (path string, r *os.File) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "app.log")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return path, r
}

func TestPipeThatNobodyReadsBoundsClose(t *testing.T) {
	path, _ := pipe(t)
	s, err := New(path, &Options{CloseTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	stuck := make(chan error)
	go func() {
		var err error
		for err == nil {
			err = s.Emit(line(strings.Repeat("x", 4096)))
		}
		stuck <- err
	}()
	time.Sleep(50 * time.Millisecond)
	if err := s.Close(); err == nil {
		t.Error("Close says that everything is written")
	}
	if err := <-stuck; err == nil {
		t.Error("the stuck record was not refused")
	}
}

func TestB58Devices(t *testing.T) {
	for _, path := range []string{os.DevNull, "/dev/tty", "/dev/full"} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			s, err := New(path, nil)
			if err != nil {
				t.Skipf("this system has no such device: %v", err)
			}
			err = s.Emit(line(""))
			if full := path == "/dev/full"; full != errors.Is(err, syscall.ENOSPC) {
				t.Errorf("Emit: %v", err)
			}
			if err := s.Flush(t.Context()); err != nil {
				t.Errorf("Flush: %v", err)
			}
			closeSink(t, s)
		})
	}
}

// TestRealShortWrite lets the kernel cut a record short: in a child process that
// may not write files beyond a size.
func TestRealShortWrite(t *testing.T) {
	if path := os.Getenv("LOGSINKS_SHORT_WRITE"); path != "" {
		writeBeyondLimit(path)
	}
	for _, kind := range []string{"file", "watched"} {
		t.Run(kind, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), kind)
			child := exec.Command(os.Args[0], "-test.run=^TestRealShortWrite$")
			child.Env = append(os.Environ(), "LOGSINKS_SHORT_WRITE="+path)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("child: %v\n%s", err, out)
			}
			got := read(t, path)
			if want := strings.Repeat(strings.Repeat("x", 99)+"\n", 10) + "small\n"; got != want {
				t.Errorf("%d bytes, want %d: the cut record was not cut off", len(got), len(want))
			}
		})
	}
}

// writeBeyondLimit writes ten records of 100 bytes and, where 24 bytes are left,
// an eleventh that does not fit and a last one that does. It ends the process.
func writeBeyondLimit(path string) {
	check := func(what string, err error) {
		if err != nil {
			os.Stdout.WriteString(what + ": " + err.Error() + "\n")
			os.Exit(1)
		}
	}
	s, err := constructors[filepath.Base(path)](path, nil)
	check("New", err)
	var limit syscall.Rlimit
	check("Getrlimit", syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = 1024
	check("Setrlimit", syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	long := line(strings.Repeat("x", 99))
	for range 10 {
		check("Emit", s.Emit(long))
	}
	if err := s.Emit(long); !errors.Is(err, syscall.EFBIG) {
		check("too much", errors.Join(errTest, err))
	}
	check("after the failure", s.Emit(line("small")))
	check("Close", s.Close())
	os.Exit(0)
}
