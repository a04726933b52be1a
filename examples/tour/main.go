// Command tour shows every sink at work and holds each to its word.
//
//	go run ./examples/tour [file]
//
// It replays log lines through zap, zerolog, logrus and log/slog at once into one
// sink after the other, reads every destination back and prints a table. The
// lines come from the file, or from standard input. A terminal, the null device,
// empty input and a pipe that says nothing for two seconds mean a small generated
// workload.
//
// What a framework writes by itself, without an adapter, is what each destination
// has to hold: every record once, byte for byte, in the order of the goroutine
// that logged it. The exit status is 1 if anything is missing or altered, and 2
// if the input could not be read. The input is held in memory, several times over.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	t := tour{
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		watched: isTerminal(os.Stderr),
		silence: 2 * time.Second,
		rows:    rows(),
	}
	os.Exit(t.run(os.Args[1:]))
}

// The exit statuses.
const (
	exitGood  = 0
	exitBad   = 1 // a record is missing or altered, or a counter wrong
	exitUsage = 2 // wrong arguments, or input that cannot be read
)

// tour is one run of the command.
type tour struct {
	stdin   *os.File
	stdout  io.Writer
	stderr  io.Writer
	watched bool          // stderr is a terminal: show progress
	silence time.Duration // how long a pipe may take to begin
	rows    []row
}

// run does it all and returns the exit status.
func (t *tour) run(args []string) int {
	path, err := t.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return exitGood
	}
	if err != nil {
		return exitUsage
	}
	in, err := t.load(path)
	if err != nil {
		fmt.Fprintln(t.stderr, "tour:", err)
		return exitUsage
	}
	good, err := t.replayAll(in)
	if err != nil {
		fmt.Fprintln(t.stderr, "tour:", err)
	}
	if err != nil || !good {
		return exitBad
	}
	return exitGood
}

const usage = `usage: tour [file]

Replays the lines of file, or of standard input, through zap, zerolog, logrus and
log/slog into every sink, reads every destination back and prints a table.
Without input it generates a small workload.
`

// parse returns the path among the arguments, if there is one. It has told the
// user about an error.
func (t *tour) parse(args []string) (path string, err error) {
	flags := flag.NewFlagSet("tour", flag.ContinueOnError)
	flags.SetOutput(t.stderr)
	flags.Usage = func() { fmt.Fprint(t.stderr, usage) }
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	if flags.NArg() > 1 {
		flags.Usage()
		return "", errors.New("more than one file")
	}
	return flags.Arg(0), nil
}

// replayAll tries every row with the lines of in, and prints the table. It
// reports whether all went well.
func (t *tour) replayAll(in input) (good bool, err error) {
	all := frameworks()
	b, err := newBook(all, in.events())
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "tour-")
	if err != nil {
		return false, err
	}
	var results []*result
	for i, r := range t.rows {
		position := fmt.Sprintf("%d/%d", i+1, len(t.rows))
		results = append(results, t.try(r, position, dir, all, b))
	}
	err = os.RemoveAll(dir) // before printing: a pipe that nobody reads ends the program
	good, text := show(in, b, results)
	_, perr := io.WriteString(t.stdout, text)
	return good, errors.Join(err, perr)
}

// show returns the table, and what went wrong, as text. It reports whether nothing
// did.
func show(in input, b *book, results []*result) (good bool, text string) {
	good = true
	var w strings.Builder
	fmt.Fprintf(&w, "%s: %d lines through %d loggers\n\n", in.describe(), len(b.events), len(b.names))
	writeTable(&w, results)
	for _, r := range results {
		if !r.good() {
			good = false
			r.explain(&w)
		}
	}
	if good {
		fmt.Fprintln(&w, "\nEvery record is where it should be, once and unaltered.")
	}
	return good, w.String()
}
