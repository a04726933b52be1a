package conformance

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core"
)

var (
	errBroken   = errors.New("the destination is broken")
	errTooLarge = errors.New("too large")
)

// place is where the model delivers to.
type place struct {
	mu     sync.Mutex
	got    []Received
	broken bool
	hang   chan struct{} // deliveries wait for it
}

func (p *place) deliver(text string, level slog.Level) error {
	p.mu.Lock()
	hang := p.hang
	p.mu.Unlock()
	if hang != nil {
		<-hang
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return errBroken
	}
	p.got = append(p.got, Received{Text: text, Level: &level})
	return nil
}

func (p *place) set(broken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = broken
}

// model is a sink that is correct unless it has a bug, named in plain words.
type model struct {
	bug      string
	place    *place
	buffered bool
	min      slog.Level // drops what is below
	secret   string     // masks it
	limit    int        // size of the largest text; 0: none
	inner    core.Sink  // closed along; nil: none
	turn     chan struct{}

	mu     sync.Mutex // guards what follows
	closed bool
	held   []core.Record
	stats  core.Stats
	calls  int
	failed bool
}

func newModel(bug string, l Limits) (*model, *place) {
	p := &place{}
	m := &model{bug: bug, place: p, buffered: l.Buffered, min: core.LevelTrace, secret: l.Secret, limit: l.MaxRecord, turn: make(chan struct{}, 1)}
	if m.has("has no limit") {
		m.limit = 0
	}
	return m, p
}

func (m *model) has(bug string) bool { return m.bug == bug }

// Emit implements core.Sink.
func (m *model) Emit(r core.Record) error {
	if m.has("panics on an empty record") && r.Message == "" && r.Line == nil {
		panic("empty record")
	}
	if m.has("drops when it is busy") && len(m.turn) > 0 {
		return nil
	}
	if m.has("looks and then acts") {
		return m.race(r)
	}
	if !m.begin() {
		return m.refusal()
	}
	defer m.end()
	if m.has("drops when it is busy") {
		time.Sleep(time.Microsecond)
	}
	err := m.take(r)
	m.count(err)
	if m.has("miscounts failures") && err != nil {
		m.stats.Failed--
	}
	return err
}

// race accepts a record without asking once more whether the sink is closed.
func (m *model) race(r core.Record) error {
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	if closed {
		return core.ErrClosed
	}
	r = r.Clone()
	m.turn <- struct{}{}
	defer m.end()
	err := m.take(r)
	m.count(err)
	return err
}

// begin takes the one turn that there is; it is false when the sink is closed.
func (m *model) begin() bool {
	m.turn <- struct{}{}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.end()
	}
	return !m.closed
}

func (m *model) end() { <-m.turn }

func (m *model) refusal() error {
	if m.has("accepts after Close") {
		return nil
	}
	return core.ErrClosed
}

func (m *model) count(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.stats.Failed++
		return
	}
	m.stats.Accepted++
	if !m.buffered {
		m.stats.Delivered++
	}
}

// take accepts one record.
func (m *model) take(r core.Record) error {
	m.calls++
	if r.Level < m.min {
		return nil
	}
	if m.secret != "" {
		r = m.mask(r)
	}
	if m.has("drops every tenth") && m.calls%10 == 0 {
		return nil
	}
	if m.buffered {
		m.held = append(m.held, m.keep(r))
		return nil
	}
	return m.deliver(r)
}

// keep returns what may be held of r.
func (m *model) keep(r core.Record) core.Record {
	switch m.bug {
	case "keeps the line", "keeps the batch":
		line := r.Line
		r = r.Clone()
		r.Line = line
		return r
	case "keeps the source":
		r.Line = bytes.Clone(r.Line)
		return r
	case "keeps where it was":
		at := r.Source()
		r = r.Clone()
		r.SetSource(at)
		return r
	case "keeps the values":
		r.Line = bytes.Clone(r.Line)
		r.SetAttrs(r.AppendAttrs(nil)...)
		return r
	}
	return r.Clone()
}

func (m *model) mask(r core.Record) core.Record {
	line := r.Line
	core.ReplaceAttrs(func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "secret" {
			return slog.String(a.Key, "***")
		}
		return a
	})(&r)
	if r.Line = nil; m.has("masks attributes only") {
		r.Line = line
	}
	return r
}

// text renders r.
func (m *model) text(r core.Record) string {
	if m.has("reads what LineOnly promises not to") {
		r.AppendAttrs(nil)
	}
	text := string(r.Line)
	if r.Line == nil {
		if m.has("loses attributes") {
			r.SetAttrs()
		}
		if m.has("trusts values") {
			for a := range r.Attrs() {
				_ = a.Value.Any().(interface{ LogValue() slog.Value }).LogValue()
			}
		}
		text = string(core.JSON{}.Append(nil, r))
	}
	switch m.bug {
	case "cuts lines":
		text = text[:min(len(text), 1000)]
	case "cuts what is rendered":
		text = text[:min(len(text), 300)]
	case "writes behind the line":
		_ = append(r.Line, '\n')
	case "stops at a line end":
		text, _, _ = strings.Cut(text, "\n")
	case "trims":
		text = strings.TrimSpace(text)
	}
	return text
}

func (m *model) deliver(r core.Record) error {
	level := r.Level
	if m.has("loses the level") {
		level = 0
	}
	text := m.text(r)
	if m.limit > 0 && len(text) > m.limit {
		return errTooLarge
	}
	if m.has("splits at line ends") {
		for _, line := range strings.Split(text, "\n")[1:] {
			_ = m.place.deliver(line, level)
		}
	}
	if m.has("stays broken") && m.failed {
		return errBroken
	}
	err := m.place.deliver(text, level)
	m.failed = m.failed || err != nil
	switch {
	case m.has("delivers twice"):
		_ = m.place.deliver(text, level)
	case m.has("swallows errors"), m.has("swallows every other error") && m.calls%2 == 0:
		return nil
	case m.has("is wrong about errors") && m.calls%7 == 0:
		return errBroken
	}
	return err
}

// flush delivers what is held.
func (m *model) flush() error {
	if m.has("reverses") {
		for i, j := 0, len(m.held)-1; i < j; i, j = i+1, j-1 {
			m.held[i], m.held[j] = m.held[j], m.held[i]
		}
	}
	for len(m.held) > 0 {
		if err := m.deliver(m.held[0]); err != nil {
			return err
		}
		m.held = m.held[1:]
		m.mu.Lock()
		m.stats.Delivered++
		m.mu.Unlock()
	}
	return nil
}

// Flush implements core.Sink.
func (m *model) Flush(ctx context.Context) error {
	if m.has("flush is upset by an ended context") && ctx.Err() != nil {
		return errBroken
	}
	if m.has("flush waits for ever") {
		ctx = context.Background()
	}
	select {
	case m.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-m.turn }()
		done <- m.flushNow()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *model) flushNow() error {
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	switch {
	case closed:
		return m.refusal()
	case m.has("flush does nothing"):
		return nil
	case m.has("flush fails when there is nothing") && len(m.held) == 0:
		return errBroken
	case m.has("flush swallows errors"):
		_ = m.flush()
		return nil
	}
	return m.flush()
}
