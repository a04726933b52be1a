// Command zap is a program that logs with zap to a file, before and after.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zapsink"
)

func main() {
	path := flag.String("file", filepath.Join(os.TempDir(), "logsinks-zap.log"), "file to log to")
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

	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	// Before: zapcore.NewCore(encoder, f, zap.InfoLevel)
	logger := zap.New(zapsink.NewCore(sink, zap.InfoLevel, &zapsink.Options{Encoder: encoder}))

	work(logger.Named("shop").With(zap.String("host", "web1")))
	return logger.Sync()
}

// work logs as any program does: it does not know where to.
func work(logger *zap.Logger) {
	logger.Info("listening", zap.Int("port", 8080))
	logger.Debug("below the level")
	logger.Warn("slow query", zap.Duration("took", 1500*time.Millisecond))
	logger.Error("payment failed", zap.Error(errors.New("card expired")))
}
