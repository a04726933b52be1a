package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/logsinks/logsinks/core"
)

// lanes is how many goroutines log through each framework. The records of one
// goroutine have to arrive in their order.
const lanes = 2

// lane returns which goroutine logs the record.
func (b *book) lane(id int) int {
	framework, event := b.place(id)
	return framework*lanes + event%lanes
}

// try replays the events of b through all frameworks into the sink of r, and
// holds what has arrived against b. position is shown with the progress; parent
// is the directory for temporary files.
func (t *tour) try(r row, position, parent string, all []framework, b *book) *result {
	res := &result{row: r}
	dir, err := os.MkdirTemp(parent, "row-")
	if err != nil {
		return res.fail(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays behind goes with parent
	s := &site{dir: dir, total: len(b.lines)}
	o, err := r.open(s)
	if err != nil {
		return res.fail(err)
	}
	shown := t.watch(position+" "+r.name, s)
	r.feed(o, s, all, b.events)
	shown.end()
	shelves, err := o.read()
	if err != nil {
		return res.fail(err)
	}
	res.judge(b, shelves, o.sink, s)
	return res
}

// closeLimit is how long a sink may flush when it is closed.
const closeLimit = time.Minute

// feed logs the events through all frameworks into o, and closes its sink.
func (r row) feed(o *opened, s *site, all []framework, events []event) {
	sink := newGate(o.sink, s)
	var loggers []logger
	var half sync.RWMutex // locked halfway: who logs waits until midway returns
	for _, f := range all {
		log := f.into(sink, r.bare, s.report)
		loggers = append(loggers, func(e *event) {
			half.RLock()
			defer half.RUnlock()
			log(e)
		})
	}
	replay(loggers, events, func() {
		if s.count.Add(1) == int64(s.total/2) && o.midway != nil {
			half.Lock()
			defer half.Unlock()
			s.report(o.midway())
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	s.report(core.CloseAll(ctx, sink))
}

// replay logs all events through every logger, each with goroutines of its own,
// and returns when all are done. It calls logged after each record.
func replay(loggers []logger, events []event, logged func()) {
	var wg sync.WaitGroup
	for _, log := range loggers {
		for lane := range lanes {
			wg.Go(func() {
				for i := lane; i < len(events); i += lanes {
					log(&events[i])
					logged()
				}
			})
		}
	}
	wg.Wait()
}
