package core_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// python-semantics §22: the error hook gets that very record.
func TestOnErrorGetsTheVeryRecord(t *testing.T) {
	var got core.Record
	var cause error
	target := &capture{fail: failOn("bad", errDisk)}
	o := core.NewOnError(target, func(r core.Record, err error) error {
		got, cause = r.Clone(), err
		return nil
	})
	r := record("bad", slog.Int("a", 1))
	r.Line, r.Logger, r.ID = []byte("the line"), "app", core.ID{Origin: 1, Seq: 2}
	noError(t, "Emit", o.Emit(r))
	if cause != errDisk || render(core.JSON{}, got) != render(core.JSON{}, r) || string(got.Line) != "the line" || got.ID != r.ID {
		t.Errorf("got %+v and error %v", got, cause)
	}
	cause = nil
	noError(t, "Emit", o.Emit(record("good")))
	if cause != nil || target.messages() != "good" {
		t.Errorf("called with %v, delivered %q", cause, target.messages())
	}
}

func TestOnErrorDecides(t *testing.T) {
	target := &capture{fail: func(core.Record) error { return errDisk }}
	for _, result := range []error{nil, errNet, core.Permanent(errDisk)} {
		o := core.NewOnError(target, func(core.Record, error) error { return result })
		if err := o.Emit(core.Record{}); err != result {
			t.Errorf("Emit: %v, want %v", err, result)
		}
	}
}

func TestOnErrorIsToldOfPanics(t *testing.T) {
	var cause error
	target := &capture{fail: func(core.Record) error { panic(errNet) }}
	o := core.NewOnError(target, func(_ core.Record, err error) error { cause = err; return nil })
	noError(t, "Emit", o.Emit(core.Record{}))
	var p *core.PanicError
	if !errors.As(cause, &p) || !errors.Is(cause, errNet) {
		t.Errorf("told %v", cause)
	}
	o = core.NewOnError(target, func(core.Record, error) error { panic("handler") })
	if err := o.Emit(core.Record{}); !errors.As(err, &p) || p.Value != any("handler") {
		t.Errorf("Emit: %v", err)
	}
}

func TestOnErrorBatches(t *testing.T) {
	tests := []struct {
		batch, delivered string
		n                int
		told             string
	}{
		{"a b c", "a b c", 3, ""},
		{"a bad b bad c", "a b c", 5, "bad bad"},
		{"bad bad", "", 2, "bad bad"},
		{"a bad hopeless b", "a", 2, "bad hopeless"},
		{"hopeless a", "", 0, "hopeless"},
		{"a panic b", "a b", 3, "panic"},
		{"panic hopeless", "", 1, "panic hopeless"},
		{"", "", 0, ""},
	}
	fail := func(r core.Record) error {
		switch r.Message {
		case "bad", "hopeless":
			return errDisk
		case "panic":
			panic(errDisk)
		}
		return nil
	}
	for _, test := range tests {
		for _, target := range []interface {
			core.Sink
			messages() string
		}{&capture{fail: fail}, &batched{capture: capture{fail: fail}}} {
			if _, ok := target.(*batched); ok && test.batch == "a panic b" {
				continue // what was delivered before a panic, nobody can tell
			}
			told := new(capture)
			o := core.NewOnError(target, func(r core.Record, err error) error {
				wantError(t, "told", err, errDisk)
				if err := told.Emit(r); err != nil || r.Message != "hopeless" {
					return err
				}
				return errNet
			})
			n, err := o.EmitBatch(records(test.batch))
			if n != test.n || target.messages() != test.delivered || told.messages() != test.told {
				t.Errorf("%T, %q: %d, delivered %q, told of %q", target, test.batch, n, target.messages(), told.messages())
			}
			if hopeless := n < len(records(test.batch)); hopeless != errors.Is(err, errNet) {
				t.Errorf("%T, %q: error %v", target, test.batch, err)
			}
		}
	}
}

func TestOnErrorBehindATargetThatCountsWrong(t *testing.T) {
	o := core.NewOnError(wrongCount{new(capture)}, func(core.Record, error) error { return nil })
	if n, err := o.EmitBatch(records("a b")); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
