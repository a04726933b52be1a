package conformance_test

import (
	"cmp"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core/file"
)

func TestRotating(t *testing.T) {
	for name, opts := range map[string]file.RotatingOptions{
		"numbered":   {Backups: 100},
		"growing":    {Backups: file.KeepAll, Archive: file.Growing{}},
		"sync each":  {Backups: file.KeepAll, Archive: file.Growing{}, Options: file.Options{Sync: file.SyncEach}},
		"buffered":   {Backups: file.KeepAll, Archive: file.Growing{}, Options: file.Options{BufferSize: 4096}},
		"compressed": {Backups: file.KeepAll, Archive: file.Growing{}, Compress: file.Gzip},
		"watched":    {Backups: file.KeepAll, Archive: file.Growing{}, Watched: true},
		"shared":     {Backups: file.KeepAll, Archive: file.Growing{}, Shared: true},
	} {
		t.Run(name, func(t *testing.T) {
			checkRotating(t, opts, func(path string, o *file.RotatingOptions) (*file.Rotating, error) {
				return file.NewRotating(path, 16<<10, o)
			})
		})
	}
}

func TestTimedRotating(t *testing.T) {
	checkRotating(t, file.RotatingOptions{Also: file.MaxBytes(16 << 10)},
		func(path string, o *file.RotatingOptions) (*file.Rotating, error) {
			return file.NewTimedRotating(path, file.Calendar{When: file.Seconds, Location: time.UTC}, o)
		})
}

// construct makes the sink that is checked.
type construct func(path string, o *file.RotatingOptions) (*file.Rotating, error)

// checkRotating runs the suite, in which files have to be rotated now and then.
func checkRotating(t *testing.T, opts file.RotatingOptions, construct construct) {
	t.Helper()
	var sinks []*file.Rotating
	conformance.Sink(t, rotatingHarness(opts, func(path string, o *file.RotatingOptions) (*file.Rotating, error) {
		s, err := construct(path, o)
		sinks = append(sinks, s)
		return s, err
	}))
	if !slices.ContainsFunc(sinks, func(s *file.Rotating) bool { return s.Stats().Rotations > 0 }) {
		t.Error("no file was rotated")
	}
}

func rotatingHarness(opts file.RotatingOptions, construct construct) conformance.SinkHarness {
	return conformance.SinkHarness{Limits: limits(opts.Options), New: func(t conformance.T) conformance.Rig {
		o := opts
		o.Options = *terminated(opts.Options)
		path := filepath.Join(t.TempDir(), "app.log")
		s, err := construct(path, &o)
		if err != nil {
			t.Fatalf("constructor: %v", err)
		}
		return conformance.Rig{Sink: s, Received: func(t conformance.T) []conformance.Received {
			return split(allFiles(t, path, o.Archive == nil && o.Backups > 0))
		}}
	}}
}

// allFiles returns what is in the old files and in the live one, oldest first: that
// with the highest number if they are numbered as Python does it. Files that are being
// compressed or renamed meanwhile are waited for.
func allFiles(t conformance.T, path string, numbered bool) string {
	t.Helper()
	for range 2000 {
		if text, ok := tryAllFiles(t, path, numbered); ok {
			return text
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("the files do not come to rest")
	return ""
}

func tryAllFiles(t conformance.T, path string, numbered bool) (text string, ok bool) {
	t.Helper()
	old, err := filepath.Glob(path + ".*")
	check(t, err)
	old = slices.DeleteFunc(old, func(name string) bool { return name == path+".lock" })
	slices.SortFunc(old, func(a, b string) int {
		if numbered {
			a, b = b, a
		}
		return compareSuffixes(strings.TrimPrefix(a, path), strings.TrimPrefix(b, path))
	})
	for _, name := range append(old, path) {
		part, err := readUnpacked(name)
		if err != nil || strings.HasSuffix(name, ".tmp") || strings.Contains(name, "rotating-") {
			return "", false
		}
		text += part
	}
	return text, true
}

// compareSuffixes compares .9 with .10, and a date with the same one and a counter.
func compareSuffixes(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(a, b string) int {
		m, err := strconv.Atoi(a)
		n, err2 := strconv.Atoi(b)
		if err == nil && err2 == nil {
			return cmp.Compare(m, n)
		}
		return cmp.Compare(a, b)
	})
}

// readUnpacked returns what a file holds, uncompressed.
func readUnpacked(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return "", err
		}
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
