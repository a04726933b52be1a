package zerologsink_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/logsinks/logsinks/core"
	"github.com/logsinks/logsinks/zerologsink"
)

// oddLines are those that occur in real programs' logs.
var oddLines = []struct {
	name, line     string
	message, attrs string
}{
	{"no message", `{"level":"info","a":1}`, "", `{"a":1}`},
	{"no level", `{"a":1,"message":"m"}`, "m", `{"a":1}`},
	{"nothing", `{}`, "", `{}`},
	{"duplicates stay, in order", `{"a":"1","b":2,"a":"3","message":"m"}`, "m", `{"a":"1","b":2,"a":"3"}`},
	{"the last message wins", `{"level":"info","message":"dup","a":1,"message":"real"}`, "real", `{"message":"dup","a":1}`},
	{"the first level is zerolog's", `{"level":"info","level":"spoof","message":"m"}`, "m", `{"level":"spoof"}`},
	{"level is neither text nor number", `{"level":{"a":1},"level":"x"}`, "", `{"level":{"a":1},"level":"x"}`},
	{"message is no text", `{"message":"text","message":12}`, "text", `{"message":12}`},
	{"escaped name", `{"mess\u0061ge":"m","\u0061":"b\n"}`, "m", `{"a":"b\n"}`},
	{"numbers", `{"i":9007199254740993,"u":18446744073709551615,"n":123456789012345678901234567890,"f":0.1,"p":0.10000000000000000001}`, "",
		`{"i":9007199254740993,"u":18446744073709551615,"n":123456789012345678901234567890,"f":0.1,"p":0.10000000000000000001}`},
	{"not a number", `{"nan":"NaN"}`, "", `{"nan":"NaN"}`},
	{"blanks", " \t{ \"a\" : [ 1 , 2 ] ,\r\n \"b\" : { \"c\" : null } } ", "", `{"a":[1,2],"b":{"c":null}}`},
	{"empty object", `{"o":{},"p":{"q":{}}}`, "", `{"o":{},"p":{"q":{}}}`},
	{"no name", `{"":null,"":{"a":1},"":2}`, "", `{"":null,"":{"a":1},"":2}`},
	{"upper case", `{"a":"\u00C4","b":1E+2}`, "", `{"a":"Ä","b":100}`},
	{"pairs and halves", `{"a":"\ud83d\ude00","b":"\ud83d","c":"\ude00\ud83d\ud83d\ude00"}`, "", `{"a":"😀","b":"�","c":"��😀"}`},
	{"not UTF-8", "{\"a\xff\":\"b\xffc\"}", "", `{"a�":"b�c"}`},
}

func TestLinesThatOccur(t *testing.T) {
	for _, tc := range oddLines {
		t.Run(tc.name, func(t *testing.T) {
			k := newKeeper()
			w := zerologsink.NewWriter(k, nil)
			if _, err := w.WriteLevel(zerolog.WarnLevel, []byte(tc.line)); err != nil {
				t.Fatal(err)
			}
			r := k.one(t)
			if r.Message != tc.message || attrsText(r) != tc.attrs || r.Level != core.LevelWarn {
				t.Errorf("got %v %q %s", r.Level, r.Message, attrsText(r))
			}
			if string(r.Line) != tc.line {
				t.Errorf("line %q", r.Line)
			}
		})
	}
}

func TestUnreadableLineIsDeliveredAndReported(t *testing.T) {
	for _, line := range []string{
		`{"level":"info","raw":{bad,"message":"m"}`, "text through log.SetOutput", "", "[]", `"text"`, "1", "null", "{", "{}x", `{"a":01}`,
		"{}\n{}", `{"a":"` + "\x01" + `"}`, `{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\u12g4"}`, `{"a":tru}`, `{"a" 1}`, `{"a":1,}`, `{,}`, `{"a":[1,]}`, `{"a":-}`,
		`{"a":`, `{"a":"\`, `{"a":"`, `{"a":1.}`, `{"a":1e}`, `{"a":+1}`, `{"a":.5}`, `{"a":NaN}`, `{'a':1}`, "\xef\xbb\xbf{}", "{}\x00",
	} {
		synctest.Test(t, func(t *testing.T) {
			k, errs := newKeeper(), &errorList{}
			w := zerologsink.NewWriter(k, &zerologsink.Options{OnError: errs.add})
			if n, err := w.WriteLevel(zerolog.ErrorLevel, []byte(line+"\n")); n != len(line)+1 || err != nil {
				t.Errorf("%q: got %d, %v", line, n, err)
			}
			synctest.Wait()
			r := k.one(t)
			if r.Message != line || string(r.Line) != line || attrsText(r) != "{}" || r.Level != core.LevelError {
				t.Errorf("%q: got %+v", line, r)
			}
			if got := errs.all(); len(got) != 1 || !strings.Contains(got[0].Error(), "zerologsink: not a JSON object") {
				t.Errorf("%q: reported %v", line, got)
			}
		})
	}
}

// An event may hold secrets, and an error ends up on standard error.
func TestReportSaysNothingOfTheEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errs := &errorList{}
		l := zerolog.New(zerologsink.NewWriter(newKeeper(), &zerologsink.Options{OnError: errs.add}))
		l.Info().Str("password", "hunter2").RawJSON("body", []byte("{truncated")).Msg("bad")
		synctest.Wait()
		if got := errs.all(); len(got) != 1 || strings.Contains(got[0].Error(), "hunter2") || strings.Contains(got[0].Error(), "password") {
			t.Errorf("reported %v", got)
		}
	})
}

