// Package conformance holds any [core.Sink], and any adapter in front of sinks,
// against the contract that package core states: those of this project, and a
// stranger's.
//
//	func TestConformance(t *testing.T) {
//		conformance.Sink(t, conformance.SinkHarness{
//			New: func(t conformance.T) conformance.Rig { ... },
//		})
//	}
//
// A suite is a table of cases. Each has a name and, in words, the rule that it
// checks, gets a fresh sink or adapter from the harness, and fails after a while
// rather than hang. A harness is a struct of functions; one that is nil says "this
// cannot be done here", and the cases that need it are skipped with that reason. What
// a sink or a framework cannot do (a largest record, no attributes) is declared in
// the harness as data, and that declaration is itself checked. What it does not
// promise (order, or to have delivered when Emit returns) is declared, too, and
// loosens what is expected.
//
// [CheckSink] and [CheckAdapter] are the same suites for programs that are no
// tests: they return what was skipped and what is wrong.
//
// Cases about a bug that was found in somebody's library are named after it: B46
// and so on are numbers of this project's list of such bugs.
//
// For each case there is, in the tests of this package, a sink or an adapter that is
// correct but for a fault that this case must name.
package conformance
