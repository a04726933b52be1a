package zerologsink_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// logTen logs an event of ten fields.
func logTen(l *zerolog.Logger) {
	l.Info().Str("method", "GET").Str("path", "/api/v1/users").Int("status", 200).Int64("bytes", 51234).
		Dur("took", 1500*time.Microsecond).Str("remote", "10.1.2.3:4567").Bool("cached", false).
		Float64("ratio", 0.25).Str("agent", "curl/8.5.0").Str("id", "b1946ac92492d2347c6235b4d2611184").Msg("request served")
}

// lines is a sink that writes the line to a writer, and does nothing else.
type lines struct {
	core.Sink
	w io.Writer
}

func (s lines) Emit(r core.Record) error { _, err := s.w.Write(r.Line); return err }
func (s lines) LineOnly() bool           { return true }

// reader is a sink that asks for all attributes.
type reader struct {
	core.Sink
	attrs []slog.Attr
}

func (s *reader) Emit(r core.Record) error { s.attrs = r.AppendAttrs(s.attrs[:0]); return nil }

func BenchmarkLog(b *testing.B) {
	run := func(name string, w io.Writer) {
		b.Run(name, func(b *testing.B) {
			l := zerolog.New(w)
			b.ReportAllocs()
			for b.Loop() {
				logTen(&l)
			}
		})
	}
	out := writerFunc(func(p []byte) (int, error) { return len(p), nil })
	run("zerolog alone", out)
	run("line only", zerologsink.NewWriter(lines{w: out}, nil))
	run("stream", zerologsink.NewWriter(stream(b, out), nil))
	run("header decoded", zerologsink.NewWriter(full{lines{w: out}}, nil))
	run("all decoded", zerologsink.NewWriter(&reader{}, nil))
	run("ignored level", zerologsink.NewWriter(&core.Null{}, nil))
	console := func(w io.Writer) io.Writer { return zerolog.ConsoleWriter{Out: w, NoColor: true} }
	run("console alone", console(out))
	run("console rendered", zerologsink.NewWriter(lines{w: out}, &zerologsink.Options{Render: console}))
}

// BenchmarkDecode compares the reading of one line.
func BenchmarkDecode(b *testing.B) {
	var buf bytes.Buffer
	l := zerolog.New(&buf).With().Timestamp().Caller().Logger()
	logTen(&l)
	line := buf.Bytes()
	b.Run("sink", func(b *testing.B) {
		w := zerologsink.NewWriter(&reader{}, nil)
		b.ReportAllocs()
		for b.Loop() {
			_, _ = w.WriteLevel(zerolog.InfoLevel, line)
		}
	})
	b.Run("encoding json map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m map[string]any
			_ = json.Unmarshal(line, &m)
		}
	})
	b.Run("encoding json tokens", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(line))
			d.UseNumber()
			for _, err := d.Token(); err == nil; _, err = d.Token() {
			}
		}
	})
}
