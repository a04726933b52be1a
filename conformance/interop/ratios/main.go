// Command ratios measures what this project promises of its speed: each pair is
// something of ours and what it is held against, in one process, in turn, round
// by round. What is printed is the median of the rounds' ratios, their middle half,
// and the target.
//
// Times depend on the machine and on what else it does; ratios do much less.
// Still, look at a machine that is idle, and at the spread.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"text/tabwriter"
)

func main() {
	rounds := flag.Int("rounds", 60, "rounds of each pair")
	pattern := flag.String("run", "", "only pairs whose name matches")
	flag.Parse()
	if err := run(*rounds, *pattern); err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
}

func run(rounds int, pattern string) error {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ratios")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all := slices.DeleteFunc(pairs(dir), func(p pair) bool { return !match.MatchString(p.name) })
	if len(all) == 0 {
		return fmt.Errorf("no pair matches %q", pattern)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "pair\tratio\tfrom\tto\ttarget\t\tallocs\tthen\t")
	for _, p := range all {
		r, err := p.measure(rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		verdict := "ok"
		if r.ratio > p.target {
			verdict = "over"
		}
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t%.2f\t%.2f\t\n",
			p.name, r.ratio, r.least, r.most, p.target, verdict, r.allocs, r.baseAllocs)
		out.Flush()
	}
	fmt.Println("\nallocs: per record, of ours and then of what it is held against")
	return nil
}

// pairs are all pairs, those that need files in dir.
func pairs(dir string) []pair {
	return slices.Concat(filePairs(dir), rotatingPairs(dir), adapterPairs(dir), formatPairs())
}
