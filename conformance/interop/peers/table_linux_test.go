package peers_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// golden is the table as it was when it was last looked at.
const golden = "PEERS.md"

var update = flag.Bool("update", false, "write "+golden)

// rules returns all of them, in the order of their numbers.
func rules() []rule {
	all := slices.Concat(rotationRules, outsideRules, startRules, lifeRules, unixRules, timeRules, processRules)
	slices.SortFunc(all, func(a, b rule) int { return strings.Compare(a.name, b.name) })
	return all
}

// TestPeersTable checks every rule for every peer and compares the table with the
// one in PEERS.md.
func TestPeersTable(t *testing.T) {
	got := table(t, judgeAll(t, peers))
	t.Logf("\n%s", got)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(wanted) || line != wanted[i] {
			t.Errorf("%s, line %d: got\n%s", golden, i+1, line)
		}
	}
	if len(got) < len(want) {
		t.Errorf("%s has more", golden)
	}
	checkReadme(t, got)
}

// checkReadme fails if a line of the table is not in the README.
func checkReadme(t *testing.T, table string) {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "|") && !strings.Contains(string(readme), line) {
			t.Errorf("not in the README: %s", line)
		}
	}
}

const introduction = `# The same rules for our rotating file and those of other projects

Each rule was broken by some rotating file at some time. Here those of other projects stand behind
core.Stream, and ours by itself, opened as their documentation says, and are
judged by what Emit returns and what is in their files; what goes on in the background has two
seconds. Where hours must pass, they do so in a bubble of testing/synctest. Size limits are 1 MiB, as some
know no less, but for gookit/slog where a rotation is wanted, as its Rotate does only what is due. A dash:
there is no option for it. phuslu/log leaves compression and the total to functions of its users; the
total is kept as its documentation shows; lumberjack and timberjack say that only one process may write.
Letters lead to the reasons below.

TestPeersTable makes this table and compares it with the committed one.
`

const unplayed = `
## Rules that are not played

The numbers up to B-33 that the table does not have, and what is missing where it has them:

- B-13, chmod: the mode that is changed is that of the new file, and to its owner that is never refused; what is refused
  here is chown
- B-18, beginning of summer time: an hour that is left out has no name that could be given twice
- B-23: all of them look at one clock only when it is the machine's, which is not ours to set back; in a bubble it
  cannot be set back
- B-26: none of them has numbers that end at 999
- B-32: the table is made on Linux; tests of our file on Windows are in core/file
` + "\n" + `B-34 and those that follow are not about rotating files, but for those that are there.
`

// table renders the verdicts as Markdown, with the reasons as notes below.
func table(t *testing.T, verdicts map[cell]verdict) string {
	t.Helper()
	var b, notes strings.Builder
	versions := versions(t)
	b.WriteString(introduction + "\n| | |")
	for _, s := range peers {
		b.WriteString(" " + strings.TrimSpace(s.name+" "+versions[s.module]) + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(peers)) + "\n")
	for _, u := range rules() {
		line, note := row(u, verdicts)
		if lacks(u, verdicts) {
			line, note = committed(t, u)
		}
		b.WriteString(line)
		notes.WriteString(note)
	}
	return b.String() + "\n" + notes.String() + unplayed
}

// lacks tells whether this machine cannot check the rule. That is trouble in CI, and
// elsewhere no reason to compare nothing.
func lacks(u rule, verdicts map[cell]verdict) bool {
	return slices.ContainsFunc(peers, func(s subject) bool { return verdicts[cell{u.name, s.name}].Outcome == lacking })
}

// committed returns what row has returned where the rule could be checked.
func committed(t *testing.T, u rule) (line, note string) {
	t.Helper()
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(l, "| "+u.name+" |"):
			line = l
		case strings.HasPrefix(l, "- "+u.name+": ("):
			note = l
		}
	}
	return line, note
}

// row returns a rule's line of the table, and the line of its reasons.
func row(u rule, verdicts map[cell]verdict) (line, note string) {
	line = fmt.Sprintf("| %s | %s |", u.name, u.text)
	var reasons []string
	for _, s := range peers {
		v := verdicts[cell{u.name, s.name}]
		if v.Outcome != failed {
			line += fmt.Sprintf(" %s |", v.Outcome)
			continue
		}
		if !slices.Contains(reasons, v.Reason) {
			reasons = append(reasons, v.Reason)
		}
		line += fmt.Sprintf(" **fails** (%c) |", 'a'+slices.Index(reasons, v.Reason))
	}
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("(%c) %s", 'a'+i, reason)
	}
	if reasons != nil {
		note = fmt.Sprintf("- %s: %s\n", u.name, strings.Join(reasons, ", "))
	}
	return line + "\n", note
}

// versions returns those of the modules that this one requires.
func versions(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := map[string]string{}
	for _, r := range mod.Require {
		v[r.Mod.Path] = r.Mod.Version
	}
	return v
}
