//go:build binary_log

package zerologsink_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

func TestBuiltWithBinaryLogEveryEvent(t *testing.T) {
	for _, e := range plainEvents() {
		t.Run(e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k, errs := newKeeper(), &errorList{}
				var want bytes.Buffer
				e.log(zerolog.New(&want))
				e.log(zerolog.New(zerologsink.NewWriter(k, &zerologsink.Options{OnError: errs.add})))
				synctest.Wait()
				r := k.one(t)
				if !bytes.Equal(r.Line, want.Bytes()) || !strings.Contains(r.Message, "CBOR") {
					t.Errorf("message %q, line %q, want %q", r.Message, r.Line, want.Bytes())
				}
				if got := errs.all(); len(got) != 1 || !strings.Contains(got[0].Error(), "built with binary_log") {
					t.Errorf("reported %v", got)
				}
			})
		})
	}
}

func TestBuiltWithBinaryLogStream(t *testing.T) {
	var want, got bytes.Buffer
	s, err := core.NewStream(&got, &core.StreamOptions{NoTerminator: true})
	if err != nil {
		t.Fatal(err)
	}
	w := zerologsink.NewWriter(s, &zerologsink.Options{OnError: func(err error) { t.Error(err) }})
	for _, e := range plainEvents() {
		e.log(zerolog.New(&want))
		e.log(zerolog.New(w))
	}
	if want.Len() == 0 || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("got %q, want %q", got.Bytes(), want.Bytes())
	}
}

// ConsoleWriter has zerolog's decoder.
func TestBuiltWithBinaryLogRender(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, &zerologsink.Options{
		OnError: func(error) {},
		Render:  func(w io.Writer) io.Writer { return zerolog.ConsoleWriter{Out: w, NoColor: true} },
	}))
	l.Error().Str("k", "v").Msg("m")
	if r := k.one(t); string(r.Line) != "<nil> ERR m k=v" || r.Level != core.LevelError {
		t.Errorf("got %v %q", r.Level, r.Line)
	}
}
