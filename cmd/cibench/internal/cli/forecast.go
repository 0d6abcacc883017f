package cli

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/expect"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/host"
	"github.com/cibench/cibench/runner/image"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// How far back a forecast looks: in so many runs of the study, for so many of
// this machine.
const (
	recentRuns  = 50
	runsOfHere  = 10
	networkFact = "network."
)

// An expectation is how long a plan will take: the trials that are run whatever
// is found, and all of them where others may be left out.
type expectation struct {
	Sure expect.Forecast  `json:"expected"`
	Most *expect.Forecast `json:"atMost,omitempty"` // nil where all are sure
	// Priming is what comes on top where nothing is kept from earlier runs; nil
	// where that is not asked for.
	Priming *expect.Forecast `json:"priming,omitempty"`
}

// String returns a line for each of which something is known.
func (e expectation) String() string {
	s := e.Sure.String()
	if e.Most != nil && e.Most.Unknown < e.Most.Trials {
		s += "\n" + strings.Replace(e.Most.String(), "expected", "if nothing is decided early", 1)
	}
	if e.Priming != nil && e.Priming.Unknown < e.Priming.Trials {
		what := charts.Count(e.Priming.Trials, "untimed trial")
		s += "\n" + strings.Replace(e.Priming.String(), "expected", "on top, where nothing is primed yet, "+what, 1)
	}
	return s
}

// expected says how long the trials of the plan take, going by earlier runs.
func expected(p plan.Plan, runs [][]results.Trial) expectation {
	all := expect.Of(cellsOf(p.Trials), runs)
	if p.MinBlocks == 0 {
		return expectation{Sure: all}
	}
	sure := slices.DeleteFunc(slices.Clone(p.Trials), p.MayBeLeftOut)
	return expectation{Sure: expect.Of(cellsOf(sure), runs), Most: &all}
}

// primings returns a cold cell for each untimed build and job of a run for which
// nothing is kept from earlier ones: one of each variant, and of a job of a
// workflow one more for each state that may change what it installs.
func primings(study *scenarios.Study, p plan.Plan) []results.Cell {
	var all []results.Cell
	for _, job := range study.Jobs {
		seen := map[results.Cell]bool{}
		add := func(variant string, because scenarios.State) {
			if cell := (results.Cell{Job: job.Name, Variant: variant, State: string(because)}); !seen[cell] {
				seen[cell] = true
				all = append(all, results.Cell{Job: job.Name, Variant: variant, State: string(scenarios.Cold)})
			}
		}
		for _, t := range p.Trials {
			if t.Job != job.Name {
				continue
			}
			add(t.Variant, scenarios.Cold)
			if job.Lane == scenarios.LaneVenv && t.State.MayInstallOther() {
				add(t.Variant, t.State)
			}
		}
	}
	return all
}

// expectedOf returns what earlier runs tell of single trials.
func expectedOf(runs [][]results.Trial) func(results.Cell) (time.Duration, bool) {
	return func(cell results.Cell) (time.Duration, bool) {
		f := expect.Of([]results.Cell{cell}, runs)
		return time.Duration(f.Seconds * float64(time.Second)), f.Unknown == 0
	}
}

// forecastFromStore says how long the plan will take, with what it may take to
// prime. Without a store nothing is known.
func forecastFromStore(ctx context.Context, cfg *config, study *scenarios.Study, p plan.Plan) (e expectation, err error) {
	var before pastRuns
	st, err := openStore(ctx, cfg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	case err == nil:
		before, err = past(ctx, cfg, st, p.Study, image.BuilderContainer)
		err = errors.Join(err, st.Close())
	}
	runs := before.trials()
	e = expected(p, runs)
	e.Priming = new(expect.Of(primings(study, p), runs))
	return e, err
}

// pastRuns are runs with the times of their trials, the newest first.
type pastRuns []pastRun

type pastRun struct {
	id    string
	times []results.Trial
}

// without returns the runs but for that one: a run that goes on is no earlier one.
func (p pastRuns) without(id string) pastRuns {
	return slices.DeleteFunc(slices.Clone(p), func(r pastRun) bool { return r.id == id })
}

func (p pastRuns) trials() [][]results.Trial {
	var all [][]results.Trial
	for _, r := range p {
		all = append(all, r.times)
	}
	return all
}

// past returns the newest runs of the study on this machine, with this builder
// and network.
func past(ctx context.Context, cfg *config, st *store.Store, study string, builder image.Builder) (pastRuns, error) {
	recent, err := st.Recent(ctx, study, recentRuns)
	if err != nil {
		return nil, err
	}
	here := host.New("/").Facts()
	here["builder"] = string(builder)
	maps.Copy(here, network(cfg.facts()))
	var runs pastRuns
	for _, run := range recent {
		if len(runs) == runsOfHere {
			break
		}
		if !alike(here, run.Environment) {
			continue
		}
		trials, err := st.Times(ctx, run.ID)
		if err != nil {
			return nil, err
		}
		runs = append(runs, pastRun{run.ID, trials})
	}
	return runs, nil
}

// alike tells whether trials take as long in both environments as far as that
// is known: same processors, network and builder. A run without image builds
// names no builder.
func alike(here, there results.Environment) bool {
	for _, name := range []string{"cpu.arch", "cpu.model", "cpu.count"} {
		if here[name] != there[name] {
			return false
		}
	}
	if builder := there["builder"]; builder != "" && builder != here["builder"] {
		return false
	}
	return maps.Equal(network(here), network(there))
}

// network returns what an environment says of the network.
func network(env results.Environment) results.Environment {
	env = maps.Clone(env)
	maps.DeleteFunc(env, func(name, _ string) bool { return !strings.HasPrefix(name, networkFact) })
	return env
}

// cellsOf returns the cell of each trial.
func cellsOf(trials []plan.Trial) []results.Cell {
	cells := make([]results.Cell, len(trials))
	for i, t := range trials {
		cells[i] = runner.CellOf(t)
	}
	return cells
}