func TestTextThroughPackageLogIsReadable(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	fmt.Fprint(l, "text with no level\n")
	if r := k.one(t); r.Message != "text with no level" || r.Level != core.LevelInfo {
		t.Errorf("got %v %q", r.Level, r.Message)
	}
}

func TestFieldNames(t *testing.T) {
	const line = `{"l":"warn","t":"2024-02-29T12:00:00Z","m":"msg","c":"f.go:7","n":"a.b","x":1,` +
		`"level":"info","time":"2000-01-01T00:00:00Z","message":"plain","caller":"g.go:8","logger":"plain"}`
	inLine := `"level":"info","time":"2000-01-01T00:00:00Z","message":"plain","caller":"g.go:8","logger":"plain"}`
	check := func(t *testing.T, opts *zerologsink.Options, name, want string) {
		t.Helper()
		k := newKeeper()
		if _, err := zerologsink.NewWriter(k, opts).Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		r := k.one(t)
		if r.Level != core.LevelWarn || r.Message != "msg" || r.Time.Unix() != 1709208000 || r.Logger != name {
			t.Errorf("got %+v", r)
		}
		if src := r.Source(); src == nil || src.File != "f.go" || src.Line != 7 {
			t.Errorf("source %+v", src)
		}
		if attrsText(r) != want {
			t.Errorf("attributes %s\nwant       %s", attrsText(r), want)
		}
	}
	t.Run("options", func(t *testing.T) {
		check(t, &zerologsink.Options{LevelField: "l", TimestampField: "t", MessageField: "m", CallerField: "c", LoggerField: "n"},
			"a.b", `{"x":1,`+inLine)
	})
	t.Run("variables", func(t *testing.T) {
		set(t, &zerolog.LevelFieldName, "l")
		set(t, &zerolog.TimestampFieldName, "t")
		set(t, &zerolog.MessageFieldName, "m")
		set(t, &zerolog.CallerFieldName, "c")
		check(t, nil, "", `{"n":"a.b","x":1,`+inLine)
	})
}

func TestFieldOfTwoMeaningsHasOne(t *testing.T) {
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{LoggerField: zerolog.MessageFieldName})
	fmt.Fprint(w, `{"message":"m"}`)
	if r := k.one(t); r.Message != "m" || r.Logger != "" {
		t.Errorf("got %q, logger %q", r.Message, r.Logger)
	}
}

func TestLoggerThatIsNoText(t *testing.T) {
	const line = `{"logger":12,"message":null}`
	k := newKeeper()
	w := zerologsink.NewWriter(k, &zerologsink.Options{LoggerField: "logger"})
	if _, err := w.Write([]byte(line)); err != nil {
		t.Fatal(err)
	}
	if r := k.one(t); r.Logger != "" || attrsText(r) != line {
		t.Errorf("got %q %s", r.Logger, attrsText(r))
	}
}

func TestNoFieldNames(t *testing.T) {
	for _, name := range []*string{&zerolog.LevelFieldName, &zerolog.TimestampFieldName, &zerolog.MessageFieldName, &zerolog.CallerFieldName} {
		set(t, name, "")
	}
	const line = `{"":"m","message":"a","time":1}`
	k := newKeeper()
	if _, err := zerologsink.NewWriter(k, nil).Write([]byte(line)); err != nil {
		t.Fatal(err)
	}
	if r := k.one(t); r.Message != "" || attrsText(r) != line {
		t.Errorf("got %q %s", r.Message, attrsText(r))
	}
}

