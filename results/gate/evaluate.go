package gate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// Evaluate returns what each rule comes to in each cell that it matches, in the
// order of rules and then that of a verdict.Summary, with what was planned and
// not reached at the end. Variants that are their baseline once more are left out.
//
// An error means that a rule does not fit what was measured, as seconds and
// bytes do not: then nothing is judged. It joins those of all such rules.
//
// How the numbers of the OK trials are judged, at the confidence of the run's
// policy:
//
//   - p50 and p90 of times by the exact interval of that quantile, whatever the
//     distribution: kept when the whole interval keeps the rule, broken when all
//     of it breaks it, and else inconclusive. p50 needs as many trials as a
//     comparison needs pairs, five for the usual confidence, p90 needs 27.
//   - min and max of times as they are: exact for what was run. They take as many
//     trials as p50, too: with fewer a max is only known to be so long or longer,
//     which may break a rule and does not keep it, and a min so long or shorter.
//   - counters as they are.
//   - savings by the interval of verdict.Effect, in the same three ways.
//   - shares by the interval of their median, as p50 of times.
//   - changes of times by stats.ShiftInterval of the logarithms, since trials of
//     two runs are no pairs. Times under results.Resolution count as that.
//   - changes of counters exactly. Where trials differ it is the two of both runs
//     that are worst for the rule, so that it is never kept by luck.
//
// No two rules are judged together. A gate with many rules errs more often than
// one with few, and a fresh run (see Confirm) is what a suspect has to pass.
func (j *Judge) Evaluate(rules []Rule) ([]Result, error) {
	var errs []error
	for _, r := range rules {
		errs = append(errs, j.check(r))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var all []Result
	for _, r := range rules {
		cells := j.matching(r)
		if len(cells) == 0 {
			all = append(all, Result{Rule: r, Status: Invalid, Reason: "matches nothing that was run", Hint: j.hint(r)})
		}
		for _, c := range cells {
			all = append(all, j.judge(r, c))
		}
	}
	return all, nil
}

// check returns why the rule cannot be held against what was measured.
func (j *Judge) check(r Rule) error {
	for _, c := range j.matching(r) {
		s, ok := j.series[seriesKey{c.Cell, r.Name}]
		if !ok {
			continue
		}
		phase := s.Kind == results.Phase
		switch {
		case (r.Of == Saving || r.Of == Share) && !phase:
			return r.misfit("percentages of a time are of phases; a counter has changes, such as <= +5%", "%s is a counter", r.Name)
		case !phase && r.Aggregate != Each:
			return r.misfit("leave out "+string(r.Aggregate), "%s is a counter, of which every trial's value must keep the rule", r.Name)
		case r.Of == Value && phase && r.Aggregate == Each:
			return r.misfit("one of p50, p90, min, max", "%s is a phase: which of its times is meant?", r.Name)
		case r.Of == Value && !r.Bound.fits(s.Unit):
			return r.misfit("one of "+unitNames, "%s is in %s, and %s is not", r.Name, s.Unit, r.Bound)
		}
	}
	return nil
}

// judge returns what the rule comes to in a cell. Trials without numbers say
// nothing against a rule, and yet a build that fails now and then does not pass.
func (j *Judge) judge(r Rule, c verdict.Cell) Result {
	res := Result{Rule: r, Cell: c.Cell}
	if r.Of == Saving {
		res.Baseline = j.run.Baseline(c.Job, c.Variant)
	}
	res.Parts = j.parts(c.Cell, res.Baseline)
	j.measure(&res, c)
	confidence, level := j.run.Policy.Confidence, res.Measured.Level
	res.Measured.Interval = confidence > 0 && level >= confidence && level < 1
	if ok, failed, invalid := j.outcomes(Cells(res)); failed+invalid > 0 && (res.Status == Pass || res.Status == Improved) {
		res.Status = Inconclusive
		res.Reason = fmt.Sprintf("kept by %d trials; %d failed and %d are invalid", ok, failed, invalid)
	}
	return res
}

// outcomes counts the trials of the cells.
func (j *Judge) outcomes(cells []results.Cell) (ok, failed, invalid int) {
	for _, c := range j.cells {
		if slices.Contains(cells, c.Cell) {
			ok, failed, invalid = ok+c.OK, failed+c.Failed, invalid+c.Invalid
		}
	}
	return ok, failed, invalid
}

// measure judges the cell's numbers.
func (j *Judge) measure(res *Result, c verdict.Cell) {
	r := res.Rule
	if r.Of == Saving {
		j.saving(res)
		return
	}
	s, ok := j.series[seriesKey{c.Cell, r.Name}]
	switch {
	case !ok:
		res.Status, res.Reason = Invalid, missing(c)
	case r.Of == Share:
		j.share(res)
	case r.Of == Change:
		j.change(res, s)
	case s.Kind == results.Phase:
		j.time(res, s)
	default:
		counter(res, s)
	}
}

// missing says why a cell has no number.
func missing(c verdict.Cell) string {
	switch {
	case c.OK > 0:
		return fmt.Sprintf("none of %d ok trials has this number", c.OK)
	case c.Derived != nil:
		return "no block has ok trials of all its jobs"
	case c.Failed+c.Invalid == 0:
		return "the run did not get to it"
	}
	return fmt.Sprintf("no ok trial: %d failed, %d invalid", c.Failed, c.Invalid)
}

// A misfit is a rule that does not fit what was measured.
type misfit struct{ message, hint string }

func (e *misfit) Error() string { return e.message }

// Hint says what to write instead.
func (e *misfit) Hint() string { return e.hint }

func (r Rule) misfit(hint, format string, args ...any) error {
	where := fmt.Sprintf("rule %q", r)
	if r.File != "" {
		where = fmt.Sprintf("%s:%d", r.File, r.Line)
	}
	return &misfit{where + ": " + fmt.Sprintf(format, args...), hint}
}
