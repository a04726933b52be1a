// Command slog is a program that logs with log/slog to a file, before and after.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/slogsink"
)

func main() {
	path := flag.String("file", filepath.Join(os.TempDir(), "logsinks-slog.log"), "file to log to")
	flag.Parse()
	if err := run(*path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("see", *path)
}

func run(path string) (err error) {
	sink, err := file.NewWatched(path, &file.Options{Formatter: core.JSON{}}) // what slog.JSONHandler writes
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()

	// Before: slog.New(slog.NewJSONHandler(f, nil))
	logger := slog.New(slogsink.NewHandler(sink, nil))

	work(logger.With("host", "web1"))
	return nil
}

// work logs as any program does: it does not know where to.
func work(logger *slog.Logger) {
	logger.Info("listening", "port", 8080)
	logger.Debug("below the level")
	logger.Warn("slow query", "took", 1500*time.Millisecond)
	logger.Error("payment failed", "error", errors.New("card expired"))
}
