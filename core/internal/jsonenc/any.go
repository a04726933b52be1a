package jsonenc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// AppendAny appends what encoding/json makes of v, without escaping HTML; an
// error that is no json.Marshaler as its text. What cannot be encoded becomes a
// string that begins with !ERROR, what panics one that begins with !PANIC.
func AppendAny(dst []byte, v any) (out []byte) {
	start := len(dst)
	defer func() {
		if p := recover(); p != nil {
			out = AppendString(dst[:start], PanicText(v, p))
		}
	}()
	if v == nil {
		return append(dst, "null"...)
	}
	if m, ok := v.(json.Marshaler); ok {
		return appendMarshal(dst, m)
	}
	if err, ok := v.(error); ok {
		return AppendString(dst, err.Error())
	}
	return appendMarshal(dst, v)
}

// PanicText is what stands for a value v whose method panicked with p: a nil
// pointer whose methods do not expect one is shown as such.
func PanicText(v, p any) string {
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		return "<nil>"
	}
	return fmt.Sprintf("!PANIC: %v", p)
}

func appendMarshal(dst []byte, v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return AppendString(dst, "!ERROR:"+err.Error())
	}
	b := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if !utf8.Valid(b) {
		// A json.Marshaler or a json.RawMessage may bring its own bytes.
		return append(dst, strings.ToValidUTF8(string(b), "\ufffd")...)
	}
	return append(dst, b...)
}
