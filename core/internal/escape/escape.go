// Package escape makes text harmless for whoever reads it line by line or on a
// terminal: no record can forge another one, and none can move the cursor.
package escape

import "unicode/utf8"

const hex = "0123456789abcdef"

// Append appends s to dst on one line: line ends (LF, CR, U+0085, U+2028,
// U+2029), the other C0 and C1 control characters but the tab, DEL, and the
// characters that reorder text (U+202A-U+202E, U+2066-U+2069) are written as in
// a Go string literal, invalid UTF-8 as \x and two digits. A backslash stays as
// it is: the result is for reading, not for decoding.
func Append(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if b >= ' ' && b != 0x7f || b == '\t' {
				i++
				continue
			}
			dst = appendASCII(append(dst, s[start:i]...), b)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = appendByte(append(dst, s[start:i]...), s[i])
		case harmful(r):
			dst = append(dst, s[start:i]...)
			dst = append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			i += size
			continue
		}
		i += size
		start = i
	}
	return append(dst, s[start:]...)
}

func harmful(r rune) bool {
	return r >= 0x80 && r <= 0x9f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func appendASCII(dst []byte, b byte) []byte {
	switch b {
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	}
	return appendByte(dst, b)
}

func appendByte(dst []byte, b byte) []byte {
	return append(dst, '\\', 'x', hex[b>>4], hex[b&15])
}
