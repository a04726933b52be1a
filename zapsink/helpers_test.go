package zapsink_test

import (
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// jsonEncoder and consoleEncoder are zap's encoders as most programs have them.
func jsonEncoder() zapcore.Encoder { return zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()) }

func consoleEncoder() zapcore.Encoder {
	return zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig())
}

// stream returns a sink that writes to w with f.
func stream(tb testing.TB, w io.Writer, f core.Formatter) *core.Stream {
	tb.Helper()
	s, err := core.NewStream(w, &core.StreamOptions{Formatter: f})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// logger returns a logger of all levels to sink, which keeps quiet about errors
// and panics in place of ending the program.
func logger(sink core.Sink, opts *zapsink.Options, more ...zap.Option) *zap.Logger {
	c := zapsink.NewCore(sink, zap.DebugLevel, opts)
	quiet := []zap.Option{zap.ErrorOutput(zapcore.AddSync(io.Discard)), zap.WithFatalHook(zapcore.WriteThenPanic)}
	return zap.New(c, append(quiet, more...)...)
}

// only returns the one record that r has.
func only(t *testing.T, r *conformance.Recorder) core.Record {
	t.Helper()
	all := r.Records()
	if len(all) != 1 {
		t.Fatalf("%d records, want 1", len(all))
	}
	return all[0]
}

// messages returns the messages of all records, joined.
func messages(r *conformance.Recorder) string {
	var all []string
	for _, rec := range r.Records() {
		all = append(all, rec.Message)
	}
	return strings.Join(all, " ")
}

// attrs returns the attributes of r as JSON.
func attrs(r core.Record) string {
	return string(core.JSON{}.AppendValue(nil, slog.GroupValue(r.AppendAttrs(nil)...)))
}

// logged returns the attributes, as JSON, of a record with fields.
func logged(t *testing.T, fields ...zap.Field) string {
	t.Helper()
	rec := &conformance.Recorder{}
	logger(rec, nil).Info("m", fields...)
	return attrs(only(t, rec))
}

// given returns the attributes, as JSON, of a record of a logger With fields.
func given(t *testing.T, fields ...zap.Field) string {
	t.Helper()
	rec := &conformance.Recorder{}
	logger(rec, nil).With(fields...).Info("m")
	return attrs(only(t, rec))
}

// errSink is what broken sinks, encoders and marshalers fail with.
var errSink = errors.New("no space left")

// badSinks are sinks that deliver nothing.
func badSinks() map[string]core.Sink {
	return map[string]core.Sink{
		"error": core.NewFunc(func(core.Record) error { return errSink }),
		"panic": core.NewFunc(func(core.Record) error { panic(errSink) }),
	}
}

// badEncoder is an encoder that fails, or renders what it is told to.
type badEncoder struct {
	zapcore.Encoder
	err  error
	text string
}

func (e badEncoder) EncodeEntry(zapcore.Entry, []zapcore.Field) (*buffer.Buffer, error) {
	if e.err != nil {
		return nil, e.err
	}
	buf := buffers.Get()
	buf.AppendString(e.text)
	return buf, nil
}

var buffers = buffer.NewPool()

// failures is an OnError function and what it was told.
type failures chan error

func newFailures() failures { return make(failures, 100) }

func (f failures) add(err error) { f <- err }

// want waits for an error that is target.
func (f failures) want(t *testing.T, target error) {
	t.Helper()
	select {
	case err := <-f:
		if !errors.Is(err, target) {
			t.Errorf("reported %v, want %v", err, target)
		}
	case <-time.After(time.Minute):
		t.Fatalf("nothing was reported, want %v", target)
	}
}

// panics returns what f panics with.
func panics(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}
