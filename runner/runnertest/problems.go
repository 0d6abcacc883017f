package runnertest

import (
	"fmt"
	"math"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner/phase"
)

// slack is by how many seconds a span may reach out of its window: it comes
// from another program's clock.
const slack = 0.1

// spanProblems says what is wrong with the spans of a build that succeeded.
func spanProblems(spans []results.Span, window time.Duration) []string {
	var problems []string
	if len(spans) == 0 {
		problems = append(problems, "spans: there are none")
	}
	if _, err := phase.Measure(spans); err != nil {
		problems = append(problems, fmt.Sprintf("spans: %v", err))
	}
	for _, s := range spans {
		if s.Phase == "" || s.Step == "" || s.Name == "" {
			problems = append(problems, fmt.Sprintf("span %+v: want a phase, a step and a name", s))
		}
		if s.Phase == results.PhaseTotal {
			problems = append(problems, fmt.Sprintf("span %q: claims the phase %q, which is the runner's", s.Name, s.Phase))
		}
		if s.Start < -slack || s.Stop > window.Seconds()+slack {
			problems = append(problems, fmt.Sprintf("span %q: [%.3f, %.3f) reaches out of the window of %s", s.Name, s.Start, s.Stop, window))
		}
	}
	return problems
}

// checkProblems says which checks do not hold. A trial without any check has
// proved nothing.
func checkProblems(checks []results.Check) []string {
	if len(checks) == 0 {
		return []string{"checks: there are none"}
	}
	var problems []string
	for _, c := range checks {
		if c.Name == "" || c.Want == "" || c.Got == "" {
			problems = append(problems, fmt.Sprintf("check %+v: want a name and both sides", c))
		}
		if !c.OK {
			problems = append(problems, fmt.Sprintf("check %s: got %s, want %s", c.Name, c.Got, c.Want))
		}
	}
	return problems
}

// counterProblems says what is wrong with counters, and which are missing.
func counterProblems(counters []results.Sample, required []string) []string {
	var problems []string
	seen := map[string]bool{}
	for _, c := range counters {
		if seen[c.Name] {
			problems = append(problems, fmt.Sprintf("counter %s: counted twice", c.Name))
		}
		seen[c.Name] = true
		if c.Kind != results.Counter || (c.Unit != results.Bytes && c.Unit != results.Count) {
			problems = append(problems, fmt.Sprintf("counter %s: is a %s in %s, want a counter in bytes or count", c.Name, c.Kind, c.Unit))
		}
		if !(c.Value >= 0) || c.Value != math.Trunc(c.Value) {
			problems = append(problems, fmt.Sprintf("counter %s: %v is no count", c.Name, c.Value))
		}
	}
	for _, name := range required {
		if !seen[name] {
			problems = append(problems, fmt.Sprintf("counter %s: missing", name))
		}
	}
	return problems
}

// drift says which of the named counters differ between two trials of a cell.
func drift(first, again []results.Sample, names []string) []string {
	var problems []string
	for _, name := range names {
		was, _ := value(first, name)
		is, _ := value(again, name)
		if was != is {
			problems = append(problems, fmt.Sprintf("counter %s: was %v in the state's first trial, now %v", name, was, is))
		}
	}
	return problems
}
