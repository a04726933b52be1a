package core_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestB57WriterOneCallOneRecord(t *testing.T) {
	for p, want := range map[string]string{
		"one\n": "one", "one": "one", "two\nlines\n": "two\nlines", "blank\n\n": "blank\n", "\n": "", "": "",
		"\r\n": "\r", "\xff\x00\n": "\xff\x00", " \t\n": " \t",
	} {
		c := new(capture)
		n, err := core.NewWriter(c, nil).Write([]byte(p))
		if n != len(p) || err != nil {
			t.Errorf("%q: %d, %v", p, n, err)
		}
		got := c.all()
		if len(got) != 1 || string(got[0].Line) != want || got[0].Line == nil || got[0].Message != want {
			t.Errorf("%q: records %+v", p, got)
		}
	}
	if n, err := core.NewWriter(new(capture), nil).Write(nil); n != 0 || err != nil {
		t.Errorf("nil: %d, %v", n, err)
	}
}

func TestB57WriterInAMultiWriter(t *testing.T) {
	var before, after strings.Builder
	var w tape
	s := newStream(t, &w, nil)
	m := io.MultiWriter(&before, core.NewWriter(s, nil), &after)
	for range 3 {
		n, err := io.WriteString(m, "text\n")
		if n != 5 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if w.text() != "text\ntext\ntext\n" || before.String() != w.text() || after.String() != w.text() {
		t.Errorf("%q, %q, %q", before.String(), w.text(), after.String())
	}
}

func TestWriterErrors(t *testing.T) {
	var p *core.PanicError
	for _, bad := range []error{errDisk, nil} {
		w := core.NewWriter(&capture{fail: func(core.Record) error {
			if bad == nil {
				panic("sink")
			}
			return bad
		}}, nil)
		n, err := w.Write([]byte("x\n"))
		if n != 0 || !errors.Is(err, bad) && !errors.As(err, &p) {
			t.Errorf("%d, %v", n, err)
		}
		var after strings.Builder
		if _, err = io.MultiWriter(w, &after).Write([]byte("x")); err == nil || after.Len() != 0 {
			t.Errorf("MultiWriter: %v, %q", err, after.String())
		}
	}
}

func TestWriterRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := new(capture)
		opts := core.WriterOptions{Level: core.LevelWarn, Logger: "http"}
		w := core.NewWriter(c, &opts)
		opts.Logger = "changed"
		buf := []byte("text\n")
		_, err := w.Write(buf)
		noError(t, "Write", err)
		copy(buf, "XXXXX")
		r := c.all()[0]
		if r.Level != core.LevelWarn || r.Logger != "http" || r.Message != "text" || string(r.Line) != "text" || !r.Time.Equal(time.Now()) {
			t.Errorf("record %+v", r)
		}
	})
}

// What a sink does not read need not be made.
func TestWriterGivesOnlyTheLineWhereThatDoes(t *testing.T) {
	a := &able{level: core.LevelInfo, lines: true}
	w := core.NewWriter(a, &core.WriterOptions{Level: core.LevelError})
	_, err := w.Write([]byte("text\n"))
	noError(t, "Write", err)
	if r := a.all()[0]; string(r.Line) != "text" || r.Level != core.LevelError {
		t.Errorf("record %+v", r)
	}
}

func TestB57WriterBelowTheLevel(t *testing.T) {
	a := &able{level: core.LevelError}
	n, err := core.NewWriter(a, nil).Write([]byte("text\n"))
	if n != 5 || err != nil || len(a.all()) != 0 {
		t.Errorf("%d, %v, records %v", n, err, a.all())
	}
}

func TestWriterForPackageLog(t *testing.T) {
	var w tape
	s := newStream(t, &w, nil)
	logger := log.New(core.NewWriter(s, nil), "app: ", log.Lmsgprefix|log.Lshortfile)
	logger.Printf("number %d", 1)
	logger.Print("two\nlines\n")
	logger.Println()
	got := w.all()
	if len(got) != 3 {
		t.Fatalf("wrote %q", got)
	}
	for i, want := range []string{"app: number 1\n", "app: two\nlines\n", "app: \n"} {
		if !strings.HasPrefix(got[i], "writer_test.go:") || !strings.HasSuffix(got[i], want) {
			t.Errorf("got %q, want a file and %q", got[i], want)
		}
	}
}

func TestWriterForAnHTTPServer(t *testing.T) {
	arrived := make(chan core.Record, 10)
	sink := core.NewFunc(func(r core.Record) error { arrived <- r.Clone(); return nil })
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("in the handler") }))
	server.Config.ErrorLog = log.New(core.NewWriter(sink, &core.WriterOptions{Level: core.LevelError, Logger: "http"}), "", 0)
	server.Start()
	defer server.Close()
	if resp, err := http.Get(server.URL); err == nil {
		resp.Body.Close()
		t.Error("the handler answered")
	}
	r := <-arrived
	if r.Level != core.LevelError || r.Logger != "http" || !strings.Contains(r.Message, "in the handler\n") || strings.HasSuffix(r.Message, "\n") {
		t.Errorf("record %+v", r)
	}
}

func TestB56WriterThatIsItsOwnSinksLog(t *testing.T) {
	var w *core.Writer
	calls, refused := 0, 0
	w = core.NewWriter(core.NewFunc(func(core.Record) error {
		calls++
		if _, err := fmt.Fprintln(w, "from within"); errors.Is(err, core.ErrReentrant) {
			refused++
		}
		return nil
	}), nil)
	for range 5 {
		_, err := fmt.Fprintln(w, "from outside")
		noError(t, "Write", err)
	}
	if calls > 30 || refused != 5 {
		t.Errorf("%d calls, %d refused", calls, refused)
	}
}
