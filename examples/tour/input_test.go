package main

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestSplitLinesKeepsAllButTheLineFeeds(t *testing.T) {
	for text, want := range map[string][]string{
		"a\nb\n":          {"a", "b"},
		"a\nb":            {"a", "b"},
		"\n":              {""},
		"\n\n":            {"", ""},
		"a\r\nb\rc\r\n":   {"a\r", "b\rc\r"},
		"\r":              {"\r"},
		"nul\x00\n\xff\n": {"nul\x00", "\xff"},
	} {
		if got := splitLines(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// open returns a file to read from.
func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// closing returns a pipe that holds text and ends after it.
func closing(t *testing.T, text string) *os.File {
	t.Helper()
	r, w := pipe(t, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStandardInputThatIsRead(t *testing.T) {
	for name, stdin := range map[string]*os.File{
		"file": open(t, saved(t, "one\r\ntwo")),
		"pipe": closing(t, "one\r\ntwo"),
	} {
		tr := tour{stdin: stdin, silence: time.Minute}
		in, err := tr.load("")
		if err != nil || !slices.Equal(in.lines, []string{"one\r", "two"}) || in.describe() != "standard input" {
			t.Errorf("%s: %q, %q, %v", name, in.describe(), in.lines, err)
		}
	}
}

func TestStandardInputThatIsNone(t *testing.T) {
	closed, _ := pipe(t, "")
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	silent, _ := pipe(t, "")
	for why, stdin := range map[string]*os.File{
		"standard input is a terminal or the null device": open(t, os.DevNull),
		"standard input is empty":                         open(t, saved(t, "")),
		"standard input is closed":                        closed,
		"standard input says nothing for 20ms":            silent,
	} {
		tr := tour{stdin: stdin, silence: 20 * time.Millisecond}
		in, err := tr.load("")
		if err != nil || !slices.Equal(in.lines, workload()) {
			t.Errorf("%s: %d lines, %v", why, len(in.lines), err)
		}
		if want := "generated workload (" + why + ")"; in.describe() != want {
			t.Errorf("%q, want %q", in.describe(), want)
		}
	}
	tr := tour{stdin: closing(t, ""), silence: time.Minute}
	if in, err := tr.load(""); err != nil || in.why != "standard input is empty" {
		t.Errorf("empty pipe: %q, %v", in.why, err)
	}
}

func TestStandardInputThatFails(t *testing.T) {
	tr := tour{stdin: open(t, t.TempDir()), silence: time.Minute}
	if _, err := tr.load(""); err == nil || !strings.HasPrefix(err.Error(), "standard input: ") {
		t.Errorf("a directory: %v", err)
	}
}

// word is what comes through a pipe, and when.
type word struct {
	after time.Duration
	text  string
}

func TestPipeOnlyHasToBeginInTime(t *testing.T) {
	const limit = 2 * time.Second
	for _, c := range []struct {
		name string
		says []word
		want string
		why  string
	}{
		{"at once", []word{{0, "a\nb\n"}}, "a\nb\n", ""},
		{"late", []word{{limit - 1, "a\n"}}, "a\n", ""},
		{"a byte, an hour, the rest", []word{{limit - 1, "a"}, {time.Hour, "b\n"}}, "ab\n", ""},
		{"nothing, in time", []word{{limit - 1, ""}}, "", ""},
		{"too late", []word{{limit + 1, "a\n"}}, "", "standard input says nothing for 2s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, w := io.Pipe()
				said := make(chan struct{})
				go func() {
					defer close(said)
					for _, s := range c.says {
						time.Sleep(s.after)
						_, _ = io.WriteString(w, s.text)
					}
					_ = w.Close()
				}()
				text, why, err := readUnlessSilent(r, limit)
				_ = r.Close() // ends who still reads
				<-said
				if string(text) != c.want || why != c.why || err != nil {
					t.Errorf("got %q, %q, %v", text, why, err)
				}
			})
		})
	}
}

func TestPipeThatBreaksIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, "half a li")
			_ = w.CloseWithError(io.ErrUnexpectedEOF)
		}()
		if _, _, err := readUnlessSilent(r, time.Second); err != io.ErrUnexpectedEOF {
			t.Errorf("got %v", err)
		}
	})
}
