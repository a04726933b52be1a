package zerologsink

import (
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
)

// number returns the value of a JSON number without losing a digit: an int64, a
// uint64, a float64 if that stands for exactly this decimal, else the text of it.
func number(token string) slog.Value {
	if integer(token) {
		if n, err := strconv.ParseInt(token, 10, 64); err == nil {
			return slog.Int64Value(n)
		}
		if n, err := strconv.ParseUint(token, 10, 64); err == nil {
			return slog.Uint64Value(n)
		}
		return slog.AnyValue(json.Number(token))
	}
	if f, err := strconv.ParseFloat(token, 64); err == nil {
		var room [32]byte
		shortest := strconv.AppendFloat(room[:0], f, 'e', -1, 64)
		if parseDecimal(token).equal(parseDecimal(string(shortest))) {
			return slog.Float64Value(f)
		}
	}
	return slog.AnyValue(json.Number(token))
}

// integer tells whether token is without fraction and exponent. Minus zero is no
// integer: only a float has it.
func integer(token string) bool {
	return token != "-0" && !strings.ContainsAny(token, ".eE")
}

// decimal is a number as it was written, without its sign.
type decimal struct {
	digits string // from the first that is not 0 to the last; may hold the point
	power  int    // of ten, of the first digit
}

func parseDecimal(token string) decimal {
	mantissa, exponent := token, 0
	if i := strings.IndexAny(token, "eE"); i >= 0 {
		mantissa = token[:i]
		exponent, _ = strconv.Atoi(token[i+1:]) // far too large stays far too large
	}
	first := strings.IndexAny(mantissa, "123456789")
	if first < 0 {
		return decimal{}
	}
	point := strings.IndexByte(mantissa, '.')
	if point < 0 {
		point = len(mantissa)
	}
	power := point - first
	if first < point {
		power--
	}
	return decimal{strings.TrimRight(mantissa[first:], "0."), power + exponent}
}

// equal tells whether d and e are the same number. Their powers differ where
// strconv takes an exponent of more than five digits for another.
func (d decimal) equal(e decimal) bool {
	if d.power != e.power {
		return false
	}
	a, b := d.digits, e.digits
	for {
		a, b = strings.TrimPrefix(a, "."), strings.TrimPrefix(b, ".")
		if a == "" || b == "" {
			return a == b
		}
		if a[0] != b[0] {
			return false
		}
		a, b = a[1:], b[1:]
	}
}
