// Package zapsink brings entries of go.uber.org/zap to a [core.Sink].
//
//	core := zapcore.NewCore(enc, ws, level)                                      // before
//	core := zapsink.NewCore(sink, level, &zapsink.Options{Encoder: enc})         // after
//
// With an Encoder the sink gets zap's own bytes, and every field besides, for
// sinks that want them. Without one the sink's formatter renders the fields.
//
// zap ends a line itself, and so does a sink: the encoder's line end, "\n" or
// "\r\n", is cut off. Where the encoder has "\r\n", set the sink's Terminator to
// the same; where it has another one, set Options.LineEnding and the Terminator
// to it; where it has none (SkipLineEnding), set both NoLineEnding and the sink's
// NoTerminator.
//
//	zap            slog
//	debug          -4
//	info            0
//	warn            4
//	error           8
//	dpanic         12
//	panic          12
//	fatal          12
//
// Levels below debug, as logr has them, go on in steps of four.
//
// # Attributes
//
// The fields of a With are converted then, once for all entries; those of a log
// call when a sink asks for them, and not at all for one that does with the Line.
// Each keeps its kind. An error stays the error that it is, and what zap adds for
// some (errorVerbose, errorCauses, or the keyError of a marshaler that fails)
// stands behind it. An array is JSON. A namespace, a dictionary and an object are
// groups; without members they are nothing, as in slog.
//
// A marshaler that panics costs its own value, which then says so; but the
// Encoder lets it through to the caller, as it does with zap's own core.
//
// # Python
//
// The core stands where logging.Logger hands records to its handlers.
//
// # Failure
//
// The sink's error, and the Encoder's, is what Write returns; zap prints it to its
// ErrorOutput. A sink that panics is an error, too. Above the level Error, the sink
// is flushed before Write returns, whatever became of the entry, since the program
// may be about to end; an error of that goes to OnError. A Panic or Fatal that is
// off reaches no core, so that nothing is flushed. A Sync waits for the sink at
// most FlushTimeout.
//
// # Platforms
//
// Everything works everywhere that Go does.
package zapsink
