package conformance_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

func TestFile(t *testing.T) {
	for name, opts := range map[string]file.Options{
		"direct":    {},
		"sync each": {Sync: file.SyncEach},
		"lazy":      {Lazy: true},
		"json":      {Formatter: core.JSON{}},
		"buffered":  {BufferSize: 4096},
		"timed":     {BufferSize: 1 << 20, FlushInterval: time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			h := conformance.SinkHarness{Limits: limits(opts), New: func(t conformance.T) conformance.Rig {
				path := filepath.Join(t.TempDir(), "app.log")
				s, err := file.New(path, terminated(opts))
				if err != nil {
					t.Fatalf("New: %v", err)
				}
				return conformance.Rig{Sink: s, Received: func(t conformance.T) []conformance.Received { return split(content(t, path)) }}
			}}
			conformance.Sink(t, h)
		})
	}
}

func TestWatched(t *testing.T) {
	for name, opts := range map[string]file.Options{
		"direct":   {OnError: func(error) {}},
		"buffered": {BufferSize: 4096, OnError: func(error) {}},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Sink(t, conformance.SinkHarness{Limits: limits(opts), New: func(t conformance.T) conformance.Rig {
				return watched(t, opts)
			}})
		})
	}
}

// watched is a watched file whose path is taken by a directory to break it: the
// file itself is gone then, so records have nowhere to go.
func watched(t conformance.T, opts file.Options) conformance.Rig {
	path := filepath.Join(t.TempDir(), "app.log")
	s, err := file.NewWatched(path, terminated(opts))
	if err != nil {
		t.Fatalf("NewWatched: %v", err)
	}
	before := ""
	return conformance.Rig{
		Sink:     s,
		Received: func(t conformance.T) []conformance.Received { return split(before + content(t, path)) },
		Break: func() {
			before += content(t, path)
			check(t, os.RemoveAll(path)) // which may not be there yet since the last Mend
			check(t, os.Mkdir(path, 0o750))
		},
		Mend: func() { check(t, os.Remove(path)) },
	}
}

func check(t conformance.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// content returns what is in the file, which may not be there.
func content(t conformance.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		if info, serr := os.Stat(path); serr != nil || !info.IsDir() {
			t.Fatalf("%v", err)
		}
	}
	return string(b)
}

func terminated(opts file.Options) *file.Options {
	opts.Terminator = terminator
	return &opts
}

func limits(opts file.Options) conformance.Limits {
	_, json := opts.Formatter.(core.JSON)
	return conformance.Limits{Buffered: opts.BufferSize > 0, NotVerbatim: json}
}
