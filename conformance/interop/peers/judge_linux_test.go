package peers_test

import (
	"slices"
	"strings"
	"testing"
)

// known is what the rules must find out about the doubles.
var known = []struct {
	double    string
	ok, fails []string // for other rules it has no option
}{
	{
		double: "simple",
		ok:     names("B-03, B-04, B-05 watch, B-06, B-10, B-27, B-28, B-30, B-46, B-47, B-48, goroutines"),
	},
	{
		double: "losing",
		ok:     names("B-25 none, B-31, B-33, B-48"),
		fails: names("B-01, B-02, B-03, B-04, B-05 told, B-05 watch, B-06, B-07, B-08, B-09, B-10, B-11, B-12, B-13, B-14, B-15, " +
			"B-16, B-17, B-18, B-19, B-20, B-21, B-22, B-24, B-25 all, B-27, B-28, B-29, B-30, B-46, B-47, goroutines"),
	},
	{
		double: "hoarding",
		ok: names("B-01, B-03, B-05 told, B-06, B-07, B-09, B-10, B-11, B-12, B-13, B-18, B-22, B-25 all, B-28, B-29, B-30, " +
			"B-33, B-46, B-48, goroutines"),
		fails: names("B-02, B-04, B-05 watch, B-08, B-14, B-15, B-16, B-17, B-19, B-20, B-21, B-24, B-25 none, B-27, B-31, B-47"),
	},
}

// names splits a list of rules.
func names(list string) []string { return strings.Split(list, ", ") }

// TestRulesKnowDoubles checks every rule for writers of which it is known what
// they do wrong: rules can be passed, and can be failed.
func TestRulesKnowDoubles(t *testing.T) {
	verdicts := judgeAll(t, doubles[:len(known)])
	for _, k := range known {
		for _, u := range rules() {
			want := cannot
			switch {
			case slices.Contains(k.ok, u.name):
				want = ok
			case slices.Contains(k.fails, u.name):
				want = failed
			}
			if v := verdicts[cell{u.name, k.double}]; v.Outcome != want && v.Outcome != lacking {
				t.Errorf("%s, %s: %s, want %s", u.name, k.double, v.Outcome, want)
			}
		}
	}
}

// TestRulesKnowEnds tells the ends of a process apart.
func TestRulesKnowEnds(t *testing.T) {
	for _, c := range []struct {
		rule, subject, reason string
	}{
		{"B-48", "lagging", "loses records"},
		{"B-48", "hanging", "hangs"},
		{"B-12", "losing", "panics"}, // in the sink
		{"B-47", "losing", "panics"}, // in Close
	} {
		t.Run(c.subject+" "+c.rule, func(t *testing.T) {
			t.Parallel()
			v := judgeApart(t.Context(), cell{c.rule, c.subject}, setting{dir: t.TempDir()}, watchdog/4)
			if v.Outcome != failed || v.Reason != c.reason {
				t.Errorf("got %+v, want the reason %q", v, c.reason)
			}
		})
	}
}
