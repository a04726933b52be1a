package main

import (
	"bytes"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/core/file"
)

// rows returns the rows of the table. A new handler is one more of them.
func rows() []row {
	return []row{
		{name: "core.NewStream", python: "StreamHandler", open: openStream},
		{name: "core.Null", python: "NullHandler", keepsNothing: true, open: openNull},
		{name: "file.New", python: "FileHandler", open: openFile(nil)},
		{name: "file.New, buffered", python: "FileHandler", open: openFile(&file.Options{BufferSize: 64 << 10})},
		{name: "file.New, core.JSON", python: "FileHandler", bare: true, open: openFile(&file.Options{Formatter: core.JSON{}})},
		{name: "file.NewWatched, file moved", python: "WatchedFileHandler", open: openWatched},
		{name: "file.NewRotating, gzip", python: "RotatingFileHandler", open: openRotating},
		{name: "file.NewTimedRotating", python: "TimedRotatingFileHandler", open: openTimed},
		{name: "core.NewMulti", python: "two handlers", open: openMulti},
		{name: "core.NewFailover", open: openFailover},
	}
}

// row is a sink to be tried.
type row struct {
	name   string // its constructor
	python string // what Python calls it; "": nothing like it there

	// bare says that the sink renders the records with core.JSON, and not the
	// frameworks.
	bare bool

	// keepsNothing says that nothing is to be delivered.
	keepsNothing bool

	open func(s *site) (*opened, error)
}

// opened is a sink ready to be logged to.
type opened struct {
	sink   core.Sink
	midway func() error            // called when half of the records are logged; nil: nothing happens then
	read   func() ([]shelf, error) // called once, after the sink was closed: what has arrived
}

// shelf is one destination or several that together hold every record once. A
// sink that copies records has several shelves.
type shelf []destination

// destination is a place where records have arrived.
type destination struct {
	name    string
	items   [][]byte // one for each record
	bytes   int      // what they take up there
	follows bool     // it goes on where the destination before it ends
}

// byLines returns a destination with one record on each line of text.
func byLines(name string, text []byte) destination {
	d := destination{name: name, bytes: len(text)}
	for line := range bytes.Lines(text) {
		d.items = append(d.items, bytes.TrimSuffix(line, []byte("\n")))
	}
	return d
}
