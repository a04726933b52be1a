package slogsink_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// object parses the last line of b as JSON.
func object(t *testing.T, b []byte) map[string]any {
	t.Helper()
	rows := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	var m map[string]any
	if err := json.Unmarshal(rows[len(rows)-1], &m); err != nil {
		t.Fatalf("%v: %q", err, b)
	}
	return m
}

// pairs parses b as key=value pairs, whose keys name their groups.
func pairs(t *testing.T, b []byte) map[string]any {
	t.Helper()
	m := map[string]any{}
	for _, pair := range strings.Fields(string(b)) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			t.Fatalf("%q in %q", pair, b)
		}
		inside := m
		path := strings.Split(key, ".")
		for _, group := range path[:len(path)-1] {
			if inside[group] == nil {
				inside[group] = map[string]any{}
			}
			inside = inside[group].(map[string]any)
		}
		inside[path[len(path)-1]] = value
	}
	return m
}

// textPairs parses what core.Text writes: its header has no keys.
func textPairs(t *testing.T, b []byte) map[string]any {
	t.Helper()
	words := strings.Fields(string(b))
	m := map[string]any{}
	if at, err := time.Parse(core.TextTime, words[0]); err == nil {
		m[slog.TimeKey] = at
		words = words[1:]
	}
	m[slog.LevelKey], m[slog.MessageKey] = words[0], words[1]
	for k, v := range pairs(t, []byte(strings.Join(words[2:], " "))) {
		m[k] = v
	}
	return m
}

func TestSlogtestPassesWhole(t *testing.T) {
	for name, c := range map[string]struct {
		formatter core.Formatter
		opts      slogsink.Options
		parse     func(*testing.T, []byte) map[string]any
	}{
		"JSON":            {core.JSON{}, slogsink.Options{}, object},
		"JSON, own times": {core.JSON{TimeFormat: time.Kitchen}, slogsink.Options{}, object},
		"Text":            {core.Text{}, slogsink.Options{}, textPairs},
		"replaced":        {core.JSON{}, slogsink.Options{ReplaceAttr: identity}, object},
		"replaced Text":   {core.Text{}, slogsink.Options{ReplaceAttr: identity}, textPairs},
		"rendered": {nil, slogsink.Options{Render: func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }},
			object},
		"rendered text": {nil, slogsink.Options{Render: func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }},
			pairs},
		"rendered beside": {core.JSON{}, slogsink.Options{Render: text}, object},
	} {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			slogtest.Run(t, func(t *testing.T) slog.Handler {
				buf.Reset()
				return slogsink.NewHandler(stream(t, &buf, c.formatter), &c.opts)
			}, func(t *testing.T) map[string]any { return c.parse(t, buf.Bytes()) })
		})
	}
}

// The attributes that a sink sees obey the rules, too, not only what a formatter
// makes of them.
func TestSlogtestPassesForTheRecord(t *testing.T) {
	var rec *conformance.Recorder
	slogtest.Run(t, func(*testing.T) slog.Handler {
		rec = &conformance.Recorder{}
		return slogsink.NewHandler(rec, nil)
	}, func(t *testing.T) map[string]any {
		r := only(t, rec)
		m := members(r.AppendAttrs(nil))
		m[slog.LevelKey], m[slog.MessageKey] = r.Level, r.Message
		if !r.Time.IsZero() {
			m[slog.TimeKey] = r.Time
		}
		return m
	})
}

// members returns attrs as a map.
func members(attrs []slog.Attr) map[string]any {
	m := map[string]any{}
	for _, a := range attrs {
		if a.Value.Kind() == slog.KindGroup {
			m[a.Key] = members(a.Value.Group())
		} else {
			m[a.Key] = a.Value.Any()
		}
	}
	return m
}
