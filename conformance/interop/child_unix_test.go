//go:build unix

package interop_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// childEnv names what this binary does instead of running tests, in a process of
// its own: where a process is killed, traced or limited.
const childEnv = "LOGSINKS_CHILD"

func TestMain(m *testing.M) {
	jobs := map[string]func() error{
		"play":        playAll,
		"acknowledge": acknowledge,
		"number":      numberAll,
		"rotate":      rotateAll,
		"hold":        hold,
	}
	name := os.Getenv(childEnv)
	if name == "" {
		os.Exit(m.Run())
	}
	if err := jobs[name](); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child returns the command for a job of this binary. The arguments are its
// LOGSINKS_… variables, name and value in turn.
func child(t *testing.T, job string, vars ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), childEnv+"="+job)
	for i := 0; i < len(vars); i += 2 {
		c.Env = append(c.Env, "LOGSINKS_"+vars[i]+"="+vars[i+1])
	}
	c.Stderr = os.Stderr
	return c
}

// playAll plays the runs on standard input, as oracle.py does.
func playAll() error {
	var runs []run
	if err := json.NewDecoder(os.Stdin).Decode(&runs); err != nil {
		return err
	}
	var outcomes [][]string
	for _, r := range runs {
		o, err := play(r.Dir, r.Ops)
		if err != nil {
			return err
		}
		outcomes = append(outcomes, o)
	}
	return json.NewEncoder(os.Stdout).Encode(outcomes)
}

// soak is how many times as long the long tests are asked to be.
func soak() int {
	if os.Getenv("LOGSINKS_SOAK") != "" {
		return 10
	}
	return 1
}

// number returns a child's variable that is a number.
func number(name string) int {
	n, err := strconv.Atoi(os.Getenv("LOGSINKS_" + name))
	if err != nil {
		panic(err)
	}
	return n
}
