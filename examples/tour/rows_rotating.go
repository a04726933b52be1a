package main

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core/file"
)

// openRotating begins a new file about five times while the records are logged, and
// compresses the old ones.
func openRotating(s *site) (*opened, error) {
	path := filepath.Join(s.dir, "app.log")
	sink, err := file.NewRotating(path, int64(64*s.total), &file.RotatingOptions{
		Options:  file.Options{OnError: s.report},
		Backups:  1000,
		Compress: file.Gzip,
	})
	if err != nil {
		return nil, err
	}
	return &opened{sink: sink, read: func() ([]shelf, error) { return readRotated(path, -1, true) }}, nil
}

// enough is how many records are certainly not all logged before a row is halfway.
const enough = 100

// openTimed begins a new file each second, and logs for longer than that.
func openTimed(s *site) (*opened, error) {
	path := filepath.Join(s.dir, "app.log")
	sink, err := file.NewTimedRotating(path, file.Calendar{When: file.Seconds}, &file.RotatingOptions{
		Options: file.Options{OnError: s.report},
	})
	if err != nil {
		return nil, err
	}
	return &opened{
		sink:   sink,
		midway: func() error { time.Sleep(time.Second); return nil },
		read:   func() ([]shelf, error) { return readRotated(path, 1, s.total >= enough) },
	}, nil
}

// readRotated returns what is in the old files, and in the live one. Names are in the
// order of the files (1), or against it (-1). That there are none is an error if there must
// be some.
func readRotated(path string, order int, must bool) ([]shelf, error) {
	names, err := filepath.Glob(path + ".*")
	if err != nil {
		return nil, err
	}
	if must && len(names) == 0 {
		return nil, errors.New("the file was not rotated")
	}
	slices.SortFunc(names, func(a, b string) int { return order * compareNames(a, b) })
	var text []byte
	for _, name := range names {
		part, err := readUnpacked(name)
		if err != nil {
			return nil, err
		}
		text = append(text, part...)
	}
	live, err := readFile("live", path)
	live.follows = true
	return []shelf{{byLines(fmt.Sprintf("%d old", len(names)), text), live}}, err
}

// compareNames compares the names of old files by the numbers in them, if any.
func compareNames(a, b string) int {
	number := func(name string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(name, ".gz")), "."))
		return n
	}
	return cmp.Or(cmp.Compare(number(a), number(b)), cmp.Compare(a, b))
}

// readUnpacked returns what a file holds, uncompressed.
func readUnpacked(name string) (text []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if !strings.HasSuffix(name, ".gz") {
		return io.ReadAll(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
