package lumber_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

// TestMain has local time be another one than UTC on every machine.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("UTC+8", 8*60*60)
	os.Exit(m.Run())
}

// name is what lumberjack calls backups of app.log, with what it adds to compressed
// ones.
var name = regexp.MustCompile(`^app-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log(\.gz)?$`)

// jack has a real lumberjack write files: each text but the last one ends in a
// backup, the last one in the live file.
func jack(t *testing.T, l *lumberjack.Logger, texts ...string) {
	t.Helper()
	for i, text := range texts {
		if i > 0 {
			nextMillisecond() // or it loses a backup
			check(t, l.Rotate())
		}
		_, err := l.Write([]byte(text + "\n"))
		check(t, err)
	}
	finish(t, l)
}

// finish closes a logger and returns when no logger works in the background any
// more. It is not to be used again, not even its settings.
func finish(t *testing.T, l *lumberjack.Logger) {
	t.Helper()
	check(t, l.Close())
	eventually(t, "lumberjack is done", func() bool {
		for _, stack := range bytes.Split(stacks(), []byte("\n\n")) {
			if bytes.Contains(stack, []byte(".millRun")) && !bytes.Contains(stack, []byte("[chan receive")) {
				return false
			}
		}
		return true
	})
}

// stacks returns what all goroutines do.
func stacks() []byte {
	buf := make([]byte, 1<<20)
	return buf[:runtime.Stack(buf, true)]
}

func nextMillisecond() {
	now := func() time.Time { return time.Now().Truncate(time.Millisecond) }
	for start := now(); now().Equal(start); {
	}
}

// eventually waits for what happens in the background.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// backups returns the names of the backups in dir that end with ext, oldest first.
func backups(t *testing.T, dir, ext string) (names []string) {
	t.Helper()
	for _, n := range entries(t, dir) {
		if name.MatchString(n) && strings.HasSuffix(n, ext) {
			names = append(names, n)
		}
	}
	return names
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// texts returns what is in the backups, oldest first.
func texts(t *testing.T, dir, ext string) (all []string) {
	t.Helper()
	for _, n := range backups(t, dir, ext) {
		all = append(all, read(t, filepath.Join(dir, n)))
	}
	return all
}

// read returns what is in a file, which may be compressed.
func read(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	check(t, err)
	defer f.Close()
	r := io.Reader(f)
	if strings.HasSuffix(path, ".gz") {
		r, err = gzip.NewReader(f)
		check(t, err)
	}
	b, err := io.ReadAll(r)
	check(t, err)
	return string(b)
}

// migrate migrates a logger; nothing may be reported meanwhile.
func migrate(t *testing.T, l *lumberjack.Logger, o file.RotatingOptions) *file.Rotating {
	t.Helper()
	if o.OnError == nil {
		o.OnError = func(err error) { t.Errorf("reported: %v", err) }
	}
	s, err := lumber.Migrate(l, &o)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func wrap(t *testing.T, l *lumberjack.Logger, o *lumber.Options) *lumber.Sink {
	t.Helper()
	s, err := lumber.Wrap(l, o)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func line(text string) core.Record { return core.Record{Line: []byte(text)} }

func emit(t *testing.T, s core.Sink, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := s.Emit(line(text)); err != nil {
			t.Fatalf("Emit of %.40q: %v", text, err)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %.300v, want %.300v", what, got, want)
	}
}

// errorsIn returns the errors that err joins, those that these join, and so on.
func errorsIn(err error) (all []error) {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	for _, one := range joined.Unwrap() {
		all = append(all, errorsIn(one)...)
	}
	return all
}
