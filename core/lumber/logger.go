package lumber

import (
	"cmp"
	"errors"
	"math"
	"os"
	"path/filepath"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"
)

// checkLogger returns what is wrong with a logger.
func checkLogger(l *lumberjack.Logger) error {
	switch {
	case l == nil:
		return errors.New("lumber: the logger is nil")
	case l.MaxSize < 0:
		return wrong("MaxSize %d is negative: lumberjack would refuse every record", l.MaxSize)
	}
	return nil
}

// What lumberjack's defaults and units are.
const (
	defaultMaxSize = 100 // megabytes
	megabyte       = 1 << 20
	day            = 24 * time.Hour
)

// maxBytes returns the largest size of a logger's file. What is more than can be
// counted is the most that can.
func maxBytes(l *lumberjack.Logger) int64 {
	return min(int64(cmp.Or(l.MaxSize, defaultMaxSize)), math.MaxInt64/megabyte) * megabyte
}

// maxAge returns how long a logger keeps its backups; 0: for ever.
func maxAge(l *lumberjack.Logger) time.Duration {
	return time.Duration(min(max(0, int64(l.MaxAge)), int64(math.MaxInt64/day))) * day
}

// location returns where a logger reads the time off the clock.
func location(l *lumberjack.Logger) *time.Location {
	if l.LocalTime {
		return time.Local
	}
	return time.UTC
}

// pathOf returns the path of a logger's file.
func pathOf(l *lumberjack.Logger) string {
	if l.Filename != "" {
		return l.Filename
	}
	return filepath.Join(os.TempDir(), filepath.Base(os.Args[0])+"-lumberjack.log")
}
