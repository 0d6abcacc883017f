package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// newRun has a document with a table of one row, what that implies, and a
// variant that the document does not describe.
func newRun() results.Run {
	states := []string{"warm"}
	return results.Run{
		Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02},
		Jobs: []results.Job{{Name: "build", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"},
			{Name: "fixed", Baseline: "before", DocumentedAs: "after", Departs: true}}}},
		Targets: []results.Target{
			{ID: "before", Job: "build", Phase: "total", Variant: "before", States: states, Unit: results.Seconds, Low: 840, High: 1260, Label: "14-21 min"},
			{ID: "hit", Job: "build", Phase: "total", Variant: "after", States: states, Unit: results.Seconds, Low: 240, High: 420, Label: "4-7 min"},
			{ID: "hit/saving", Job: "build", Phase: "total", Variant: "after", Baseline: "before", States: states, Unit: results.Ratio, Low: 0.67, High: 0.71, Label: "67-71%", Derived: true},
			{ID: "stated", Job: "build", Phase: "total", Variant: "after", Baseline: "before", States: states, Unit: results.Ratio, Low: 0.5, High: 0.6, Label: "50-60%"},
			{ID: "stated-seconds", Job: "build", Phase: "total", Variant: "after", Baseline: "before", States: states, Unit: results.Seconds, Low: 600, High: 840, Label: "10-14 min"},
		},
	}
}

// newTrials has five blocks, in which after saves that share and fixed 90 %.
func newTrials(saved float64) []results.Trial {
	var all []results.Trial
	for block := 1; block <= 5; block++ {
		for variant, seconds := range map[string]float64{"before": 100, "after": 100 * (1 - saved), "fixed": 10} {
			all = append(all, results.Trial{
				ID: fmt.Sprint(block, variant), Block: block, Slot: len(all), Outcome: results.OK,
				Cell: results.Cell{Job: "build", Variant: variant, State: "warm"},
				Samples: []results.Sample{
					{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: seconds * (1 + float64(block)/1000)},
					{Name: "index.files", Kind: results.Counter, Unit: results.Count, Value: map[string]float64{"before": 33, "after": 1}[variant]},
				},
			})
		}
	}
	return all
}

// of returns the ledger in lines: "id verdict: reason".
func of(t *testing.T, run results.Run, trials []results.Trial) []string {
	t.Helper()
	entries, err := ledger.Of(run, trials, verdict.Summarize(run, trials))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		line := e.ID + " " + string(e.Verdict)
		if e.Reason != "" {
			line += ": " + e.Reason
		}
		got = append(got, line)
	}
	return got
}

