// Command rotating writes a log that is begun anew at midnight and whenever it would
// become larger than 100 MiB. Old files are compressed, and kept for 30 days, or less if
// they and the live one would have more than 2000 MiB together.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/slogsink"
)

func main() {
	path := "app.log"
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	if err := run(path, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	mebibyte = 1 << 20
	day      = 24 * time.Hour
)

func run(path string, w io.Writer) (err error) {
	sink, err := file.NewTimedRotating(path, file.Calendar{When: file.Midnight}, &file.RotatingOptions{
		Options:  file.Options{Formatter: core.JSON{}, MkdirAll: true},
		Also:     file.MaxBytes(100 * mebibyte),
		Compress: file.Gzip,
		MaxAge:   30 * day,
		MaxTotal: 2000 * mebibyte,
		RollIdle: true,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()

	logger := slog.New(slogsink.NewHandler(sink, nil))
	logger.Info("started", "pid", os.Getpid())

	// A new file may be asked for at any time, on SIGHUP for example.
	if err := sink.Rotate(); err != nil {
		return err
	}
	logger.Info("in a new file")

	expired, err := sink.Expired()
	fmt.Fprintf(w, "%s: %d rotations, %d old files would be deleted now\n",
		filepath.Base(sink.Path()), sink.Stats().Rotations, len(expired))
	return err
}
