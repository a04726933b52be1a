package peers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	watchdog = 20 * time.Second // for one entry of the table
	atOnce   = 8                // processes; most of them wait most of the time
)

// cell is a rule for a subject.
type cell struct{ rule, subject string }

// subjects returns all: peers and doubles.
func subjects() []subject { return slices.Concat(peers, doubles) }

// judgeAll checks all rules for the subjects.
func judgeAll(t *testing.T, subjects []subject) map[cell]verdict {
	t.Helper()
	verdicts := map[cell]verdict{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, u := range rules() {
		for _, s := range subjects {
			c, dir := cell{u.name, s.name}, t.TempDir()
			wg.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				v := verdict{Outcome: cannot}
				if s.can&u.needs == u.needs {
					v = judgeApart(t.Context(), c, setting{dir: dir}, watchdog)
				}
				mu.Lock()
				defer mu.Unlock()
				verdicts[c] = v
			})
		}
	}
	wg.Wait()
	for _, u := range rules() {
		for _, s := range subjects {
			verdicts[cell{u.name, s.name}].report(t, u, s)
		}
	}
	return verdicts
}

// report logs what is not in the table.
func (v verdict) report(t *testing.T, u rule, s subject) {
	t.Helper()
	switch v.Outcome {
	case failed:
		t.Logf("%s, %s: %s: %s", u.name, s.name, v.Reason, v.Detail)
	case lacking:
		if os.Getenv("LOGSINKS_CI") == "" {
			t.Logf("%s, %s: not here: %s", u.name, s.name, v.Detail)
			return
		}
		fallthrough
	case trouble:
		t.Errorf("%s, %s: nothing was found out: %s", u.name, s.name, v.Detail)
	}
}

// crash is what the Go runtime says before it ends a process.
var crash = regexp.MustCompile(`(?m)^(panic|fatal error): .*`)

// setting is where a rule, or a part of it, is checked.
type setting struct {
	dir  string
	part string               // empty for all of it
	attr *syscall.SysProcAttr // of the process
}

// judgeApart checks a rule in a process of its own, which must not take longer.
func judgeApart(ctx context.Context, c cell, in setting, limit time.Duration) (v verdict) {
	self, err := os.Executable()
	if err != nil {
		return verdict{Outcome: trouble, Detail: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	child := exec.CommandContext(ctx, self)
	child.Env = append(os.Environ(), subjectEnv+"="+c.subject, ruleEnv+"="+c.rule, partEnv+"="+in.part, dirEnv+"="+in.dir)
	child.SysProcAttr = in.attr
	var out, messages bytes.Buffer
	child.Stdout, child.Stderr = &out, &messages
	err = child.Run()
	if json.Unmarshal(out.Bytes(), &v) == nil {
		return v // whatever its end was like: that of the process is none of the subject's
	}
	switch found := crash.Find(messages.Bytes()); {
	case child.Process == nil && in.attr != nil:
		return verdict{Outcome: lacking, Detail: err.Error()}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return verdict{Outcome: failed, Reason: "hangs"}
	case found != nil:
		return verdict{Outcome: failed, Reason: "panics", Detail: string(found)}
	default:
		return verdict{Outcome: trouble, Detail: errors.Join(err, errors.New(messages.String())).Error()}
	}
}
