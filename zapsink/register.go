package zapsink

import (
	"errors"
	"fmt"
	"net/url"

	"go.uber.org/zap"

	"github.com/logsinks/logsinks/core"
)

// RegisterScheme makes [zap.Open], and so the OutputPaths of a [zap.Config], know
// URLs with this scheme: open makes the sink for each of them.
//
//	err := zapsink.RegisterScheme("watched", func(u *url.URL) (core.Sink, error) {
//		if u.Host != "" {
//			return nil, fmt.Errorf("%v: write watched:logs/app.log or watched:///var/log/app.log", u)
//		}
//		return file.NewWatched(u.Opaque+u.Path, nil)
//	})
//
// Such a sink gets lines and nothing else: zap tells its outputs neither the level
// nor the fields, so that every record is at info. Where levels matter, to a syslog
// server or to a flush level, use [NewCore]. Use it as well where a sink may log
// through this very logger: zap holds a lock around all outputs of a list while it
// writes, at which such a sink would wait for ever, and everybody else one by one.
//
// zap ends each line itself. A final "\n" is cut off, since the sink's Terminator
// stands there. So leave that as it is for the line endings "\n" and "\r\n". With
// one that does not end in "\n" set the sink's NoTerminator, and without any
// (SkipLineEnding) use NewCore.
//
// Sync flushes the sink, within [core.DefaultFlushTimeout]; zap closes it only when
// another output of the same list cannot be opened, so flush before the program
// ends.
//
// The registration is zap's: for the whole program, once for each scheme, and for
// good. So nothing here registers anything by itself.
func RegisterScheme(scheme string, open func(*url.URL) (core.Sink, error)) error {
	if open == nil {
		return errors.New("zapsink: RegisterScheme: nil function")
	}
	err := zap.RegisterSink(scheme, func(u *url.URL) (zap.Sink, error) {
		sink, err := open(u)
		if err != nil {
			return nil, err
		}
		if sink == nil {
			return nil, fmt.Errorf("zapsink: no sink for the scheme %q", scheme)
		}
		return &output{Writer: core.NewWriter(sink, nil), front: core.NewFront(sink, nil), sink: sink}, nil
	})
	if err != nil {
		return fmt.Errorf("zapsink: %w", err)
	}
	return nil
}

// output is a sink as zap's outputs are.
type output struct {
	*core.Writer
	front *core.Front
	sink  core.Sink
}

// Sync implements zapcore.WriteSyncer.
func (o *output) Sync() error { return o.front.Flush() }

// Close implements io.Closer.
func (o *output) Close() error { return o.sink.Close() }
