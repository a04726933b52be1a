// Package slogsink brings records of log/slog to a [core.Sink].
//
//	logger := slog.New(slog.NewJSONHandler(file, nil))      // before
//	logger := slog.New(slogsink.NewHandler(sink, nil))      // after
//
// With [core.JSON] as the sink's formatter the bytes stay those of
// [slog.JSONHandler]. To keep those of any other handler, give it to
// [Options].Render.
//
// Levels are slog's own. slog has no Fatal and flushes nothing: a program that
// ends calls Flush or Close of its sink.
//
// After slog.SetDefault package log writes to the handler, too, one record a
// call, at Info; [slog.NewLogLogger] makes a *log.Logger of any level.
//
// # Attributes
//
// What a logger's With is given is resolved, replaced and rendered then, once for
// all records; what a log call is given, when a sink asks for it. A value that
// changes later changes neither. Attributes that a context brings are in the
// groups that the logger has opened, like all others of the call.
//
// # Python
//
// The handler stands where logging.Logger hands records to its handlers.
//
// # Failure
//
// slog drops the errors of a handler, so they go to [Options].OnError, besides
// being returned. A sink that panics is an error; one that logs through the
// logger it serves is stopped from doing so for ever ([core.ErrReentrant]). A
// renderer that fails or panics is reported, and the record is delivered without
// a Line.
//
// A value may log while it is rendered, through the same logger too. A renderer
// must not wait for another goroutine that logs: that one waits for the renderer.
//
// # Platforms
//
// Everything works everywhere that Go does.
package slogsink
