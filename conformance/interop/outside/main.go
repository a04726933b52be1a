// Command outside proves what a user gets who takes one released module: it packs
// the modules of HEAD as their next version into a module proxy on disk, and in
// empty directories with an empty module cache builds and runs a program for each.
// It fails if such a program, or its module graph, has anything of another
// framework, or lumberjack without asking for it, or if a program that only writes
// files links an HTTP client.
//
//	outside -root . core conformance zapsink ...
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// version is what the go.mod files require of each other.
const version = "v0.1.0"

func main() {
	root := flag.String("root", ".", "root of the checkout")
	flag.Parse()
	if err := run(*root, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "outside:", err)
		os.Exit(1)
	}
}

func run(root string, modules []string) error {
	work, err := os.MkdirTemp("", "outside")
	if err != nil {
		return err
	}
	defer removeAll(work)
	proxy := filepath.Join(work, "proxy")
	for _, dir := range modules {
		if err := pack(root, dir, proxy); err != nil {
			return fmt.Errorf("packing %s: %w", dir, err)
		}
	}
	cache := filepath.Join(work, "modcache")
	for _, c := range consumers {
		dir := filepath.Join(work, "of-"+strings.ReplaceAll(c.name, "/", "-")) // none within another
		if err := c.check(dir, proxy, cache); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Printf("ok  a program of %s\n", c.name)
	}
	return nil
}

// removeAll removes a directory that may hold a module cache, which the go
// command makes read-only.
func removeAll(dir string) {
	_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	_ = os.RemoveAll(dir)
}
