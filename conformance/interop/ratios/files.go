package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// line is a record of 199 bytes, and its end.
var line = append(bytes.Repeat([]byte("x"), 199), '\n')

// bufferSize is that of every buffer here.
const bufferSize = 256 << 10

// filePairs hold the file sink against the bare file.
func filePairs(dir string) []pair {
	var all []pair
	for _, c := range []struct {
		goroutines int
		target     float64
	}{{1, 1.05}, {8, 0.70}, {64, 0.35}} {
		all = append(all, pair{
			name:       fmt.Sprintf("file, synchronous, %d goroutines / os.File", c.goroutines),
			target:     c.target,
			goroutines: c.goroutines,
			base:       func() (subject, error) { return bareFile(dir) },
			ours:       func() (subject, error) { return fileSink(dir, file.Options{Sync: file.SyncNever}) },
		})
	}
	for _, goroutines := range []int{1, 2, 8, 64} {
		all = append(all, pair{
			name:       fmt.Sprintf("file, buffered, %d goroutines / bufio and a mutex", goroutines),
			target:     1.15,
			goroutines: goroutines,
			base:       func() (subject, error) { return bareBuffer(dir) },
			ours: func() (subject, error) {
				return fileSink(dir, file.Options{Sync: file.SyncNever, BufferSize: bufferSize})
			},
		})
	}
	return all
}

// logFile opens an empty file to append to.
func logFile(dir string) (*os.File, error) {
	name := filepath.Join(dir, "base.log")
	if err := os.RemoveAll(name); err != nil {
		return nil, err
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
}

func bareFile(dir string) (subject, error) {
	f, err := logFile(dir)
	if err != nil {
		return subject{}, err
	}
	return subject{record: func() { _, _ = f.Write(line) }, done: f.Close}, nil
}

func bareBuffer(dir string) (subject, error) {
	f, err := logFile(dir)
	if err != nil {
		return subject{}, err
	}
	var mu sync.Mutex
	w := bufio.NewWriterSize(f, bufferSize)
	return subject{
		record: func() {
			mu.Lock()
			defer mu.Unlock()
			_, _ = w.Write(line)
		},
		done: func() error { return errors.Join(w.Flush(), f.Close()) },
	}, nil
}

func newFileSink(dir string, o file.Options) (*file.Sink, error) {
	name := filepath.Join(dir, "ours.log")
	if err := os.RemoveAll(name); err != nil {
		return nil, err
	}
	return file.New(name, &o)
}

func fileSink(dir string, o file.Options) (subject, error) {
	return emitting(newFileSink(dir, o))
}

// emitting is a sink that was just opened, or was not, and is given the line.
func emitting[S core.Sink](s S, err error) (subject, error) {
	if err != nil {
		return subject{}, err
	}
	return subject{
		record: func() { _ = s.Emit(core.Record{Line: line[:len(line)-1]}) },
		done:   s.Close,
	}, nil
}
