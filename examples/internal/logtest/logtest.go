// Package logtest reads what the example programs have logged, for their tests.
package logtest

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// Equal holds the lines of a log, JSON objects all of them, against want. Members
// called time are not compared, but have to be there.
func Equal(t *testing.T, log []byte, time string, want ...string) {
	t.Helper()
	var got []string
	for line := range bytes.Lines(log) {
		got = append(got, normal(t, line, time))
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), log)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, got[i], want[i])
		}
	}
}

// normal returns a line with its members sorted, without the one called time.
func normal(t *testing.T, line []byte, time string) string {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(line, &members); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	if _, ok := members[time]; !ok {
		t.Errorf("no member %q in %s", time, line)
	}
	delete(members, time)
	out, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Read returns the contents of a file.
func Read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
