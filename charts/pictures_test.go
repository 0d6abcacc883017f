package charts

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

const job = "build-and-push"

var everyState = []string{"cold", "warm", "deps-bump"}

func documentedRun() results.Run {
	time := func(phase, variant string, low, high float64, label string, states ...string) results.Target {
		return results.Target{Job: job, Phase: phase, Variant: variant, States: states, Unit: results.Seconds, Low: low, High: high, Label: label}
	}
	saving := func(phase string, low, high float64, derived bool) results.Target {
		return results.Target{Job: job, Phase: phase, Variant: "after", Baseline: "before", States: []string{"warm", "deps-bump"},
			Unit: results.Ratio, Low: low, High: high, Derived: derived}
	}
	return results.Run{
		Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02},
		ID:     "20261124T031500Z-1f3a", Study: "starter", Started: started,
		Jobs: []results.Job{{Name: job, Variants: []results.Variant{
			{Name: "before", Title: "no pip cache"}, {Name: "after", Title: "cache mount", Baseline: "before"}, {Name: "skipped", Title: "not run"},
		}}},
		Targets: []results.Target{
			time("base-image", "before", 60, 120, "1-2 min", everyState...),
			time("pip-install", "before", 720, 1080, "12-18 min", everyState...),
			time("total", "before", 840, 1260, "14-21 min", everyState...),
			time("pip-install", "after", 120, 240, "2-4 min", "warm", "deps-bump"),
			time("total", "after", 240, 420, "~4-7 min", "warm", "deps-bump"),
			saving("base-image", 0, 0, true), saving("pip-install", 0.78, 0.83, true),
			saving("total", 0.67, 0.71, true), saving("total", 0.70, 0.75, false),
			{Job: job, Phase: "total", Variant: "after", Baseline: "before", States: []string{"warm"}, Unit: results.Seconds, Low: 600, High: 840},
		},
		Environment: results.Environment{"cpu.model": "Example CPU", "cpu.count": "2", "memory.bytes": "8589934592", "engine.version": "20.10.24"},
	}
}

var started = time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC)

// measured returns three blocks of every state, before and after; pip's share
// of the total is 60 %.
func measured() []results.Trial {
	totals := map[string][2]float64{"cold": {20, 21}, "warm": {2, 2.1}, "deps-bump": {18, 6}}
	var trials []results.Trial
	for block := 1; block <= 3; block++ {
		for _, state := range everyState {
			for i, variant := range []string{"before", "after"} {
				total := totals[state][i] + float64(block)/4
				phase := func(name string, v float64) results.Sample {
					return results.Sample{Name: name, Kind: results.Phase, Unit: results.Seconds, Value: v}
				}
				trials = append(trials, results.Trial{
					ID: fmt.Sprint(len(trials)), Slot: len(trials), Block: block, Outcome: results.OK,
					Cell: results.Cell{Job: job, Variant: variant, State: state},
					Samples: []results.Sample{phase("total", total), phase("pip-install", 0.6*total), phase("pip-install.1", 0.6*total),
						phase("pip.resolve", 0.2*total), phase("export", 0.4*total)},
				})
			}
		}
	}
	return trials
}

func pictures(run results.Run, trials []results.Trial) []Picture {
	return Pictures(run, trials, verdict.Summarize(run, trials))
}

func TestPicturesOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	warmup, broken := trials[0], trials[1]
	warmup.Warmup, warmup.Block = true, 0
	broken.Outcome, broken.Slot = results.Invalid, 99
	got := pictures(documentedRun(), append(trials, warmup, broken))
	var names []string
	for _, p := range got {
		names = append(names, p.Name)
		checkDrawing(t, p.Chart)
	}
	if want := []string{"build-and-push-phases", "build-and-push-savings", "build-and-push-pairs", "build-and-push-distributions", "build-and-push-waterfall"}; !slices.Equal(names, want) {
		t.Fatalf("names: got %q, want %q", names, want)
	}
	phases := got[0].Chart.(StackedPhases)
	bar := phases.Groups[2].Rows[1]
	if got, want := fmt.Sprintf("%s %.3v %.4v %.4v %.4v", bar.Variant, bar.Phases, *bar.Total, bar.Trials, *bar.Expected),
		"after [{pip 3.9} {exp 2.6}] {6.5 6.25 6.75} [6.25 6.5 6.75] {4.625 5.55}"; got != want {
		t.Errorf("bar of after in deps-bump: got %s, want %s", got, want)
	}
	if phases.Groups[0].Rows[1].Expected != nil {
		t.Error("cold: a saving is expected that the document does not promise")
	}
	if got, want := phases.Subtitle, []string{
		"Study starter, run 20261124T031500Z-1f3a, 24 Nov 2026 03:15 UTC: 19 trials in 3 blocks, 18 ok, 0 failed, 1 invalid (left out).",
		"Example CPU, 2 CPUs, 8.0 GiB memory, engine 20.10.24.",
		"before: no pip cache; after: cache mount.",
	}; !slices.Equal(got, want) {
		t.Errorf("subtitle: got %q, want %q", got, want)
	}
	if got, want := phases.Documented, []DocumentedBar{
		{"before", "every state", []DocumentedTime{{"base-image", Range{60, 120}, "1-2 min"}, {"pip-install", Range{720, 1080}, "12-18 min"}},
			&DocumentedTime{"total", Range{840, 1260}, "14-21 min"}},
		{"after", "warm, deps-bump", []DocumentedTime{{"pip-install", Range{120, 240}, "2-4 min"}},
			&DocumentedTime{"total", Range{240, 420}, "~4-7 min"}},
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("documented: got %+v, want %+v", got, want)
	}
}

func TestSavingsOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	trials[5].Outcome = results.Failed // after in deps-bump, block 1
	s := pictures(documentedRun(), trials)[1].Chart.(Savings)
	if want := []string{"total", "pip-install"}; !slices.Equal(s.Phases, want) {
		t.Errorf("panels: got %q, want %q", s.Phases, want)
	}
	cell := s.Groups[2].Rows[0].Cells[0]
	if want := []float64{1 - 6.5/18.5, 1 - 6.75/18.75}; !slices.Equal(cell.Blocks, want) {
		t.Errorf("blocks: got %v, want %v: the failed trial of block 1 does not count", cell.Blocks, want)
	}
	if want := (Interval{12, 12, 12}); *cell.Seconds != want {
		t.Errorf("seconds saved: got %v, want %v", *cell.Seconds, want)
	}
	if cell.Documented == nil || *cell.Documented != (Range{0.70, 0.75}) || cell.Word != "below" {
		t.Errorf("documented: got %+v %q, want 70 to 75 %%, as stated, and below", cell.Documented, cell.Word)
	}
	if s.Groups[0].Rows[0].Cells[0].Documented != nil {
		t.Error("cold: a documented saving where the document names none")
	}
}

