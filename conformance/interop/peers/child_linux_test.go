package peers_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
)

// With these set, this binary checks one rule for one subject, in a directory that
// is empty at first, and prints the verdict.
const (
	subjectEnv = "LOGSINKS_SUBJECT"
	ruleEnv    = "LOGSINKS_RULE"
	partEnv    = "LOGSINKS_PART" // of the rule; empty for all of it
	dirEnv     = "LOGSINKS_DIR"
)

// verdict is an entry of the table.
type verdict struct {
	Outcome outcome
	Reason  string // of a failure
	Detail  string // of a failure or trouble; it is not in the table
}

type outcome string

const (
	ok      outcome = "ok"
	failed  outcome = "fails"
	cannot  outcome = "–"       // there is no option for it
	trouble outcome = "trouble" // nothing was found out
	lacking outcome = "lacking" // nothing can be found out on this machine
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(ruleEnv) == "":
		os.Exit(m.Run())
	case os.Getenv(partEnv) == bubble:
		if err := flag.Set("test.run", "^TestBubble$"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	default:
		judgeThis()
	}
}

// judgeThis checks what this process is there for, and ends it.
func judgeThis() {
	v := judgeHere(os.Getenv(subjectEnv), os.Getenv(ruleEnv), os.Getenv(dirEnv))
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// judgeHere checks a rule in this process.
func judgeHere(subjectName, ruleName, dir string) verdict {
	s := slices.IndexFunc(subjects(), func(s subject) bool { return s.name == subjectName })
	u := slices.IndexFunc(rules(), func(u rule) bool { return u.name == ruleName })
	r := newRun(subjects()[s], dir)
	r.rule, r.part = ruleName, os.Getenv(partEnv)
	err := rules()[u].judge(r)
	var f *fault
	switch {
	case err == nil:
		return verdict{Outcome: ok}
	case errors.As(err, &f):
		v := verdict{Outcome: failed, Reason: f.reason}
		if f.detail != nil {
			v.Detail = f.detail.Error()
		}
		return v
	case errors.Is(err, errLacking):
		return verdict{Outcome: lacking, Detail: err.Error()}
	default:
		return verdict{Outcome: trouble, Detail: err.Error()}
	}
}
