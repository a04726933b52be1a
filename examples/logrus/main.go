// Command logrus is a program that logs with logrus to a file, before and after.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/logrussink"
)

func main() {
	path := flag.String("file", filepath.Join(os.TempDir(), "logsinks-logrus.log"), "file to log to")
	flag.Parse()
	if err := run(*path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("see", *path)
}

func run(path string) (err error) {
	sink, err := file.NewWatched(path, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.Close()) }()

	logger := logrus.New()
	logger.SetFormatter(&logrus.JSONFormatter{})
	// Before: logger.SetOutput(f)
	logger.AddHook(logrussink.NewHook(sink, &logrussink.Options{Formatter: logger.Formatter}))
	logrussink.DiscardOutput(logger) // or the lines go to standard error as well

	work(logger.WithField("host", "web1"))
	return nil
}

// work logs as any program does: it does not know where to.
func work(logger *logrus.Entry) {
	logger.WithField("port", 8080).Info("listening")
	logger.Debug("below the level")
	logger.WithField("took", 1500*time.Millisecond).Warn("slow query")
	logger.WithError(errors.New("card expired")).Error("payment failed")
}
