package zapsink_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zapsink"
)

// Above Error the sink is flushed before Write returns, at Error it is not, as by
// zap's own core.
func TestFlushAboveErrorAndNotAtError(t *testing.T) {
	for _, l := range levels {
		rec := &conformance.Recorder{}
		c := zapsink.NewCore(rec, zap.DebugLevel, nil)
		if err := c.Write(zapcore.Entry{Level: l}, nil); err != nil {
			t.Error(err)
		}
		want := 0
		if l > zap.ErrorLevel {
			want = 1
		}
		if got := rec.Flushes(); got != want {
			t.Errorf("%v: flushed %d times, want %d", l, got, want)
		}
	}
}

// What the records before it were is delivered even where the last one is not.
func TestFlushThoughTheLastRecordFails(t *testing.T) {
	refuse := func(r core.Record) error {
		if r.Message == "last" {
			return errSink
		}
		return nil
	}
	for name, c := range map[string]struct {
		onEmit func(core.Record) error
		opts   *zapsink.Options
	}{
		"sink":    {refuse, nil},
		"encoder": {nil, &zapsink.Options{Encoder: badEncoder{Encoder: jsonEncoder(), err: errSink}}},
		"nothing": {nil, &zapsink.Options{Encoder: badEncoder{Encoder: jsonEncoder()}}},
	} {
		rec := &conformance.Recorder{Hold: true, OnEmit: c.onEmit}
		_ = rec.Emit(core.Record{Message: "before"})
		l := logger(rec, c.opts)
		if got := panics(func() { l.Panic("last") }); got != "last" {
			t.Errorf("%s: panicked with %v", name, got)
		}
		if got := messages(rec); got != "before" {
			t.Errorf("%s: delivered %q", name, got)
		}
	}
}

// Panic on a core that is off panics, and Fatal ends the program, without a record.
func TestPanicAndFatalOnACoreThatIsOff(t *testing.T) {
	for name, off := range map[string]zapcore.Core{
		"level": zapsink.NewCore(&conformance.Recorder{}, zapcore.InvalidLevel, nil),
		"sink":  zapsink.NewCore(core.NewMinLevel(&conformance.Recorder{}, slog.Level(100)), zap.DebugLevel, nil),
		"null":  zapsink.NewCore(&core.Null{}, zap.DebugLevel, nil),
	} {
		ended := false
		l := zap.New(off, zap.WithFatalHook(hook(func() { ended = true })), zap.Development())
		if got := panics(func() { l.Panic("last words") }); got != "last words" {
			t.Errorf("%s: Panic panicked with %v", name, got)
		}
		if got := panics(func() { l.DPanic("last words") }); got != "last words" {
			t.Errorf("%s: DPanic panicked with %v", name, got)
		}
		if l.Fatal("last words"); !ended {
			t.Errorf("%s: Fatal did not end the program", name)
		}
	}
}

// hook is called after an entry is written.
type hook func()

func (h hook) OnWrite(*zapcore.CheckedEntry, []zapcore.Field) { h() }

// endingFile says, in the environment of the test that ends, where it logs to.
const endingFile = "ZAPSINK_TEST_ENDING_FILE"

// A Fatal is os.Exit right after the write, whatever hook asks for nothing.
func TestFatalLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	cmd := exec.Command(os.Args[0], "-test.run=^TestEnding$")
	cmd.Env = append(os.Environ(), endingFile+"="+path)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || strings.Contains(string(out), "came back") {
		t.Errorf("ended with %v: %s", err, out)
	}
	got, err := os.ReadFile(path)
	if err != nil || strings.Count(string(got), "\n") != 1001 || !strings.Contains(string(got), `"msg":"the end"`) {
		t.Errorf("%d lines, %v", strings.Count(string(got), "\n"), err)
	}
}

// TestEnding is the program that ends.
func TestEnding(t *testing.T) {
	path := os.Getenv(endingFile)
	if path == "" {
		return
	}
	sink, err := file.New(path, &file.Options{BufferSize: 1 << 20, FlushInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	c := zapsink.NewCore(sink, zap.DebugLevel, &zapsink.Options{Encoder: jsonEncoder()})
	l := zap.New(c, zap.WithFatalHook(zapcore.WriteThenNoop))
	for i := range 1000 {
		l.Info("before", zap.Int("i", i))
	}
	l.Fatal("the end")
	fmt.Println("came back")
}

func TestSyncFlushes(t *testing.T) {
	rec := &conformance.Recorder{Hold: true}
	l := logger(rec, nil).Named("n").With(zap.Int("k", 1))
	l.Info("held")
	if err := l.Sync(); err != nil || messages(rec) != "held" {
		t.Errorf("Sync: %v, delivered %q", err, messages(rec))
	}
	_ = rec.Close()
	if err := l.Sync(); !errors.Is(err, core.ErrClosed) {
		t.Errorf("Sync of a closed sink: %v", err)
	}
}

// hanging is a sink that cannot be flushed.
type hanging struct{ conformance.Recorder }

func (h *hanging) Flush(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// A sink that cannot be flushed keeps nobody from ending.
func TestFlushTimeout(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{0: core.DefaultFlushTimeout, time.Second: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			told := newFailures()
			l := logger(&hanging{}, &zapsink.Options{FlushTimeout: given, OnError: told.add})
			start := time.Now()
			if err := l.Sync(); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != want {
				t.Errorf("Sync: %v after %v, want %v", err, time.Since(start), want)
			}
			if len(told) > 0 {
				t.Error("what Sync returns is reported too")
			}
			start = time.Now()
			_ = panics(func() { l.Fatal("x") })
			if took := time.Since(start); took != want {
				t.Errorf("Fatal took %v, want %v", took, want)
			}
			told.want(t, context.DeadlineExceeded)
		})
	}
}
