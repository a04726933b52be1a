package core_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestPermanent(t *testing.T) {
	if core.Permanent(nil) != nil {
		t.Error("nil does not stay nil")
	}
	err := fmt.Errorf("webhook: %w", core.Permanent(fmt.Errorf("refused: %w", errNet)))
	if !core.IsPermanent(err) || !errors.Is(err, errNet) || err.Error() != "webhook: refused: network trouble" {
		t.Errorf("permanent %v, is %v, text %q", core.IsPermanent(err), errors.Is(err, errNet), err)
	}
	for _, other := range []error{nil, errNet, core.RetryAfter(errNet, time.Second)} {
		if core.IsPermanent(other) {
			t.Errorf("%v is permanent", other)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	if core.RetryAfter(nil, time.Second) != nil {
		t.Error("nil does not stay nil")
	}
	cause := &fs.PathError{Op: "write", Path: "x", Err: errDisk}
	err := fmt.Errorf("queue: %w", core.RetryAfter(cause, 3*time.Second))
	if d, ok := core.RetryDelay(err); d != 3*time.Second || !ok {
		t.Errorf("delay %v, %v", d, ok)
	}
	var path *fs.PathError
	if !errors.As(err, &path) || path != cause || !errors.Is(err, errDisk) || err.Error() != "queue: write x: disk trouble" {
		t.Errorf("got %v", err)
	}
	for _, other := range []error{nil, errNet, core.Permanent(errNet)} {
		if d, ok := core.RetryDelay(other); d != 0 || ok {
			t.Errorf("%v has delay %v", other, d)
		}
	}
}

func TestBothMarks(t *testing.T) {
	err := core.Permanent(core.RetryAfter(errNet, time.Second))
	if d, ok := core.RetryDelay(err); !core.IsPermanent(err) || !ok || d != time.Second {
		t.Errorf("permanent %v, delay %v %v", core.IsPermanent(err), d, ok)
	}
}

func TestPanicErrorTellsWhatAndWhere(t *testing.T) {
	s := newStream(t, new(tape), &core.StreamOptions{Formatter: core.FormatterFunc(func([]byte, core.Record) []byte { panic(errDisk) })})
	err := s.Emit(core.Record{})
	var p *core.PanicError
	if !errors.As(err, &p) || p.Value != any(errDisk) || !errors.Is(err, errDisk) {
		t.Fatalf("got %#v", err)
	}
	if err.Error() != "panic: disk trouble" || !strings.Contains(string(p.Stack), "TestPanicErrorTells") {
		t.Errorf("text %q, stack %s", err, p.Stack)
	}
}
