package interop_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"
)

// formats is how many random format strings are tried in each zone.
const formats = 3000

// zones has one without and two with daylight saving, one of them of half an hour.
var zones = []string{"UTC", "America/New_York", "Australia/Lord_Howe"}

// refusals are the formats that only one of the two takes.
var refusals = []struct {
	reason string
	format *regexp.Regexp
	takes  string // who does
}{
	{"threads, tasks and names of processes are not in Go", regexp.MustCompile(`%\((threadName|thread|processName|taskName)\)`), "python"},
	{"args and the like are a matter of Python's LogRecord; attrs is what a record has here", regexp.MustCompile(`%\((args|msg|exc_info|exc_text|stack_info)\)`), "python"},
	{"r, a and c are about Python's objects", regexp.MustCompile(`%\(\w+\)[-#0 +]*\d*(\.\d*)?[rac]`), "python"},
	{"a length (h, l, L), which means nothing in Python, is most likely a mistake", regexp.MustCompile(`%\(\w+\)[-#0 +]*\d*(\.\d*)?[hlL]`), "python"},
	{"a conversion without a name prints the record's whole dictionary", regexp.MustCompile(`(^|[^%])(%%)*%s`), "python"},
	{"a width or precision beyond 4096 is a mistake", regexp.MustCompile(`\d{4,}`), "python"},
	{"a format that names nothing is of use beside attrs or a stack; Python refuses it", regexp.MustCompile(`^([^%]|%%)*$`), "we"},
	{"Python looks for one good reference and finds none where a precision has no digits", regexp.MustCompile(`\.[a-zA-Z]`), "we"},
}

// TestPythonPatterns holds NewPattern against logging.Formatter.
func TestPythonPatterns(t *testing.T) {
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			w := &formatWriter{rand.New(rand.NewPCG(uint64(len(zone)), 2))}
			cases := make([]patternCase, formats)
			for i := range cases {
				cases[i] = w.testCase()
			}
			comparePatterns(t, zone, cases)
		})
	}
}

// pythonPatterns returns what logging.Formatter makes of the cases; nil where it
// refuses.
func pythonPatterns(t *testing.T, zone string, cases []patternCase) []*string {
	t.Helper()
	var answer struct {
		Patterns []*string `json:"patterns"`
	}
	oracle(t, map[string]any{"zone": zone, "patterns": cases}, &answer)
	return answer.Patterns
}

// comparePatterns compares every case, in the zone.
func comparePatterns(t *testing.T, zone string, cases []patternCase) {
	t.Helper()
	location, err := time.LoadLocation(zone)
	check(t, err)
	texts, errs := make([]string, len(cases)), make([]error, len(cases))
	for i := range cases {
		texts[i], errs[i] = cases[i].render(location)
	}
	taken := 0
	for i, python := range pythonPatterns(t, zone, cases) {
		c := cases[i]
		if python == nil || errs[i] != nil {
			compareRefusals(t, c.Format, python != nil, errs[i])
			continue
		}
		taken++
		if *python != texts[i] {
			t.Errorf("%q, date format %q, of %+v:\nwe     %q\nPython %q", c.Format, c.DateFmt, c.Record, texts[i], *python)
		}
	}
	t.Logf("%d of %d formats are taken by both", taken, len(cases))
	if taken < len(cases)/2 {
		t.Error("too few to say that this is Python's way")
	}
}

// compareRefusals fails unless both refuse a format, or there is a reason.
func compareRefusals(t *testing.T, format string, pythonTakes bool, err error) {
	t.Helper()
	if !pythonTakes && err != nil {
		return
	}
	who := "we"
	if pythonTakes {
		who = "python"
	}
	for _, r := range refusals {
		if r.takes == who && r.format.MatchString(format) {
			return
		}
	}
	t.Errorf("%q is taken by %s only: %v", format, who, err)
}

// plain is a record without anything special.
func plain(change func(*patternRecord)) patternRecord {
	r := patternRecord{Name: "app", Level: 30, Pathname: "/src/a.go", Lineno: 42, Message: "m", Func: "f", NS: 1709208000001500000}
	if change != nil {
		change(&r)
	}
	return r
}

// TestPythonPatternRefusals shows that each reason is needed.
func TestPythonPatternRefusals(t *testing.T) {
	takes := map[string]string{
		"%(threadName)s": "python", "%(args)s": "python", "%(message)r": "python", "%(message)a": "python", "%(lineno)c": "python",
		"%(lineno)d %(lineno)ld": "python", "%s %(message)s": "python", "%(message)5000s": "python",
		"no name": "we", "100%%": "we", "%(message).s": "we",
	}
	formats := slices.Sorted(maps.Keys(takes))
	var cases []patternCase
	for _, format := range formats {
		cases = append(cases, patternCase{Format: format, Record: plain(nil)})
	}
	for i, python := range pythonPatterns(t, "UTC", cases) {
		format := formats[i]
		_, err := cases[i].render(time.UTC)
		if (python != nil) != (takes[format] == "python") || (err == nil) != (takes[format] == "we") {
			t.Errorf("%q: Python takes it: %t, we: %v", format, python != nil, err)
		}
		compareRefusals(t, format, python != nil, err)
	}
}

// otherTexts are the records of which the same format makes another text here.
var otherTexts = map[string]struct {
	reason       string
	format       string
	record       patternRecord
	ours, python string
}{
	"the last moment of a second": {
		"created is a float of some 240 ns resolution, and Python makes the time of it; here it is the time itself",
		"%(asctime)s", plain(func(r *patternRecord) { r.NS = 1709208000_999_999_999 }),
		"2024-02-29 12:00:00,999", "2024-02-29 12:00:01,000",
	},
	"a level beyond critical": {
		"nothing is graver than critical; alert and emergency are 50, too",
		"%(levelname)s %(levelno)d", plain(func(r *patternRecord) { r.Level = 60 }),
		"CRITICAL 50", "Level 60 60",
	},
	"control characters": {
		"control characters are escaped, so that a record cannot steer a terminal",
		"%(message)s", plain(func(r *patternRecord) { r.Message = "\x1b[31mred\r\n\x00" }),
		"\\x1b[31mred\\r\n\\x00", "\x1b[31mred\r\n\x00",
	},
}

func TestPythonPatternTexts(t *testing.T) {
	names := slices.Sorted(maps.Keys(otherTexts))
	var cases []patternCase
	for _, name := range names {
		cases = append(cases, patternCase{Format: otherTexts[name].format, Record: otherTexts[name].record})
	}
	for i, python := range pythonPatterns(t, "UTC", cases) {
		o := otherTexts[names[i]]
		text, err := cases[i].render(time.UTC)
		check(t, err)
		if python == nil || *python != o.python || text != o.ours {
			t.Errorf("%s: we %q, Python %q; want %q and %q: %s", names[i], text, *python, o.ours, o.python, o.reason)
		}
	}
}
