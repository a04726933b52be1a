package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/examples/internal/logtest"
)

func TestRunLogsOneRecordACall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	if err := run(path); err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(logtest.Read(t, path), []byte("\n"))
	if len(lines) != 4 || len(lines[3]) > 0 {
		t.Fatalf("want 3 lines, got %q", lines)
	}
	logtest.Equal(t, lines[0], "time", `{"level":"INFO","msg":"starting"}`)
	logtest.Equal(t, lines[2], "time", `{"level":"INFO","msg":"stopped"}`)

	var crash struct{ Level, Logger, Msg string }
	if err := json.Unmarshal(lines[1], &crash); err != nil {
		t.Fatal(err)
	}
	if crash.Level != "ERROR" || crash.Logger != "http" {
		t.Errorf("level %q, logger %q", crash.Level, crash.Logger)
	}
	if !strings.Contains(crash.Msg, "out of stock\ngoroutine ") {
		t.Errorf("the message has no stack: %q", crash.Msg)
	}
}

func TestRunReportsAFileThatCannotBeOpened(t *testing.T) {
	if err := run(filepath.Join(t.TempDir(), "missing", "app.log")); err == nil {
		t.Error("no error")
	}
}
