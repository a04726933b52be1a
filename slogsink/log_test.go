package slogsink_test

import (
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/slogsink"
)

// restoreDefault undoes what slog.SetDefault does, when the test is over.
func restoreDefault(t *testing.T) {
	old, out, flags := slog.Default(), log.Writer(), log.Flags()
	t.Cleanup(func() {
		slog.SetDefault(old)
		log.SetOutput(out)
		log.SetFlags(flags)
	})
}

// Package log, with slog.SetDefault, is one record a call, at Info, even where
// the text has two lines; and without a source.
func TestPackageLogAfterSetDefault(t *testing.T) {
	restoreDefault(t)
	rec := &conformance.Recorder{}
	slog.SetDefault(slog.New(slogsink.NewHandler(rec, &slogsink.Options{AddSource: true})))
	log.Print("one\ntwo")
	r := only(t, rec)
	if r.Message != "one\ntwo" || r.Level != slog.LevelInfo || r.Time.IsZero() || r.Source() != nil {
		t.Errorf("got %+v, source %v", r, r.Source())
	}
}

// With a source only if the flags of package log ask for one.
func TestPackageLogAfterSetDefaultWithSource(t *testing.T) {
	restoreDefault(t)
	rec := &conformance.Recorder{}
	log.SetFlags(log.Lshortfile)
	slog.SetDefault(slog.New(slogsink.NewHandler(rec, &slogsink.Options{AddSource: true})))
	log.Print("here")
	if src := only(t, rec).Source(); src == nil || !strings.HasSuffix(src.File, "log_test.go") {
		t.Errorf("source %+v", src)
	}
}

// A sink's trouble is told without package log, which may lead to the sink.
func TestTroubleIsNotToldThroughPackageLog(t *testing.T) {
	restoreDefault(t)
	synctest.Test(t, func(t *testing.T) {
		got := stderr(t, func() {
			slog.SetDefault(slog.New(slogsink.NewHandler(badSinks()["error"], nil)))
			log.Print("x")
			synctest.Wait()
		})
		if strings.Count(got, "\n") != 1 || !strings.Contains(got, errSink.Error()) {
			t.Errorf("got %s", got)
		}
	})
}

func TestNewLogLogger(t *testing.T) {
	rec := &conformance.Recorder{}
	h := slogsink.NewHandler(rec, nil).WithAttrs([]slog.Attr{slog.Int("k", 1)})
	slog.NewLogLogger(h, slog.LevelWarn).Print("text\n")
	if r := only(t, rec); r.Message != "text" || r.Level != slog.LevelWarn || attrs(r) != `{"k":1}` {
		t.Errorf("got %+v, %s", r, attrs(r))
	}
	slog.NewLogLogger(h, slog.LevelDebug).Print("below")
	if len(rec.Records()) != 1 {
		t.Error("a level that is off was logged")
	}
}

// The usual caller: an http.Server whose handler panics logs that with its stack,
// as one record.
func TestServerErrorLog(t *testing.T) {
	got := make(chan core.Record, 10)
	sink := core.NewFunc(func(r core.Record) error { got <- r.Clone(); return nil })
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("in the handler") }))
	srv.Config.ErrorLog = slog.NewLogLogger(slogsink.NewHandler(sink, nil), slog.LevelError)
	srv.Start()
	defer srv.Close()
	if resp, err := srv.Client().Get(srv.URL); err == nil {
		_ = resp.Body.Close()
	}
	r := <-got
	if r.Level != slog.LevelError || !strings.Contains(r.Message, "panic serving") || !strings.Contains(r.Message, "log_test.go") {
		t.Errorf("got %v %.300q", r.Level, r.Message)
	}
}
