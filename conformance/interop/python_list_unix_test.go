//go:build unix

package interop_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPythonList holds PYTHON.md against the tests that it names, and their scenarios.
func TestPythonList(t *testing.T) {
	page, err := os.ReadFile("../PYTHON.md")
	check(t, err)
	references := regexp.MustCompile("`([a-z/]+)\\.(Test\\w+)`(?:\\s\\(([^()]+)\\))?").FindAllStringSubmatch(string(page), -1)
	sources, scenarios := map[string]string{}, 0
	for _, r := range references {
		folder, name := r[1], r[2]
		if sources[folder] == "" {
			sources[folder] = testsOf(t, filepath.Join("../..", folder))
		}
		if !strings.Contains(sources[folder], "\nfunc "+name+"(t *testing.T)") {
			t.Errorf("%s has no %s", folder, name)
		}
		if r[3] != "" {
			scenarios += checkScenarios(t, sources[folder], name, strings.Split(r[3], "; "))
		}
	}
	if len(references) < 30 || scenarios < 50 {
		t.Errorf("%d tests and %d scenarios are named", len(references), scenarios)
	}
}

// checkScenarios looks for a test's scenarios in the source, and returns how many there
// should be.
func checkScenarios(t *testing.T, source, test string, names []string) int {
	t.Helper()
	for _, name := range names {
		if !scenarioPattern(name).MatchString(source) {
			t.Errorf("%s has no %q", test, name)
		}
	}
	return len(names)
}

// scenarioPattern returns what matches a scenario's name where it begins a row of a
// table. There it may have its section in front, as in "§22 Rotating: gaps".
func scenarioPattern(name string) *regexp.Regexp {
	rest := ""
	begin, cut := strings.CutSuffix(name, " …")
	if cut {
		rest = `[^"\n]*`
	}
	return regexp.MustCompile(`(?m)^\t+\{?"(?:§\d+ (?:\w+: )?)?` + regexp.QuoteMeta(begin) + rest + `"[:,]`)
}

// testsOf returns the source of all tests in a folder.
func testsOf(t *testing.T, folder string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	check(t, err)
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		check(t, err)
		all.Write(text)
	}
	return all.String()
}

// TestPythonListOfDeviations holds PYTHON.md against the deviations.
func TestPythonListOfDeviations(t *testing.T) {
	page, err := os.ReadFile("../PYTHON.md")
	check(t, err)
	_, section, _ := strings.Cut(string(page), "## Where the files differ on purpose")
	listed := regexp.MustCompile(`(?m)^\| ([a-z]+-[a-z-]+) \|`).FindAllStringSubmatch(section, -1)
	all := names("")
	for _, name := range rollNames("") {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, l := range listed {
		if !slices.Contains(all, l[1]) {
			t.Errorf("%s is no deviation", l[1])
		}
	}
	if len(listed) != len(all) {
		t.Errorf("%d deviations are listed, of %d", len(listed), len(all))
	}
}
