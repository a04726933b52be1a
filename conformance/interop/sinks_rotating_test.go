package interop_test

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

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// onRotating is a file that is given up every few records.
func onRotating(opts file.RotatingOptions) part {
	return func(t *testing.T) (core.Sink, output) {
		opts.Archive = file.Growing{}
		return rotatingPart(t, opts, func(path string, o *file.RotatingOptions) (*file.Rotating, error) {
			return file.NewRotating(path, 2048, o)
		})
	}
}

// every is a schedule of its own kind.
type every time.Duration

func (e every) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

// onTimed is a file that is given up many times a second.
func onTimed(t *testing.T) (core.Sink, output) {
	opts := file.RotatingOptions{Archive: file.Growing{}}
	return rotatingPart(t, opts, func(path string, o *file.RotatingOptions) (*file.Rotating, error) {
		return file.NewTimedRotating(path, every(100*time.Microsecond), o)
	})
}

func rotatingPart(t *testing.T, opts file.RotatingOptions, construct func(string, *file.RotatingOptions) (*file.Rotating, error)) (core.Sink, output) {
	path := filepath.Join(t.TempDir(), "app.log")
	opts.Sync = file.SyncNever
	opts.OnError = func(err error) { t.Errorf("reported: %v", err) }
	sink, err := construct(path, &opts)
	check(t, err)
	out := output{formatter: opts.Formatter, text: func(t *testing.T) string { return grown(t, path) }}
	if out.formatter == nil {
		out.formatter = core.Line{}
	}
	return sink, out
}

// grown returns what is in the files of a Growing archive and in the live one.
func grown(t *testing.T, path string) (text string) {
	t.Helper()
	names, err := filepath.Glob(path + ".[0-9]*")
	check(t, err)
	if len(names) == 0 {
		t.Error("no file was given up")
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(grownNumber(a), grownNumber(b)) })
	for _, name := range append(names, path) {
		text += unpacked(t, name)
	}
	return text
}

func grownNumber(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(name, ".gz")), "."))
	return n
}

// unpacked returns what a file holds, uncompressed.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	check(t, err)
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		r, err = gzip.NewReader(f)
		check(t, err)
	}
	text, err := io.ReadAll(r)
	check(t, err)
	return string(text)
}
