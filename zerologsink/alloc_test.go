//go:build !race

package zerologsink_test

import (
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/zerologsink"
)

// The race detector's sync.Pool forgets at random, so this is not for it.
func TestDecodingAllocatesOneCopyOfTheLine(t *testing.T) {
	p := []byte(`{"level":"info","a":"text","é":"é","b":true,"n":-12,"f":0.25,"z":null,` +
		`"caller":"/src/a.go:12","time":"2024-02-29T12:00:00Z","message":"m"}` + "\n")
	w := zerologsink.NewWriter(&reader{}, nil)
	got := testing.AllocsPerRun(1000, func() { _, _ = w.WriteLevel(zerolog.InfoLevel, p) })
	if got > 1 {
		t.Errorf("%v allocations", got)
	}
}
