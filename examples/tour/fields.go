package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// byFields tells records that core.JSON has rendered: every field has to be what
// was logged, with nothing added.
func (b *book) byFields() reading {
	return reading{
		identify: func(item []byte) (id int, ok bool) {
			if id, ok = b.claim(item); !ok {
				return 0, false
			}
			members, err := flatObject(item)
			return id, err == nil && slices.Equal(members, b.fields(id))
		},
		want: func(id int) string { return strings.Join(b.fields(id), " ") },
		show: func(item []byte) string {
			members, err := flatObject(item)
			if err != nil {
				return string(item)
			}
			return strings.Join(members, " ")
		},
	}
}

// fields returns the members that core.JSON should make of a record, in the form
// of flatObject.
func (b *book) fields(id int) []string {
	framework, n := b.place(id)
	e := &b.events[n]
	fields := []string{
		member("time", e.at.Format(time.RFC3339)),
		member("level", e.level.String()),
		member("logger", loggerName),
		member("msg", e.text),
		member(keyVia, b.names[framework]),
		member(keyLine, number(e.number)),
		member(keyInput, e.input),
		member(keySize, number(len(e.text))),
	}
	slices.Sort(fields)
	return fields
}

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }

// flatObject returns the members of a JSON object of strings and numbers, sorted.
// A name that occurs twice is there twice, which a map would hide.
func flatObject(text []byte) (members []string, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := dec.Token()
		if err != nil {
			return nil, err
		}
		text, ok := name.(string)
		if !ok {
			return nil, errors.New("no object")
		}
		members = append(members, member(text, value))
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something follows the object")
	}
	slices.Sort(members)
	return members, nil
}

// member returns a member of an object in a form that tells a string from a
// number. Bytes that are not UTF-8 become what JSON encoders make of them.
func member(name string, value any) string {
	switch v := value.(type) {
	case string:
		return name + "=" + strconv.Quote(string([]rune(v)))
	case json.Number:
		return name + "=" + v.String()
	}
	return name + " is something else"
}
