package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
)

// sentence judges a claim by its checks.
func sentence(run results.Run, c results.Claim, judge *gate.Judge) (Entry, error) {
	e := Entry{ID: c.ID, Line: c.Line, Says: c.Says}
	if c.Unmeasured != "" {
		e.Verdict, e.Reason = NotMeasured, c.Unmeasured
		return e, nil
	}
	var errs []error
	for _, check := range c.Checks {
		f, err := checked(run, check, judge)
		if err != nil {
			errs = append(errs, fmt.Errorf("claim %s: %w", c.ID, err))
			f = Finding{In: check.In, Verdict: NotMeasured, Reason: err.Error()}
		}
		e.Findings = append(e.Findings, f)
	}
	e.conclude()
	return e, errors.Join(errs...)
}

// checked judges one check: what a rule of it breaks is refuted, and what all
// keep supported. Where its condition is not given, that says nothing.
func checked(run results.Run, c results.ClaimCheck, judge *gate.Judge) (Finding, error) {
	f := Finding{In: c.In, Verdict: Supported}
	given, err := evaluate(run, c.Given, judge)
	if err != nil {
		return f, err
	}
	if f.Results, err = evaluate(run, c.Rules, judge); err != nil {
		return f, err
	}
	for _, r := range given {
		switch {
		case r.Status == gate.Pass:
		case r.Status == gate.Inconclusive && f.Verdict == Supported:
			f.Verdict, f.Reason = Inconclusive, fmt.Sprintf("whether %s is open: %s", r.Rule.Text, r.Reason)
		case r.Status != gate.Inconclusive:
			f.Verdict, f.Reason = NotMeasured, cmp.Or(unmeasured(r), r.Rule.Text+" does not hold")
			return f, nil
		}
	}
	if f.Verdict != Supported {
		return f, nil
	}
	for _, r := range f.Results {
		switch r.Status {
		case gate.Pass, gate.Improved:
		case gate.Fail, gate.Regressed:
			f.Verdict, f.Reason = Refuted, ""
			return f, nil
		case gate.Invalid:
			f.Verdict, f.Reason = NotMeasured, unmeasured(r)
		default:
			if f.Verdict == Supported {
				f.Verdict, f.Reason = Inconclusive, r.Reason
			}
		}
	}
	return f, nil
}

// evaluate returns what rules come to in the cells that the document describes.
func evaluate(run results.Run, texts []string, judge *gate.Judge) ([]gate.Result, error) {
	var rules []gate.Rule
	for _, text := range texts {
		r, err := gate.ParseRule(text)
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	all, err := judge.Evaluate(rules)
	if err != nil {
		return nil, err
	}
	return described(run, all), nil
}

// described leaves out the results of variants that depart from the document, but
// where a rule names one. Of a rule with no other nothing was run.
func described(run results.Run, all []gate.Result) []gate.Result {
	var left []gate.Result
	for _, r := range all {
		if !run.Departs(r.Cell.Job, r.Cell.Variant) || r.Rule.Variant == r.Cell.Variant {
			left = append(left, r)
		}
	}
	for _, r := range all {
		if !slices.ContainsFunc(left, func(l gate.Result) bool { return l.Rule == r.Rule }) {
			left = append(left, gate.Result{Rule: r.Rule, Status: gate.Invalid, Reason: notRun})
		}
	}
	return left
}

// unmeasured says why a rule has no number; "" when it has one.
func unmeasured(r gate.Result) string {
	switch {
	case r.Status != gate.Invalid:
		return ""
	case r.Hint != "": // it matches nothing: what else it could match is for who writes rules
		return notRun
	}
	return r.Reason
}
