package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// title is what the table calls a row.
func (r row) title() string {
	if r.python == "" {
		return r.name
	}
	return fmt.Sprintf("%s (%s)", r.name, r.python)
}

// writeTable writes one line for each result, under a heading. The numbers are
// aligned on the right.
func writeTable(w io.Writer, results []*result) {
	cells := [][]string{{"handler", "records in", "delivered", "bytes", "errors", "verdict"}}
	for _, r := range results {
		cells = append(cells, []string{
			r.row.title(),
			strconv.Itoa(r.in),
			strconv.Itoa(r.delivered),
			strconv.Itoa(r.bytes),
			strconv.Itoa(r.errors),
			r.verdict(),
		})
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, line := range cells {
		fmt.Fprintln(w, alignLine(line, widths))
	}
}

// alignLine pads the cells of one line: the first and the last are text, the
// others numbers.
func alignLine(cells []string, widths []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s", widths[0], cells[0])
	last := len(cells) - 1
	for i := 1; i < last; i++ {
		fmt.Fprintf(&b, "  %*s", widths[i], cells[i])
	}
	return b.String() + "  " + cells[last]
}
