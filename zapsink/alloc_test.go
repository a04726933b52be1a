//go:build !race

// The race detector makes pools forget things: allocations are counted without it.

package zapsink_test

import (
	"io"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zapsink"
)

// allocs counts what a log call costs that has fields given before and its own.
func allocs(c zapcore.Core, caller bool) float64 {
	l := zap.New(c, zap.WithCaller(caller)).With(fields[:8]...).With(zap.Namespace("n"))
	return testing.AllocsPerRun(500, func() { l.Info("hello", fields...) })
}

// Nothing is added to zap's own path, with zap's encoder or without.
func TestNothingAllocatedOnTopOfZap(t *testing.T) {
	own := func() zapcore.Encoder { return zapcore.NewJSONEncoder(matching) }
	zaps := zapcore.NewCore(own(), zapcore.AddSync(io.Discard), zap.DebugLevel)
	for name, c := range map[string]zapcore.Core{
		"line":            zapsink.NewCore(stream(t, io.Discard, nil), zap.DebugLevel, &zapsink.Options{Encoder: own()}),
		"JSON":            zapsink.NewCore(stream(t, io.Discard, core.JSON{}), zap.DebugLevel, nil),
		"Text":            zapsink.NewCore(stream(t, io.Discard, core.Text{}), zap.DebugLevel, nil),
		"line and fields": zapsink.NewCore(stream(t, io.Discard, core.JSON{}), zap.DebugLevel, &zapsink.Options{Encoder: own()}),
	} {
		for _, caller := range []bool{false, true} {
			if got, want := allocs(c, caller), allocs(zaps, caller); got > want {
				t.Errorf("%s, caller %v: %v allocations, zap itself has %v", name, caller, got, want)
			}
		}
	}
}

// What is off costs nothing at all.
func TestDisabledAllocatesNothing(t *testing.T) {
	c := zapsink.NewCore(core.NewMinLevel(stream(t, io.Discard, nil), core.LevelError), zap.DebugLevel, nil)
	if got := allocs(c, true); got > 0 {
		t.Errorf("%v allocations", got)
	}
}
