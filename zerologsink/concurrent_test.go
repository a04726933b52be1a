package zerologsink_test

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/zerologsink"
)

func TestConcurrentUse(t *testing.T) {
	const goroutines, each = 8, 200
	for name, opts := range map[string]*zerologsink.Options{
		"plain":  nil,
		"render": {Render: func(w io.Writer) io.Writer { return upper{w} }},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeeper()
			w := zerologsink.NewWriter(k, opts)
			root := zerolog.New(w).With().Str("root", "r\n").Logger()
			var wg sync.WaitGroup
			for g := range goroutines {
				wg.Go(func() {
					l := root.With().Int("g", g).Logger()
					for i := range each {
						l.Info().Int("i", i).Dict("d", zerolog.Dict().Int("g", g)).Msgf("m %d %d", g, i)
						if i%50 == 0 && w.Close() != nil {
							t.Error("Close failed")
						}
					}
				})
			}
			wg.Wait()
			checkConcurrent(t, k, opts != nil, goroutines*each)
		})
	}
}

// checkConcurrent holds every record against itself.
func checkConcurrent(t *testing.T, k *keeper, rendered bool, want int) {
	seen := map[string]bool{}
	for _, r := range k.all() {
		var g, i int
		if _, err := fmt.Sscanf(r.Message, "m %d %d", &g, &i); err != nil {
			t.Fatalf("message %q", r.Message)
		}
		attrs := fmt.Sprintf(`{"root":"r\n","g":%d,"i":%d,"d":{"g":%d}}`, g, i, g)
		line := fmt.Sprintf(`{"level":"info",%s,"message":"m %d %d"}`, attrs[1:len(attrs)-1], g, i)
		if rendered {
			line = string(upperLine(line))
		}
		if attrsText(r) != attrs || string(r.Line) != line {
			t.Fatalf("message %q: attributes %s, line %s", r.Message, attrsText(r), r.Line)
		}
		seen[r.Message] = true
	}
	if len(seen) != want {
		t.Errorf("%d records, want %d", len(seen), want)
	}
}

func TestB61ChildLoggersDoNotMix(t *testing.T) {
	k := newKeeper()
	root := zerolog.New(zerologsink.NewWriter(k, nil)).With().Str("app", "x").Logger()
	a := root.With().Str("child", "a").Logger()
	b := root.With().Str("child", "b").Logger()
	hooked := a.Hook(zerolog.HookFunc(func(e *zerolog.Event, l zerolog.Level, msg string) {
		e.Str("hook", l.String()+" "+msg)
	}))
	a.Info().Msg("1")
	b.Info().Msg("2")
	hooked.Warn().Int("own", 1).Msg("3")
	root.UpdateContext(func(c zerolog.Context) zerolog.Context { return c.Int("more", 1) })
	root.Info().Msg("4")
	a.Info().Msg("5")
	want := []string{
		`{"app":"x","child":"a"}`,
		`{"app":"x","child":"b"}`,
		`{"app":"x","child":"a","own":1,"hook":"warn 3"}`,
		`{"app":"x","more":1}`,
		`{"app":"x","child":"a"}`,
	}
	for i, r := range k.all() {
		if attrsText(r) != want[i] || r.Message != fmt.Sprint(i+1) {
			t.Errorf("%s: got %s, want %s", r.Message, attrsText(r), want[i])
		}
	}
}

// upperLine is what upper makes of line.
func upperLine(line string) []byte {
	var b []byte
	_, _ = upper{writerFunc(func(p []byte) (int, error) { b = p; return len(p), nil })}.Write([]byte(line))
	return b
}
