package logrussink_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

var benchFields = logrus.Fields{
	"method": "GET", "path": "/index.html", "status": 200, "bytes": 5120, "took": 1500 * time.Microsecond,
	"ok": true, "ratio": 0.75, "user": "somebody", "addr": "192.0.2.1:4711", "err": errors.New("none"),
}

// BenchmarkJSON is logrus' JSON to the same writer, by logrus itself and through
// the hook; "sink" is the JSON of the sink's own formatter.
func BenchmarkJSON(b *testing.B) { compare(b, &logrus.JSONFormatter{}, core.JSON{}) }

// BenchmarkText is the same with text.
func BenchmarkText(b *testing.B) { compare(b, &logrus.TextFormatter{}, core.Text{}) }

func compare(b *testing.B, f logrus.Formatter, own core.Formatter) {
	for name, w := range map[string]io.Writer{"discard": io.Discard, "file": benchFile(b)} {
		b.Run(name+"/logrus", func(b *testing.B) {
			l := newLogger(w)
			l.SetFormatter(f)
			bench(b, l)
		})
		b.Run(name+"/hook", func(b *testing.B) {
			bench(b, sinkOnly(benchSink(b, w, nil), &logrussink.Options{Formatter: f}))
		})
		b.Run(name+"/sink", func(b *testing.B) {
			bench(b, sinkOnly(benchSink(b, w, own), nil))
		})
	}
}

func benchFile(b *testing.B) *os.File {
	f, err := os.OpenFile(filepath.Join(b.TempDir(), "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	return f
}

func benchSink(b *testing.B, w io.Writer, f core.Formatter) core.Sink {
	sink, err := core.NewStream(w, &core.StreamOptions{Formatter: f})
	if err != nil {
		b.Fatal(err)
	}
	return sink
}

func bench(b *testing.B, l *logrus.Logger) {
	e := l.WithFields(benchFields)
	b.ReportAllocs()
	for b.Loop() {
		e.Info("request served")
	}
}
