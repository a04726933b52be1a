package core_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/logsinks/logsinks/core"
)

// dice makes choices out of the bytes of a fuzzer: the same bytes, the same
// choices. When there are no bytes left, everything is zero.
type dice struct {
	data []byte
	// exact leaves out the values that JSON and slog.JSONHandler are known to
	// render differently, or slog in a way that names its own functions.
	exact bool
}

func (d *dice) byte() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

// below returns a number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.byte()) % n }

func (d *dice) uint64() uint64 {
	var b [8]byte
	for i := range b {
		b[i] = d.byte()
	}
	return binary.LittleEndian.Uint64(b[:])
}

// text returns up to 23 raw bytes, which may be anything.
func (d *dice) text() string {
	n := min(d.below(24), len(d.data))
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

// name is a text that is not empty.
func (d *dice) name() string { return "g" + d.text() }

func (d *dice) time() time.Time {
	zone := time.FixedZone("", d.below(29)*3600-14*3600+d.below(4)*900)
	seconds := int64(d.uint64() % (1 << 40))
	if d.exact {
		seconds %= 1 << 37 // up to the year 6325
	}
	return time.Unix(seconds, int64(d.uint64()%1e9)).In(zone)
}

func (d *dice) float() float64 {
	f := math.Float64frombits(d.uint64())
	if d.exact && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return 0
	}
	return f
}

// attrs returns a few attributes, with groups up to depth deep.
func (d *dice) attrs(depth int) []slog.Attr {
	var attrs []slog.Attr
	for range d.below(5) {
		key := d.text()
		attrs = append(attrs, slog.Attr{Key: key, Value: d.value(depth)})
	}
	return attrs
}

func (d *dice) value(depth int) slog.Value {
	switch d.below(11) {
	case 0:
		return slog.StringValue(d.text())
	case 1:
		return slog.Int64Value(int64(d.uint64()))
	case 2:
		return slog.Uint64Value(d.uint64())
	case 3:
		return slog.Float64Value(d.float())
	case 4:
		return slog.BoolValue(d.below(2) == 1)
	case 5:
		return slog.DurationValue(time.Duration(d.uint64()))
	case 6:
		return slog.TimeValue(d.time())
	case 7, 8:
		if depth > 0 {
			return slog.GroupValue(d.attrs(depth - 1)...)
		}
	case 9:
		if depth > 0 {
			return slog.AnyValue(standsFor{d.value(depth - 1)})
		}
	}
	return slog.AnyValue(d.any())
}

// any returns a value of one of many types, most of them trouble.
func (d *dice) any() any {
	s := d.text()
	all := []any{
		nil, errors.New(s), []byte(s), map[string]any{s: s, "b": 1}, []string{s}, &s,
		struct {
			A string `json:"a,omitempty"`
			b int
		}{A: s},
		json.RawMessage(s), json.RawMessage(`{"a": [1,"` + s + `"]}`), json.Number(s),
		asText(s), asJSON(s), asString(s), badText(s), badJSON(s),
		(*grumpy)(nil), grumpy(s), (*asText)(nil), (*int)(nil), (error)(nil),
		make(chan int), func() {}, map[string]any{s: math.NaN()},
		slog.LevelWarn, core.ID{Origin: 1, Seq: 2}, &noon, context.Canceled,
		fmt.Errorf("%s: %w", s, errDisk), [2]bool{true}, complex(1, 2), cycle(),
		jsonError(s),
		&slog.Source{File: s, Line: 7}, math.Inf(1),
	}
	if d.exact {
		all = all[:len(all)-2]
	}
	return all[d.below(len(all))]
}

// standsFor is a slog.LogValuer.
type standsFor struct{ v slog.Value }

func (s standsFor) LogValue() slog.Value { return s.v }

type asText string

func (s asText) MarshalText() ([]byte, error) { return []byte("text:" + s), nil }

type badText string

func (s badText) MarshalText() ([]byte, error) { return nil, errors.New("no text: " + string(s)) }

type asJSON string

// MarshalJSON brings bytes of its own: valid JSON in what may be invalid UTF-8.
func (s asJSON) MarshalJSON() ([]byte, error) { return []byte(`{ "json": "` + string(s) + `" }`), nil }

type badJSON string

func (s badJSON) MarshalJSON() ([]byte, error) { return nil, errors.New("no JSON: " + string(s)) }

type asString string

func (s asString) String() string { return "string:" + string(s) }

// jsonError is an error that says how it wants to be encoded.
type jsonError string

func (e jsonError) Error() string                { return "error:" + string(e) }
func (e jsonError) MarshalJSON() ([]byte, error) { return json.Marshal([]string{string(e)}) }

// grumpy is an error whose methods panic.
type grumpy string

func (g grumpy) Error() string { panic("grumpy " + string(g)) }

// cycle returns a map that holds itself.
func cycle() any {
	m := map[string]any{}
	m["self"] = m
	return m
}

// surrounding makes the same choices for a handler of slog and for a Scope.
func (d *dice) surrounding(h slog.Handler) (slog.Handler, *core.Scope) {
	var scope *core.Scope
	for range d.below(4) {
		if d.below(2) == 0 {
			name := d.name()
			h, scope = h.WithGroup(name), scope.WithGroup(name)
			continue
		}
		attrs := d.attrs(2)
		h, scope = h.WithAttrs(attrs), scope.With(attrs...)
	}
	return h, scope
}

// record returns a record with everything in it.
func (d *dice) record() core.Record {
	_, scope := d.surrounding(slog.DiscardHandler)
	r := core.Record{
		Time:    d.time(),
		Level:   slog.Level(int8(d.byte())),
		Logger:  d.text(),
		Message: d.text(),
	}
	attrs := list(d.attrs(4))
	r.SetAttrSource(&attrs)
	r.SetScope(scope)
	r.SetSource(&slog.Source{Function: d.text(), File: d.text(), Line: d.below(100)})
	return r
}
