//go:build unix

package interop_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// year2000 is when scenarios begin, as the time of bubbles does.
var year2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// rollRun is a scenario for rotation.py.
type rollRun struct {
	Dir        string   `json:"dir"`
	Start      int64    `json:"start"`
	Deviations []string `json:"deviations"`
	Ops        []rollOp `json:"ops"`
}

func newRollRun(deviations []string, ops []rollOp) rollRun {
	return rollRun{Start: year2000.UnixMilli(), Deviations: deviations, Ops: ops}
}

// stageRolls gives each run a directory of its own.
func stageRolls(t *testing.T, runs []rollRun) []rollRun {
	t.Helper()
	staged := slices.Clone(runs)
	for i := range staged {
		staged[i].Dir = t.TempDir()
	}
	return staged
}

// ourRolls plays each scenario with our sinks.
func ourRolls(t *testing.T, runs []rollRun, m manner) (results []result) {
	t.Helper()
	for _, r := range stageRolls(t, runs) {
		outcomes := playRolls(t, r, m)
		results = append(results, result{outcomes, tree(t, r.Dir)})
	}
	return results
}

// pythonRolls lets one CPython process, of the version that is returned, play each
// scenario.
func pythonRolls(t *testing.T, runs []rollRun) (results []result, version []int) {
	t.Helper()
	staged := stageRolls(t, runs)
	var answer struct {
		Version   []int      `json:"version"`
		Scenarios [][]string `json:"scenarios"`
	}
	askPython(t, "rotation.py", map[string]any{"scenarios": staged}, &answer)
	for i, r := range staged {
		results = append(results, result{answer.Scenarios[i], tree(t, r.Dir)})
	}
	return results, answer.Version
}

// compareRolls holds our sinks, however records reach them, against CPython with
// the deviations.
func compareRolls(t *testing.T, scenarios map[string][]rollOp, deviations []string, manners ...manner) {
	t.Helper()
	all := slices.Sorted(maps.Keys(scenarios))
	var runs []rollRun
	for _, name := range all {
		runs = append(runs, newRollRun(deviations, scenarios[name]))
	}
	python, _ := pythonRolls(t, runs)
	for _, m := range manners {
		got := ourRolls(t, runs, m)
		for i, name := range all {
			if m == buffered && slices.Contains(python[i].outcomes, "error") {
				continue // a buffer keeps the record that cannot be written
			}
			t.Run(fmt.Sprintf("%s/%s", name, m), func(t *testing.T) {
				if diff := got[i].differs(python[i]); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}
