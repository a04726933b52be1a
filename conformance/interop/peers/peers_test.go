package peers_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/DeRuina/timberjack"
	"github.com/gookit/slog/rotatefile"
	rotatelogs "github.com/lestrrat-go/file-rotatelogs"
	"github.com/logsinks/logsinks/core"
	phuslu "github.com/phuslu/log"
	"gopkg.in/natefinch/lumberjack.v2"
)

// peers are the subjects of the table, in its order: ours and those of other projects.
var peers = []subject{
	ours,
	{
		name:   "lumberjack",
		module: "gopkg.in/natefinch/lumberjack.v2",
		can:    bySize | manual | byCount | byAge | compresses,
		open:   openLumberjack,
	},
	{
		name:   "timberjack",
		module: "github.com/DeRuina/timberjack",
		can:    bySize | manual | byTime | byCount | byAge | compresses | setsMode | rollsIdle | tags,
		open:   openTimberjack,
	},
	{
		name:   "file-rotatelogs",
		module: "github.com/lestrrat-go/file-rotatelogs",
		can:    bySize | manual | byTime | byCount | byAge | keepsNone | shares | tags,
		open:   openRotatelogs,
	},
	{
		name:   "phuslu/log",
		module: "github.com/phuslu/log",
		can:    bySize | manual | byCount | byTotal | setsMode | shares,
		open:   openPhuslu,
	},
	{
		name:   "gookit/slog",
		module: "github.com/gookit/slog",
		can:    bySize | byTime | byCount | byAge | compresses | setsMode | shares | tags,
		open:   openGookit,
	},
}

func openLumberjack(o options) (core.Sink, func() error, error) {
	l := &lumberjack.Logger{
		Filename:   o.path,
		MaxSize:    int(o.maxBytes / mebibyte),
		MaxBackups: max(o.backups, 0),
		MaxAge:     int(o.maxAge / day),
		Compress:   o.compress,
		LocalTime:  o.local,
	}
	return stream(l, l.Rotate)
}

func openTimberjack(o options) (core.Sink, func() error, error) {
	l := &timberjack.Logger{
		Filename:         o.path,
		MaxSize:          int(o.maxBytes / mebibyte),
		MaxBackups:       max(o.backups, 0),
		MaxAge:           int(o.maxAge / day),
		RotationInterval: o.interval,
		FileMode:         o.mode,
		LocalTime:        o.local,
	}
	if o.idle {
		l.RotationInterval, l.RotateAtMinutes = 0, minutes(o.interval)
	}
	if o.compress {
		l.Compression = "gzip"
	}
	if o.seconds {
		l.BackupTimeFormat = "2006-01-02T15-04-05"
	}
	if o.tag != "" {
		return stream(l, func() error { return l.RotateWithReason(o.tag) })
	}
	return stream(l, l.Rotate)
}

// minutes are those of an hour at which an interval is over.
func minutes(interval time.Duration) (list []int) {
	for m := time.Duration(0); m < time.Hour; m += interval {
		list = append(list, int(m/time.Minute))
	}
	return list
}

// clock is what file-rotatelogs and gookit take for one.
type clock func() time.Time

func (c clock) Now() time.Time { return c() }

// openRotatelogs gives the files dates, and the live name to the link, as its
// documentation does. The count that it takes includes the live file; all of them
// it cannot be told to keep, but to keep them for a long time.
func openRotatelogs(o options) (core.Sink, func() error, error) {
	pattern := o.path + ".%Y%m%d"
	if o.tag != "" {
		pattern = o.path + "." + o.tag + ".%Y%m%d"
	}
	opts := []rotatelogs.Option{rotatelogs.WithLinkName(o.path), rotatelogs.WithRotationSize(o.maxBytes)}
	if o.interval > 0 {
		opts = append(opts, rotatelogs.WithRotationTime(o.interval))
		if o.interval < day {
			pattern += "%H%M%S"
		}
	}
	switch {
	case o.backups == none:
		opts = append(opts, rotatelogs.WithMaxAge(-1), rotatelogs.WithRotationCount(1))
	case o.backups > 0:
		opts = append(opts, rotatelogs.WithMaxAge(-1), rotatelogs.WithRotationCount(uint(o.backups)+1))
	case o.maxAge > 0:
		opts = append(opts, rotatelogs.WithMaxAge(o.maxAge))
	default:
		opts = append(opts, rotatelogs.WithMaxAge(100*365*day))
	}
	if o.now != nil {
		opts = append(opts, rotatelogs.WithClock(clock(o.now)))
	}
	l, err := rotatelogs.New(pattern, opts...)
	if err != nil {
		return nil, nil, err
	}
	return stream(l, l.Rotate)
}

// openPhuslu leaves the total to a Cleaner, as its documentation does.
func openPhuslu(o options) (core.Sink, func() error, error) {
	w := &phuslu.FileWriter{
		Filename:     o.path,
		MaxSize:      o.maxBytes,
		MaxBackups:   max(o.backups, 0),
		FileMode:     o.mode,
		EnsureFolder: true,
	}
	if o.maxTotal > 0 {
		w.Cleaner = func(name string, _ int, oldestFirst []fs.FileInfo) {
			room := o.maxTotal
			for i := len(oldestFirst) - 1; i >= 0; i-- {
				if room -= oldestFirst[i].Size(); room < 0 {
					_ = os.Remove(filepath.Join(filepath.Dir(name), oldestFirst[i].Name()))
				}
			}
		}
	}
	return stream(w, w.Rotate)
}

// openGookit has Close clean up: what happens before is for chance to decide, and
// spares files of the last half minute. Its Rotate does nothing that is not due.
func openGookit(o options) (core.Sink, func() error, error) {
	w, err := rotatefile.EmptyConfigWith(rotatefile.WithFilepath(o.path), func(c *rotatefile.Config) {
		c.MaxSize = uint64(o.maxBytes)
		c.RotateTime = rotatefile.RotateTime(o.interval / time.Second)
		c.BackupNum = uint(max(o.backups, 0))
		c.BackupTime = uint(o.maxAge / time.Hour)
		c.Compress = o.compress
		c.CleanOnClose = c.BackupNum > 0 || c.BackupTime > 0
		if o.mode != 0 {
			c.FilePerm = o.mode
		}
		if o.now != nil {
			c.TimeClock = clock(o.now)
		}
		if o.tag != "" {
			c.RenameFunc = func(path string, n uint) string { return fmt.Sprintf("%s.%s_%d", path, o.tag, n) }
		}
	}).Create()
	if err != nil {
		return nil, nil, err
	}
	return stream(w, nil)
}
