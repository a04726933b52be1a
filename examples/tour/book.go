package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// book says what each record has to look like. A record's number is its place in
// lines.
type book struct {
	names  []string       // of the frameworks
	events []event        // what each of them logs
	lines  []string       // what they make of it: all of the first one's, and so on
	ids    map[string]int // the number of each line
}

// newBook logs the events through every framework's own path, into memory. The
// records differ, by line and framework.
func newBook(all []framework, events []event) (*book, error) {
	b := &book{events: events, ids: make(map[string]int, len(all)*len(events))}
	for _, f := range all {
		var out bytes.Buffer
		log := f.own(&out)
		for i := range events {
			log(&events[i])
		}
		lines := splitLines(out.String())
		if len(lines) != len(events) {
			return nil, fmt.Errorf("%s made %d lines of %d records", f.name, len(lines), len(events))
		}
		b.names = append(b.names, f.name)
		b.lines = append(b.lines, lines...)
	}
	for id, line := range b.lines {
		b.ids[line] = id
	}
	return b, nil
}

// place returns which framework and which event the record belongs to.
func (b *book) place(id int) (framework, event int) {
	return id / len(b.events), id % len(b.events)
}

// title names a record in messages.
func (b *book) title(id int) string {
	framework, event := b.place(id)
	return fmt.Sprintf("line %d by %s", b.events[event].number, b.names[framework])
}

// byLine tells records by their bytes.
func (b *book) byLine() reading {
	return reading{
		identify: func(item []byte) (id int, ok bool) {
			id, ok = b.ids[string(item)]
			return id, ok
		},
		want: func(id int) string { return b.lines[id] },
		show: func(item []byte) string { return string(item) },
	}
}

// claim returns the record that item says it is, if it can be made out.
func (b *book) claim(item []byte) (id int, ok bool) {
	var said struct {
		Via  string
		Line int
	}
	if json.Unmarshal(item, &said) != nil {
		return 0, false
	}
	framework := slices.Index(b.names, said.Via)
	if framework < 0 || said.Line < 1 || said.Line > len(b.events) {
		return 0, false
	}
	return framework*len(b.events) + said.Line - 1, true
}
