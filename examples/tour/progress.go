package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress shows on a terminal how far a row has come, on one line that is
// removed in the end.
type progress struct {
	w     io.Writer
	label string
	site  *site
	width int // of what is on the line now
	stop  chan struct{}
	ended chan struct{}
}

// watch shows progress if somebody is watching, until end.
func (t *tour) watch(label string, s *site) *progress {
	p := &progress{w: t.stderr, label: label, site: s, stop: make(chan struct{}), ended: make(chan struct{})}
	if !t.watched {
		close(p.ended)
		return p
	}
	go p.run()
	return p
}

// run draws the line several times a second, and removes it.
func (p *progress) run() {
	defer close(p.ended)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		p.draw(fmt.Sprintf("%s  %d of %d records", p.label, p.site.logged(), p.site.total))
		select {
		case <-p.stop:
			p.draw("")
			fmt.Fprint(p.w, "\r")
			return
		case <-tick.C:
		}
	}
}

// draw puts line in the place of the one before it.
func (p *progress) draw(line string) {
	fmt.Fprint(p.w, "\r", line, strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}

// end returns when the line is gone.
func (p *progress) end() {
	close(p.stop)
	<-p.ended
}
