package conformance

import (
	"bytes"
	"fmt"
	"log/slog"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// renderingCases are about the framework's own rendering.
var renderingCases = []testCase[AdapterHarness]{
	{"same bytes", "with lines carried, a stream behind the adapter writes the bytes that the framework writes by itself", func(t T, h *AdapterHarness) {
		var out bytes.Buffer
		stream, err := core.NewStream(&out, nil)
		if err != nil {
			t.Fatalf("NewStream: %v", err)
		}
		front := h.New(t, stream, AdapterOptions{Line: true, OnError: func(err error) { t.Errorf("reported: %v", err) }})
		if front.Native == nil {
			t.Skipf("the framework does not render")
		}
		for _, text := range awkwardTexts(0) {
			front.Log(t.Context(), info, text, slog.String("text", text), slog.Int("n", 1))
		}
		for _, l := range h.Levels {
			front.With(slog.String("with", "this")).Log(t.Context(), l, "level", allKinds()...)
		}
		if got, want := out.Bytes(), front.Native(); !bytes.Equal(got, want) {
			t.Errorf("%s", firstDifference(got, want))
		}
	}},
	{"line and fields", "a record whose line is carried has its fields all the same", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{Line: true})
		if b.Native == nil {
			t.Skipf("the framework does not render")
		}
		b.With(slog.Int("a", 1)).Log(t.Context(), info, "m", slog.String("b", "two"))
		r := b.only(t)
		if len(r.Line) == 0 || bytes.HasSuffix(r.Line, []byte("\n")) || r.Message != "m" || r.Level != info {
			t.Errorf("line %q, message %q, level %v", r.Line, r.Message, r.Level)
		}
		h.checkAttrs(t, r, slog.Int("a", 1), slog.String("b", "two"))
	}},
	{"no line", "without a rendering the record has no line, so that the sink's formatter renders, unless it is declared that the framework always does", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{})
		b.log(t, "m")
		if r := b.only(t); (r.Line != nil) != h.Traits.AlwaysLine {
			t.Errorf("AlwaysLine is declared %v; line %q", h.Traits.AlwaysLine, r.Line)
		}
	}},
	{"line only", "a sink that does with lines gets them, and their levels", func(t T, h *AdapterHarness) {
		rec := &Recorder{}
		front := h.New(t, lineOnlySink{rec}, AdapterOptions{Line: true, OnError: func(error) {}})
		if front.Native == nil {
			t.Skipf("the framework does not render")
		}
		top := h.Levels[len(h.Levels)-1]
		front.Log(t.Context(), top, "m", slog.Int("n", 1))
		got := rec.Records()
		if len(got) != 1 || got[0].Level != top || string(got[0].Line)+"\n" != string(front.Native()) {
			t.Errorf("got %+v, natively %q", got, front.Native())
		}
	}},
	{"lines under contention", "lines of goroutines that log at once do not mix", func(t T, h *AdapterHarness) {
		b := h.bench(t, AdapterOptions{Line: true})
		if b.Native == nil {
			t.Skipf("the framework does not render")
		}
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 50 {
					b.log(t, mark{g, i}.String())
				}
			})
		}
		wg.Wait()
		var got []Received
		var want []mark
		for _, r := range b.sink.Records() {
			m, _ := markOf(r.Message)
			want = append(want, m)
			got = append(got, Received{Text: string(r.Line)})
		}
		if len(got) != 400 {
			t.Errorf("%d records, want 400", len(got))
		}
		checkExactly(t, &Limits{}, got, want)
	}},
}

// lineOnlySink says that it does with lines.
type lineOnlySink struct{ *Recorder }

func (lineOnlySink) LineOnly() bool { return true }

// firstDifference describes where got and want part.
func firstDifference(got, want []byte) string {
	n := 0
	for n < len(got) && n < len(want) && got[n] == want[n] {
		n++
	}
	from := max(0, n-60)
	return fmt.Sprintf("after %q: got %q, want %q", want[from:n], got[n:min(len(got), n+60)], want[n:min(len(want), n+60)])
}
