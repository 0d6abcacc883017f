package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/expect"
	"github.com/cibench/cibench/results/store"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/scenarios/plan"
)

// A stopper leaves out, block by block, the trials of a run that can decide
// nothing more, and those that there is no time for. It goes by what is stored of
// earlier blocks and by the clock alone, so that a resumed run chooses as the
// first one did.
type stopper struct {
	run    results.Run
	plan   plan.Plan
	trials func(ctx context.Context) ([]results.Trial, error) // of the run, so far
	until  time.Time                                          // zero for no end
	say    func(string)
	ended  bool // said so
}

// newStopper returns a stopper that goes by the trials of the run in st.
func newStopper(st *store.Store, run results.Run, p plan.Plan, until time.Time, say func(string)) *stopper {
	trials := func(ctx context.Context) (all []results.Trial, err error) {
		for t, err := range st.Stream(ctx, run.ID) {
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		return all, nil
	}
	return &stopper{run: run, plan: p, trials: trials, until: until, say: say}
}

// Choose implements runner.Chooser.
func (s *stopper) Choose(ctx context.Context, block []plan.Trial) ([]plan.Trial, error) {
	if s.ended {
		return nil, nil
	}
	done, err := s.trials(ctx)
	if err != nil {
		return nil, err
	}
	before := slices.DeleteFunc(slices.Clone(done), func(t results.Trial) bool { return !block[0].Warmup && !t.Warmup && t.Block >= block[0].Block })
	chosen := block
	if s.plan.MayBeLeftOut(block[0]) {
		open := verdict.Undecided(s.run, before)
		if len(open) == 0 {
			return s.end(fmt.Sprintf("nothing is left to decide after block %d", block[0].Block-1))
		}
		chosen = s.affordable(open, block, before)
	} else if !s.fits(block, before) {
		chosen = nil
	}
	if len(chosen) == 0 {
		return s.end(fmt.Sprintf("the time is up after block %d", block[0].Block-1))
	}
	return without(chosen, done), nil
}

func (s *stopper) end(why string) ([]plan.Trial, error) {
	s.ended = true
	s.say(why)
	return nil, nil
}

// affordable returns the trials of a block that open comparisons need, as many
// as there is time for: the comparison that is least sure comes first.
func (s *stopper) affordable(open []verdict.Saving, block []plan.Trial, before []results.Trial) []plan.Trial {
	var cells []results.Cell
	var chosen []plan.Trial
	for _, c := range open {
		baseline := results.Cell{Job: c.Job, Variant: c.Baseline, State: c.State}
		more := append(slices.Clone(cells), c.Cell, baseline)
		trials := slices.DeleteFunc(slices.Clone(block), func(t plan.Trial) bool { return !slices.Contains(more, cellOf(t)) })
		if s.fits(trials, before) {
			cells, chosen = more, trials
		}
	}
	return chosen
}

// fits tells whether the trials end in time, as far as earlier ones of the run
// tell how long they take.
func (s *stopper) fits(trials []plan.Trial, before []results.Trial) bool {
	if s.until.IsZero() {
		return true
	}
	seconds := expect.Of(cellsOf(trials), [][]results.Trial{before}).Seconds
	return time.Now().Add(time.Duration(seconds * float64(time.Second))).Before(s.until)
}

// without returns the trials that are not done.
func without(trials []plan.Trial, done []results.Trial) []plan.Trial {
	return slices.DeleteFunc(slices.Clone(trials), func(t plan.Trial) bool {
		return slices.ContainsFunc(done, func(d results.Trial) bool { return d.ID == t.ID })
	})
}

func cellOf(t plan.Trial) results.Cell {
	return results.Cell{Job: t.Job, Variant: t.Variant, State: string(t.State)}
}
