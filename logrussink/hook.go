package logrussink

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
)

// Options are the options of [NewHook]. Nil means the zero value, which means
// the defaults.
type Options struct {
	// Formatter renders the record's Line, what sinks that write lines write.
	// Default none: the sink's own formatter renders. With the logger's Formatter
	// the lines are those that the logger itself would write; whether a
	// TextFormatter without ForceColors or DisableColors uses colors depends on the
	// logger's output, here as there.
	//
	// It is called by many goroutines at once, as by logrus itself, and keeps
	// nothing of its entry. It gets a copy, so what it changes nobody else sees. A
	// rendering without any bytes, not even a line end, is no line to logrus and no
	// record to the sink.
	Formatter logrus.Formatter

	// Levels are the levels that the hook is for. logrus asks once, when the hook
	// is added. Default all.
	Levels []logrus.Level

	// Logger is the name of the logger on every record. Default "".
	Logger string

	// ContextAttrs returns what a context holds that belongs on the record, such as
	// trace identifiers. These attributes come before the fields. It is called
	// with the entry's context, if there is one, when a sink first asks for the
	// attributes of a record; a panic is reported and leaves the fields. It is
	// called by many goroutines at once. Default none.
	ContextAttrs func(context.Context) []slog.Attr

	// ReturnErrors makes Fire return the sink's errors, in place of reporting them.
	// logrus prints such an error, once for each record, and does not fire the
	// hooks that were added later. Default false.
	ReturnErrors bool

	// FlushTimeout is the limit of Flush and Close, and of Fire at the levels fatal
	// and panic. Default [core.DefaultFlushTimeout].
	FlushTimeout time.Duration

	// OnError is told the errors that nobody is returned, from a goroutine of its
	// own. Default standard error, at most one line a second.
	OnError func(error)
}

// Hook is a logrus.Hook that delivers entries to a [core.Sink]. All methods may
// be called by many goroutines at once.
type Hook struct {
	front  *core.Front
	opts   Options
	tame   bool      // the formatter is one of logrus' own
	drafts sync.Pool // of *draft
}

// NewHook returns a hook in front of sink. It panics if sink is nil.
//
// The logger goes on writing to its own output. Who wants the sink alone calls
// [DiscardOutput] too, which is cheaper than logger.SetOutput(io.Discard): that
// would have the logger render every record once more, for nobody.
func NewHook(sink core.Sink, opts *Options) *Hook {
	if sink == nil {
		panic("logrussink: NewHook: nil sink")
	}
	h := &Hook{}
	if opts != nil {
		h.opts = *opts
	}
	if len(h.opts.Levels) == 0 {
		h.opts.Levels = logrus.AllLevels
	}
	h.opts.Levels = slices.Clone(h.opts.Levels)
	switch h.opts.Formatter.(type) {
	case nothing:
		h.opts.Formatter = nil
	case *logrus.TextFormatter, *logrus.JSONFormatter:
		h.tame = true
	}
	h.front = core.NewFront(sink, &core.FrontOptions{
		FlushTimeout: h.opts.FlushTimeout,
		OnError:      h.opts.OnError,
	})
	return h
}

// Levels implements logrus.Hook.
func (h *Hook) Levels() []logrus.Level { return slices.Clone(h.opts.Levels) }

// Fire implements logrus.Hook: it delivers entry, and flushes the sink at the levels
// fatal and panic. It never writes to the entry nor keeps anything of it.
//
// It returns nil unless the options ask for errors.
func (h *Hook) Fire(entry *logrus.Entry) error {
	var err error
	if level := levelOf(entry.Level); h.front.Enabled(level) {
		err = h.deliver(entry, level)
	}
	final := entry.Level <= logrus.FatalLevel
	if h.opts.ReturnErrors {
		if final {
			err = errors.Join(err, h.front.Flush())
			h.front.Wait()
		}
		return err
	}
	h.front.Report(err)
	if final {
		h.front.Finish()
	}
	return nil
}

// Flush flushes the sink, within the timeout of the options.
func (h *Hook) Flush() error { return h.front.Flush() }

// Close flushes the sink, within the timeout of the options, and returns when
// OnError was told of everything. It leaves the sink open, and the hook usable.
//
// It has the shape of an exit handler: logrus.RegisterExitHandler(hook.Close)
// makes every Fatal and logrus.Exit flush. This package never registers it:
// exit handlers are global, and stay for good.
func (h *Hook) Close() { h.front.Finish() }

// levelOf returns the level for one of logrus', whose numbers fall as the
// gravity rises.
func levelOf(l logrus.Level) slog.Level {
	switch l {
	case logrus.PanicLevel, logrus.FatalLevel:
		return core.LevelCritical
	case logrus.ErrorLevel:
		return core.LevelError
	case logrus.WarnLevel:
		return core.LevelWarn
	case logrus.InfoLevel:
		return core.LevelInfo
	case logrus.DebugLevel:
		return core.LevelDebug
	}
	return core.LevelTrace
}

var _ logrus.Hook = (*Hook)(nil)
