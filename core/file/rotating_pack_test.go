package file

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/logsinks/logsinks/core/internal/fsys/faultfs"
)

// zipped returns text as Gzip compresses it.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// counting returns Gzip, and how often it was called.
func counting() (compress func(io.Writer) (io.WriteCloser, error), calls *atomic.Int64) {
	calls = new(atomic.Int64)
	return func(w io.Writer) (io.WriteCloser, error) {
		calls.Add(1)
		return Gzip(w)
	}, calls
}

// badWriter is a compressing writer that does what its functions do.
type badWriter struct {
	write func(p []byte) (int, error)
	close func() error
}

func (w badWriter) Write(p []byte) (int, error) { return w.write(p) }
func (w badWriter) Close() error                { return w.close() }

// takes is a write that says it has written everything.
func takes(p []byte) (int, error) { return len(p), nil }

func fine() error { return nil }

// badCompression are compressions that do not work.
var badCompression = map[string]struct {
	compress func(w io.Writer) (io.WriteCloser, error)
	report   string
}{
	"constructor fails":  {func(io.Writer) (io.WriteCloser, error) { return nil, errTest }, "test trouble"},
	"constructor panics": {func(io.Writer) (io.WriteCloser, error) { panic(errTest) }, "panic: test trouble"},
	"exits":              {func(io.Writer) (io.WriteCloser, error) { runtime.Goexit(); return nil, nil }, "ended its goroutine"},
	"write fails": {func(io.Writer) (io.WriteCloser, error) {
		return badWriter{func([]byte) (int, error) { return 0, errTest }, fine}, nil
	}, "test trouble"},
	"write is short": {func(io.Writer) (io.WriteCloser, error) {
		return badWriter{func(p []byte) (int, error) { return len(p) - 1, nil }, fine}, nil
	}, "short write"},
	"write panics": {func(io.Writer) (io.WriteCloser, error) {
		return badWriter{func([]byte) (int, error) { panic(errTest) }, fine}, nil
	}, "panic: test trouble"},
	"close fails": {func(w io.Writer) (io.WriteCloser, error) {
		z := gzip.NewWriter(w)
		return badWriter{z.Write, func() error { return errors.Join(z.Close(), errTest) }}, nil
	}, "test trouble"},
	"writes nothing": {func(io.Writer) (io.WriteCloser, error) { return badWriter{takes, fine}, nil }, "EOF"},
	"writes rubbish": {func(w io.Writer) (io.WriteCloser, error) { return badWriter{w.Write, fine}, nil }, "EOF"},
	"writes another text": {func(w io.Writer) (io.WriteCloser, error) {
		z := gzip.NewWriter(w)
		return badWriter{func(p []byte) (int, error) { return z.Write(bytes.ToUpper(p)) }, z.Close}, nil
	}, "does not hold what its source does"},
	"leaves the end out": {func(w io.Writer) (io.WriteCloser, error) {
		z := gzip.NewWriter(w)
		return badWriter{z.Write, z.Flush}, nil
	}, "unexpected EOF"},
}

func TestCompressionThatDoesNotWork(t *testing.T) {
	for name, b := range badCompression {
		t.Run(name, func(t *testing.T) {
			var c collector
			dir := t.TempDir()
			opts := RotatingOptions{Archive: Growing{}, Compress: b.compress, Options: Options{OnError: c.add}}
			s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &opts))
			emit(t, s, "a", "b")
			closeSink(t, s)
			want(t, filepath.Join(dir, "app.log.1"), "a\n")
			want(t, filepath.Join(dir, "app.log"), "b\n")
			if n := len(namesIn(t, dir)); n > 2 && name != "exits" { // which is as a crash
				t.Errorf("left behind: %q", namesIn(t, dir))
			}
			s.waitReported()
			if errs := c.all(); len(errs) == 0 || !strings.Contains(errs[0].Error(), b.report) {
				t.Errorf("reported: %v, want %q", errs, b.report)
			}
			opts.Compress = Gzip
			s = made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 2, &opts))
			closeSink(t, s)
			wantNames(t, dir, "app.log", "app.log.1.gz")
			wantRecords(t, s, "a", "b")
		})
	}
}

func deflate(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) }

func inflate(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil }

func TestOtherCompression(t *testing.T) {
	for name, unpack := range map[string]func(io.Reader) (io.Reader, error){"checked": inflate, "read back": nil} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{
				Backups: 2, Compress: deflate, CompressExt: ".z", Decompress: unpack,
			})
			emit(t, s, "a", "b", "c", "d")
			closeSink(t, s)
			wantNames(t, dir, "app.log", "app.log.1.z", "app.log.2.z")
			r, _ := inflate(strings.NewReader(read(t, filepath.Join(dir, "app.log.1.z"))))
			if text, err := io.ReadAll(r); string(text) != "c\n" || err != nil {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

func TestDecompressThatFails(t *testing.T) {
	for name, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"fails":  func(io.Reader) (io.Reader, error) { return nil, errTest },
		"panics": func(io.Reader) (io.Reader, error) { panic(errTest) },
	} {
		t.Run(name, func(t *testing.T) {
			var c collector
			dir := t.TempDir()
			s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{
				Archive: Growing{}, Compress: Gzip, Decompress: unpack, Options: Options{OnError: c.add},
			})
			emit(t, s, "a", "b")
			closeSink(t, s)
			wantTree(t, dir, "app.log.1=a;", "app.log=b;")
			s.waitReported()
			if len(c.all()) == 0 {
				t.Error("nothing was reported")
			}
		})
	}
}

