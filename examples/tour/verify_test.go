package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/logsinks/logsinks/core"
)

// testBook is the book of a few awkward lines.
func testBook(t *testing.T) *book {
	t.Helper()
	in := input{name: "test", lines: []string{"one", "two\r", "", "f\xffour", "five\nlines", "six", "seven", "an error"}}
	b, err := newBook(frameworks(), in.events())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shuffled returns the records in an order in which they may arrive: the lanes
// mixed, each in order. Four numbers on their own choose which.
func shuffled(b *book, seed uint64) (ids []int) {
	queues := make(map[int][]int)
	for id := range b.lines {
		queues[b.lane(id)] = append(queues[b.lane(id)], id)
	}
	dice := rand.New(rand.NewPCG(seed, 1))
	for len(ids) < len(b.lines) {
		lane := dice.IntN(len(b.names) * lanes)
		if q := queues[lane]; len(q) > 0 {
			ids, queues[lane] = append(ids, q[0]), q[1:]
		}
	}
	return ids
}

// held returns a destination that holds the records.
func held(b *book, ids []int) destination {
	var text strings.Builder
	for _, id := range ids {
		text.WriteString(b.lines[id] + "\n")
	}
	return byLines("test", []byte(text.String()))
}

// kinds returns the kinds of faults, each once, sorted.
func kinds(faults []fault) []string {
	var all []string
	for _, f := range faults {
		all = append(all, f.kind)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestAuditAcceptsEveryOrderOfTheLanes(t *testing.T) {
	b := testBook(t)
	for seed := range uint64(50) {
		ids := shuffled(b, seed)
		found, faults := auditShelf(b, shelf{held(b, ids)}, b.byLine())
		if found != len(b.lines) || len(faults) > 0 {
			t.Fatalf("seed %d: %d found, %+v", seed, found, faults)
		}
		half := len(ids) / 2
		first, rest := held(b, ids[:half]), held(b, ids[half:])
		rest.follows = true
		if found, faults := auditShelf(b, shelf{first, rest}, b.byLine()); found != len(b.lines) || len(faults) > 0 {
			t.Fatalf("seed %d, in two places: %d found, %+v", seed, found, faults)
		}
	}
}

func TestAuditFindsWhateverIsDoneToARecord(t *testing.T) {
	b := testBook(t)
	ids := shuffled(b, 7)
	for i, id := range ids {
		title := b.title(id)
		for _, c := range []struct {
			kind  string
			found int
			items func(d *destination)
		}{
			{missing, len(ids) - 1, func(d *destination) { d.items = slices.Delete(d.items, i, i+1) }},
			{doubled, len(ids), func(d *destination) { d.items = append(d.items, d.items[i]) }},
			{altered, len(ids) - 1, func(d *destination) { d.items[i] = append(slices.Clone(d.items[i]), ' ') }},
		} {
			d := held(b, ids)
			c.items(&d)
			found, faults := auditShelf(b, shelf{d}, b.byLine())
			if found != c.found || len(faults) != 1 || faults[0].kind != c.kind || faults[0].title != title {
				t.Errorf("%s, %s: %d found, %+v", title, c.kind, found, faults)
			}
		}
	}
}

func TestAuditFindsEveryAlteredByte(t *testing.T) {
	b := testBook(t)
	ids := shuffled(b, 8)
	good := held(b, ids)
	for i := range good.items {
		for at := range good.items[i] {
			d := held(b, ids)
			d.items[i][at] ^= 1
			found, faults := auditShelf(b, shelf{d}, b.byLine())
			if found != len(ids)-1 || len(faults) == 0 {
				t.Fatalf("%s, byte %d: %d found, %+v", b.title(ids[i]), at, found, faults)
			}
		}
	}
}

func TestAuditFindsTwoRecordsOfALaneInTheWrongOrder(t *testing.T) {
	b := testBook(t)
	ids := make([]int, len(b.lines))
	for i := range ids {
		ids[i] = i
	}
	ids[0], ids[lanes] = ids[lanes], ids[0] // neighbours in their lane
	found, faults := auditShelf(b, shelf{held(b, ids)}, b.byLine())
	if found != len(ids) || !slices.Equal(kinds(faults), []string{reordered}) {
		t.Errorf("%d found, %+v", found, faults)
	}

	// In two places that know nothing of each other there is no order.
	ids = slices.Sorted(slices.Values(ids))
	late := held(b, ids[:10])
	early := held(b, ids[10:])
	if _, faults := auditShelf(b, shelf{early, late}, b.byLine()); len(faults) > 0 {
		t.Errorf("side by side: %+v", faults)
	}
	late.follows = true
	if _, faults := auditShelf(b, shelf{early, late}, b.byLine()); !slices.Equal(kinds(faults), []string{reordered}) {
		t.Errorf("one after the other: %+v", faults)
	}
}

func TestAuditFindsWhatNobodyLogged(t *testing.T) {
	b := testBook(t)
	ids := shuffled(b, 9)
	for _, text := range []string{"", "torn", `{"via":"zap"`, `{"via":"nobody","line":1}`, `{"via":"zap","line":0}`, `{"via":"zap","line":99}`} {
		d := held(b, ids)
		d.items = append(d.items, []byte(text))
		found, faults := auditShelf(b, shelf{d}, b.byLine())
		if found != len(ids) || len(faults) != 1 || faults[0].kind != unknown || faults[0].got != text {
			t.Errorf("%q: %d found, %+v", text, found, faults)
		}
	}
}

func TestAuditTellsATornRecordFromAnAlteredOne(t *testing.T) {
	b := testBook(t)
	d := held(b, shuffled(b, 10))
	d.items[3] = d.items[3][:20]
	if _, faults := auditShelf(b, shelf{d}, b.byLine()); !slices.Equal(kinds(faults), []string{missing, unknown}) {
		t.Errorf("got %+v", faults)
	}
}

func TestOnlyOneItemCanBeTheAlteredRecord(t *testing.T) {
	b := testBook(t)
	d := held(b, shuffled(b, 12))
	d.items[3] = append(d.items[3], ' ')
	d.items = append(d.items, d.items[3])
	if _, faults := auditShelf(b, shelf{d}, b.byLine()); !slices.Equal(kinds(faults), []string{altered, unknown}) {
		t.Errorf("got %+v", faults)
	}
}

func TestDeliveredIsWhatEveryCopyHolds(t *testing.T) {
	b := testBook(t)
	ids := shuffled(b, 13)
	var r result
	r.judge(b, []shelf{{held(b, ids)}, {held(b, ids[:20])}, {held(b, ids)}}, &core.Null{}, &site{})
	if r.delivered != 20 || r.summary() != "12 missing" || r.verdict() != "FAILED: 12 missing" {
		t.Errorf("%d delivered, %s", r.delivered, r.verdict())
	}
}

// counter is a sink that has counted what somebody says.
type counter struct {
	core.Null
	stats core.Stats
}

func (c *counter) Stats() core.Stats { return c.stats }

func TestEveryCounterIsCompared(t *testing.T) {
	arrived := []shelf{{byLines("test", []byte("one\ntwo\n"))}}
	good := core.Stats{Accepted: 3, Delivered: 2, Bytes: 8, Dropped: map[core.Reason]uint64{"full": 1}}
	for want, stats := range map[string]core.Stats{
		"":                                     good,
		"Accepted: 4, should be 3":             {Accepted: 4, Delivered: 2, Bytes: 8, Dropped: good.Dropped},
		"Pending, after Close: 1, should be 0": {Accepted: 3, Delivered: 2, Bytes: 8, Pending: 1},
		"Delivered: 3, should be 2":            {Accepted: 3, Delivered: 3, Bytes: 8},
		"Bytes: 7, should be 8":                {Accepted: 2, Delivered: 2, Bytes: 7},
	} {
		var got string
		for _, f := range auditCounters(&counter{stats: stats}, arrived) {
			got += f.title
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if faults := auditCounters(&core.Null{}, arrived); len(faults) > 0 {
		t.Errorf("a sink that counts nothing: %+v", faults)
	}
}

func TestARecordInTwoPlacesOfAShelfIsDoubled(t *testing.T) {
	b := testBook(t)
	ids := shuffled(b, 11)
	one := held(b, ids)
	if _, faults := auditShelf(b, shelf{one, held(b, ids[4:5])}, b.byLine()); !slices.Equal(kinds(faults), []string{doubled}) {
		t.Errorf("got %+v", faults)
	}
}
