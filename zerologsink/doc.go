// Package zerologsink brings the events of github.com/rs/zerolog to a
// [core.Sink]. One line of a program changes:
//
//	logger := zerolog.New(os.Stdout)                          // before
//	logger := zerolog.New(zerologsink.NewWriter(sink, nil))   // after
//
// zerolog encodes an event before any writer sees it. The [Writer] carries that
// line untouched, as the record's Line, so a file or a stream holds the bytes
// that zerolog would have put there itself. For a sink that asks for more, it
// reads the line: message, time, caller and logger name become the record's, all
// else its attributes, in the order of the line. Names that occur twice are kept
// twice, and no digit of a number is lost.
//
// # Levels
//
//	zerolog            record
//	trace, below       core.LevelTrace     -8
//	debug              core.LevelDebug     -4
//	info, none         core.LevelInfo       0
//	warn               core.LevelWarn       4
//	error              core.LevelError      8
//	fatal, panic       core.LevelCritical  12
//	any other number   core.LevelCritical  12
//
// The level that zerolog gives along with the line counts. Where it comes without
// one, through an io.MultiWriter for instance, the first field with the level's
// name does.
//
// # Console output
//
// zerolog.ConsoleWriter makes text of the encoded line, so behind it nothing is
// left to read. Put it between with [Options.Render] instead: the line becomes
// its text, and level and fields stay known.
//
// # Binary log
//
// A program that is built with the tag binary_log encodes events in CBOR, for
// which zerolog exports no decoder. The bytes are delivered as the Line all the
// same, under a message that says so, and one error is reported. CBOR has no line
// ends and may hold the byte of one: give a stream or a file NoTerminator, so
// that cmd/prettylog of zerolog can read what it wrote.
//
// # Python
//
// This is what logging's own Logger and LogRecord are to a handler there: the
// front that makes records. Its counterpart has nothing to decode.
//
// # Failure
//
// An error of the sink is the error of Write, which zerolog hands to its
// ErrorHandler or prints; other writers of a MultiLevelWriter get the event all
// the same. A line that is no JSON object, by way of Event.RawJSON or from
// another writer, is delivered whole as message and as Line, and reported. Beware
// that such a record has no attributes: [core.ReplaceAttrs] masks nothing in it. A
// sink that panics or logs through the logger it serves gets an error.
//
// zerolog ends the program on Fatal without asking anybody but its writer's
// Close, and on Panic not even that. So both levels flush the sink at once, and
// wait until what failed is reported to [Options.OnError]. On Fatal the Close comes
// on top: a slow sink is waited for twice, each time for [Options.FlushTimeout].
//
// # Platforms
//
// Everything here works everywhere that Go does.
package zerologsink
