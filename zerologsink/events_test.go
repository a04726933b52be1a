package zerologsink_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// event logs something; what it logs does not depend on when and where.
type event struct {
	name string
	log  func(l zerolog.Logger)
}

type point struct{ X, Y int }

func (p point) MarshalZerologObject(e *zerolog.Event) { e.Int("x", p.X).Int("y", p.Y) }

// events are one of each kind that zerolog can make.
func events() []event {
	return append(plainEvents(), []event{
		{"no level", func(l zerolog.Logger) { l.Log().Msg("no level") }},
		{"odd level", func(l zerolog.Logger) { l.WithLevel(42).Msg("42") }},
		{"send", func(l zerolog.Logger) { l.Info().Send() }},
		{"empty", func(l zerolog.Logger) { l.Log().Send() }},
		{"duplicates", func(l zerolog.Logger) {
			l.Info().Str("message", "dup").Str("level", "spoof").Str("a", "1").Str("a", "2").Msg("real")
		}},
		{"printf", func(l zerolog.Logger) { l.Printf("printf %d", 1) }},
		{"as writer", func(l zerolog.Logger) { fmt.Fprintf(l, "through the io.Writer\nsecond\n") }},
		{"package log", func(l zerolog.Logger) { log.New(l, "prefix ", 0).Print("text") }},
		{"timestamp", func(l zerolog.Logger) { l.Info().Timestamp().Msg("now") }},
		{"context", func(l zerolog.Logger) {
			l = l.With().Timestamp().Str("app", "x").Dict("d", zerolog.Dict().Int("n", 1)).Logger()
			l.Error().Msg("m")
		}},
		{"hook", func(l zerolog.Logger) {
			l = l.Hook(zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, msg string) { e.Str("hook", msg) }))
			l.Info().Msg("m")
		}},
		{"sampled", func(l zerolog.Logger) {
			l = l.Sample(&zerolog.BasicSampler{N: 1})
			l.Info().Msg("m")
		}},
		{"raw newline", func(l zerolog.Logger) { l.Info().RawJSON("r", []byte("{\n \"a\": 1\n}")).Msg("m") }},
		{"line ends", func(l zerolog.Logger) { l.Info().Str("s", "a\nb\r\n").Msg("ends\n") }},
	}...)
}

// plainEvents have a level, and nothing that is out of the ordinary.
func plainEvents() []event {
	at := time.Date(2024, 2, 29, 12, 0, 0, 123456789, time.UTC)
	return []event{
		{"trace", func(l zerolog.Logger) { l.Trace().Msg("m") }},
		{"debug", func(l zerolog.Logger) { l.Debug().Bool("b", true).Msg("m") }},
		{"warn", func(l zerolog.Logger) { l.Warn().Int64("min", math.MinInt64).Uint64("max", math.MaxUint64).Msg("m") }},
		{"error", func(l zerolog.Logger) { l.Error().Err(errors.New(`no "such" file`)).Msg("m") }},
		{"panic level", func(l zerolog.Logger) { l.WithLevel(zerolog.PanicLevel).Msg("m") }},
		{"numbers", func(l zerolog.Logger) {
			l.Info().Float64("f", 0.1).Float32("g", 1e30).Float64("nan", math.NaN()).Ints("is", []int{1, 2}).Msg("m")
		}},
		{"text", func(l zerolog.Logger) {
			l.Info().Str("bad", "x\xffy\x00\u2028").Bytes("b", []byte{0xff}).Hex("h", []byte{1}).Msg("grüße \"<>&\" \U0001F600")
		}},
		{"times", func(l zerolog.Logger) { l.Info().Time("t", at).Dur("d", 1500*time.Microsecond).Msg("m") }},
		{"nested", func(l zerolog.Logger) {
			l.Info().Object("p", point{1, 2}).Dict("d", zerolog.Dict().Dict("e", zerolog.Dict())).Array("a", zerolog.Arr().Object(point{3, 4})).Msg("m")
		}},
		{"any", func(l zerolog.Logger) {
			l.Info().Any("nil", nil).Any("map", map[string]any{"k": []int{1}}).IPAddr("ip", net.IPv4(10, 0, 0, 1)).Msg("m")
		}},
		{"fields", func(l zerolog.Logger) { l.Info().Fields([]any{"a", 1, "b", "two"}).Msg("m") }},
		{"context value", func(l zerolog.Logger) { l.Info().Ctx(context.Background()).Stack().Caller(100).Msg("m") }},
		{"long", func(l zerolog.Logger) { l.Info().Str("s", strings.Repeat("long ", 40_000)).Msg("m") }},
	}
}

// stream returns a sink that writes to w.
func stream(t testing.TB, w io.Writer) core.Sink {
	t.Helper()
	s, err := core.NewStream(w, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// full is a sink that is given everything there is to know.
type full struct{ core.Sink }

func TestBytesAreZerologsOwn(t *testing.T) {
	set(t, &zerolog.TimestampFunc, func() time.Time { return time.Unix(1700000000, 0) })
	for _, e := range events() {
		t.Run(e.name, func(t *testing.T) {
			var want, got, decoded bytes.Buffer
			e.log(zerolog.New(&want))
			e.log(zerolog.New(zerologsink.NewWriter(stream(t, &got), nil)))
			e.log(zerolog.New(zerologsink.NewWriter(full{stream(t, &decoded)}, nil)))
			if want.Len() == 0 {
				t.Fatal("the event makes no line")
			}
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("got  %q\nwant %q", got.Bytes(), want.Bytes())
			}
			if !bytes.Equal(decoded.Bytes(), want.Bytes()) {
				t.Errorf("decoding: got %q\nwant %q", decoded.Bytes(), want.Bytes())
			}
		})
	}
}

func TestEveryEventIsReadable(t *testing.T) {
	for _, e := range events() {
		t.Run(e.name, func(t *testing.T) {
			k := newKeeper()
			e.log(zerolog.New(zerologsink.NewWriter(k, nil)))
			if r := k.one(t); r.Message == string(r.Line) {
				t.Errorf("delivered as text: %q", r.Message)
			}
		})
	}
}

func TestRenderedBytesAreConsoleWritersOwn(t *testing.T) {
	set(t, &zerolog.TimestampFunc, func() time.Time { return time.Unix(1700000000, 0) })
	for _, noColor := range []bool{false, true} {
		console := func(w io.Writer) io.Writer {
			return zerolog.ConsoleWriter{Out: w, NoColor: noColor, TimeFormat: time.RFC3339, TimeLocation: time.UTC}
		}
		for _, e := range events() {
			t.Run(e.name, func(t *testing.T) {
				var want, got bytes.Buffer
				e.log(zerolog.New(console(&want)))
				w := zerologsink.NewWriter(stream(t, &got), &zerologsink.Options{Render: console})
				e.log(zerolog.New(w))
				if want.Len() == 0 || !bytes.Equal(got.Bytes(), want.Bytes()) {
					t.Errorf("got  %q\nwant %q", got.Bytes(), want.Bytes())
				}
			})
		}
	}
}
