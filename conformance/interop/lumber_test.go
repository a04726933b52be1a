package interop_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core/file"
	"github.com/logsinks/logsinks/core/lumber"
	"gopkg.in/natefinch/lumberjack.v2"
)

// lumberEnd ends records in these tests: nothing that the suite sends has it.
const lumberEnd = "\x1d\x1e\n"

// TestLumberWrap holds a wrapped logger against the suite. There is one rule that
// lumberjack breaks, as the documentation says: each logger leaves a goroutine.
func TestLumberWrap(t *testing.T) {
	skipped, err := conformance.CheckSink(conformance.SinkHarness{
		New:    wrapped,
		Limits: conformance.Limits{MaxRecord: 1<<20 - len(lumberEnd)},
	})
	t.Logf("skipped: %q", skipped)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("lumberjack keeps every rule; the documentation says otherwise (%v)", err)
	}
	for _, err := range joined.Unwrap() {
		var v *conformance.Violation
		if !errors.As(err, &v) || v.Case != "goroutines end" {
			t.Error(err)
		}
	}
}

func TestLumberMigrate(t *testing.T) {
	for name, l := range map[string]*lumberjack.Logger{
		"defaults": {},
		"all set":  {MaxSize: 1, MaxAge: 1, MaxBackups: 100, LocalTime: true},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Sink(t, conformance.SinkHarness{New: func(t conformance.T) conformance.Rig {
				path := filepath.Join(t.TempDir(), "logs", "app.log")
				s, err := lumber.Migrate(
					&lumberjack.Logger{Filename: path, MaxSize: l.MaxSize, MaxAge: l.MaxAge, MaxBackups: l.MaxBackups, LocalTime: l.LocalTime},
					&file.RotatingOptions{Options: file.Options{Terminator: lumberEnd}},
				)
				must(t, err)
				return conformance.Rig{Sink: s, Received: func(t conformance.T) []conformance.Received { return lumbered(t, path) }}
			}})
		})
	}
}

// wrapped is a logger whose directory becomes a file to break it.
func wrapped(t conformance.T) conformance.Rig {
	dir := t.TempDir()
	logs, away := filepath.Join(dir, "logs"), filepath.Join(dir, "away")
	l := &lumberjack.Logger{Filename: filepath.Join(logs, "app.log"), MaxSize: 1}
	s, err := lumber.Wrap(l, &lumber.Options{Terminator: lumberEnd})
	must(t, err)
	must(t, os.Mkdir(logs, 0o750))
	return conformance.Rig{
		Sink:     s,
		Received: func(t conformance.T) []conformance.Received { return lumbered(t, l.Filename) },
		Break: func() {
			must(t, errors.Join(l.Close(), os.Rename(logs, away), os.WriteFile(logs, nil, 0o600)))
		},
		Mend: func() { must(t, errors.Join(os.Remove(logs), os.Rename(away, logs))) },
	}
}

// lumbered returns what is in the backups of a file, and in the file.
func lumbered(t conformance.T, path string) (all []conformance.Received) {
	t.Helper()
	names, err := filepath.Glob(strings.TrimSuffix(path, ".log") + "-*.log") // sorted
	must(t, err)
	for _, name := range append(names, path) {
		text, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("%v", err)
		}
		for record := range strings.SplitAfterSeq(string(text), lumberEnd) {
			if record != "" {
				all = append(all, conformance.Received{Text: strings.TrimSuffix(record, lumberEnd)})
			}
		}
	}
	return all
}

func must(t conformance.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}
