package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.uber.org/zap/zapcore"
	"gopkg.in/natefinch/lumberjack.v2"

	"github.com/logsinks/logsinks/core/file"
)

const (
	megabyte = 1 << 20
	// rotated is how many records of 200 bytes make three files of 10 MB.
	rotated = 170000
	// paced is how many records the worst calls are picked from: some ten files of 1 MB.
	paced = 60000
)

// rotatingPairs hold the rotating sink against lumberjack, and against the file sink
// where nothing rotates.
func rotatingPairs(dir string) []pair {
	var all []pair
	for _, goroutines := range []int{1, 64} {
		all = append(all, pair{
			name:       fmt.Sprintf("rotating, but never, %d goroutines / file.New", goroutines),
			target:     1.02,
			goroutines: goroutines,
			base:       func() (subject, error) { return plainSink(dir) },
			ours:       func() (subject, error) { return rotatingSink(dir, 0, 0) },
		})
	}
	for _, c := range []struct {
		goroutines int
		target     float64
	}{{1, 1.05}, {64, 0.40}} {
		all = append(all, pair{
			name:       fmt.Sprintf("rotating every 10 MB, %d goroutines / lumberjack", c.goroutines),
			target:     c.target,
			goroutines: c.goroutines,
			records:    rotated,
			base:       func() (subject, error) { return lumber(dir, 10) },
			ours:       func() (subject, error) { return rotatingSink(dir, 10*megabyte, 0) },
		})
	}
	for _, goroutines := range []int{2, 8, 64} {
		all = append(all, pair{
			name:       fmt.Sprintf("rotating every 10 MB, buffered, %d goroutines / zap's buffer over lumberjack", goroutines),
			target:     0.75,
			goroutines: goroutines,
			records:    rotated,
			base:       func() (subject, error) { return bufferedLumber(dir) },
			ours:       func() (subject, error) { return rotatingSink(dir, 10*megabyte, bufferSize) },
		})
	}
	return append(append(all, syncedPairs(dir)...), worstPairs(dir)...)
}

// syncedPairs are about the default, under which old files are made durable in the
// background. lumberjack never does that; what it costs depends on the disk.
func syncedPairs(dir string) (all []pair) {
	for _, goroutines := range []int{1, 64} {
		all = append(all, pair{
			name:       fmt.Sprintf("rotating every 10 MB, old files synced, %d goroutines / lumberjack without sync", goroutines),
			target:     1.25,
			goroutines: goroutines,
			records:    rotated,
			base:       func() (subject, error) { return lumber(dir, 10) },
			ours:       func() (subject, error) { return syncedSink(dir) },
		})
	}
	return all
}

// worstPairs are about the calls that meet a rotation.
func worstPairs(dir string) []pair {
	base := func() (subject, error) { return lumber(dir, 1) }
	return []pair{{
		name: "rotating every 1 MB, worst calls / lumberjack's", target: 0.4, goroutines: 1, records: paced, worst: true,
		base: base,
		ours: func() (subject, error) { return rotatingSink(dir, megabyte, 0) },
	}, {
		name: "rotating every 1 MB, buffered, worst calls / lumberjack's", target: 0.1, goroutines: 1, records: paced, worst: true,
		base: base,
		ours: func() (subject, error) { return rotatingSink(dir, megabyte, bufferSize) },
	}}
}

// fresh returns the path of a log in an empty directory.
func fresh(dir, name string) (string, error) {
	dir = filepath.Join(dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return filepath.Join(dir, "app.log"), os.Mkdir(dir, 0o750)
}

// plainSink is what the rotating sink is held against where nothing rotates.
func plainSink(dir string) (subject, error) {
	path, err := fresh(dir, "base")
	if err != nil {
		return subject{}, err
	}
	return emitting(file.New(path, &file.Options{Sync: file.SyncNever}))
}

func rotatingSink(dir string, limit int64, buffer int) (subject, error) {
	path, err := fresh(dir, "ours")
	if err != nil {
		return subject{}, err
	}
	return emitting(file.NewRotating(path, limit, &file.RotatingOptions{
		Options: file.Options{Sync: file.SyncNever, BufferSize: buffer},
		Backups: 3,
	}))
}

func syncedSink(dir string) (subject, error) {
	path, err := fresh(dir, "ours")
	if err != nil {
		return subject{}, err
	}
	return emitting(file.NewRotating(path, 10*megabyte, &file.RotatingOptions{Backups: 3}))
}

func newLumber(dir string, megabytes int) (*lumberjack.Logger, error) {
	path, err := fresh(dir, "base")
	return &lumberjack.Logger{Filename: path, MaxSize: megabytes, MaxBackups: 3}, err
}

func lumber(dir string, megabytes int) (subject, error) {
	l, err := newLumber(dir, megabytes)
	if err != nil {
		return subject{}, err
	}
	return subject{record: func() { _, _ = l.Write(line) }, done: l.Close}, nil
}

func bufferedLumber(dir string) (subject, error) {
	l, err := newLumber(dir, 10)
	if err != nil {
		return subject{}, err
	}
	w := &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(l), Size: bufferSize}
	return subject{
		record: func() { _, _ = w.Write(line) },
		done:   func() error { return errors.Join(w.Stop(), l.Close()) },
	}, nil
}
