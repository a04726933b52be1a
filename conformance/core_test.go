package conformance_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/logsinks/logsinks/conformance"
	"github.com/logsinks/logsinks/core"
)

// terminator ends records in these tests: nothing that the suite sends has it.
const terminator = "\x1d\x1e\n"

// split returns the records in text.
func split(text string) []conformance.Received {
	var got []conformance.Received
	for text != "" {
		record, rest, _ := strings.Cut(text, terminator)
		got = append(got, conformance.Received{Text: record})
		text = rest
	}
	return got
}

var errBroken = errors.New("broken on purpose")

// pipe is a writer that can be broken, and made to hang.
type pipe struct {
	mu     sync.Mutex
	text   strings.Builder
	broken bool
	hang   chan struct{}
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	hang := p.hang
	p.mu.Unlock()
	if hang != nil {
		<-hang
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return 0, errBroken
	}
	return p.text.Write(b)
}

func (p *pipe) set(broken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = broken
}

func (p *pipe) stop() (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	hang := make(chan struct{})
	p.hang = hang
	return func() { close(hang) }
}

func (p *pipe) received(conformance.T) []conformance.Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return split(p.text.String())
}

// stream is a stream in front of a pipe, with what wrap puts in front of it.
func stream(f core.Formatter, wrap func(core.Sink) core.Sink) func(conformance.T) conformance.Rig {
	return func(t conformance.T) conformance.Rig {
		p := new(pipe)
		s, err := core.NewStream(p, &core.StreamOptions{
			Formatter: f, Terminator: terminator, CloseTimeout: 100 * time.Millisecond,
		})
		if err != nil {
			t.Fatalf("NewStream: %v", err)
		}
		return conformance.Rig{
			Sink:     wrap(s),
			Received: p.received,
			Break:    func() { p.set(true) },
			Mend:     func() { p.set(false) },
			Hang:     p.stop,
		}
	}
}

func bare(s core.Sink) core.Sink { return s }

// asJSON are the limits of streams that write JSON.
var asJSON = conformance.Limits{NotVerbatim: true}

func TestStream(t *testing.T) {
	for name, h := range map[string]conformance.SinkHarness{
		"line": {New: stream(nil, bare)},
		"json": {New: stream(core.JSON{}, bare), Limits: asJSON},
		"text": {New: stream(core.Text{}, bare), Limits: asJSON},
	} {
		t.Run(name, func(t *testing.T) { conformance.Sink(t, h) })
	}
}

func TestWrappers(t *testing.T) {
	for name, c := range map[string]struct {
		wrap   func(core.Sink) core.Sink
		limits conformance.Limits
	}{
		"MinLevel": {wrap: func(s core.Sink) core.Sink { return core.NewMinLevel(s, slog.LevelInfo) }},
		"Filter":   {wrap: func(s core.Sink) core.Sink { return core.NewFilter(s, func(core.Record) bool { return true }) }},
		"Rewrite": {
			wrap:   func(s core.Sink) core.Sink { return core.NewRewrite(s, core.ReplaceAttrs(mask)) },
			limits: conformance.Limits{NotVerbatim: true, Secret: "hunter2"},
		},
		"OnError": {wrap: func(s core.Sink) core.Sink {
			return core.NewOnError(s, func(_ core.Record, err error) error { return err })
		}},
		"KeepOpen": {wrap: func(s core.Sink) core.Sink { return core.NewKeepOpen(s) }, limits: conformance.Limits{KeepsOpen: true}},
		"Multi":    {wrap: func(s core.Sink) core.Sink { return core.NewMulti(s) }},
		"Failover": {wrap: func(s core.Sink) core.Sink { return failover(s) }},
		"a tower": {wrap: func(s core.Sink) core.Sink {
			return core.NewMinLevel(core.NewMulti(core.NewFilter(failover(s), func(core.Record) bool { return true })), slog.LevelInfo)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := conformance.SinkHarness{New: stream(nil, c.wrap), Limits: c.limits}
			h.Limits.Close = time.Second
			if h.Limits.KeepsOpen {
				h.Limits.Close = core.DefaultCloseTimeout
			}
			conformance.Sink(t, h)
		})
	}
}

func failover(s core.Sink) core.Sink {
	f, err := core.NewFailover([]core.Sink{s}, &core.FailoverOptions{Pause: time.Nanosecond, OnError: func(error) {}})
	if err != nil {
		panic(err)
	}
	return f
}

func mask(_ []string, a slog.Attr) slog.Attr {
	if a.Key == "secret" {
		return slog.String(a.Key, "***")
	}
	return a
}

func TestNull(t *testing.T) {
	conformance.Sink(t, conformance.SinkHarness{
		New: func(conformance.T) conformance.Rig {
			return conformance.Rig{Sink: new(core.Null), Received: func(conformance.T) []conformance.Received { return nil }}
		},
		Limits: conformance.Limits{Discards: true},
	})
}

func TestFunc(t *testing.T) {
	conformance.Sink(t, conformance.SinkHarness{New: func(conformance.T) conformance.Rig {
		p := new(pipe)
		return conformance.Rig{
			Sink: core.NewFunc(func(r core.Record) error {
				level := r.Level
				_, err := p.Write(append(core.Line{}.Append(nil, r), terminator...))
				_ = level
				return err
			}),
			Received: p.received,
			Break:    func() { p.set(true) },
			Mend:     func() { p.set(false) },
		}
	}})
}
