package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/logsinks/logsinks/core/file"
)

// openFile returns a function that opens one file, with opts.
func openFile(opts *file.Options) func(*site) (*opened, error) {
	return func(s *site) (*opened, error) {
		var o file.Options
		if opts != nil {
			o = *opts
		}
		o.OnError = s.report
		path := filepath.Join(s.dir, "app.log")
		sink, err := file.New(path, &o)
		if err != nil {
			return nil, err
		}
		return &opened{sink: sink, read: func() ([]shelf, error) {
			d, err := readFile("file", path)
			return []shelf{{d}}, err
		}}, nil
	}
}

// openWatched opens a file that is moved away, as logrotate does it, while
// records are written.
func openWatched(s *site) (*opened, error) {
	path := filepath.Join(s.dir, "app.log")
	moved := path + ".1"
	sink, err := file.NewWatched(path, &file.Options{OnError: s.report})
	if err != nil {
		return nil, err
	}
	return &opened{
		sink:   sink,
		midway: func() error { return os.Rename(path, moved) },
		read: func() ([]shelf, error) {
			before, err := readFile("moved", moved)
			after, err2 := readFile("new", path)
			after.follows = true
			return []shelf{{before, after}}, errors.Join(err, err2)
		},
	}, nil
}

// readFile returns what a file holds. One that does not exist holds nothing.
func readFile(name, path string) (destination, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return byLines(name, text), err
}
