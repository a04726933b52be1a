package peers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
)

// With these set, this binary checks one rule for one subject, in a directory that
// is empty, and prints the verdict.
const (
	subjectEnv = "LOGSINKS_SUBJECT"
	ruleEnv    = "LOGSINKS_RULE"
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
)

func TestMain(m *testing.M) {
	if os.Getenv(ruleEnv) == "" {
		os.Exit(m.Run())
	}
	v := judgeHere(os.Getenv(subjectEnv), os.Getenv(ruleEnv), os.Getenv(dirEnv))
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// judgeHere checks a rule in this process.
func judgeHere(subjectName, ruleName, dir string) verdict {
	s := slices.IndexFunc(subjects(), func(s subject) bool { return s.name == subjectName })
	u := slices.IndexFunc(rules(), func(u rule) bool { return u.name == ruleName })
	err := rules()[u].judge(newRun(subjects()[s], dir))
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
	default:
		return verdict{Outcome: trouble, Detail: err.Error()}
	}
}
