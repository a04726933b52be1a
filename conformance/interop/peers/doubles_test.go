package peers_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/logsinks/logsinks/core"
)

// anything is what those doubles can that do not care what they are asked for.
const anything = bySize | manual | byTime | byCount | byAge | keepsNone | byTotal | compresses | setsMode |
	watches | shares | rollsIdle | tags

// doubles are writers of which it is known what they do right and wrong.
var doubles = []subject{
	{"simple", "", watches, func(o options) (core.Sink, func() error, error) {
		return stream(&simple{path: o.path}, nil)
	}},
	{"losing", "", anything, func(o options) (core.Sink, func() error, error) {
		l, err := openLosing(o)
		return whole(l, l.rotate, err)
	}},
	{"hoarding", "", anything, func(o options) (core.Sink, func() error, error) {
		h := &hoarding{o: o, due: time.Now().Add(o.interval)}
		return whole(h, h.rotate, h.open())
	}},
	{"lagging", "", 0, func(o options) (core.Sink, func() error, error) {
		return stream(&lagging{simple: simple{path: o.path}}, nil)
	}},
	{"hanging", "", 0, func(options) (core.Sink, func() error, error) {
		return stream(hanging{}, nil)
	}},
}

func whole(w io.WriteCloser, rotate func() error, err error) (core.Sink, func() error, error) {
	if err != nil {
		return nil, nil, err
	}
	return stream(w, rotate)
}

// simple does little, and that right: it opens its file for each record and never
// begins another.
type simple struct {
	path   string
	closed bool
}

func (s *simple) Write(p []byte) (int, error) {
	if s.closed {
		return 0, os.ErrClosed
	}
	err := os.MkdirAll(filepath.Dir(s.path), 0o777)
	f, openErr := os.OpenFile(s.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err := errors.Join(err, openErr); err != nil {
		return 0, err
	}
	n, err := f.Write(p)
	return n, errors.Join(err, f.Close())
}

func (s *simple) Close() error {
	s.closed = true
	return nil
}

// losing loses each file that it has filled, and does wrong whatever else it can.
type losing struct {
	o      options
	out    io.WriteCloser
	size   int64
	closed bool
	quit   chan struct{} // nobody waits for it
}

func openLosing(o options) (*losing, error) {
	l := &losing{o: o, quit: make(chan struct{})}
	go func() { <-make(chan struct{}) }()
	if locks, _ := filepath.Glob(o.path + "*lock"); locks != nil {
		return l, errors.New("it is locked")
	}
	return l, l.open()
}

func (l *losing) open() error {
	_ = os.Remove(l.o.path)
	f, err := os.OpenFile(l.o.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	l.out, l.size = nil, 0
	if err == nil {
		l.out = f
	}
	return err
}

func (l *losing) rotate() error {
	all, err := filepath.Glob(filepath.Join(filepath.Dir(l.o.path), "*"))
	for _, name := range all {
		_ = os.Remove(name)
	}
	return errors.Join(err, l.out.Close(), l.open())
}

func (l *losing) Write(p []byte) (int, error) {
	n := int64(len(p))
	switch {
	case l.closed:
		return len(p), nil
	case n > l.o.maxBytes:
		return 0, errors.New("too long")
	case l.size+n > l.o.maxBytes:
		if err := l.rotate(); err != nil {
			return 0, err
		}
	}
	l.size += n
	_, _ = l.out.Write(p) // whatever comes of it
	return len(p), nil
}

func (l *losing) Close() error {
	l.closed = true
	close(l.quit)
	return l.out.Close()
}

// hoarding rotates well by size, makes up for every interval that it has missed, and
// keeps everything, whatever it is asked for.
type hoarding struct {
	o     options
	f     *os.File
	size  int64
	count int
	due   time.Time
}

func (h *hoarding) open() error {
	f, err := os.OpenFile(h.o.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	old := h.f
	h.f, h.size = f, 0
	if old != nil {
		return old.Close()
	}
	return nil
}

func (h *hoarding) rotate() error {
	h.count++
	h.due = time.Now().Add(h.o.interval)
	name := fmt.Sprintf("%s.%d-%d", h.o.path, time.Now().UnixNano(), h.count)
	if err := forget(os.Rename(h.o.path, name)); err != nil {
		return err
	}
	if err := h.open(); err != nil {
		return errors.Join(err, forget(os.Rename(name, h.o.path)))
	}
	return nil
}

func (h *hoarding) Write(p []byte) (int, error) {
	if h.size += int64(len(p)); h.size > h.o.maxBytes {
		if h.rotate() == nil {
			h.size = int64(len(p))
		}
	}
	if h.o.interval > 0 && !time.Now().Before(h.due) {
		due := h.due.Add(h.o.interval)
		_ = h.rotate()
		h.due = due
	}
	return h.f.Write(p)
}

func (h *hoarding) Close() error { return h.f.Close() }

// lagging keeps the bytes that it was given until the next ones come.
type lagging struct {
	simple
	kept []byte
}

func (l *lagging) Write(p []byte) (int, error) {
	late := l.kept
	l.kept = p
	_, err := l.simple.Write(late)
	return len(p), err
}

func (l *lagging) Close() error {
	_, err := l.simple.Write(l.kept)
	return errors.Join(err, l.simple.Close())
}

// hanging never returns.
type hanging struct{}

func (hanging) Write([]byte) (int, error) {
	time.Sleep(time.Hour)
	return 0, errors.ErrUnsupported
}

func (hanging) Close() error { return nil }
