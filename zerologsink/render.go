package zerologsink

import (
	"bytes"
	"fmt"
	"io"
	"runtime/debug"
	"sync"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
)

// renderer runs events through the writers that Options.Render makes. Each has a
// buffer of its own, and one event at a time.
type renderer struct{ pages sync.Pool }

// page is a buffer and the writer that writes to it.
type page struct {
	out bytes.Buffer
	in  zerolog.LevelWriter
}

func newRenderer(render func(io.Writer) io.Writer) *renderer {
	r := &renderer{}
	r.pages.New = func() any {
		p := &page{}
		in := render(&p.out)
		lw, ok := in.(zerolog.LevelWriter)
		if !ok {
			lw = zerolog.LevelWriterAdapter{Writer: in}
		}
		p.in = lw
		return p
	}
	return r
}

// page returns what the event p looks like, to be released. A writer that fails
// or panics is not used again.
func (r *renderer) page(l zerolog.Level, p []byte) (pg *page, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &core.PanicError{Value: v, Stack: debug.Stack()}
		}
		if err != nil {
			pg, err = nil, fmt.Errorf("zerologsink: render: %w", err)
		}
	}()
	pg = r.pages.Get().(*page)
	_, err = pg.in.WriteLevel(l, p)
	return pg, err
}

func (r *renderer) release(pg *page) {
	if pg.out.Cap() <= 1<<16 {
		pg.out.Reset()
		r.pages.Put(pg)
	}
}
