package faultfs_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys"
	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// A child process is to be killed at operation childAt, in directory childDir.
const (
	childAt  = "FAULTFS_TEST_AT"
	childDir = "FAULTFS_TEST_DIR"
)

func TestMain(m *testing.M) {
	if at := os.Getenv(childAt); at != "" {
		i, err := strconv.Atoi(at)
		if err == nil {
			err = story(os.Getenv(childDir), i)
		}
		fmt.Println("not killed:", err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// story is a few operations in a row, and the process is killed at number i.
func story(dir string, i int) error {
	f := &faultfs.FS{FS: fsys.OS{}}
	f.Arm(faultfs.Fault{At: i, Stop: func(string, string) {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err == nil {
			select {} // it comes
		}
		fmt.Println(err)
	}})
	name := filepath.Join(dir, "app.log")
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write([]byte("text"))
	err = errors.Join(err, file.Close(), f.Rename(name, name+".1"))
	return errors.Join(err, f.Symlink("app.log.1", name+".link"))
}

func TestStopKillsAtEachOperation(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{},
		{"app.log 0"},
		{"app.log 4"},
		{"app.log 4"},
		{"app.log.1 4"},
	} {
		dir := t.TempDir()
		child := exec.Command(exe)
		child.Env = append(os.Environ(), childAt+"="+strconv.Itoa(i), childDir+"="+dir)
		if out, err := child.CombinedOutput(); err == nil || len(out) > 0 {
			t.Errorf("%d: %v, %s", i, err, out)
		}
		if got := listing(t, dir); !slices.Equal(got, want) {
			t.Errorf("%d: left %q, want %q", i, got, want)
		}
	}
}

// listing returns the files in dir and how long they are.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(e.Name(), " ", info.Size()))
	}
	return got
}

func TestStopThatReturns(t *testing.T) {
	for name, c := range map[string]struct{ err, want error }{
		"no error": {nil, faultfs.ErrStopped},
		"an error": {errFault, errFault},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			var got []string
			s.fs.Arm(faultfs.Fault{At: 1, Op: "rename", Err: c.err, Stop: func(op, name string) {
				got = append(got, op+" "+filepath.Base(name), s.fs.History()[0])
			}})
			if err := s.fs.Rename(s.name, s.name+".1"); err != nil {
				t.Fatal(err)
			}
			if err := s.fs.Rename(s.name+".1", s.name); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if want := []string{"rename app.log.1", "rename app.log app.log.1"}; !slices.Equal(got, want) {
				t.Errorf("called with %q, want %q", got, want)
			}
			if _, err := os.Lstat(s.name + ".1"); err != nil {
				t.Errorf("it happened, too: %v", err)
			}
		})
	}
}

func TestShortWriteThenStop(t *testing.T) {
	s := newScene(t)
	stopped := false
	s.fs.Arm(faultfs.Fault{Op: "write", Short: true, Stop: func(string, string) { stopped = true }})
	if n, err := s.file.Write([]byte("1234")); n != 2 || !errors.Is(err, faultfs.ErrStopped) || !stopped {
		t.Errorf("%d, %v, stopped: %v", n, err, stopped)
	}
	if got, err := os.ReadFile(s.name); string(got) != "content12" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
