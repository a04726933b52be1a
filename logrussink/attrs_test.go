package logrussink_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/logrussink"
)

// Map order is random: attributes come in the order of their keys, each time.
func TestAttributesAreSorted(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, nil)
	fields := logrus.Fields{}
	want := ""
	for i := range 30 {
		key := fmt.Sprintf("k%02d", i)
		fields[key] = i
		want += fmt.Sprintf(" %s=%d", key, i)
	}
	for range 20 {
		l.WithFields(fields).Info("x")
	}
	for _, r := range m.all() {
		if got := attrs(r); got != want[1:] {
			t.Fatalf("got %s", got)
		}
	}
}

type code int

func (c code) Error() string { return fmt.Sprintf("code %d", int(c)) }

type digest string

func (d digest) String() string { return "digest " + string(d) }

// The values that real programs log reach the sink as what they are: an error as
// an error, kinds of slog as such, all else untouched.
func TestValues(t *testing.T) {
	var oserr error = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}
	live := map[string]any{"a": 1}
	cases := []struct {
		value any
		kind  slog.Kind
	}{
		{"s", slog.KindString}, {1, slog.KindInt64}, {uint8(1), slog.KindUint64}, {float32(0.5), slog.KindFloat64},
		{true, slog.KindBool}, {time.Second, slog.KindDuration}, {time.Unix(1, 0), slog.KindTime}, {nil, slog.KindAny},
		{oserr, slog.KindAny}, {code(3), slog.KindAny}, {digest("x"), slog.KindAny}, {netip.MustParseAddr("::1"), slog.KindAny},
		{[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, slog.KindAny}, {live, slog.KindAny}, {&live, slog.KindAny},
	}
	for _, c := range cases {
		var got slog.Value
		sink := core.NewFunc(func(r core.Record) error {
			for a := range r.Attrs() {
				got = a.Value
			}
			return nil
		})
		sinkOnly(sink, nil).WithField("v", c.value).Info("x")
		if got.Kind() != c.kind || c.kind == slog.KindAny && fmt.Sprintf("%T%v", got.Any(), got.Any()) != fmt.Sprintf("%T%v", c.value, c.value) {
			t.Errorf("%T became %v, %T", c.value, got.Kind(), got.Any())
		}
	}
}

// With no Formatter the sink's own one renders, from message and attributes.
func TestSinkRendersWithoutFormatter(t *testing.T) {
	var got []byte
	sink := core.NewFunc(func(r core.Record) error {
		r.Time = time.Time{}
		got = core.JSON{}.Append(nil, r)
		return nil
	})
	sinkOnly(sink, nil).WithFields(logrus.Fields{"b": code(2), "a": []int{1}}).Info("x")
	if string(got) != `{"level":"INFO","msg":"x","a":[1],"b":"code 2"}` || !json.Valid(got) {
		t.Errorf("got %s", got)
	}
}

type traceKey struct{}

// traced returns the trace of ctx, and counts how often it is asked.
func traced(calls *atomic.Int64) func(context.Context) []slog.Attr {
	return func(ctx context.Context) []slog.Attr {
		calls.Add(1)
		id, ok := ctx.Value(traceKey{}).(string)
		if !ok {
			return nil
		}
		return []slog.Attr{slog.String("trace", id)}
	}
}

func TestContextAttrsComeFirst(t *testing.T) {
	m := newMemo()
	var calls atomic.Int64
	l := sinkOnly(m, &logrussink.Options{ContextAttrs: traced(&calls), Formatter: &logrus.TextFormatter{}})
	ctx := context.WithValue(context.Background(), traceKey{}, "abc")
	l.WithContext(ctx).WithField("a", 1).Info("x")
	if got := attrs(m.only(t)); got != "trace=abc a=1" {
		t.Errorf("got %s", got)
	}
}

// Entry.Context is nil unless somebody has set it.
func TestContextAttrsWithoutContext(t *testing.T) {
	m := newMemo()
	var calls atomic.Int64
	l := sinkOnly(m, &logrussink.Options{ContextAttrs: traced(&calls)})
	l.WithField("a", 1).Info("x")
	if got := attrs(m.only(t)); got != "a=1" || calls.Load() != 0 {
		t.Errorf("got %s after %d calls", got, calls.Load())
	}
}

