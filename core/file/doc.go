// Package file has the sinks that write to a file on disk.
//
// [New] writes to one file, [NewWatched] to whatever file is at a path, as others
// rename, delete and create it. [NewRotating], [NewTimedRotating] and
// [NewRotatingWith] begin a new file by size, by time or when a [Trigger] says so, and
// keep old ones as an [Archive] names them. A record and its terminator are always handed to
// the operating system whole, at the end of the file (O_APPEND); records that
// come at once, from several goroutines, share a write.
//
// # Python
//
// [Sink] is logging.FileHandler, [Watched] is WatchedFileHandler. Mode a is the
// default, [Options].Truncate and Exclusive are modes w and x, Lazy is delay,
// Encoding is encoding and errors. Deliberately different: the file is not opened
// again by a record after Close, which gets [core.ErrClosed]; an open that fails
// is the record's error and never escapes in another way; a path watched with
// mode w is not emptied again when it is reopened; every write appends, in modes w
// and x as well; the identity of a watched file is taken whenever it is opened,
// also when that is delayed; a renamed file keeps the records while no new one can
// be opened; a record that was reported as failed is not written later after all.
//
// [Rotating] is RotatingFileHandler, TimedRotatingFileHandler and BaseRotatingHandler:
// the order in which numbered files move up, the suffixes of dated ones, what a namer
// and a rotator are called with and when, but for the directory, which a namer is not
// told, and which files are deleted are Python's. Deliberately different: sizes are
// bytes, and a file may become exactly MaxBytes large; no backups is an error unless
// DiscardOld says so; a schedule follows the clock on the wall of its time zone through
// every change of it, and D is the same time of the next day; a name that is taken gets
// a counter; of dated files those that this sink has given up are the newest, even if
// the clock was put back, and those whose date is yet to come, as it was ahead once, the
// oldest; the file is still open while a rotator works; a rotation that fails costs no
// record and is tried again; several processes may share a file; files wait under names
// like app.log.rotating-1 while a worker has still to name them; an old file that ends
// with .gz belongs to the archive as well.
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
// While a new file cannot be begun, because a rename is refused, the disk is full or
// no descriptor is left, records go to the old file; that is reported once, and tried
// again with pauses of 1 s to 30 s. Where the old file has been deleted, its directory
// perhaps as well, nobody would find a record there: each tries, and fails. What has
// been done of a rotation when the program is killed is finished when it is started
// again: no old file is lost or doubled then, and a compressed one takes the place of
// its source only when it is durable and was compared with it. Names that the archive
// would not give, whole, are nobody's business here: such files are never deleted,
// renamed or compressed.
//
// A disk that hangs while the worker is at old files holds up nobody who logs, unless
// files are Shared, or MaxTotal has him delete one just then.
//
// A file that is not Shared must have one sink in one process. Files are shared under
// an advisory lock, which network file systems may not have.
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
