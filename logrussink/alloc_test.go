//go:build !race

// The race detector makes pools forget things: allocations are counted without it.

package logrussink_test

import (
	"io"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

func allocs(l *logrus.Logger) float64 {
	fields := logrus.Fields{"s": "text", "n": 1, "b": true, "f": 1.5}
	return testing.AllocsPerRun(500, func() { l.WithFields(fields).Info("hello") })
}

// through returns a logger with a hook to a sink that writes with f, or with the
// lines of the hook if f is nil.
func through(t *testing.T, f core.Formatter, opts *logrussink.Options) *logrus.Logger {
	t.Helper()
	sink, err := core.NewStream(io.Discard, &core.StreamOptions{Formatter: f})
	if err != nil {
		t.Fatal(err)
	}
	return sinkOnly(sink, opts)
}

// A line through the hook costs no allocation more than one that logrus writes
// itself, for a logger that has a hook of any kind.
func TestLineAllocatesNoMoreThanLogrus(t *testing.T) {
	for name, f := range map[string]logrus.Formatter{"json": &logrus.JSONFormatter{}, "text": &logrus.TextFormatter{}} {
		for _, caller := range []bool{false, true} {
			own := newLogger(io.Discard, spy(func(*logrus.Entry) {}))
			own.SetFormatter(f)
			own.SetReportCaller(caller)
			hooked := through(t, nil, &logrussink.Options{Formatter: f})
			hooked.SetReportCaller(caller)
			if a, b := allocs(own), allocs(hooked); b > a {
				t.Errorf("%s, caller %v: %v allocations through the hook, %v by logrus itself", name, caller, b, a)
			}
		}
	}
}

// Neither does a sink cost any that asks for the attributes.
func TestAttributesAllocateNothing(t *testing.T) {
	own := newLogger(io.Discard, spy(func(*logrus.Entry) {}))
	logrussink.DiscardOutput(own)
	for name, f := range map[string]core.Formatter{"json": core.JSON{}, "text": core.Text{}} {
		if a, b := allocs(own), allocs(through(t, f, nil)); b > a {
			t.Errorf("%s: %v allocations, %v without the sink", name, b, a)
		}
	}
}
