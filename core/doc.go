// Package core delivers log records: it holds the contract between logging
// frameworks and the places that records go to, the sinks that need nothing but
// an io.Writer or another sink, and the formatters.
//
// A [Record] is one log event. A [Sink] takes records; implementations live here
// and in the packages below (core/file and others). An adapter module for each
// framework (zapsink, zerologsink, logrussink, slogsink) turns that framework's
// calls into records, so that every sink works under every framework.
//
//	sink, err := file.New("app.log", nil)
//	...
//	defer sink.Close()
//	logger := slog.New(slogsink.NewHandler(sink, nil))
//
// # Python
//
// [Stream] is logging.StreamHandler and [Null] is logging.NullHandler. [Filter],
// [Rewrite], [MinLevel] and [OnError] are a handler's filters, level and
// handleError; [Multi] is several handlers on one logger; [CloseAll] is
// logging.shutdown; [Pattern] is logging.Formatter. Deliberately different: an
// operation after Close is [ErrClosed], and a failure is returned to the caller,
// not printed.
//
// # Failure
//
// Emit returns nil for a record that was handed over and an error for one that
// was not; nothing is lost without one or the other being true or counted in
// [Stats]. What fails where no caller can be told goes to the OnError function
// of the sink's options, by default to standard error, at most one line a second.
//
// # Platforms
//
// Everything here works on Unix and on Windows.
package core
