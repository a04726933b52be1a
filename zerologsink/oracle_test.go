package zerologsink_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// oracle is what encoding/json and math/big make of a line: its attributes,
// unless it is not a JSON object.
func oracle(line []byte) (attrs []slog.Attr, ok bool) {
	start := bytes.TrimLeft(line, " \t\r\n")
	if !json.Valid(line) || start[0] != '{' {
		return nil, false
	}
	return oracleObject(line, 0), true
}

func oracleObject(object []byte, depth int) (attrs []slog.Attr) {
	d := json.NewDecoder(bytes.NewReader(object))
	must(d.Token())
	for d.More() {
		key := must(d.Token()).(string)
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			panic(err)
		}
		attrs = append(attrs, slog.Attr{Key: key, Value: oracleValue(key, raw, depth)})
	}
	return attrs
}

func oracleValue(key string, raw json.RawMessage, depth int) slog.Value {
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			panic(err)
		}
		return slog.StringValue(s)
	case 't', 'f':
		return slog.BoolValue(raw[0] == 't')
	case 'n':
		if key != "" {
			return slog.AnyValue(nil)
		}
	case '{':
		if key == "" || depth == 32 {
			break
		}
		if inner := oracleObject(raw, depth+1); len(inner) > 0 {
			return slog.GroupValue(inner...)
		}
	case '[':
	default:
		return oracleNumber(string(raw))
	}
	return slog.AnyValue(raw)
}

func oracleNumber(text string) slog.Value {
	if n, ok := new(big.Int).SetString(text, 10); ok && text != "-0" {
		switch {
		case n.IsInt64():
			return slog.Int64Value(n.Int64())
		case n.IsUint64():
			return slog.Uint64Value(n.Uint64())
		}
		return slog.AnyValue(json.Number(text))
	}
	f, err := strconv.ParseFloat(text, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	zero := !strings.ContainsAny(mantissa, "123456789")
	switch {
	case err != nil, f == 0 && !zero:
		return slog.AnyValue(json.Number(text))
	case zero:
		return slog.Float64Value(f)
	}
	// Finite and not zero: the exponent is small enough for math/big.
	exact, ok := new(big.Rat).SetString(text)
	shortest, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok || exact.Cmp(shortest) != 0 {
		return slog.AnyValue(json.Number(text))
	}
	return slog.Float64Value(f)
}

// same tells whether two values are of the same kind and type and equal.
func same(a, b slog.Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case slog.KindFloat64:
		return math.Float64bits(a.Float64()) == math.Float64bits(b.Float64())
	case slog.KindGroup:
		return sameAttrs(a.Group(), b.Group())
	case slog.KindAny:
		rawA, isA := a.Any().(json.RawMessage)
		rawB, isB := b.Any().(json.RawMessage)
		if isA || isB {
			return isA && isB && bytes.Equal(rawA, rawB)
		}
	}
	return a.Equal(b)
}

func sameAttrs(a, b []slog.Attr) bool {
	return slices.EqualFunc(a, b, func(a, b slog.Attr) bool { return a.Key == b.Key && same(a.Value, b.Value) })
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
