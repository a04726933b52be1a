package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// input is what is replayed.
type input struct {
	name  string   // goes into every record
	why   string   // of a generated workload: why it is one
	lines []string // without their line feed, otherwise as they came
}

// describe says what is replayed.
func (in input) describe() string {
	if in.why == "" {
		return in.name
	}
	return fmt.Sprintf("%s (%s)", in.name, in.why)
}

// load returns the lines of the file at path or, if that is empty, of standard
// input.
func (t *tour) load(path string) (input, error) {
	var in input
	var text []byte
	var err error
	if path == "" {
		in.name = "standard input"
		text, in.why, err = readStdin(t.stdin, t.silence)
	} else {
		in.name = filepath.Base(path)
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return input{}, err
	}
	if len(text) == 0 {
		if in.why == "" {
			in.why = in.name + " is empty"
		}
		in.name, in.lines = "generated workload", workload()
		return in, nil
	}
	in.lines = splitLines(string(text))
	return in, nil
}

// readStdin reads f to its end. Where nobody has anything to say it says why.
func readStdin(f *os.File, silence time.Duration) (text []byte, why string, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, "standard input is closed", nil
	}
	switch mode := info.Mode(); {
	case mode&os.ModeCharDevice != 0:
		return nil, "standard input is a terminal or the null device", nil
	case mode.IsRegular():
		text, err = io.ReadAll(f)
	default:
		text, why, err = readUnlessSilent(f, silence)
	}
	if err != nil {
		return nil, "", fmt.Errorf("standard input: %w", err)
	}
	return text, why, nil
}

// readUnlessSilent reads r to its end, but gives up on one that does not begin
// within limit. The goroutine that waits for that one ends with r, or with the
// program.
func readUnlessSilent(r io.Reader, limit time.Duration) (text []byte, why string, err error) {
	type outcome struct {
		text []byte
		err  error
	}
	began := make(chan struct{})
	ended := make(chan outcome, 1)
	go func() {
		buffered := bufio.NewReader(r)
		_, _ = buffered.Peek(1) // ReadAll gets its error, too
		close(began)
		text, err := io.ReadAll(buffered)
		ended <- outcome{text, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil, fmt.Sprintf("standard input says nothing for %v", limit), nil
	case <-began:
		o := <-ended
		return o.text, "", o.err
	}
}

// splitLines splits text after each line feed, which it drops. Anything else
// stays, a carriage return before the line feed and a line without one included.
func splitLines(text string) []string {
	lines := strings.Split(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// isTerminal tells whether somebody may be watching f. The null device counts,
// and does no harm.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
