package slogsink

import (
	"bytes"
	"context"
	"log/slog"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// paper is what the handler of Options.Render writes on. All handlers derived
// from it write to the same buffer, so they write one at a time; this is the only
// lock here, and it is not held while the sink works.
type paper struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	pages sync.Pool
}

// page is one rendered record.
type page struct{ line []byte }

// render returns r as h's renderer renders it, without its final line end. If
// the renderer fails, that is reported, and the record goes without a Line.
func (h *Handler) render(ctx context.Context, r slog.Record) *page {
	p, ok := h.paper.pages.Get().(*page)
	if !ok {
		p = new(page)
	}
	p.line = p.line[:0]
	line, err := h.write(ctx, r, p.line)
	if err != nil {
		h.front.Report(err)
		p.line = nil
		return p
	}
	p.line = bytes.TrimSuffix(line, []byte("\n"))
	return p
}

// write appends what the renderer writes to dst.
func (h *Handler) write(ctx context.Context, r slog.Record, dst []byte) (line []byte, err error) {
	h.paper.mu.Lock()
	defer h.paper.mu.Unlock()
	defer func() {
		if v := recover(); v != nil {
			err = &core.PanicError{Value: v}
		}
	}()
	h.paper.buf.Reset()
	if err := h.renderer.Handle(ctx, r); err != nil {
		return nil, err
	}
	return append(dst, h.paper.buf.Bytes()...), nil
}

// put gives back a page whose line is not needed any more.
func (p *paper) put(page *page) {
	const keep = 64 << 10
	if cap(page.line) <= keep {
		p.pages.Put(page)
	}
}
