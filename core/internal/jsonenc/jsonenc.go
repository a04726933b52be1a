// Package jsonenc appends JSON values (RFC 8259) to a byte slice. Every function
// is total: whatever comes in, what goes out is one valid JSON value in valid
// UTF-8. Where log/slog's JSONHandler gives valid JSON, the bytes are its bytes.
package jsonenc

import (
	"math"
	"strconv"
	"unicode/utf8"
)

const hex = "0123456789abcdef"

// safe holds the ASCII characters that a JSON string may hold as they are.
var safe = func() (t [utf8.RuneSelf]bool) {
	for b := byte(' '); b < utf8.RuneSelf; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}()

// AppendString appends s as a JSON string. Invalid UTF-8 becomes U+FFFD; U+2028
// and U+2029 are escaped, since JavaScript takes them for line ends.
func AppendString(dst []byte, s string) []byte {
	n := cleanPrefix(s)
	dst = append(append(dst, '"'), s[:n]...)
	if n < len(s) {
		dst = appendEscaped(dst, s[n:])
	}
	return append(dst, '"')
}

// cleanPrefix returns how many bytes at the beginning of s are ASCII that needs
// no escape. It looks at eight at a time: strings are most of a log.
func cleanPrefix(s string) int {
	i, n := 0, len(s)
	for ; i <= n-8; i += 8 {
		if special(word(s[i:])) {
			return i + cleanBytes(s[i:])
		}
	}
	// The last eight, some of them for the second time.
	if n >= 8 && !special(word(s[n-8:])) {
		return n
	}
	return i + cleanBytes(s[i:])
}

// word returns the first eight bytes of s; it is one load.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special tells whether one of the eight bytes of x is a control character, a
// quote, a backslash or not ASCII. One is below n if subtracting n borrows from
// its top bit while that bit was not set.
func special(x uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := x^(ones*'"'), x^(ones*'\\')
	control := (x - ones*' ') &^ x
	return (x|control|(quote-ones)&^quote|(slash-ones)&^slash)&tops != 0
}

func cleanBytes(s string) int {
	for i := 0; i < len(s); i++ {
		if b := s[i]; b >= utf8.RuneSelf || !safe[b] {
			return i
		}
	}
	return len(s)
}

func appendEscaped(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if !safe[b] {
				dst = appendControl(append(dst, s[start:i]...), b)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if size == 1 {
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + 1
		} else if r == '\u2028' || r == '\u2029' {
			dst = append(append(dst, s[start:i]...), '\\', 'u', '2', '0', '2', hex[r&15])
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}

func appendControl(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
}

// AppendFloat appends f as encoding/json does; NaN and the infinities, which
// JSON lacks, as the strings "NaN", "+Inf" and "-Inf".
func AppendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		dst = append(dst, '"')
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		return append(dst, '"')
	}
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// A one-digit negative exponent is written without its leading zero.
	if n := len(dst); dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