func TestTimes(t *testing.T) {
	set(t, &time.Local, time.FixedZone("east", 5*60*60))
	now := time.Date(2024, 2, 29, 12, 34, 56, 123456789, time.Local)
	for _, tc := range []struct {
		zerolog, option string
		precision       time.Duration
	}{
		{time.RFC3339, "", time.Second},
		{time.RFC3339Nano, "", time.Nanosecond},
		{time.DateTime, "", time.Second}, // local, as it has no zone
		{"Jan 2 2006 15:04:05.000 -0700", "", time.Millisecond},
		{zerolog.TimeFormatUnix, "", time.Second},
		{zerolog.TimeFormatUnixMs, "", time.Millisecond},
		{zerolog.TimeFormatUnixMicro, "", time.Microsecond},
		{zerolog.TimeFormatUnixNano, "", time.Nanosecond},
		{zerolog.TimeFormatUnix, zerologsink.TimeFormatUnix, time.Second},
	} {
		set(t, &zerolog.TimestampFunc, func() time.Time { return now })
		set(t, &zerolog.TimeFieldFormat, tc.zerolog)
		k := newKeeper()
		w := zerologsink.NewWriter(k, &zerologsink.Options{TimeFormat: tc.option})
		l := zerolog.New(w).With().Timestamp().Logger()
		l.Info().Time("other", now).Msg("m")
		if got, want := k.one(t).Time, now.Truncate(tc.precision); !got.Equal(want) {
			t.Errorf("%q: got %v, want %v", tc.zerolog, got, want)
		}
	}
}

func TestTimesThatDoNotFit(t *testing.T) {
	for _, tc := range []struct{ format, value string }{
		{"", `"yesterday"`},
		{"", `1700000000`},
		{"", `null`},
		{"", `["2024-02-29T12:00:00Z"]`},
		{"", `"0000-01-01T00:00:00Z"`},
		{time.Kitchen, `"3:04PM"`}, // no year
		{zerologsink.TimeFormatUnix, `"1700000000"`},
		{zerologsink.TimeFormatUnix, `1700000000.5`},
		{zerologsink.TimeFormatUnix, `99999999999999999`},
		{zerologsink.TimeFormatUnix, `true`},
		{zerolog.TimeFormatUnixMs, `"UNIXMS"`},
	} {
		k := newKeeper()
		w := zerologsink.NewWriter(k, &zerologsink.Options{TimeFormat: tc.format})
		fmt.Fprintf(w, `{"time":%s,"message":"m"}`, tc.value)
		if r := k.one(t); !r.Time.IsZero() || attrsText(r) != `{"time":`+tc.value+`}` {
			t.Errorf("%q, %s: got %v %s", tc.format, tc.value, r.Time, attrsText(r))
		}
	}
}

func TestLastTimeThatFits(t *testing.T) {
	k := newKeeper()
	fmt.Fprint(zerologsink.NewWriter(k, nil), `{"time":"2001-01-01T00:00:00Z","time":"2002-01-01T00:00:00Z","time":"soon"}`)
	if r := k.one(t); r.Time.Year() != 2002 || attrsText(r) != `{"time":"2001-01-01T00:00:00Z","time":"soon"}` {
		t.Errorf("got %v %s", r.Time, attrsText(r))
	}
}

func TestNoTimeIsZeroTime(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil))
	l.Info().Msg("m")
	if r := k.one(t); !r.Time.IsZero() || r.Source() != nil || r.PC != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestCallers(t *testing.T) {
	for value, want := range map[string]string{
		`"/src/a.go:12"`:      "/src/a.go 12",
		`"C:\\src\\a.go:12"`:  `C:\src\a.go 12`,
		`"grüße/\u0061.go:1"`: "grüße/a.go 1",
		`"a.go"`:              "",
		`":12"`:               "",
		`"a.go:"`:             "",
		`"a.go:-1"`:           "",
		`"a.go:x"`:            "",
		`"a.go:99999999999"`:  "",
		`12`:                  "",
		`{"a:1":"b:2"}`:       "",
	} {
		k := newKeeper()
		fmt.Fprintf(zerologsink.NewWriter(k, nil), `{"caller":%s}`, value)
		r, got := k.one(t), ""
		if src := r.Source(); src != nil {
			got = fmt.Sprint(src.File, " ", src.Line)
		}
		if got != want || (attrsText(r) == "{}") != (want != "") {
			t.Errorf("%s: got %q, attributes %s", value, got, attrsText(r))
		}
	}
}

func TestCallerOfZerolog(t *testing.T) {
	k := newKeeper()
	l := zerolog.New(zerologsink.NewWriter(k, nil)).With().Caller().Str("caller", "user").Logger()
	l.Info().Msg("m")
	r := k.one(t)
	if src := r.Source(); src == nil || !strings.HasSuffix(src.File, "fields_test.go") || attrsText(r) != `{"caller":"user"}` {
		t.Errorf("got %+v %s", src, attrsText(r))
	}
}
