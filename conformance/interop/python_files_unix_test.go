//go:build unix

package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// deviations are all the ways in which our sinks leave other files behind than
// CPython's handlers do for the same operations, or answer otherwise. Each has an
// example, for which it is needed: without it, CPython's result is not ours.
var deviations = map[string]struct {
	reason  string
	example []op
}{
	"closed-stays-closed": {
		"a record after Close is an error; CPython opens the file again (but not in mode w)",
		[]op{open("file"), emit("a"), closed(), emit("late")},
	},
	"torn-line-ended": {
		"a file that ends in the middle of a line gets a line end before the next record, " +
			"or when it is closed; CPython glues the record to it",
		[]op{appended("app.log", "torn"), open("file"), emit("a")},
	},
	"mode-counts-once": {
		"the modes w and x are about the first opening; CPython empties whatever a rotator has put at a watched path, " +
			"and with mode x cannot open it",
		[]op{with(open("watched"), "w"), emit("a"), renamed("app.log", "app.log.1"), appended("app.log", "theirs\n"), emit("b")},
	},
	"always-append": {
		"every mode writes at the end of the file; in the modes w and x CPython writes where it was, " +
			"which leaves NULs in a file that others have cut, and overwrites what others have appended",
		[]op{with(open("file"), "w"), emit("a"), truncated("app.log", 0), emit("b")},
	},
	"identity-at-open": {
		"a delayed open notes the identity of the file, too; CPython opens it a second time with the second record",
		[]op{delayed(open("watched")), emit("a"), appended("app.log", "torn"), emit("b")},
	},
	"renamed-file-kept": {
		"while a watched path cannot be opened, records go to the renamed file; CPython has closed that, and fails",
		[]op{open("watched"), emit("a"), renamed("app.log", "app.log.1"), {Do: "mkdir", Path: "app.log"}, emit("b")},
	},
	"failed-record-forgotten": {
		"a record that the disk refused is an error, and what was written of it is cut off; " +
			"CPython keeps the rest in its buffer and writes it, reported as failed, when it can",
		[]op{open("file"), emit("a"), limited(4), emit("refused"), limited(0), emit("b")},
	},
}

// The words of scenarios.

func open(kind string) op { return openAt(kind, "app.log") }

func openAt(kind, path string) op {
	return op{Do: "open", Kind: kind, Path: path, Mode: "a", Terminator: "\n"}
}

func with(o op, mode string) op            { o.Mode = mode; return o }
func delayed(o op) op                      { o.Delay = true; return o }
func ending(o op, terminator string) op    { o.Terminator = terminator; return o }
func emit(text string) op                  { return op{Do: "emit", Text: text} }
func closed() op                           { return op{Do: "close"} }
func renamed(from, to string) op           { return op{Do: "rename", Path: from, To: to} }
func removed(path string) op               { return op{Do: "remove", Path: path} }
func appended(path, text string) op        { return op{Do: "append", Path: path, Text: text} }
func truncated(path string, size int64) op { return op{Do: "truncate", Path: path, Size: size} }
func limited(size int64) op                { return op{Do: "limit", Size: size} }

// encoded makes an open in an encoding.
func encoded(name, errors string) op {
	o := open("file")
	o.Encoding, o.Errors = name, errors
	return o
}

// run is a scenario for oracle.py.
type run struct {
	Dir        string   `json:"dir"`
	Deviations []string `json:"deviations"`
	Ops        []op     `json:"ops"`
}

// result is what a run has left behind.
type result struct {
	outcomes []string
	tree     map[string]string
}

// differs tells how r is not what CPython left.
func (r result) differs(python result) string {
	if d := difference(r.tree, python.tree); d != "" {
		return d
	}
	if !slices.Equal(r.outcomes, python.outcomes) {
		return fmt.Sprintf("we say  %v\nCPython %v", r.outcomes, python.outcomes)
	}
	return ""
}

// ours plays each scenario with our sinks, in a process of its own, too.
func ours(t *testing.T, runs []run) []result {
	t.Helper()
	stages(t, runs)
	in, err := json.Marshal(runs)
	check(t, err)
	c := child(t, "play")
	c.Stdin = bytes.NewReader(in)
	out, err := c.Output()
	check(t, err)
	var outcomes [][]string
	check(t, json.Unmarshal(out, &outcomes))
	return found(t, runs, outcomes)
}

// pythons lets one CPython process play each scenario.
func pythons(t *testing.T, runs []run) []result {
	t.Helper()
	stages(t, runs)
	var answer struct {
		Scenarios [][]string `json:"scenarios"`
	}
	oracle(t, map[string]any{"scenarios": runs}, &answer)
	return found(t, runs, answer.Scenarios)
}

// stages gives each run a directory of its own.
func stages(t *testing.T, runs []run) {
	t.Helper()
	for i := range runs {
		runs[i].Dir = t.TempDir()
	}
}

// found returns what the runs have left behind.
func found(t *testing.T, runs []run, outcomes [][]string) []result {
	t.Helper()
	var results []result
	for i, o := range outcomes {
		results = append(results, result{o, tree(t, runs[i].Dir)})
	}
	return results
}

