// Package file has the sinks that write to a file on disk.
//
// [New] writes to one file, [NewWatched] to whatever file is at a path, as others
// rename, delete and create it. [NewRotating], [NewTimedRotating] and [NewRotatingWith]
// rotate: by size, by time or when a [Trigger] says so, the file becomes an old one, which
// an [Archive] names, and a new one takes its place. A record and its terminator are always
// handed to the operating system whole, at the end of the file (O_APPEND); records that
// come at once, from several goroutines, share a write.
//
// # Python
//
// [Sink] is logging.FileHandler, [Watched] is WatchedFileHandler. Mode a is the
// default, [Options].Truncate and Exclusive are modes w and x, Lazy is delay,
// Encoding is encoding and errors. Deliberately different:
//
//   - A record after Close gets [core.ErrClosed]; it does not open the file again.
//   - An open that fails is the record's error, and never escapes in another way.
//   - A path watched with mode w is not emptied again when it is reopened, and every write
//     appends, in modes w and x as well.
//   - The identity of a watched file is taken whenever it is opened, also when that is
//     delayed.
//   - A renamed file keeps the records while no new one can be opened.
//   - A record that was reported as failed is not written later after all.
//
// [Rotating] is RotatingFileHandler, TimedRotatingFileHandler and BaseRotatingHandler.
// As in Python are the order in which numbered files move up, the suffixes of dated ones,
// when namer and rotator are called and with what, and which files are deleted. Deliberately
// different:
//
//   - Sizes are bytes, and a file may become exactly MaxBytes large.
//   - To keep no backups is an error, unless DiscardOld says so.
//   - A namer gets and returns a name without its directory.
//   - A schedule follows wall-clock time through every change of its time zone, and D is the
//     same time of the next day.
//   - A name that is taken gets a counter.
//   - The file is still open while a rotator works.
//   - A rotation that fails costs no record and is tried again.
//   - Of dated files those that this sink has rotated are the newest, even if the clock was
//     put back; those with a date more than two days ahead are the oldest, as the clock was
//     ahead once.
//   - Several processes may share a file.
//   - A compressed old file belongs to the archive as well.
//
// # Files
//
// Beside the live file, app.log, there may be:
//
//   - app.log.1, app.log.2024-03-01, app.log.1.gz and the like: old files, called as the
//     archive does it. A file is one of them if its whole name fits, whoever made it; all
//     others are never deleted, renamed or compressed.
//   - app.log.rotating-1: an old file that waits for its name, also after a crash; the next
//     start finishes it.
//   - app.log.1.gz.tmp: an unfinished compression; the next start removes it, unless there is
//     a Namer and no Compress any more.
//   - app.log.lock: the lock of files that are Shared. It may stay for ever.
//
// After Archive, Namer, Layout or CompressExt were changed, old files with the former names
// are nobody's any more, and stay. Numbered files beyond a lowered Backups do so, too.
//
// # Failure
//
// Without a buffer, nil from Emit means that the record is in the kernel. If the
// program dies it is not lost; if the power fails it may be, see [SyncPolicy].
// With a buffer nil means that the record is in the buffer: when the program dies
// without Close it is lost. A write that fails then keeps its records and is
// repeated after FlushInterval; when both buffers are full, Emit returns the
// error of the disk.
//
// A record that the disk takes only in part (disk full, quota, error) is cut off
// the file again or, where that is refused or somebody else has appended
// meanwhile, ended, so that the next one is not glued to it; it is an error.
// Likewise, a last line without its end, which a kill or a crash has left, is
// ended before the first record is written, or when the file is closed or opened
// anew. Of a failure to write nothing else is remembered: the next record is tried,
// and succeeds when the disk does. A failed sync is Flush's error until the file is
// opened anew, which the next record does: what the kernel could not write, it may
// have dropped.
//
// If a rotation fails, because a rename is refused, the disk is full or no descriptor is
// left, records go on to the old file. That is reported once, counted in [core.Stats], and
// tried again with pauses of 1 s to 30 s. Only where the old file has been deleted, perhaps
// with its directory, so that nobody would find a record in it, each record tries to make a
// new one, and is an error if it cannot. What a kill has interrupted is finished at the next
// start: no old file is lost or doubled, and a compressed one takes the place of its source
// only when it is durable and was compared with it.
//
// Old files are renamed, compressed, deleted and made durable in the background. If the
// disk is slow or hangs there, logging goes on. When 8 files wait to be durable, or 1000 for
// their names, a rotation waits up to a second for one of them. After that, or at once if
// they cannot get their names, it has failed as above, and the live file grows on beyond
// its limit. The goroutine that logs does such things itself, and waits for them, where files
// are Shared, where there is a Rotator, to rename numbered files for a Namer, to delete a file
// for MaxTotal, and to make a file durable under [SyncEach].
//
// Without Shared, open a path with one sink only, in one process: a second one loses
// records, and nobody is told. Files are shared under an advisory lock, which network file
// systems may not have.
//
// A Close that gives up after CloseTimeout leaves the path to whoever comes next:
// nothing is written or opened any more, and what waited is ErrClosed.
//
// # Platforms
//
// Everything works on Unix systems and on Windows, but Shared, which is
// [errors.ErrUnsupported] on Solaris, illumos and AIX. Plan 9 and WebAssembly have no
// such package. On Windows files are opened so that others may rename and delete them,
// and where a rename is refused as long as the file is open, it is closed for it;
// permissions mean no more than read-only; a record that was written in part is ended,
// not cut off. Opening a named pipe that nobody reads fails at once, it does not wait.
// When a file was begun is known on Linux, macOS, the BSDs and Windows; elsewhere it is
// its last modification. Windows remembers it for some seconds for a name: a program
// that is restarted right after a rotation may begin its file anew too early.
//
// The Windows code is tested under Wine, which cannot show everything: it neither
// replaces a file that is open nor frees the name of one that was deleted before it is
// closed, it does not append as one step, makes no symbolic links and knows no time of
// creation.
package file
