package verdict_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/scenarios"
)

func TestPhaseOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"base-image", "pip-install", "pip-install.1", "pip-install.2", "pip-install.10",
		"pip.resolve", "pip.build", "pip.install", "code-copy", "export",
		"apt", "tests", "tests.1", "tests.2", "other", "total",
	}
	const seed = 3
	rng := rand.New(rand.NewPCG(seed, 0))
	names := slices.Clone(want)
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var p plan
	for _, variant := range []string{"before", "after"} {
		p.add(1, "build", variant, "cold")
		for _, n := range names {
			phase(n, 1)(&p[len(p)-1])
		}
	}
	sum := verdict.Summarize(newRun(), p)
	var phases, savings []string
	for _, ph := range sum.Cells[0].Phases {
		phases = append(phases, ph.Name)
	}
	for _, s := range sum.Savings {
		savings = append(savings, s.Phase)
	}
	if !slices.Equal(phases, want) {
		t.Errorf("seed %d: phases:\ngot  %q\nwant %q", seed, phases, want)
	}
	if !slices.Equal(savings, want) {
		t.Errorf("seed %d: savings:\ngot  %q\nwant %q", seed, savings, want)
	}
}

// TestStateOrder holds the order of states to that of package scenarios.
func TestStateOrder(t *testing.T) {
	t.Parallel()
	want := []string{"aged", "stale"} // unlisted ones come last, by name
	for _, s := range slices.Backward(scenarios.States()) {
		want = slices.Insert(want, 0, string(s))
	}
	var p plan
	for i, state := range slices.Backward(want) {
		p.add(1+i, "build", "before", state)
	}
	var got []string
	for _, c := range verdict.Summarize(newRun(), p).Cells {
		got = append(got, c.State)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestOrderOfCells gives the trials in every order: the study's decides, and
// what the study does not name comes last, by name.
func TestOrderOfCells(t *testing.T) {
	t.Parallel()
	var p plan
	p.add(1, "lint", "z", "cold", phase("total", 1))
	p.add(1, "build", "c", "warm", phase("total", 1))
	p.add(1, "build", "a", "cold", phase("total", 1))
	p.add(1, "build", "before", "cold", phase("total", 1))
	p.add(1, "build", "c", "cold", phase("total", 1))
	p.add(1, "lint", "y", "cold", phase("total", 1))
	p.add(1, "deploy", "x", "cold", phase("total", 1))
	run := newRun()
	run.Jobs = []results.Job{
		{Name: "lint", Variants: []results.Variant{{Name: "z"}, {Name: "y", Baseline: "z"}}},
		{Name: "build", Variants: []results.Variant{{Name: "before"}, {Name: "c", Baseline: "before"}}},
	}
	want := []string{"lint/z/cold", "lint/y/cold", "build/before/cold", "build/c/cold", "build/a/cold", "build/c/warm", "deploy/x/cold"}
	sorted := verdict.Summarize(run, p)
	const seed = 5
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		rng.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		sum := verdict.Summarize(run, p)
		var got []string
		for _, c := range sum.Cells {
			got = append(got, c.String())
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %q, want %q", seed, got, want)
		}
		if !reflect.DeepEqual(sum, sorted) {
			t.Fatalf("seed %d: got %+v, want %+v for every order", seed, sum, sorted)
		}
	}
}