// names are those of all deviations, but one.
func names(but string) []string {
	all := slices.Sorted(maps.Keys(deviations))
	return slices.DeleteFunc(all, func(name string) bool { return name == but })
}

// TestPythonDeviations shows that each deviation is there, and that with all of
// them the results are the same.
func TestPythonDeviations(t *testing.T) {
	all := names("")
	var with, without []run
	for _, name := range all {
		with = append(with, run{Deviations: all, Ops: deviations[name].example})
		without = append(without, run{Deviations: names(name), Ops: deviations[name].example})
	}
	got, same, others := ours(t, with), pythons(t, with), pythons(t, without)
	for i, name := range all {
		if diff := got[i].differs(same[i]); diff != "" {
			t.Errorf("%s: with all deviations: %s", name, diff)
		}
		if got[i].differs(others[i]) == "" {
			t.Errorf("%s: CPython does the same, so this is no deviation: %s", name, deviations[name].reason)
		}
	}
}

// asPython are scenarios in which CPython and we do the very same, whatever else
// there is. Those named after a section are lines of python-semantics §22.
var asPython = map[string][]op{
	"§22 File: delay, no file before the first record": {delayed(open("file")), {Do: "flush"}},
	"§22 File: delay, file after the first record":     {delayed(open("file")), emit("a"), emit("b"), closed()},
	"§22 File: delay, existing file":                   {appended("app.log", "old\n"), delayed(open("file")), emit("a")},
	"§22 File: missing directory":                      {openAt("file", "d/app.log"), emit("a")},
	"§22 File: missing directory, delay, and back": {
		delayed(openAt("file", "d/app.log")), emit("lost"), {Do: "mkdir", Path: "d"}, emit("a"),
	},
	"§22 Base: UTF-8 through a file":   {open("file"), emit("späm ☃ 😀"), emit("\x00\x1b\r"), emit("\ufeff")},
	"§22 Base: UTF-8 through a stream": {openAt("stream", "out"), emit("späm ☃ 😀"), emit("\x00\x1b\r"), emit("\ufeff")},
	"§22 Base: terminator empty":       {ending(open("file"), ""), emit("a"), emit("b"), closed()},
	"§22 Base: terminator custom":      {ending(open("file"), " | "), emit("a"), emit("b"), closed()},
	"§22 Base: terminator CRLF":        {ending(openAt("stream", "out"), "\r\n"), emit("a"), emit("b\nc")},
	"§22 Base: terminator not ASCII":   {ending(openAt("stream", "out"), "é"), emit("a"), emit("")},
	"§22 Base: a failing stream":       {openAt("stream", "/dev/full"), emit("a"), emit("b")},
	"§22 Base: setStream":              {openAt("stream", "out"), emit("a"), {Do: "setStream", Path: "out2"}, emit("b"), {Do: "flush"}},
	"§22 Base: the directory is left": {
		{Do: "mkdir", Path: "d"},
		{Do: "chdir", Path: "."}, {Do: "open", Kind: "file", Path: "app.log", Mode: "a", Terminator: "\n", Delay: true, Relative: true},
		{Do: "chdir", Path: "d"}, emit("a"),
	},
	"§22 Base: encoding, errors strict":            {encoded("latin-1", ""), emit("späm"), emit("☃"), emit("groß")},
	"§22 Base: encoding, errors xmlcharrefreplace": {encoded("latin-1", "xmlcharrefreplace"), emit("späm ☃ 😀"), emit("x")},
	"encoding koi8-r":                              {encoded("koi8-r", ""), emit("привет"), emit("é")},
	"encoding cp1252":                              {encoded("cp1252", ""), emit("“€”"), emit("й")},
	"encoding utf-16":                              {encoded("utf-16-le", ""), emit("a\nb"), emit("😀"), closed()},
	"encoding euc-jp":                              {encoded("euc-jp", ""), emit("日本語"), emit("é"), emit("ｶﾅ")},
	"§22 Watched: delay, new file":                 {delayed(open("watched")), emit("a"), emit("b")},
	"§22 Watched: delay, existing file":            {appended("app.log", "old\n"), delayed(open("watched")), emit("a"), emit("b")},
	"§22 Watched: deleted":                         {open("watched"), emit("a"), removed("app.log"), emit("b"), emit("c")},
	"§22 Watched: renamed":                         {open("watched"), emit("a"), renamed("app.log", "app.log.1"), emit("b"), emit("c")},
	"§22 Watched: truncated":                       {open("watched"), emit("aaa"), truncated("app.log", 0), emit("b"), emit("c")},
	"§22 Watched: cut short":                       {open("watched"), emit("aaa"), truncated("app.log", 2), emit("b")},
	"§22 Watched: directory gone and back": {
		{Do: "mkdir", Path: "d"}, openAt("watched", "d/app.log"), emit("a"), removed("d/app.log"), {Do: "rmdir", Path: "d"},
		emit("lost"), emit("lost, too"), {Do: "mkdir", Path: "d"}, emit("b"), emit("c"),
	},
	"watched: created by others":   {open("watched"), emit("a"), renamed("app.log", "app.log.1"), appended("app.log", "x\n"), emit("b")},
	"watched: a link":              {{Do: "symlink", To: "real", Path: "app.log"}, open("watched"), emit("a"), removed("app.log"), emit("b")},
	"file: deleted":                {open("file"), emit("a"), removed("app.log"), emit("b")},
	"file: renamed":                {open("file"), emit("a"), renamed("app.log", "app.log.1"), emit("b")},
	"file: truncated":              {open("file"), emit("aaa"), truncated("app.log", 0), emit("b")},
	"file: mode w":                 {appended("app.log", "old"), with(open("file"), "w"), emit("a"), closed()},
	"file: mode x":                 {with(open("file"), "x"), emit("a"), closed()},
	"file: mode x, taken":          {appended("app.log", "old\n"), with(open("file"), "x"), emit("a")},
	"file: mode x, taken, delayed": {appended("app.log", "old\n"), delayed(with(open("file"), "x")), emit("a"), removed("app.log"), emit("b")},
	"file: two handlers":           {open("file"), {Do: "open", Handler: 1, Kind: "watched", Path: "app.log", Mode: "a", Terminator: "\n"}, emit("a"), {Do: "emit", Handler: 1, Text: "b"}, emit("c")},
	"file: a directory":            {openAt("file", "."), emit("a")},
	"file: a long record":          {open("file"), emit(strings.Repeat("long ", 100_000)), emit("b")},
	"closed twice":                 {open("file"), emit("a"), closed(), closed()},
	"closed unused":                {delayed(open("watched")), closed(), closed()},
}

