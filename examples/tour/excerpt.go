package main

import (
	"fmt"
	"strconv"
)

// How much of a long text is shown, in bytes: before the first difference and
// from there on.
const (
	shownBefore = 30
	shownAfter  = 120
)

// excerpts returns the pieces of want and got around their first difference, so
// that everything can be seen: quoted, and what is not printable ASCII escaped.
func excerpts(want, got string) (wantPiece, gotPiece string) {
	at := 0
	if want != "" && got != "" {
		at = firstDifference(want, got)
	}
	return excerpt(want, at), excerpt(got, at)
}

func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// excerpt returns the piece of text around at, and says if it is not all.
func excerpt(text string, at int) string {
	from := max(0, at-shownBefore)
	to := min(len(text), at+shownAfter)
	if from == 0 && to == len(text) {
		return strconv.QuoteToASCII(text)
	}
	return fmt.Sprintf("%s (bytes %d to %d of %d)", strconv.QuoteToASCII(text[from:to]), from, to, len(text))
}
