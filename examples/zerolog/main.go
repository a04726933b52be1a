// Command zerolog is a program that logs with zerolog to a file, before and
// after.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zerologsink"
)

func main() {
	path := flag.String("file", filepath.Join(os.TempDir(), "logsinks-zerolog.log"), "file to log to")
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

	// Before: zerolog.New(f)
	logger := zerolog.New(zerologsink.NewWriter(sink, nil))

	work(logger.Level(zerolog.InfoLevel).With().Timestamp().Str("host", "web1").Logger())
	return nil
}

// work logs as any program does: it does not know where to.
func work(logger zerolog.Logger) {
	logger.Info().Int("port", 8080).Msg("listening")
	logger.Debug().Msg("below the level")
	logger.Warn().Dur("took", 1500*time.Millisecond).Msg("slow query")
	logger.Error().Err(errors.New("card expired")).Msg("payment failed")
}
