package zapsink_test

import (
	"runtime"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
)

// wrapped is small enough to be inlined into its caller, as helpers around a
// logger are.
func wrapped(l *zap.Logger) { l.Info("m") }

// calls log from several places, each on the line after a runtime.Caller.
func calls(l *zap.Logger) (lines []int) {
	skipping := l.WithOptions(zap.AddCallerSkip(1))
	n := 1
	for range 3 {
		_, _, line, _ := runtime.Caller(0)
		wrapped(skipping)
		lines = append(lines, line+1)
		n += len(lines)
	}
	func() {
		_, _, line, _ := runtime.Caller(0)
		wrapped(skipping)
		lines = append(lines, line+1)
	}()
	_, _, line, _ := runtime.Caller(0)
	l.Info("m", zap.Int("n", n))
	return append(lines, line+1)
}

// The source is what zap found out, inlined functions and skipped callers
// included, and so is what the program counter leads to.
func TestCallerBecomesTheSource(t *testing.T) {
	rec := &conformance.Recorder{}
	want := calls(logger(rec, nil, zap.AddCaller()))
	_, file, _, _ := runtime.Caller(0)
	for i, r := range rec.Records() {
		src := r.Source()
		if src == nil || src.File != file || src.Line != want[i] || !strings.Contains(src.Function, "zapsink_test.calls") {
			t.Errorf("call %d at line %d: source %+v", i, want[i], src)
		}
		r.SetSource(nil)
		if byPC := r.Source(); byPC == nil || *byPC != *src {
			t.Errorf("call %d at line %d: PC leads to %+v", i, want[i], byPC)
		}
	}
	if n := len(rec.Records()); n != len(want) {
		t.Errorf("%d records, want %d", n, len(want))
	}
}

// Caller and stack are not known yet when Check is called, only to Write.
func TestCallerAndStackAreSeenInWrite(t *testing.T) {
	rec := &conformance.Recorder{}
	l := logger(rec, nil, zap.AddCaller(), zap.AddStacktrace(zap.WarnLevel))
	l.Info("without")
	l.Warn("with")
	all := rec.Records()
	if all[0].Stack != "" || all[0].Source() == nil {
		t.Errorf("stack %q, source %v", all[0].Stack, all[0].Source())
	}
	if s := all[1].Stack; !strings.Contains(s, "source_test.go") || strings.HasSuffix(s, "\n") || all[1].Source() == nil {
		t.Errorf("stack %q, source %v", s, all[1].Source())
	}
}

// A caller that a program makes itself may have no program counter; one that is
// not defined says nothing.
func TestCallerSetByTheProgram(t *testing.T) {
	rec := &conformance.Recorder{}
	c := logger(rec, nil).Core()
	_ = c.Write(zapcore.Entry{Caller: zapcore.EntryCaller{Defined: true, File: "f.go", Line: 7, Function: "main.f"}}, nil)
	_ = c.Write(zapcore.Entry{Caller: zapcore.EntryCaller{PC: 4711, File: "f.go", Line: 7}}, nil)
	all := rec.Records()
	if src := all[0].Source(); src == nil || src.File != "f.go" || src.Line != 7 || src.Function != "main.f" || all[0].PC != 0 {
		t.Errorf("source %+v, PC %d", src, all[0].PC)
	}
	if all[1].Source() != nil || all[1].PC != 0 {
		t.Errorf("source %+v, PC %d", all[1].Source(), all[1].PC)
	}
}

// What one record has, the next does not get.
func TestNothingIsLeftOver(t *testing.T) {
	var got []int
	sink := core.NewFunc(func(r core.Record) error {
		n := len(r.AppendAttrs(nil))
		if r.Source() != nil {
			n += 10
		}
		got = append(got, n)
		return nil
	})
	with, without := logger(sink, nil, zap.AddCaller()), logger(sink, nil)
	for range 10 {
		with.Info("a", zap.Int("a", 1), zap.Int("b", 2))
		without.Info("b", zap.Int("c", 3))
		without.Info("c")
	}
	for i, n := range got {
		if want := []int{12, 1, 0}[i%3]; n != want {
			t.Fatalf("record %d: %d, want %d", i, n, want)
		}
	}
}
