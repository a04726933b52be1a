package peers_test

import (
	"time"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// ours is the rotating file of this repository.
var ours = subject{
	name: "logsinks",
	can: bySize | manual | byTime | byCount | byAge | keepsNone | byTotal | compresses | setsMode |
		watches | shares | rollsIdle | tags,
	open: openOurs,
}

// every is a schedule: the same time after each beginning.
type every time.Duration

func (e every) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

func openOurs(o options) (core.Sink, func() error, error) {
	opts := file.RotatingOptions{
		Options:  file.Options{Perm: o.mode, MkdirAll: true, OnError: func(error) {}},
		MaxAge:   o.maxAge,
		MaxTotal: o.maxTotal,
		Watched:  o.watch,
		Shared:   o.shared,
		RollIdle: o.idle,
	}
	switch {
	case o.backups == none:
		opts.DiscardOld = true
	case o.backups > 0:
		opts.Backups = o.backups
	default:
		opts.Archive = file.Growing{}
	}
	if o.seconds || o.local {
		opts.Archive = file.Dated{}
	}
	if o.tag != "" {
		opts.Namer = func(name string) string { return name + "." + o.tag }
	}
	if o.compress {
		opts.Compress = file.Gzip
	}
	var trigger file.Trigger = file.MaxBytes(o.maxBytes)
	if o.interval > 0 {
		trigger = file.Any(trigger, file.On(every(o.interval)))
	}
	s, err := file.NewRotatingWith(o.path, trigger, &opts)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Rotate, nil
}