// nearlyPython are scenarios in which several deviations meet.
var nearlyPython = map[string][]op{
	"a torn line, closed without a record": {appended("app.log", "torn"), open("file"), closed()},
	"a torn line, emptied, watched":        {appended("app.log", "torn"), open("watched"), truncated("app.log", 0), emit("a")},
	"a torn line, cut short, watched":      {appended("app.log", "torn"), open("watched"), truncated("app.log", 2), emit("a"), emit("b")},
	"a torn line, renamed, watched":        {appended("app.log", "torn"), open("watched"), renamed("app.log", "app.log.1"), emit("a")},
	"a torn line of others, renamed":       {open("watched"), emit("a"), renamed("app.log", "app.log.1"), appended("app.log", "torn"), emit("b")},
	"a torn line, mode w":                  {appended("app.log", "torn"), with(open("file"), "w"), emit("a")},
	"a torn line, other terminator":        {appended("app.log", "theirs\n"), ending(open("file"), "é"), emit("a"), emit("b")},
	"a torn line, no terminator":           {appended("app.log", "torn"), ending(open("file"), ""), emit("a")},
	"mode w, watched, delayed":             {delayed(with(open("watched"), "w")), emit("a"), emit("b"), removed("app.log"), emit("c")},
	"mode x, watched, deleted":             {with(open("watched"), "x"), emit("a"), removed("app.log"), emit("b"), removed("app.log"), emit("c")},
	"a refused record, watched":            {open("watched"), emit("a"), limited(4), emit("refused"), limited(0), emit("b")},
	"a refused record, and a new file":     {open("watched"), emit("a"), limited(4), emit("refused"), renamed("app.log", "app.log.1"), limited(0), emit("b")},
	"a record cut short on a stream":       {openAt("stream", "out"), emit("a"), limited(4), emit("refused"), limited(0), emit("b")},
	"a full stream is left":                {openAt("stream", "/dev/full"), emit("refused"), {Do: "setStream", Path: "out"}, emit("a")},
	"closed, and then used":                {openAt("stream", "out"), emit("a"), closed(), emit("late"), {Do: "flush"}, {Do: "setStream", Path: "out2"}, emit("later")},
	"the directory becomes a file": {
		{Do: "mkdir", Path: "d"}, openAt("watched", "d/app.log"), emit("a"), renamed("d", "e"), appended("d", "file\n"), emit("b"),
		removed("d"), renamed("e", "d"), emit("c"),
	},
}

// TestPythonDoesTheSame holds our sinks against CPython as it is.
func TestPythonDoesTheSame(t *testing.T) { comparePlays(t, asPython, []string{}) }

// TestPythonDoesNearlyTheSame holds them against CPython with all deviations.
func TestPythonDoesNearlyTheSame(t *testing.T) { comparePlays(t, nearlyPython, names("")) }

func comparePlays(t *testing.T, scenarios map[string][]op, deviations []string) {
	t.Helper()
	all := slices.Sorted(maps.Keys(scenarios))
	var runs []run
	for _, name := range all {
		runs = append(runs, run{Deviations: deviations, Ops: scenarios[name]})
	}
	python, got := pythons(t, runs), ours(t, runs)
	for i, name := range all {
		t.Run(name, func(t *testing.T) {
			if diff := got[i].differs(python[i]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
