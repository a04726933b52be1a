package slogsink_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"testing/slogtest"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// stream returns a sink that writes to w with f.
func stream(t testing.TB, w io.Writer, f core.Formatter) *core.Stream {
	t.Helper()
	s, err := core.NewStream(w, &core.StreamOptions{Formatter: f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// object parses the last line of b.
func object(t testing.TB, b []byte) map[string]any {
	t.Helper()
	lines := bytes.Split(bytes.TrimSpace(b), []byte("\n"))
	var m map[string]any
	if err := json.Unmarshal(lines[len(lines)-1], &m); err != nil {
		t.Fatalf("%v: %q", err, b)
	}
	return m
}

func TestSlogtestPassesWhole(t *testing.T) {
	var buf bytes.Buffer
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		buf.Reset()
		return slogsink.NewHandler(stream(t, &buf, core.JSON{}), nil)
	}, func(t *testing.T) map[string]any { return object(t, buf.Bytes()) })
}

func TestSlogtestPassesWithAReplaceAttrThatChangesNothing(t *testing.T) {
	var buf bytes.Buffer
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		buf.Reset()
		return slogsink.NewHandler(stream(t, &buf, core.JSON{}), &slogsink.Options{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { return a },
		})
	}, func(t *testing.T) map[string]any { return object(t, buf.Bytes()) })
}

func TestSlogtestPassesThroughARenderer(t *testing.T) {
	var buf bytes.Buffer
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		buf.Reset()
		return slogsink.NewHandler(stream(t, &buf, nil), &slogsink.Options{
			Render: func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		})
	}, func(t *testing.T) map[string]any { return object(t, buf.Bytes()) })
}
