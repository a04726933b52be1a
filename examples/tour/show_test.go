package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/logsinks/logsinks/core"
)

func TestTableIsAligned(t *testing.T) {
	var out bytes.Buffer
	writeTable(&out, []*result{
		{row: row{name: "a", python: "B"}, in: 6000, delivered: 6000, bytes: 12, where: []string{"x 1", "y 2"}},
		{row: row{name: "a long name", keepsNothing: true}, in: 5, errors: 1},
		{row: row{name: "c"}, faults: []fault{{kind: altered}, {kind: missing}, {kind: missing}}},
	})
	const want = `handler      records in  delivered  bytes  errors  verdict
a (B)              6000       6000     12       0  ok, x 1 + y 2
a long name           5          0      0       1  ok, keeps nothing by design
c                     0          0      0       0  FAILED: 2 missing, 1 altered
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestExcerptsShowTheFirstDifference(t *testing.T) {
	long := strings.Repeat("a", 1000)
	for _, c := range []struct{ want, got, wantPiece, gotPiece string }{
		{"one", "two", `"one"`, `"two"`},
		{"\x00\x1b\xff\u202e", "", `"\x00\x1b\xff\u202e"`, `""`},
		{"same", "same and more", `"same"`, `"same and more"`},
		{
			long + "b" + long, long + "c" + long,
			`"` + long[:30] + "b" + long[:119] + `" (bytes 970 to 1120 of 2001)`,
			`"` + long[:30] + "c" + long[:119] + `" (bytes 970 to 1120 of 2001)`,
		},
		{long, "", `"` + long[:120] + `" (bytes 0 to 120 of 1000)`, `""`},
	} {
		wantPiece, gotPiece := excerpts(c.want, c.got)
		if wantPiece != c.wantPiece || gotPiece != c.gotPiece {
			t.Errorf("got %s\nand %s", wantPiece, gotPiece)
		}
	}
}

func TestProgressIsOneLineThatGoesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		tr := tour{stderr: &out, watched: true}
		s := &site{total: 100}
		p := tr.watch("1/2 row", s)
		time.Sleep(time.Second)
		s.count.Store(50)
		time.Sleep(time.Second)
		p.end()
		screen := bytes.TrimRight(out.Bytes(), "\r")
		if bytes.Contains(screen, []byte("\n")) {
			t.Errorf("more than a line: %q", screen)
		}
		drawn := strings.Split(string(screen), "\r")
		for _, want := range []string{"1/2 row  0 of 100 records", "1/2 row  50 of 100 records"} {
			if !slices.Contains(drawn, want) {
				t.Errorf("%q was not drawn: %q", want, drawn)
			}
		}
		if last := drawn[len(drawn)-1]; len(last) != len("1/2 row  50 of 100 records") || strings.TrimSpace(last) != "" {
			t.Errorf("it ends with %q", last)
		}
	})
}

func TestProgressIsSilentWhereNobodyWatches(t *testing.T) {
	var out bytes.Buffer
	tr := tour{stderr: &out}
	tr.watch("1/2 row", &site{total: 100}).end()
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
}

func TestWorkloadIsAlwaysTheSame(t *testing.T) {
	lines := workload()
	if len(lines) != workloadLines || !slices.Equal(lines, workload()) {
		t.Fatalf("%d lines, or different ones", len(lines))
	}
	for _, odd := range awkward() {
		if !slices.Contains(lines, odd) {
			t.Errorf("%.40q is not there", odd)
		}
	}
	seen := make(map[string]bool)
	for _, e := range (input{lines: lines}).events() {
		seen[core.LevelName(e.level)] = true
	}
	if len(seen) != 4 {
		t.Errorf("levels %v", seen)
	}
}