// What a kill leaves at each step of a compression is finished at the next start.
func TestB15LeftByAKillWhileCompressing(t *testing.T) {
	whole := zipped(t, "first\n")
	for name, files := range map[string]map[string]string{
		"before":            {"app.log.1": "first\n"},
		"created":           {"app.log.1": "first\n", "app.log.1.gz.tmp": ""},
		"half written":      {"app.log.1": "first\n", "app.log.1.gz.tmp": whole[:len(whole)/2]},
		"not renamed":       {"app.log.1": "first\n", "app.log.1.gz.tmp": whole},
		"not removed":       {"app.log.1": "first\n", "app.log.1.gz": whole},
		"done":              {"app.log.1.gz": whole},
		"not durable":       {"app.log.1": "first\n", "app.log.1.gz": whole[:len(whole)/2]},
		"of its beginning":  {"app.log.1": "first\n", "app.log.1.gz": zipped(t, "fir")},
		"temporary remains": {"app.log.1.gz": whole, "app.log.1.gz.tmp": whole[:4]},
	} {
		for kind, a := range map[string]Archive{"numbered": Numbered{}, "growing": Growing{}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				dir := t.TempDir()
				for name, content := range files {
					write(t, filepath.Join(dir, name), content)
				}
				s := made(t)(newRotating(quick(), filepath.Join(dir, "app.log"), 0, &RotatingOptions{Archive: a, Backups: 3, Compress: Gzip}))
				emit(t, s, "live")
				closeSink(t, s)
				wantNames(t, dir, "app.log", "app.log.1.gz")
				if got := unzip(t, filepath.Join(dir, "app.log.1.gz")); got != "first\n" {
					t.Errorf("compressed: %q", got)
				}
			})
		}
	}
}

// Files that look like those of a compression, but are not, stay.
func TestCompressionLeavesStrangersAlone(t *testing.T) {
	dir := t.TempDir()
	strangers := []string{"app.log.gz", "app.log.gz.tmp", "app.log.tmp", "app.log.1.gz.bak", "app.log.01.gz.tmp", "app.log.1.gz.tmp.tmp", "app.log.1.gz.gz", "app.log.9"}
	touch(t, dir, strangers...)
	s := rotating(t, filepath.Join(dir, "app.log"), 2, RotatingOptions{Backups: 2, Compress: Gzip})
	emit(t, s, "a", "b", "c", "d")
	closeSink(t, s)
	for _, name := range strangers {
		want(t, filepath.Join(dir, name), name+"\n")
	}
	wantNames(t, dir, append(strangers, "app.log", "app.log.1.gz", "app.log.2.gz")...)
}

func TestB16SourceThatCannotBeRemoved(t *testing.T) {
	for _, restart := range []bool{false, true} {
		var c collector
		compress, calls := counting()
		ffs := quick()
		path := filepath.Join(t.TempDir(), "app.log")
		opts := &RotatingOptions{Archive: Growing{}, Compress: compress, Options: Options{OnError: c.add}}
		s := made(t)(newRotating(ffs, path, 2, opts))
		ffs.Arm(faultfs.Fault{Op: "remove", Name: "app.log.1", Err: syscall.EPERM, Persistent: true})
		emit(t, s, "a", "b")
		settled(s)
		wantNames(t, filepath.Dir(path), "app.log", "app.log.1", "app.log.1.gz")
		s.waitReported()
		if errs := c.all(); len(errs) == 0 || !errors.Is(errs[0], syscall.EPERM) {
			t.Errorf("reported: %v", errs)
		}
		emit(t, s, "c") // the next pass
		settled(s)
		if n := calls.Load(); n > 2 {
			t.Errorf("compressed %d times", n)
		}
		wantRecords(t, s, "a", "b", "c")
		ffs.Arm(faultfs.Fault{})
		if restart {
			closeSink(t, s)
			s = made(t)(newRotating(ffs, path, 2, opts))
		} else {
			emit(t, s, "d")
		}
		closeSink(t, s)
		if n, files := calls.Load(), int64(len(generations(t, s))-1); n != files {
			t.Errorf("compressed %d times for %d files", n, files)
		}
		for _, name := range namesIn(t, filepath.Dir(path)) {
			if name != "app.log" && !strings.HasSuffix(name, ".gz") {
				t.Errorf("%s is still there", name)
			}
		}
	}
}

// One file that cannot be compressed does not keep the others from it for ever.
func TestCompressionOfOneFileFails(t *testing.T) {
	var c collector
	ffs := quick()
	dir := t.TempDir()
	s := made(t)(newRotating(ffs, filepath.Join(dir, "app.log"), 2, &RotatingOptions{
		Archive: Growing{}, Compress: Gzip, Options: Options{OnError: c.add},
	}))
	ffs.Arm(faultfs.Fault{Op: "open", Name: "app.log.1", Err: syscall.EACCES, Persistent: true})
	emit(t, s, "a", "b", "c")
	closeSink(t, s)
	wantNames(t, dir, "app.log", "app.log.1", "app.log.2.gz")
	wantRecords(t, s, "a", "b", "c")
	if _, err := os.Stat(filepath.Join(dir, "app.log.1.gz.tmp")); err == nil {
		t.Error("a partial file was left")
	}
}