// TestFigures holds what was saved against what is documented. A time of another
// machine is judged by the share that it implies, unless the document states that
// itself.
func TestFigures(t *testing.T) {
	t.Parallel()
	const elsewhere = "not comparable: the document's times were measured on another machine"
	const stated = elsewhere + "; what it implies is stated as 50-60%"
	const asShare = ": as a share, 67-71%: the document's times were measured on another machine"
	unstated := func(run *results.Run) { run.Targets[3].States = []string{"cold"} }
	nothing := func(run *results.Run) { run.Targets[3].Low, run.Targets[3].High = 0, 0 }
	comparable := func(run *results.Run) { run.Environment = results.Environment{"targets.comparable": "true"} }
	for _, tt := range []struct {
		name  string
		saved float64
		edit  func(*results.Run)
		want  []string // of before, hit, stated, stated-seconds
	}{
		{"kept", 0.55, nil, []string{elsewhere, stated, "supported", elsewhere}},
		{"more than kept", 0.8, nil, []string{elsewhere, stated, "supported", elsewhere}},
		{"broken", 0.1, nil, []string{elsewhere, stated, "refuted", elsewhere}},
		{"on the edge", 0.5, nil, []string{elsewhere, stated, "supported", elsewhere}},              // but for rounding
		{"comparable", 0.8, comparable, []string{"supported", "supported", "supported", "refuted"}}, // 80 s are not 10 min
		{"nothing to save", 0, nothing, []string{elsewhere, stated, "supported", elsewhere}},
		{"a bit lost", -0.02, nothing, []string{elsewhere, stated, "supported", elsewhere}},
		{"lost", -0.05, nothing, []string{elsewhere, stated, "refuted", elsewhere}},
		{"implied", 0.55, unstated, []string{elsewhere, "refuted" + asShare, "not measured: the run has no such trial", elsewhere}},
		{"implied and kept", 0.8, unstated, []string{elsewhere, "supported" + asShare, "not measured: the run has no such trial", elsewhere}},
	} {
		run := newRun()
		if tt.edit != nil {
			tt.edit(&run)
		}
		want := []string{"before " + tt.want[0], "hit " + tt.want[1], "stated " + tt.want[2], "stated-seconds " + tt.want[3]}
		if got := of(t, run, newTrials(tt.saved)); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	few := newTrials(0.55)[:12]
	if got := of(t, newRun(), few)[2]; got != "stated inconclusive: 4 of 5 pairs" {
		t.Errorf("four blocks: got %s, want that they are too few", got)
	}
	alone := slices.DeleteFunc(newTrials(0.55), func(t results.Trial) bool { return t.Cell.Variant == "before" })
	run := newRun()
	unstated(&run)
	if got, want := of(t, run, alone)[1], "hit not measured: as a share, 67-71%: before was not run in this state"; got != want {
		t.Errorf("without a baseline: got %s, want %s", got, want)
	}
}

// TestSizes holds what is exact against what is documented.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		sizes []float64
		notOf string
		want  string
	}{
		{"within", []float64{200e6, 400e6}, "", "supported"},
		{"smaller", []float64{199e6, 100e6}, "", "refuted"},
		{"larger", []float64{401e6}, "", "refuted"},
		{"across", []float64{399e6, 401e6}, "", "inconclusive: in some trials it is, in others not"},
		{"on both sides", []float64{199e6, 401e6}, "", "refuted"},
		{"another project", []float64{300e6}, "mine", "not comparable: the document says it of the project of mine"},
		{"not counted", nil, "", "not measured: the run has no such trial"},
	} {
		run := newRun()
		run.Targets = []results.Target{{ID: "size", Job: "build", Phase: "mount", Variant: "after", States: []string{"warm"},
			Unit: results.Bytes, Low: 200e6, High: 400e6, NotOf: tt.notOf}}
		var trials []results.Trial
		for i, v := range tt.sizes {
			trials = append(trials, results.Trial{
				ID: fmt.Sprint(i), Block: i + 1, Slot: i, Outcome: results.OK, Cell: results.Cell{Job: "build", Variant: "after", State: "warm"},
				Samples: []results.Sample{{Name: "mount", Kind: results.Counter, Unit: results.Bytes, Value: v}}})
		}
		if got, want := of(t, run, trials), []string{"size " + tt.want}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	const kept, broken = "index.files[variant=after] <= 1", "index.files[variant=before] <= 1"
	const undecided, absent = "total[variant=after] p90 <= 1s", "total[state=elsewhere] p50 < 1s"
	for _, tt := range []struct {
		name   string
		checks [][]string
		want   string
		given  string
	}{
		{"kept", [][]string{{kept}}, "supported", ""},
		{"broken", [][]string{{broken}}, "refuted", ""},
		{"one of two", [][]string{{kept, broken}}, "refuted", ""},
		{"here and not there", [][]string{{kept}, {broken}}, "depends", ""},
		{"undecided", [][]string{{undecided}}, "inconclusive: 5 of 27 trials", ""},
		{"undecided in part", [][]string{{kept}, {undecided}}, "inconclusive: supported in 1 of 2 situations, and the rest is not decided", ""},
		{"undecided and broken", [][]string{{undecided, broken}}, "refuted", ""},
		{"not run", [][]string{{absent}}, "not measured: the run has no such trial", ""},
		{"not run in part", [][]string{{kept}, {absent}}, "supported: measured in 1 of 2 situations", ""},
		{"given", [][]string{{kept}}, "supported", "index.files[variant=before] >= 30"},
		{"not given", [][]string{{kept}}, "not measured: index.files[variant=before] >= 40 does not hold", "index.files[variant=before] >= 40"},
		{"not decided whether given", [][]string{{kept}}, "inconclusive: whether " + undecided + " is open: 5 of 27 trials", undecided},
		{"unknown whether given", [][]string{{kept}}, "not measured: the run has no such trial", absent},
		{"half of a check", [][]string{{kept, absent}}, "not measured: the run has no such trial", ""},
		{"beside the document", [][]string{{"index.files >= 1"}}, "supported", ""}, // of fixed, which departs, it is 0
		{"beside, a saving", [][]string{{"total saves <= 60%"}}, "supported", ""},
		{"beside, by a pattern", [][]string{{"index.files[variant=f*] >= 1"}}, "not measured: the run has no such trial", ""},
		{"beside, one of two rules", [][]string{{kept, "index.files[variant=f*] >= 0"}}, "not measured: the run has no such trial", ""},
		{"beside, in part", [][]string{{kept}, {"index.files[variant=f*] >= 0"}}, "supported: measured in 1 of 2 situations", ""},
		{"beside, by its name", [][]string{{"index.files[variant=fixed] >= 1"}}, "refuted", ""},
		{"beside, a saving by its name", [][]string{{"total[fixed vs before] saves <= 60%"}}, "refuted", ""},
		{"beside, whether given", [][]string{{kept}}, "supported", "index.files >= 1"},
	} {
		run := newRun()
		run.Targets = nil
		claim := results.Claim{ID: "c", Says: "so"}
		for _, rules := range tt.checks {
			check := results.ClaimCheck{Rules: rules}
			if tt.given != "" {
				check.Given = []string{tt.given}
			}
			claim.Checks = append(claim.Checks, check)
		}
		run.Claims = []results.Claim{claim}
		if got, want := of(t, run, newTrials(0.55)), []string{"c " + tt.want}; !slices.Equal(got, want) {
			t.Errorf("%s: got %s, want %s", tt.name, got, want)
		}
	}
	run := results.Run{Claims: []results.Claim{{ID: "energy", Says: "less", Unmeasured: "nothing measures it"}}}
	if got := of(t, run, nil); !slices.Equal(got, []string{"energy not measured: nothing measures it"}) {
		t.Errorf("unmeasured: got %s", got)
	}
}

