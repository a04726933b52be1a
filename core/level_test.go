package core_test

import (
	"log/slog"
	"math"
	"testing"

	"github.com/logsinks/logsinks/core"
)

func TestLevelName(t *testing.T) {
	for level, want := range map[slog.Level]string{
		core.LevelTrace: "TRACE", core.LevelDebug: "DEBUG", core.LevelInfo: "INFO", core.LevelNotice: "NOTICE",
		core.LevelWarn: "WARN", core.LevelError: "ERROR", core.LevelCritical: "CRITICAL",
		core.LevelAlert: "ALERT", core.LevelEmergency: "EMERGENCY",
		-9: "TRACE-1", -7: "TRACE+1", -1: "DEBUG+3", 1: "INFO+1", 3: "NOTICE+1", 5: "WARN+1", 11: "ERROR+3",
		13: "CRITICAL+1", 19: "ALERT+3", 21: "EMERGENCY+1",
		math.MinInt32: "TRACE-2147483640", math.MaxInt32: "EMERGENCY+2147483627",
	} {
		if got := core.LevelName(level); got != want {
			t.Errorf("%d: got %s, want %s", int(level), got, want)
		}
	}
}

func TestLevelsAreSlogs(t *testing.T) {
	for _, level := range slogLevels {
		if got, want := core.LevelName(level), level.String(); got != want {
			t.Errorf("%d: got %s, want slog's %s", int(level), got, want)
		}
	}
}

func TestPythonLevels(t *testing.T) {
	for level, want := range map[slog.Level]int{
		core.LevelTrace: 5, core.LevelDebug: 10, core.LevelInfo: 20, core.LevelNotice: 25, core.LevelWarn: 30,
		core.LevelError: 40, core.LevelCritical: 50, core.LevelAlert: 50, core.LevelEmergency: 50,
		-12: 1, -13: 1, -1000: 1, 1000: 50, math.MinInt: 1, math.MaxInt: 50,
	} {
		if got := core.PythonLevel(level); got != want {
			t.Errorf("PythonLevel(%d) is %d, want %d", int(level), got, want)
		}
	}
	for n, want := range map[int]slog.Level{
		5: core.LevelTrace, 10: core.LevelDebug, 20: core.LevelInfo, 25: core.LevelNotice, 30: core.LevelWarn,
		40: core.LevelError, 50: core.LevelCritical, 51: core.LevelCritical, math.MaxInt: core.LevelCritical,
		1: -12, 0: -13, -1: -13, math.MinInt: -13,
	} {
		if got := core.LevelFromPython(n); got != want {
			t.Errorf("LevelFromPython(%d) is %d, want %d", n, int(got), int(want))
		}
	}
}

func TestPythonLevelsRoundTrip(t *testing.T) {
	for level := slog.Level(-12); level <= 12; level++ {
		if got := core.LevelFromPython(core.PythonLevel(level)); got != level {
			t.Errorf("%d went to %d and came back as %d", int(level), core.PythonLevel(level), int(got))
		}
	}
}

func TestPythonLevelsAreMonotone(t *testing.T) {
	for level := slog.Level(-200); level < 200; level++ {
		a, b := core.PythonLevel(level), core.PythonLevel(level+1)
		if a > b || a < 1 || b > 50 {
			t.Errorf("%d is %d, %d is %d", int(level), a, int(level+1), b)
		}
		if level >= -12 && level < core.LevelCritical && a == b {
			t.Errorf("%d and the next one are both %d", int(level), a)
		}
	}
	for n := -10; n < 60; n++ {
		if a, b := core.LevelFromPython(n), core.LevelFromPython(n+1); a > b {
			t.Errorf("%d is %d, %d is %d", n, int(a), n+1, int(b))
		}
	}
}
