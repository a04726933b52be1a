package zapsink_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/zapsink"
)

var schemes atomic.Int64

// register registers a scheme of its own, since there is no way back.
func register(t *testing.T, open func(*url.URL) (core.Sink, error)) string {
	t.Helper()
	scheme := fmt.Sprintf("test%d", schemes.Add(1))
	if err := zapsink.RegisterScheme(scheme, open); err != nil {
		t.Fatal(err)
	}
	return scheme
}

// build returns what a zap.Config makes of an output path.
func build(path, encoding, ending string) (*zap.Logger, error) {
	c := zap.NewProductionConfig()
	c.OutputPaths, c.ErrorOutputPaths = []string{path}, nil
	c.Encoding, c.Sampling = encoding, nil
	c.EncoderConfig.TimeKey, c.EncoderConfig.LineEnding = "", ending
	return c.Build(zap.AddStacktrace(zap.ErrorLevel))
}

// An output path with another scheme in front writes the same bytes.
func TestSameBytesThroughAnOutputPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a path with a drive letter is no URL path")
	}
	scheme := register(t, func(u *url.URL) (core.Sink, error) {
		return file.New(u.Path, &file.Options{BufferSize: 1 << 16})
	})
	bare := register(t, func(u *url.URL) (core.Sink, error) {
		return file.New(u.Path, &file.Options{NoTerminator: true})
	})
	for _, encoding := range []string{"json", "console"} {
		for _, ending := range []string{"\n", "\r\n", "--\n", "\x00", "\r"} {
			scheme := scheme
			if !strings.HasSuffix(ending, "\n") {
				scheme = bare
			}
			dir := t.TempDir()
			var got [2]string
			for i, prefix := range []string{"", scheme + "://"} {
				path := filepath.Join(dir, fmt.Sprint(i))
				l, err := build(prefix+path, encoding, ending)
				if err != nil {
					t.Fatal(err)
				}
				talk(l)
				if err := l.Sync(); err != nil {
					t.Error(err)
				}
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				got[i] = string(text)
			}
			if got[0] != got[1] || strings.Count(got[0], ending) < 20 {
				t.Errorf("%s, %q:\nzap  %q\nsink %q", encoding, ending, got[0], got[1])
			}
		}
	}
}

func TestOutputPathsAreURLs(t *testing.T) {
	var got *url.URL
	scheme := register(t, func(u *url.URL) (core.Sink, error) {
		got = u
		return &conformance.Recorder{}, nil
	})
	for path, want := range map[string]string{
		":rel/path":        "opaque rel/path",
		"://host:1/p?q=1":  "host host:1 path /p query q=1",
		":///abs/path.log": "host  path /abs/path.log query ",
	} {
		if _, _, err := zap.Open(strings.ToUpper(scheme) + path); err != nil {
			t.Fatal(err)
		}
		have := fmt.Sprintf("host %s path %s query %s", got.Host, got.Path, got.RawQuery)
		if got.Opaque != "" {
			have = "opaque " + got.Opaque
		}
		if have != want {
			t.Errorf("%s: got %s, want %s", path, have, want)
		}
	}
}

func TestOutputsGetLinesAtInfo(t *testing.T) {
	rec := &conformance.Recorder{Hold: true}
	scheme := register(t, func(*url.URL) (core.Sink, error) { return rec, nil })
	w, closeAll, err := zap.Open(scheme + ":x")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Write([]byte("a line\n")); n != 7 || err != nil {
		t.Errorf("Write: %d, %v", n, err)
	}
	if len(rec.Records()) != 0 {
		t.Error("delivered before Sync")
	}
	if err := w.Sync(); err != nil {
		t.Error(err)
	}
	if r := only(t, rec); string(r.Line) != "a line" || r.Message != "a line" || r.Level != core.LevelInfo || r.Time.IsZero() {
		t.Errorf("got %+v", r)
	}
	closeAll()
	if _, err := w.Write([]byte("late\n")); !errors.Is(err, core.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// A sibling that cannot be opened closes those that were.
func TestOutputsAreClosedWithTheirSiblings(t *testing.T) {
	rec := &conformance.Recorder{}
	good := register(t, func(*url.URL) (core.Sink, error) { return rec, nil })
	bad := register(t, func(*url.URL) (core.Sink, error) { return nil, errSink })
	none := register(t, func(*url.URL) (core.Sink, error) { return nil, nil })
	_, _, err := zap.Open(good+":x", bad+":x", none+":x")
	if err == nil || !strings.Contains(err.Error(), errSink.Error()) || !strings.Contains(err.Error(), none) {
		t.Errorf("Open: %v", err)
	}
	if err := rec.Emit(core.Record{}); !errors.Is(err, core.ErrClosed) {
		t.Errorf("the sibling is open: %v", err)
	}
}

func TestSchemesThatCannotBeRegistered(t *testing.T) {
	open := func(*url.URL) (core.Sink, error) { return &conformance.Recorder{}, nil }
	taken := register(t, open)
	for _, scheme := range []string{"", "file", "1st", "a b", taken} {
		if err := zapsink.RegisterScheme(scheme, open); err == nil || !strings.HasPrefix(err.Error(), "zapsink: ") {
			t.Errorf("%q: %v", scheme, err)
		}
	}
	if err := zapsink.RegisterScheme("nobody", nil); err == nil {
		t.Error("nil function: no error")
	}
	if _, _, err := zap.Open("nobody:x"); err == nil {
		t.Error("a refused scheme was registered")
	}
}