// TestBadRules has rules that a newer study may have: the other claims stand.
func TestBadRules(t *testing.T) {
	t.Parallel()
	run := newRun()
	run.Targets = nil
	for id, rule := range map[string]string{"a": "total p75 < 1s", "b": "index.files <= 1MB", "c": "index.files[variant=after] <= 1"} {
		run.Claims = append(run.Claims, results.Claim{ID: id, Checks: []results.ClaimCheck{{Rules: []string{rule}}}})
	}
	slices.SortFunc(run.Claims, func(a, b results.Claim) int { return strings.Compare(a.ID, b.ID) })
	trials := newTrials(0.5)
	entries, err := ledger.Of(run, trials, verdict.Summarize(run, trials))
	if err == nil || !strings.Contains(err.Error(), "claim a: rule:7: unknown aggregate") || !strings.Contains(err.Error(), "claim b: rule") {
		t.Errorf("got %v, want both rules named", err)
	}
	var got []ledger.Verdict
	for _, e := range entries {
		got = append(got, e.Verdict)
	}
	if want := []ledger.Verdict{ledger.NotMeasured, ledger.NotMeasured, ledger.Supported}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSimulated(t *testing.T) {
	t.Parallel()
	run := newRun()
	run.Simulated = true
	if got := of(t, run, newTrials(0.5)); got != nil {
		t.Errorf("got %v of a simulated run, want nothing", got)
	}
}
