package gate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/verdict"
)

// newRun returns a run of one job, with a variant that is its baseline once more
// and a job that is no part of anything.
func newRun() results.Run {
	return results.Run{ID: "r1", Jobs: []results.Job{
		{Name: "build", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}, {Name: "twin", Baseline: "before", Null: true}}},
		{Name: "lint", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}}},
	}, Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02}}
}

// A plan collects trials, in slots of the order in which they are added.
type plan []results.Trial

// add adds a trial for each value, in blocks from 1. The name's kind and unit
// follow it: "image.bytes" is a counter in bytes, "drift" one of things.
func (p *plan) add(job, variant, state, name string, values ...float64) {
	for i, v := range values {
		s := results.Sample{Name: name, Kind: results.Phase, Unit: results.Seconds, Value: v}
		switch {
		case strings.HasSuffix(name, ".bytes"):
			s.Kind, s.Unit = results.Counter, results.Bytes
		case strings.HasPrefix(name, "drift"):
			s.Kind, s.Unit = results.Counter, results.Count
		}
		*p = append(*p, results.Trial{ID: fmt.Sprint(len(*p)), Slot: len(*p), Block: i + 1, Outcome: results.OK,
			Cell: results.Cell{Job: job, Variant: variant, State: state}, Samples: []results.Sample{s}})
	}
}

// fail makes the trials of a cell failed ones.
func (p plan) fail(variant, state string) {
	for i := range p {
		if p[i].Cell.Variant == variant && p[i].Cell.State == state {
			p[i].Outcome = results.Failed
		}
	}
}

func parse(t *testing.T, text string) []gate.Rule {
	t.Helper()
	rules, err := gate.Parse("rules", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func judge(e gate.Evidence) *gate.Judge {
	return gate.NewJudge(e, verdict.Summarize(e.Run, e.Trials))
}

func evaluate(t *testing.T, text string, e gate.Evidence) []gate.Result {
	t.Helper()
	all, err := judge(e).Evaluate(parse(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// lines writes results as "build/after/warm pass reason".
func lines(all []gate.Result) []string {
	var out []string
	for _, r := range all {
		s := string(r.Status)
		if r.Cell != (results.Cell{}) {
			s = r.Cell.String() + " " + s
		}
		if r.Reason != "" {
			s += ": " + r.Reason
		}
		if r.Hint != "" {
			s += " | " + r.Hint
		}
		out = append(out, s)
	}
	return out
}

// seconds are five close times about v.
func seconds(v float64) []float64 { return []float64{v, 1.01 * v, 0.99 * v, 1.005 * v, 0.995 * v} }
