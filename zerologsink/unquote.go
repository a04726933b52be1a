package zerologsink

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnquoted appends what the inside of a JSON string, which the scanner has
// read, stands for. What is not UTF-8, and half of a surrogate pair, becomes
// U+FFFD, as in encoding/json.
func appendUnquoted(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		b := text[i]
		switch {
		case b == '\\' && text[i+1] == 'u':
			r, n := unicodeEscape(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		case b == '\\':
			dst = append(dst, unescaped(text[i+1]))
			i += 2
		case b < utf8.RuneSelf:
			dst = append(dst, b)
			i++
		default:
			r, n := utf8.DecodeRune(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

// unescaped returns the character that a backslash and b stand for.
func unescaped(b byte) byte {
	switch b {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return b
}

// unicodeEscape returns the character that text begins with an escape of, and
// the length of that escape: twelve bytes for a surrogate pair.
func unicodeEscape(text []byte) (r rune, n int) {
	const length = len(`\uFFFF`)
	r = hex4(text[2:])
	if !utf16.IsSurrogate(r) {
		return r, length
	}
	if rest := text[length:]; len(rest) >= length && rest[0] == '\\' && rest[1] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(rest[2:])); pair != utf8.RuneError {
			return pair, 2 * length
		}
	}
	return utf8.RuneError, length
}

// hex4 returns the number that the first four bytes of text are, -1 if they are
// none.
func hex4(text []byte) (r rune) {
	for _, b := range text[:4] {
		switch {
		case b >= '0' && b <= '9':
			b -= '0'
		case b >= 'a' && b <= 'f':
			b -= 'a' - 10
		case b >= 'A' && b <= 'F':
			b -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(b)
	}
	return r
}
