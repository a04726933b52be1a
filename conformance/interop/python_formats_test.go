package interop_test

import (
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/logsinks/logsinks/core"
)

// patternCase is a format with a record, in oracle.py's words.
type patternCase struct {
	Format  string        `json:"format"`
	DateFmt string        `json:"datefmt"`
	Record  patternRecord `json:"record"`

	layout string // DateFmt in the words of package time
}

type patternRecord struct {
	Name     string  `json:"name"`
	Level    int     `json:"level"`
	Pathname string  `json:"pathname"`
	Lineno   int     `json:"lineno"`
	Message  string  `json:"message"`
	Func     string  `json:"func"`
	Stack    string  `json:"stack"`
	NS       int64   `json:"ns"`
	Relative float64 `json:"relative"`
	Process  int     `json:"process"`
}

// record makes our record of it.
func (p *patternRecord) record() core.Record {
	r := core.Record{
		Time: time.Unix(0, p.NS), Level: core.LevelFromPython(p.Level), Logger: p.Name, Message: p.Message, Stack: p.Stack,
	}
	if p.Name == "root" {
		r.Logger = "" // as adapters have it
	}
	r.SetSource(&slog.Source{Function: "example.org/app/db.(*Conn)." + p.Func, File: p.Pathname, Line: p.Lineno})
	return r
}

// layouts are strftime formats in the words of package time.
var layouts = map[string]string{
	"":                     "",
	"%Y-%m-%dT%H:%M:%S%z":  "2006-01-02T15:04:05-0700",
	"%d/%b/%Y %H:%M":       "02/Jan/2006 15:04",
	"%A, %d %B %Y %I:%M%p": "Monday, 02 January 2006 03:04PM",
	"%y%m%d %Z":            "060102 MST",
	"%j day":               "002 day",
}

// changes are instants around which clocks are changed in these zones, and others.
var changes = []time.Time{
	time.Date(2024, 3, 10, 7, 0, 0, 0, time.UTC), time.Date(2024, 11, 3, 6, 0, 0, 0, time.UTC),
	time.Date(2024, 4, 6, 15, 0, 0, 0, time.UTC), time.Date(2024, 10, 5, 15, 30, 0, 0, time.UTC),
	time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
}

func (w *formatWriter) pick(from ...string) string { return from[w.IntN(len(from))] }

// formatWriter makes random formats and records.
type formatWriter struct{ *rand.Rand }

// field returns a reference to an attribute, with now and then something wrong.
func (w *formatWriter) field() string {
	if w.IntN(40) == 0 {
		return w.pick("%", "%s", "%(", "%(message", "%(message)", "%(nonsense)s", "%()s", "%(message)y", "%(message)5", "%z", "%(threadName)s",
			"%(message)%", "%(lineno)ld", "%(lineno)c", "%(message)r", "%(message)a", "%(lineno)*d", "%(args)s", "%(taskName)s", "%(message)5000s", "%5%")
	}
	name, verb := w.pick("asctime", "filename", "funcName", "levelname", "message", "message", "module", "name", "pathname"), "s"
	if w.IntN(2) == 0 {
		name = w.pick("created", "levelno", "lineno", "msecs", "process", "relativeCreated")
		verb = w.pick("s", "d", "d", "i", "u", "f", "f", "F", "e", "E", "g", "G")
	}
	if w.IntN(15) == 0 {
		verb = w.pick("d", "f", "x", "X", "o")
	}
	spec := strings.Repeat(w.pick("#", "0", "-", " ", "+"), w.IntN(2)) + w.pick("", "", "0", "-", "+", " ", "#", "-0+")
	if w.IntN(2) == 0 {
		spec += w.pick("1", "5", "12", "30")
	}
	if w.IntN(3) == 0 {
		spec += w.pick(".", ".0", ".1", ".3", ".10")
	}
	return "%(" + name + ")" + spec + verb
}

func (w *formatWriter) format() string {
	var b strings.Builder
	for range 1 + w.IntN(4) {
		b.WriteString(w.pick("", " ", "[", "]: ", "%%", "é☃", "\n", "{x} $y"))
		b.WriteString(w.field())
	}
	return b.String()
}

// levels are Python's numbers: those with a name, and some without.
var levels = []int{0, 5, 10, 13, 20, 25, 30, 35, 40, 45, 50}

func (w *formatWriter) record() patternRecord {
	at := changes[w.IntN(len(changes))].Add(time.Duration(w.Int64N(int64(4*time.Hour))) - 2*time.Hour)
	if w.IntN(4) == 0 {
		at = at.Truncate(time.Second).Add(time.Duration(w.IntN(1000)) * time.Millisecond)
	}
	return patternRecord{
		Name:     w.pick("root", "app", "app.db", "näme"),
		Level:    core.PythonLevel(core.LevelFromPython(levels[w.IntN(len(levels))])),
		Pathname: w.pick("/src/app/db.go", "main.go", "/src/two.dots.go", "/src/no_suffix", "/ä/ö.go"),
		Lineno:   w.IntN(5000),
		Message:  w.pick("it happened", "", "späm ☃ 😀", "100% \"quoted\"", "e\u0301 combined", "long "+strings.Repeat("x", 50)),
		Func:     w.pick("open", "Größe", "func1"),
		Stack:    w.pick("", "", "", "goroutine 1 [running]:\n\tmain.go:1", "one line"),
		NS:       at.UnixNano(),
		Process:  os.Getpid(),
	}
}

func (w *formatWriter) testCase() patternCase {
	c := patternCase{Format: w.format(), Record: w.record()}
	if w.IntN(3) == 0 {
		names := slices.Sorted(maps.Keys(layouts))
		c.DateFmt = names[w.IntN(len(names))]
		c.layout = layouts[c.DateFmt]
	}
	return c
}

// render renders the record with our pattern. A format with relativeCreated,
// which counts from a moment of our own, says first what that makes.
func (c *patternCase) render(zone *time.Location) (text string, err error) {
	const tell = "%(relativeCreated)s\x00"
	p, err := core.NewPattern(tell+c.Format, &core.PatternOptions{TimeFormat: c.layout, Location: zone, AllowMultiline: true})
	if err != nil {
		return "", err
	}
	relative, text, _ := strings.Cut(string(p.Append(nil, c.Record.record())), "\x00")
	c.Record.Relative, err = strconv.ParseFloat(relative, 64)
	return text, err
}
