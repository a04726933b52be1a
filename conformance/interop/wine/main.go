// Command wine runs the tests of modules as Windows programs, under Wine:
//
//	wine core ...
//
// It takes Wine and, if Wine is older than 9, the C compiler of MinGW. The Windows
// that Wine makes (700 MB) stays in the user's cache directory.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "wine:", err)
		os.Exit(1)
	}
}

// run tests every package of the modules, whatever becomes of those before.
func run(modules []string) error {
	work, err := os.MkdirTemp("", "wine")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	w, err := newWine(work)
	if err != nil {
		return err
	}
	var errs []error
	for _, dir := range modules {
		errs = append(errs, w.testModule(dir))
	}
	return errors.Join(errs...)
}
