package conformance

import (
	"log/slog"
	"testing"
	"time"

	"github.com/logsinks/logsinks/core"
)

func adapterHarness(bug string) AdapterHarness {
	return AdapterHarness{
		New:  func(_ T, sink core.Sink, o AdapterOptions) Front { return newModelAdapter(bug, sink, o) },
		File: "adapter.go",
		Levels: []slog.Level{
			core.LevelTrace, core.LevelDebug, core.LevelInfo, core.LevelWarn, core.LevelError, core.LevelCritical,
		},
	}
}

func TestTheModelAdapterIsCorrect(t *testing.T) { Adapter(t, adapterHarness("")) }

// adapterMutants are adapters with one bug each, and the case that must name it.
var adapterMutants = []struct{ bug, by string }{
	{"all levels are info", "levels"},
	{"loses the message", "header"},
	{"loses the source", "source"},
	{"is its own source", "source"},
	{"has no durations", "attributes"},
	{"the last duplicate wins", "duplicate keys"},
	{"forgets With", "with"},
	{"flattens groups", "groups"},
	{"ignores the context", "context"},
	{"cuts messages at line ends", "awkward text"},
	{"keeps the line end", "same bytes"},
	{"no fields beside a line", "line and fields"},
	{"always renders", "no line"},
	{"no level beside a line", "line only"},
	{"renders into one place", "lines under contention"},
	{"siblings share", "B61 siblings"},
	{"one With for all", "B61 siblings at once"},
	{"reads values late", "B52 changed values"},
	{"ignores the sink's level", "B61 levels agree"},
	{"swallows errors", "B53 failing sink"},
	{"lets panics through", "B53 panicking sink"},
	{"hides ErrClosed", "B46 closed sink"},
	{"recurses", "B56 sink that logs"},
	{"trusts values", "B52 hostile values"},
	{"panics on values", "B52 hostile values"},
	{"no flush at fatal", "B51 Fatal"},
	{"no flush at panic", "B51 Panic"},
	{"hides what the last flush fails with", "B51 Fatal"},
	{"flush does nothing", "flush"},
	{"flush without limit", "bounded flush"},
}

func TestEveryAdapterMutantIsNamedByItsCase(t *testing.T) {
	covered := map[string]bool{}
	for _, m := range adapterMutants {
		covered[m.by] = true
		t.Run(m.bug, func(t *testing.T) {
			h := adapterHarness(m.bug)
			_, err := checkAll(only(adapterCases(), m.by), &h, 3*time.Second)
			expectViolation(t, err, m.by)
		})
	}
	for _, c := range adapterCases() {
		if !covered[c.name] {
			t.Errorf("no mutant shows that %q can fail", c.name)
		}
	}
}
