package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// testLimit is how long the tests of one package may take.
const testLimit = 10 * time.Minute

// testPackage is what go list tells of a package.
type testPackage struct {
	ImportPath, Dir           string
	TestGoFiles, XTestGoFiles []string
}

// testModule tests every package of the module in dir.
func (w *wine) testModule(dir string) error {
	packages, err := list(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	var errs []error
	for _, p := range packages {
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		if err := w.test(p); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.ImportPath, err))
		}
	}
	return errors.Join(errs...)
}

// list returns the packages of the module in dir, as Windows sees them.
func list(dir string) (packages []testPackage, err error) {
	cmd := command(dir, "list", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p testPackage
		if err := d.Decode(&p); err == io.EOF {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// test builds and runs the tests of a package. What they print is shown if one
// fails; those that were skipped are named.
func (w *wine) test(p testPackage) error {
	exe := filepath.Join(w.work, "test.exe")
	if out, err := command(p.Dir, "test", "-c", "-o", exe, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	start := time.Now()
	// Short, since files are slow under Wine. The program ends itself, and says what
	// hangs; later, it is ended.
	out, err := w.run(testLimit+time.Minute, p.Dir, exe, "-test.v", "-test.short", "-test.timeout="+testLimit.String())
	if err != nil {
		fmt.Print(out)
		return err
	}
	fmt.Printf("ok  %s %.1fs%s\n", p.ImportPath, time.Since(start).Seconds(), skipped(out))
	return nil
}

var skip = regexp.MustCompile(`(?m)^ *--- SKIP: (\S+)`)

// skipped names the tests that were skipped, for the end of a line.
func skipped(out string) string {
	var names []string
	for _, m := range skip.FindAllStringSubmatch(out, -1) {
		names = append(names, m[1])
	}
	if names == nil {
		return ""
	}
	return ", skipped " + strings.Join(names, " ")
}

// command is the go command in dir, for Windows.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	return cmd
}
