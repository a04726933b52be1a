package main

import (
	"log/slog"
	"strings"
	"time"
)

// event is one line as it is logged: by each framework, in its own words.
type event struct {
	number int // of the line, from 1
	text   string
	input  string
	level  slog.Level
	at     time.Time
}

// The attributes of an event. Together, via and line name a record.
const (
	keyVia   = "via"   // the framework
	keyLine  = "line"  // event.number
	keyInput = "input" // event.input
	keySize  = "size"  // bytes of event.text
)

// loggerName is the name of every logger whose framework knows names.
const loggerName = "tour"

// events returns one event for each line. Their times are whole seconds, which
// every framework's format can hold.
func (in input) events() []event {
	start := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	all := make([]event, len(in.lines))
	for i, text := range in.lines {
		all[i] = event{
			number: i + 1,
			text:   text,
			input:  in.name,
			level:  levelOf(i+1, text),
			at:     start.Add(time.Duration(i) * time.Second),
		}
	}
	return all
}

// levelOf guesses how grave a line is, and makes some of the others debug, so
// that every level occurs.
func levelOf(number int, text string) slog.Level {
	text = strings.ToLower(text)
	switch {
	case containsAny(text, "error", "fail", "panic"):
		return slog.LevelError
	case containsAny(text, "warn", "slow", "invalid"):
		return slog.LevelWarn
	case number%5 == 0:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

func containsAny(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
