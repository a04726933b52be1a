// Package lumber is for programs that have a *lumberjack.Logger
// (gopkg.in/natefinch/lumberjack.v2) and want a [core.Sink].
//
// [Migrate] reads the logger's settings and goes on with its files, the live one
// and the backups, on the engine of package file: what lumberjack may lose is not
// lost any more, and all that a [file.Rotating] can do may be asked for.
//
//	sink, err := lumber.Migrate(&lumberjack.Logger{Filename: "app.log", MaxSize: 100, MaxBackups: 3}, nil)
//
// [Wrap] leaves lumberjack in charge of the file and makes it a sink, for programs
// that cannot change that now.
//
// # Python
//
// Nothing in logging.handlers is like it; RotatingFileHandler, file.NewRotating
// here, comes closest.
//
// # Failure
//
// What Migrate returns fails as package file says. What is different for somebody
// who comes from lumberjack:
//
//   - A record larger than MaxSize is written to a file of its own. lumberjack
//     refuses it.
//   - Rotations within one millisecond get names a millisecond apart. lumberjack
//     has the second overwrite the backup of the first.
//   - When a rotation fails, records go to the old file. lumberjack has closed it
//     by then, and refuses them.
//   - A file that somebody else has put under the live name is appended to.
//     lumberjack empties it if it comes in the middle of a rotation.
//   - A compressed backup is verified before its source goes, and a crash leaves
//     no partial one that counts. lumberjack writes under the final name, and
//     overwrites what is there.
//   - With LocalTime the age of a backup is exact. lumberjack reads the time in its
//     name as UTC.
//   - What fails in the background goes to OnError. lumberjack drops it.
//   - After Close records are [core.ErrClosed], and no goroutine is left. lumberjack
//     opens the file again, and keeps a goroutine for each logger.
//
// A [Sink] of Wrap changes nothing of what lumberjack does there, except that
// nothing opens the file again after Close, and that a record which the disk took
// only in part is not continued by the next one. nil from Emit means that lumberjack
// has handed the record to the kernel, where it survives the program, but not the
// loss of power, as lumberjack cannot sync. What it overwrites or empties later, and
// what it fails to do in the background, nobody is told. Its goroutine stays after
// Close.
//
// # Platforms
//
// Everything works everywhere that package file does. On Windows lumberjack's own
// rotation fails while another program has the file open without sharing its
// deletion; a migrated file's record then goes to the old file.
package lumber
