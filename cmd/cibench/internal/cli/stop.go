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
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios/plan"
)

// A stopper leaves out, block by block, the trials of a run that can decide
// nothing more, and those that there is no time for. What it goes by is what is
// stored of earlier blocks, so that a resumed run chooses as the first one did
// but for the time.
type stopper struct {
	run     results.Run
	plan    plan.Plan
	trials  func(ctx context.Context) ([]results.Trial, error) // of the run, so far
	earlier [][]results.Trial                                  // of earlier runs, the newest first: they tell how long trials take
	until   time.Time                                          // zero for no end
	say     func(string)
	decides bool      // some trial is expected to have the phase that decides the run
	lateAt  time.Time // when the run last ended for want of time; zero for never

	ended     bool   // nothing more is chosen
	outOfTime string // why, when it was for want of time
}

// newStopper returns a stopper that goes by the trials of the run in st. Decides
// tells whether some trial is expected to have the phase that decides the run.
func newStopper(st *store.Store, run results.Run, p plan.Plan, decides bool, say func(string)) *stopper {
	trials := func(ctx context.Context) (all []results.Trial, err error) {
		for t, err := range st.Stream(ctx, run.ID) {
			if err != nil {
				return nil, err
			}
			all = append(all, t)
		}
		return all, nil
	}
	return &stopper{run: run, plan: p, trials: trials, decides: decides, say: say}
}

// A blockView is a block of the plan with what is done of it.
type blockView struct {
	trials []plan.Trial
	left   []plan.Trial    // those that are not done
	before []results.Trial // those of earlier blocks
	within []results.Trial // those of this one
	sealed bool            // a later block has begun
}

func viewOf(block []plan.Trial, done []results.Trial) blockView {
	b := blockView{trials: block, left: without(block, done)}
	for _, t := range done {
		switch {
		case t.Slot < block[0].Slot:
			b.before = append(b.before, t)
		case t.Slot <= block[len(block)-1].Slot:
			b.within = append(b.within, t)
		default:
			b.sealed = true
		}
	}
	return b
}

// number is the block's, from 1.
func (b blockView) number() int { return b.trials[0].Block }

// Choose implements runner.Chooser.
func (s *stopper) Choose(ctx context.Context, block []plan.Trial) ([]plan.Trial, error) {
	if s.ended {
		return nil, nil
	}
	done, err := s.trials(ctx)
	if err != nil {
		return nil, err
	}
	b := viewOf(block, done)
	if b.sealed {
		// Trials of a block are pairs because little time is between them: one that
		// was left for a later one stays left.
		return nil, nil
	}
	if err := s.checkDecider(b.before); err != nil {
		return nil, err
	}
	if !s.plan.MayBeLeftOut(block[0]) {
		if len(b.left) > 0 && !s.fits(b.left, done) {
			s.endBefore(b)
			return nil, nil
		}
		return b.left, nil
	}
	open := verdict.Undecided(s.run, b.before)
	if len(open) == 0 {
		s.ended = true
		s.say(fmt.Sprintf("nothing is left to decide after block %d", b.number()-1))
		return nil, nil
	}
	open = s.stillPaired(open, b)
	wanted := about(open, b.left)
	chosen := s.affordable(open, wanted, done)
	switch {
	case len(wanted) > 0 && len(chosen) == 0:
		s.endBefore(b)
		return nil, nil
	case len(chosen) < len(wanted) && b.number() == s.plan.Blocks: // no later one has the rest
		s.outOfTime = fmt.Sprintf("the time is up within block %d, the last", b.number())
		s.say(s.outOfTime)
	}
	return chosen, nil
}

// stillPaired returns the comparisons that were not left out of a block that an
// earlier session began. One that was stays left where one of its trials is done,
// for the other would be paired with it over all the time in between. Of a block
// that was cut off only those were left out that had their turn: the rest of it is
// run, as if nothing had happened.
func (s *stopper) stillPaired(open []verdict.Saving, b blockView) []verdict.Saving {
	last := -1 // slot of the block that is done
	for _, d := range b.within {
		last = max(last, d.Slot)
	}
	return slices.DeleteFunc(open, func(c verdict.Saving) bool {
		rest := about([]verdict.Saving{c}, b.left)
		begun, late := false, false
		for _, d := range b.within {
			if slices.Contains(cellsOfSaving(c), d.Cell) {
				begun, late = true, late || s.lateAt.After(d.Started)
			}
		}
		return begun && (late || slices.ContainsFunc(rest, func(t plan.Trial) bool { return t.Slot < last }))
	})
}

// checkDecider refuses to go on where a phase is to decide the run that no trial
// so far has.
func (s *stopper) checkDecider(done []results.Trial) error {
	phase := s.run.Policy.Decider()
	ok := slices.DeleteFunc(slices.Clone(done), func(t results.Trial) bool { return t.Warmup || t.Outcome != results.OK })
	if !s.decides || len(ok) == 0 || slices.ContainsFunc(ok, func(t results.Trial) bool {
		return slices.ContainsFunc(t.Samples, func(s results.Sample) bool { return s.Kind == results.Phase && s.Name == phase })
	}) {
		return nil
	}
	return usageHint("let a phase decide that the trials have, by the policy's key decide", "no trial up to here has the phase %s, which is to decide the run", phase)
}

// endBefore ends the run for want of time.
func (s *stopper) endBefore(b blockView) {
	s.ended, s.outOfTime = true, fmt.Sprintf("the time is up before block %d", b.number())
	s.say(s.outOfTime)
}

// about returns those of the trials that the comparisons are about.
func about(open []verdict.Saving, trials []plan.Trial) []plan.Trial {
	var cells []results.Cell
	for _, c := range open {
		cells = append(cells, cellsOfSaving(c)...)
	}
	return slices.DeleteFunc(slices.Clone(trials), func(t plan.Trial) bool { return !slices.Contains(cells, runner.CellOf(t)) })
}

// cellsOfSaving returns the cells that a comparison is about.
func cellsOfSaving(c verdict.Saving) []results.Cell {
	return []results.Cell{c.Cell, {Job: c.Job, Variant: c.Baseline, State: c.State}}
}

// affordable returns those of the trials left in a block that open comparisons
// need, as many as there is time for: the comparison that is least sure comes
// first.
func (s *stopper) affordable(open []verdict.Saving, left []plan.Trial, done []results.Trial) []plan.Trial {
	var served []verdict.Saving
	var chosen []plan.Trial
	for _, c := range open {
		more := append(slices.Clone(served), c)
		if trials := about(more, left); s.fits(trials, done) {
			served, chosen = more, trials
		}
	}
	return chosen
}

// fits tells whether the trials end in time, as far as what is done of this run,
// and else earlier ones, tell how long they take. A trial that failed took its
// time, too.
func (s *stopper) fits(trials []plan.Trial, done []results.Trial) bool {
	if s.until.IsZero() {
		return true
	}
	took := slices.Clone(done)
	for i := range took {
		took[i].Outcome = results.OK
	}
	seconds := expect.Of(cellsOf(trials), append([][]results.Trial{took}, s.earlier...)).Seconds
	return time.Now().Add(time.Duration(seconds * float64(time.Second))).Before(s.until)
}

// without returns the trials that are not done.
func without(trials []plan.Trial, done []results.Trial) []plan.Trial {
	return slices.DeleteFunc(slices.Clone(trials), func(t plan.Trial) bool {
		return slices.ContainsFunc(done, func(d results.Trial) bool { return d.ID == t.ID })
	})
}
