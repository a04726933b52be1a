// Package file has the sinks that write to a file on disk.
//
// [New] writes to one file, [NewWatched] to whatever file is at a path, as others
// rename, delete and create it. A record and its terminator are always handed to
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
// A Close that gives up after CloseTimeout leaves the path to whoever comes next:
// nothing is written or opened any more, and what waited is ErrClosed.
//
// # Platforms
//
// Everything works on Unix systems and on Windows. There, files are opened so that
// others may rename and delete them; permissions mean no more than read-only; a
// record that was written in part is ended, not cut off. Opening a named pipe
// that nobody reads fails at once, it does not wait.
package file
