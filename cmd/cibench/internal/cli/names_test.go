package cli

import (
	"os"
	"path"
	"regexp"
	"slices"
	"testing"

	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
	"github.com/cibench/cibench/scenarios/target"
)

// TestNamesAreComplete holds the names that figures and claims can have against
// the constants that trials have them from.
func TestNamesAreComplete(t *testing.T) {
	t.Parallel()
	s, err := openStudy("tradeengine")
	if err != nil {
		t.Fatal(err)
	}
	names := s.names()
	constant := regexp.MustCompile(`(?m)^\t([A-Z]\w+) += "([a-z][a-z.-]+)"`)
	for file, least := range map[string]int{
		"results/counter.go": 23, "runner/image/counters.go": 2, "runner/image/outside.go": 3, "runner/image/carry.go": 2,
		"runner/image/trace/counters.go": 3, "runner/image/trace/phase.go": 7, "runner/venv/phase.go": 6, "runner/piplog/piplog.go": 3,
	} {
		source, err := os.ReadFile("../../../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		found := constant.FindAllStringSubmatch(string(source), -1)
		if len(found) < least {
			t.Errorf("%s: got %d constants, want at least %d", file, len(found), least)
		}
		for _, m := range found {
			if err := names.Check(target.Selection{Name: m[2]}); err != nil {
				t.Errorf("%s: %s: %v", file, m[1], err)
			}
		}
	}
}

// TestBuiltinDocumentIsMeasured demands of everything in the built-in document
// that tradeengine, the study of its project, knows it, and of every rule that
// its plan has such a trial: a slip would read "not measured" for ever.
func TestBuiltinDocumentIsMeasured(t *testing.T) {
	t.Parallel()
	s, err := openStudy("tradeengine")
	if err != nil {
		t.Fatal(err)
	}
	names := s.names()
	for _, f := range s.targets.Targets {
		for _, state := range f.States {
			if err := names.Check(target.Selection{Name: f.Phase, Job: f.Job, Variant: f.Variant, Baseline: f.Baseline, State: state}); err != nil {
				t.Errorf("%s: %v", f.ID, err)
			}
		}
	}
	planned := plannedCells(s.Study)
	if len(s.targets.Claims) == 0 {
		t.Error("the document has no claims")
	}
	for _, c := range s.targets.Claims {
		for _, text := range rulesOf(c) {
			r, err := gate.ParseRule(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := names.Check(selectionOf(r)); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
			if !slices.ContainsFunc(planned, func(p plannedCell) bool { return p.isOf(r) }) {
				t.Errorf("%s: the study plans no trial for %s", c.ID, text)
			}
		}
	}
}

// A plannedCell is a cell of a job or pipeline, with what it is compared with.
type plannedCell struct {
	scenarios.Cell
	baseline string
}

// plannedCells returns what the whole study plans.
func plannedCells(s *scenarios.Study) []plannedCell {
	var all []plannedCell
	for _, j := range s.Jobs {
		for _, v := range j.Variants {
			for _, state := range j.StatesOf(v) {
				all = append(all, plannedCell{scenarios.Cell{Job: j.Name, Variant: v.Name, State: state}, j.BaselineOf(v)})
			}
		}
	}
	for _, p := range s.Pipelines {
		for _, v := range p.Variants {
			for _, run := range v.Runs {
				all = append(all, plannedCell{scenarios.Cell{Job: p.Name, Variant: v.Name, State: run.State}, p.BaselineOf(v)})
			}
		}
	}
	return all
}

// isOf tells whether the rule selects the cell.
func (c plannedCell) isOf(r gate.Rule) bool {
	matches := func(pattern, name string) bool {
		ok, err := path.Match(pattern, name)
		return pattern == "" || ok && err == nil
	}
	return matches(r.Job, c.Job) && matches(r.Variant, c.Variant) && matches(r.State, string(c.State)) && matches(r.Baseline, c.baseline)
}

// TestEveryClaimHasAReason demands of everything in the built-in document, of
// which a run without trials says nothing, that the ledger says why.
func TestEveryClaimHasAReason(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"starter", "tradeengine"} {
		s, err := openStudy(name)
		if err != nil {
			t.Fatal(err)
		}
		run := newRun(s, plan.Plan{})
		entries, err := ledger.Of(run, nil, verdict.Summarize(run, nil))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(entries) < 55 {
			t.Errorf("%s: got %d claims", name, len(entries))
		}
		for _, e := range entries {
			if e.Verdict != ledger.NotMeasured && e.Verdict != ledger.NotComparable || e.Reason == "" {
				t.Errorf("%s: %s is %q for the reason %q", name, e.ID, e.Verdict, e.Reason)
			}
		}
	}
}
