// Package logrussink brings the records of a logrus logger to a [core.Sink].
//
// Where a program has
//
//	logger.SetOutput(f)
//
// it now has
//
//	logger.AddHook(logrussink.NewHook(sink, &logrussink.Options{Formatter: logger.Formatter}))
//	logrussink.DiscardOutput(logger)
//
// and its lines look as before, wherever the sink takes them. Without the second
// line the logger goes on writing to its own output as well.
//
// Hooks see what the hooks before them have changed in an entry, and the
// logger's own output sees what all of them have. For the same bytes as that
// output this hook is the last one added.
//
// # Levels
//
// The logger's level decides first, then the levels of the hook, then the sink.
//
//	logrus          core
//	trace           LevelTrace      -8
//	debug           LevelDebug      -4
//	info            LevelInfo        0
//	warning         LevelWarn        4
//	error           LevelError       8
//	fatal, panic    LevelCritical   12
//
// A level beyond trace, which logrus allows and has no name for, is LevelTrace.
//
// # Attributes
//
// A record's attributes are the fields of the entry, sorted by key, and in front
// of them what Options.ContextAttrs returns. They are converted when a sink asks,
// and not at all for one that does with the Line. An error stays an error, and
// every other type what it is: formatters know what to make of it. core.Text, for
// one, asks a Stringer for its text, and core.JSON shows what encoding/json does.
//
// logrus keeps the fields of an entry in a map (Entry.Data) and looks into none
// of them before it writes. A pointer given to WithField therefore shows what it
// points to at the time of the log call, not of WithField. After the log call no
// change can be seen any more: sinks that keep a record keep a clone, in which
// every value is rendered.
//
// A field that holds a function never arrives: logrus drops it, and says so in a
// field logrus_error of the lines it renders. That field is in the record's Line,
// and not among its attributes.
//
// # Python
//
// A hook with its sink is what a handler is on one of Python's loggers, with
// Options.Levels and [core.MinLevel] for its level and Options.Logger for the
// name of the logger, which logrus has none of. Unlike there, a failing sink is
// told to OnError and printed once a second at most, and nothing is passed on to
// parents: a logrus logger has none.
//
// # Failure
//
// logrus fires no further hooks for a record once one has returned an error. So
// an error or a panic of the sink goes to Options.OnError, and Fire returns nil,
// unless Options.ReturnErrors says otherwise. A formatter that fails or panics is
// reported likewise, and the record is delivered without a Line.
//
// logrus flushes nothing. At the levels fatal and panic Fire does, whether the
// program ends afterwards or not, within Options.FlushTimeout. A Fatal that the
// logger's level or Options.Levels keeps from the hook, and logrus.Exit, run
// logrus' exit handlers all the same; a program that uses them registers
// [Hook.Close]:
//
//	logrus.RegisterExitHandler(hook.Close)
//
// Close leaves the sink open: whoever made it closes it.
//
// A sink may log through the logger that it serves. Such a record reaches it a
// few times at most before [core.ErrReentrant] ends it. The hook holds no lock
// at any time, so neither such a sink nor a field that logs while it is rendered
// can wait for itself.
//
// # Platforms
//
// Everything here works everywhere that Go does.
package logrussink
