package main

import (
	"path/filepath"
	"testing"

	"github.com/logsinks/logsinks/examples/internal/logtest"
)

func TestRunLogsWhatItDidBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	if err := run(path); err != nil {
		t.Fatal(err)
	}
	logtest.Equal(t, logtest.Read(t, path), "time",
		`{"host":"web1","level":"info","message":"listening","port":8080}`,
		`{"host":"web1","level":"warn","message":"slow query","took":1500}`,
		`{"error":"card expired","host":"web1","level":"error","message":"payment failed"}`,
	)
}

func TestRunReportsAFileThatCannotBeOpened(t *testing.T) {
	if err := run(filepath.Join(t.TempDir(), "missing", "app.log")); err == nil {
		t.Error("no error")
	}
}
