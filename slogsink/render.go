package slogsink

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"

	"github.com/logsinks/logsinks/core"
)

// paper is what the handler of Options.Render writes on. All handlers derived
// from it write to the same place, so they write one at a time; this is the only
// lock here, and it is not held while the sink works.
type paper struct {
	mu    sync.Mutex
	page  *bytes.Buffer // what is written on now; nil: nothing
	pages sync.Pool
}

// errLate is for a renderer that writes when it is not asked to.
var errLate = errors.New("slogsink: written outside of Handle")

// Write implements io.Writer.
func (p *paper) Write(b []byte) (int, error) {
	if p.page == nil {
		return 0, errLate
	}
	return p.page.Write(b)
}

// looks is how often a record looks whether the paper is free before it looks at
// the stack: rendering takes less time than either a look there or a sleep.
const looks = 32

// take reports whether the paper is the caller's, which may wait for it a while.
func (p *paper) take() bool {
	for range looks {
		if p.mu.TryLock() {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// leave lets others have the paper.
func (p *paper) leave() {
	p.page = nil
	p.mu.Unlock()
}

// keep is the size of a page that is used again.
const keep = 64 << 10

// get returns an empty page.
func (p *paper) get() *bytes.Buffer {
	if page, ok := p.pages.Get().(*bytes.Buffer); ok {
		return page
	}
	return new(bytes.Buffer)
}

// put gives back a page whose text is not needed any more.
func (p *paper) put(page *bytes.Buffer) {
	if page.Cap() <= keep {
		page.Reset()
		p.pages.Put(page)
	}
}

// render lets the renderer write r on page.
func (h *Handler) render(ctx context.Context, r *slog.Record, page *bytes.Buffer) (err error) {
	defer recovered(&err)
	if !h.paper.take() {
		switch depth := rendering(); {
		case depth > deepest:
			return core.ErrReentrant
		case depth > 1:
			return h.another(page).Handle(ctx, *r)
		}
		h.paper.mu.Lock()
	}
	defer h.paper.leave()
	h.paper.page = page
	return h.renderer.Handle(ctx, *r)
}

// deepest is how many renderings may be inside of each other: of a value that
// logs while it is rendered, of another one in what that logs, and so on.
const deepest = 8

// rendering counts the calls of render, of any handler, that the calling
// goroutine is in, the caller included. Who is in one waits for no paper: it may
// be the one that holds it, or who holds it may be waiting for it.
func rendering() (depth int) {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		frames := runtime.CallersFrames(pcs[:n])
		for more := n > 0; more; {
			var f runtime.Frame
			f, more = frames.Next()
			if f.Function == "github.com/logsinks/logsinks/slogsink.(*Handler).render" {
				depth++
			}
		}
		if n < len(pcs) {
			return depth
		}
	}
}

// another returns a renderer like h's that writes to page, and that nobody else
// uses.
func (h *Handler) another(page *bytes.Buffer) slog.Handler {
	if h.parent == nil {
		return h.opts.Render(page)
	}
	return h.derive(h.parent.another(page))
}