func TestContextAttrsAreAskedOnce(t *testing.T) {
	m, n := newMemo(), newMemo()
	var calls atomic.Int64
	l := sinkOnly(core.NewMulti(m, n), &logrussink.Options{ContextAttrs: traced(&calls)})
	l.WithContext(context.WithValue(context.Background(), traceKey{}, "abc")).WithField("a", 1).Info("x")
	if got := attrs(m.only(t)) + ", " + attrs(n.only(t)); got != "trace=abc a=1, trace=abc a=1" || calls.Load() != 1 {
		t.Errorf("got %s after %d calls", got, calls.Load())
	}
}

func TestContextAttrsPanic(t *testing.T) {
	m := newMemo()
	told := newFailures()
	broken := errors.New("no trace")
	l := sinkOnly(m, &logrussink.Options{
		OnError:      told.add,
		ContextAttrs: func(context.Context) []slog.Attr { panic(broken) },
	})
	l.WithContext(context.Background()).WithField("a", 1).Info("x")
	if got := attrs(m.only(t)); got != "a=1" {
		t.Errorf("got %s", got)
	}
	told.want(t, broken)
}

// A sink that does with the line costs no conversion.
func TestNothingIsConvertedForLines(t *testing.T) {
	sink, err := core.NewStream(io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(context.Background(), traceKey{}, "abc")
	var calls atomic.Int64
	l := sinkOnly(sink, &logrussink.Options{ContextAttrs: traced(&calls), Formatter: &logrus.TextFormatter{}})
	l.WithContext(ctx).Info("x")
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls with a line", n)
	}
	sinkOnly(sink, &logrussink.Options{ContextAttrs: traced(&calls)}).WithContext(ctx).Info("x")
	if n := calls.Load(); n != 1 {
		t.Errorf("%d calls without a line", n)
	}
}

// linesOnly is a memo that says it does with the line.
type linesOnly struct{ *memo }

func (linesOnly) LineOnly() bool { return true }

// Nor does one that keeps a clone of the record, as a queue does.
func TestCloneOfALineHasNoAttributes(t *testing.T) {
	m := newMemo()
	for _, f := range []logrus.Formatter{fixed("line\n"), nil} {
		sinkOnly(linesOnly{m}, &logrussink.Options{Formatter: f}).WithField("k", "v").Info("x")
	}
	all := m.all()
	if with, without := attrs(all[0]), attrs(all[1]); with != "" || without != "k=v" {
		t.Errorf("attributes with a line %q, without %q", with, without)
	}
}

// What one record has, the next does not get.
func TestNothingIsLeftOver(t *testing.T) {
	var got []int
	sink := core.NewFunc(func(r core.Record) error {
		got = append(got, len(r.AppendAttrs(nil)))
		return nil
	})
	var calls atomic.Int64
	l := sinkOnly(sink, &logrussink.Options{ContextAttrs: traced(&calls)})
	ctx := context.WithValue(context.Background(), traceKey{}, "abc")
	for range 10 {
		l.WithContext(ctx).WithFields(logrus.Fields{"a": 1, "b": 2}).Info("x")
		l.WithField("c", 3).Info("y")
		l.Info("z")
	}
	for i, n := range got {
		if want := []int{3, 1, 0}[i%3]; n != want {
			t.Fatalf("record %d has %d attributes, want %d", i, n, want)
		}
	}
}

// The caller may use its slice again as soon as the log call has returned.
func TestB48CallerReusesItsBytes(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, &logrussink.Options{Formatter: &logrus.TextFormatter{DisableTimestamp: true}})
	b := []byte("first")
	l.WithField("b", b).Info("x")
	copy(b, "XXXXX")
	l.WithField("b", b).Info("second, longer than the first")
	r := m.all()[0]
	if got := attrs(r) + "|" + string(r.Line); got != "b=first|level=info msg=x b=first" {
		t.Errorf("got %s", got)
	}
}

// What changes after the log call changes no record. Between WithField and the
// log call logrus itself looks at nothing.
func TestB52ValuesChangedLater(t *testing.T) {
	m := newMemo()
	l := sinkOnly(m, nil)
	p := &point{X: 1}
	list := map[string]any{"n": 1}
	e := l.WithFields(logrus.Fields{"p": p, "list": list})
	p.X = 2
	e.Info("x")
	p.X = 3
	list["n"] = 4
	if got := attrs(m.only(t)); got != `list={"n":1} p={"X":2,"Y":0}` {
		t.Errorf("got %s", got)
	}
}