func TestNotesOnDocumentedSavings(t *testing.T) {
	t.Parallel()
	run := documentedRun()
	cold := run.Targets[5]
	cold.Phase, cold.States, cold.Derived = "total", []string{"cold"}, true
	notes := func(targets ...results.Target) string {
		run.Targets = targets
		return strings.Join(pictures(run, measured())[1].Chart.(Savings).Notes, "\n")
	}
	stated, derived := run.Targets[8], run.Targets[6]
	run.Environment[verdict.ComparableFact] = "true"
	comparable := notes(stated)
	delete(run.Environment, verdict.ComparableFact)
	tests := []struct {
		name         string
		got          string
		want, absent string
	}{
		{"none", notes(), "names no documented saving", "documented range"},
		{"stated", notes(stated), "only savings are compared", "follows from"},
		{"derived", notes(derived), "range of pip-install follows from", "range of total"},
		{"derived in one state", notes(stated, cold), "range of total in cold follows from", "range of pip-install"},
		{"comparable", comparable, "of the two trials of one block.", "measured elsewhere"},
	}
	for _, tt := range tests {
		if !strings.Contains(tt.got, tt.want) || strings.Contains(tt.got, tt.absent) {
			t.Errorf("%s: got %q, want %q in it and not %q", tt.name, tt.got, tt.want, tt.absent)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	var v view
	v.job = job
	for _, state := range []string{"cold", "warm", "code-change", "new-commit", "deps-bump"} {
		for _, variant := range []string{"before", "after"} {
			v.sum.Cells = append(v.sum.Cells, verdict.Cell{Cell: results.Cell{Job: job, Variant: variant, State: state}})
		}
	}
	v.sum.Cells = append(v.sum.Cells, verdict.Cell{Cell: results.Cell{Job: job, Variant: "before", State: "base-bump"}}) // of no concern to after
	tests := []struct {
		documented []string
		want       string
	}{
		{[]string{"warm", "hit"}, "warm"},
		{[]string{"warm", "deps-bump"}, "warm, deps-bump"},
		{[]string{"warm", "code-change", "new-commit", "deps-bump", "deps-add"}, "all but cold"},
		{[]string{"cold", "warm", "code-change", "new-commit", "deps-bump"}, "every state"},
		{[]string{"hit", "evicted"}, "hit, evicted"},
	}
	for _, tt := range tests {
		if got := v.when(results.Target{Variant: "after", States: tt.documented}); got != tt.want {
			t.Errorf("when(%q): got %q, want %q", tt.documented, got, tt.want)
		}
	}
}

// twoBaselines has all variants once more, compiled, with a baseline of their own.
func twoBaselines() (results.Run, []results.Trial) {
	run, trials := documentedRun(), measured()
	variants := &run.Jobs[0].Variants
	*variants = append(*variants, results.Variant{Name: "before-compiled"}, results.Variant{Name: "after-compiled", Baseline: "before-compiled"})
	for _, t := range measured() {
		t.Cell.Variant += "-compiled"
		trials = append(trials, t)
	}
	return run, trials
}

func TestSavingsAgainstSeveralBaselines(t *testing.T) {
	t.Parallel()
	run, trials := twoBaselines()
	s := pictures(run, trials)[1].Chart.(Savings)
	if got, want := s.Title, `build-and-push: what the variants save against "before" and "before-compiled"`; got != want {
		t.Errorf("title: got %q, want %q", got, want)
	}
	var rows []string
	for _, r := range s.Groups[0].Rows {
		rows = append(rows, r.Variant)
	}
	if want := []string{"after", "after-compiled"}; !slices.Equal(rows, want) {
		t.Errorf("rows: got %q, want %q", rows, want)
	}
	if got, want := s.Notes[0], "Compared: after against before, after-compiled against before-compiled."; got != want {
		t.Errorf("first note: got %q, want %q", got, want)
	}
}

func TestComparableMachineShowsTheDocumentedTime(t *testing.T) {
	t.Parallel()
	run := documentedRun()
	run.Environment[verdict.ComparableFact] = "true"
	c := pictures(run, measured())[0].Chart.(StackedPhases)
	bar := c.Groups[2].Rows[1]
	if !checkDrawing(t, c).has("documented total") {
		t.Error("the legend does not say what the range is")
	}
	if bar.Expected == nil || *bar.Expected != (Range{240, 420}) {
		t.Errorf("expected total: got %+v, want the documented 240 to 420 s", bar.Expected)
	}
}

func TestPicturesOfLittle(t *testing.T) {
	t.Parallel()
	trials := measured()
	failed := trials[0]
	failed.Outcome, failed.Reason, failed.Samples = results.Failed, "exit 1", nil
	tests := []struct {
		name   string
		run    results.Run
		trials []results.Trial
		want   int // pictures
	}{
		{"nothing", results.Run{}, nil, 0},
		{"one trial", documentedRun(), trials[:1], 1},
		{"one failed trial", documentedRun(), []results.Trial{failed}, 1},
		{"a variant without a baseline", documentedRun(), trials[1:2], 1},
		{"no baselines, no targets", results.Run{}, trials, 2},
		{"simulated", results.Run{Simulated: true, Jobs: []results.Job{{Name: job, Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}}}}}, trials, 5},
		{"a pair", documentedRun(), trials[:2], 3},
	}
	for _, tt := range tests {
		got := pictures(tt.run, tt.trials)
		if len(got) != tt.want {
			t.Errorf("%s: got %d pictures, want %d", tt.name, len(got), tt.want)
		}
		for _, p := range got {
			for _, problem := range record(p.Chart).problems() {
				t.Errorf("%s: %s: %s", tt.name, p.Name, problem)
			}
		}
	}
}
