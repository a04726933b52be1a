package zerologsink

import (
	"bytes"
	"log/slog"
	"strconv"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
)

// slogLevel is the table in the package comment. zerolog.Disabled does not
// arrive: zerolog writes no such event.
func slogLevel(l zerolog.Level) slog.Level {
	switch {
	case l == zerolog.InfoLevel || l == zerolog.NoLevel:
		return core.LevelInfo
	case l <= zerolog.TraceLevel:
		return core.LevelTrace
	case l == zerolog.DebugLevel:
		return core.LevelDebug
	case l == zerolog.WarnLevel:
		return core.LevelWarn
	case l == zerolog.ErrorLevel:
		return core.LevelError
	}
	return core.LevelCritical
}

// ends tells whether the program is about to end, or its goroutine to unwind.
func ends(l zerolog.Level) bool { return l == zerolog.FatalLevel || l == zerolog.PanicLevel }

// levelNames are the names of zerolog's levels, in the order in which
// zerolog.ParseLevel tries them.
type levelNames []levelName

type levelName struct {
	name  []byte
	level zerolog.Level
}

// readLevelNames reads them from zerolog's variables: what LevelFieldMarshalFunc
// makes of each, then the plain names, since a line need not be from here.
func readLevelNames() levelNames {
	levels := []zerolog.Level{
		zerolog.TraceLevel, zerolog.DebugLevel, zerolog.InfoLevel, zerolog.WarnLevel, zerolog.ErrorLevel,
		zerolog.FatalLevel, zerolog.PanicLevel, zerolog.Disabled, zerolog.NoLevel,
	}
	var names levelNames
	for _, l := range levels {
		names = append(names, levelName{[]byte(zerolog.LevelFieldMarshalFunc(l)), l})
	}
	for _, l := range levels {
		names = append(names, levelName{[]byte(l.String()), l})
	}
	return names
}

// parse returns the level of that name, or with that number. It is
// zerolog.ParseLevel, but reads no variable and allocates nothing.
func (names levelNames) parse(text []byte) (l zerolog.Level, ok bool) {
	for _, n := range names {
		if bytes.EqualFold(text, n.name) {
			return n.level, true
		}
	}
	n, err := strconv.ParseInt(string(text), 10, 8)
	return zerolog.Level(n), err == nil
}
