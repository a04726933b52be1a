package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// openStream writes to a pipe that is read at the same time.
func openStream(*site) (*opened, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	sink, err := core.NewStream(w, nil)
	if err != nil {
		return nil, errors.Join(err, r.Close(), w.Close())
	}
	var text []byte
	var readErr error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		text, readErr = io.ReadAll(r)
	}()
	return &opened{sink: sink, read: func() ([]shelf, error) {
		err := w.Close()
		<-ended
		return []shelf{{byLines("pipe", text)}}, errors.Join(err, readErr, r.Close())
	}}, nil
}

func openNull(*site) (*opened, error) {
	return &opened{sink: &core.Null{}, read: func() ([]shelf, error) { return nil, nil }}, nil
}

// openMulti writes everything to memory and to a file.
func openMulti(s *site) (*opened, error) {
	var memory bytes.Buffer
	stream, err := core.NewStream(&memory, nil)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(s.dir, "app.log")
	disk, err := file.New(path, &file.Options{OnError: s.report})
	if err != nil {
		return nil, err
	}
	return &opened{sink: core.NewMulti(stream, disk), read: func() ([]shelf, error) {
		copied, err := readFile("file", path)
		return []shelf{{byLines("stream", memory.Bytes())}, {copied}}, err
	}}, nil
}

// openFailover writes to a stream that fails in the middle third, and meanwhile
// to a file.
func openFailover(s *site) (*opened, error) {
	var memory bytes.Buffer
	first, err := core.NewStream(&failing{w: &memory, site: s}, nil)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(s.dir, "second.log")
	second, err := file.New(path, &file.Options{OnError: s.report})
	if err != nil {
		return nil, err
	}
	sink, err := core.NewFailover([]core.Sink{first, second}, &core.FailoverOptions{
		Pause:   time.Millisecond,
		OnError: func(error) {}, // it is meant to fail
	})
	if err != nil {
		return nil, err
	}
	return &opened{sink: sink, read: func() ([]shelf, error) {
		rest, err := readFile("second", path)
		return []shelf{{byLines("first", memory.Bytes()), rest}}, err
	}}, nil
}

// failing is a writer that fails during the middle third of the records.
type failing struct {
	w    io.Writer
	site *site
}

func (f *failing) Write(p []byte) (int, error) {
	if n := f.site.logged(); n >= f.site.total/3 && n < f.site.total*2/3 {
		return 0, errors.New("connection lost")
	}
	return f.w.Write(p)
}
