package core

import (
	"log/slog"
	"strconv"
)

// Levels are log/slog's; these have a name beyond slog's four. Adapters map
// their framework's levels onto them, sinks map them onto what their protocol
// knows.
const (
	LevelTrace     slog.Level = -8
	LevelDebug     slog.Level = slog.LevelDebug // -4
	LevelInfo      slog.Level = slog.LevelInfo  // 0
	LevelNotice    slog.Level = 2
	LevelWarn      slog.Level = slog.LevelWarn  // 4
	LevelError     slog.Level = slog.LevelError // 8
	LevelCritical  slog.Level = 12
	LevelAlert     slog.Level = 16
	LevelEmergency slog.Level = 20
)

// levelNames holds the named levels, gravest first.
var levelNames = [...]struct {
	level slog.Level
	name  string
}{
	{LevelEmergency, "EMERGENCY"},
	{LevelAlert, "ALERT"},
	{LevelCritical, "CRITICAL"},
	{LevelError, "ERROR"},
	{LevelWarn, "WARN"},
	{LevelNotice, "NOTICE"},
	{LevelInfo, "INFO"},
	{LevelDebug, "DEBUG"},
	{LevelTrace, "TRACE"},
}

// LevelName returns the name of l, such as INFO or, between two names, the lower
// one and the distance: WARN+1. Below TRACE it is TRACE-1 and so on.
func LevelName(l slog.Level) string { return string(appendLevel(nil, l)) }

func appendLevel(dst []byte, l slog.Level) []byte {
	switch l { // nearly all records
	case LevelInfo:
		return append(dst, "INFO"...)
	case LevelDebug:
		return append(dst, "DEBUG"...)
	}
	for _, n := range levelNames {
		if l == n.level {
			return append(dst, n.name...)
		}
		if l > n.level {
			dst = append(append(dst, n.name...), '+')
			return strconv.AppendInt(dst, int64(l-n.level), 10)
		}
	}
	return strconv.AppendInt(append(dst, "TRACE"...), int64(l-LevelTrace), 10)
}

// pythonLevels are the points that PythonLevel and LevelFromPython go through.
var pythonLevels = [...]struct {
	level  slog.Level
	python int
}{
	{LevelTrace, 5},
	{LevelDebug, 10},
	{LevelInfo, 20},
	{LevelNotice, 25},
	{LevelWarn, 30},
	{LevelError, 40},
	{LevelCritical, 50},
}

// PythonLevel returns the number that l has in Python's logging: trace 5, debug
// 10, info 20, notice 25, warn 30, error 40, critical and above 50. What lies in
// between stays in between; the least is 1, since 0 means "not set" there.
func PythonLevel(l slog.Level) int {
	low := pythonLevels[0]
	if l <= low.level {
		return max(1, low.python+int(max(l, -100)-low.level))
	}
	for _, high := range pythonLevels[1:] {
		if l <= high.level {
			return low.python + scale(int(l-low.level), high.python-low.python, int(high.level-low.level))
		}
		low = high
	}
	return low.python
}

// LevelFromPython returns the level for a number of Python's logging. It undoes
// PythonLevel up to critical, which also stands for every number above 50.
func LevelFromPython(n int) slog.Level {
	low := pythonLevels[0]
	if n <= low.python {
		return low.level + slog.Level(max(n, 0)-low.python)
	}
	for _, high := range pythonLevels[1:] {
		if n <= high.python {
			return low.level + slog.Level(scale(n-low.python, int(high.level-low.level), high.python-low.python))
		}
		low = high
	}
	return low.level
}

// scale returns n*to/from, rounded to the nearest integer.
func scale(n, to, from int) int { return (2*n*to + from) / (2 * from) }
