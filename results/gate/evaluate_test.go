package gate_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
)

// evidence has a bit of everything.
func evidence() gate.Evidence {
	var p plan
	p.add("build", "before", "warm", "total", seconds(100)...)
	p.add("build", "after", "warm", "total", seconds(40)...)
	p.add("build", "twin", "warm", "total", seconds(500)...)
	p.add("build", "before", "cold", "total", 100, 101)
	p.add("build", "after", "cold", "total", 100, 103)
	p.add("build", "after", "cold", "tiny", 0.001, 0.001)
	p.add("build", "before", "cold", "tiny", 0.001, 0.001)
	p.add("build", "before", "warm", "index.bytes", 1000, 1000, 1000)
	p.add("build", "after", "warm", "index.bytes", 0, 0, 7)
	p.add("build", "after", "warm", "drift", 0, 0, 0)
	p.add("build", "after", "warm", "image.bytes", 100, 102)
	p.add("build", "after", "warm", "copy", 9, 9, 9, 11, 11, 11)
	p.add("lint", "before", "hit", "test", 5, 5, 5, 5, 5)
	p.add("lint", "after", "hit", "test", 1, 2, 3, 4, 5)
	p.add("lint", "before", "hit", "a.bytes", 99, 99)
	p.add("lint", "before", "hit", "b.bytes", 99)
	p.add("lint", "before", "hit", "c.bytes", 110)
	many := make([]float64, 30)
	for i := range many {
		many[i] = float64(i)
	}
	p.add("lint", "after", "many", "test", many...)
	p.add("lint", "after", "broken", "test", 1, 1)
	p.fail("after", "broken")
	var b plan
	b.add("build", "before", "warm", "total", seconds(100)...)
	b.add("build", "after", "warm", "total", seconds(50)...)
	b.add("build", "after", "cold", "total", 99, 99)
	b.add("build", "before", "cold", "tiny", 99, 99)
	b.add("build", "after", "warm", "image.bytes", 100, 100)
	b.add("build", "after", "warm", "drift", 0)
	b.add("build", "before", "warm", "index.bytes", 2000)
	b.add("lint", "before", "hit", "a.bytes", 98, 100)
	b.add("lint", "before", "hit", "b.bytes", 100)
	b.add("lint", "before", "hit", "c.bytes", 100)
	return gate.Evidence{Run: newRun(), Trials: p, Baseline: results.SeriesOf(b)}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	const room = "the interval leaves room for both"
	const broken = "lint/after/broken invalid: no ok trial: 2 failed, 0 invalid"
	for _, tt := range []struct{ rule, want string }{
		// Times in themselves. The interval of five is from the smallest to the largest.
		{"total[variant=after, state=warm] p50 < 40.5s", "build/after/warm pass"},
		{"total[variant=after, state=warm] p50 < 40.4s", "build/after/warm inconclusive: " + room},
		{"total[variant=after, state=warm] p50 <= 40.4s", "build/after/warm pass"},
		{"total[variant=after, state=warm] p50 > 40s", "build/after/warm inconclusive: " + room},
		{"total[variant=after, state=warm] p50 < 39.6s", "build/after/warm fail: the whole interval breaks the rule"},
		{"total[variant=after, state=warm] p50 == 40s", "build/after/warm inconclusive: " + room},
		{"total[state=warm] p50 < 60s", "build/before/warm fail: the whole interval breaks the rule; build/after/warm pass"},
		{"total[variant=after, state=cold] p50 < 1h", "build/after/cold inconclusive: 2 of 5 trials"},
		{"total[variant=after, state=warm] max <= 40.4s", "build/after/warm pass"},
		{"total[variant=after, state=warm] max < 40.4s", "build/after/warm fail: breaks the rule"},
		{"total[variant=after, state=warm] min >= 39.6s", "build/after/warm pass"},
		{"total[variant=after, state=warm] min > 39.6s", "build/after/warm fail: breaks the rule"},
		// Of two trials: a third may be longer than the longest, and never makes it shorter.
		{"total[variant=after, state=cold] max < 104s", "build/after/cold inconclusive: 2 of 5 trials"},
		{"total[variant=after, state=cold] max < 103s", "build/after/cold fail: breaks the rule"},
		{"total[variant=after, state=cold] max >= 103s", "build/after/cold pass"},
		{"total[variant=after, state=cold] max != 103s", "build/after/cold inconclusive: 2 of 5 trials"},
		{"total[variant=after, state=cold] min >= 100s", "build/after/cold inconclusive: 2 of 5 trials"},
		{"total[variant=after, state=cold] min > 100s", "build/after/cold fail: breaks the rule"},
		{"test[state=hit] p90 < 1h", "lint/before/hit inconclusive: 5 of 27 trials; lint/after/hit inconclusive: 5 of 27 trials"},
		{"test[state=many] p90 < 29.5s", "lint/after/many pass"}, // 22 to 29
		{"test[state=many] p90 < 28s", "lint/after/many inconclusive: " + room},
		{"test[state=many] p90 < 21s", "lint/after/many fail: the whole interval breaks the rule"},
		// Savings, of pairs.
		{"total[after vs before, state=warm] saves 55%..65%", "build/after/warm pass"},
		{"total[state=warm] saves 60%..60%", "build/after/warm pass"}, // but for rounding
		{"total[after vs before, state=warm] saves >= 61%", "build/after/warm fail: the whole interval breaks the rule"},
		{"total[after vs before, state=warm] saves 1%..59%", "build/after/warm fail: the whole interval breaks the rule"},
		{"test[after vs *, state=hit] saves > 30%", "lint/after/hit inconclusive: " + room},
		{"total[state=cold] saves >= -50%", "build/after/cold inconclusive: 2 of 5 pairs"},
		{"tiny[after vs before, state=cold] saves > 0%", "build/after/cold inconclusive: before took under 10 ms"},
		{"test[state=many] saves > 0%", "lint/after/many invalid: before was not run in this state"},
		{"test[state=broken] saves > 0%", "lint/after/broken invalid: no ok trial of after or before has this phase"},
		// Times beside those of an earlier run.
		{"total[variant=before, state=warm] <= +5%", "build/before/warm pass"},
		{"total[variant=before, state=warm] <= +0%", "build/before/warm inconclusive: " + room},
		{"total[variant=before, state=warm] <= -5%", "build/before/warm fail: the whole interval breaks the rule"},
		{"total[variant=after, state=warm] <= +5%", "build/after/warm improved"},
		{"total[variant=after, state=warm] >= -30%", "build/after/warm pass"},
		{"total[variant=after, state=cold] <= +50%", "build/after/cold inconclusive: 2 trials beside 2 of the baseline run are too few: 4 beside 4 could decide"},
		{"total[variant=before, state=cold] <= +50%", "build/before/cold inconclusive: the baseline run has no such number of this cell"},
		// Counters, exactly.
		{"drift == 0", "build/before/cold invalid: none of 4 ok trials has this number; build/after/cold invalid: none of 4 ok trials has this number; " +
			"build/before/warm invalid: none of 8 ok trials has this number; build/after/warm pass"},
		{"drift[variant=after, state=warm] == 0", "build/after/warm pass"},
		{"index.bytes[variant=after, state=warm] == 0", "build/after/warm fail: 1 of 3 trials break the rule"},
		{"index.bytes[variant=after, state=warm] <= 7B", "build/after/warm pass"},
		{"index.bytes[variant=after, state=warm] != 3B", "build/after/warm pass"},
		{"image.bytes[variant=after, state=warm] <= 0.102kB", "build/after/warm pass"},
		{"image.bytes[variant=after, state=warm] <= +2%", "build/after/warm pass"},
		{"image.bytes[variant=after, state=warm] <= +1.9%", "build/after/warm fail: trials differ, and the worst of them break the rule"},
		{"image.bytes[variant=after, state=warm] >= +0%", "build/after/warm pass"},
		{"image.bytes[variant=after, state=warm] == +0%", "build/after/warm fail: trials differ, and the worst of them break the rule"},
		{"drift[variant=after, state=warm] <= +0%", "build/after/warm pass"},
		{"index.bytes[variant=before, state=warm] <= +0%", "build/before/warm improved"},
		{"index.bytes[variant=before, state=warm] > -10%", "build/before/warm fail: breaks the rule"},
		{"a.bytes[variant=before] <= +0%", "lint/before/hit fail: trials differ, and the worst of them break the rule"},
		{"a.bytes[variant=before] >= +0%", "lint/before/hit fail: trials differ, and the worst of them break the rule"},
		{"b.bytes[variant=before] <= +0%", "lint/before/hit pass"}, // 1 % better
		{"c.bytes[variant=before] >= +0%", "lint/before/hit improved"},
		{"c.bytes[variant=before] != +0%", "lint/before/hit pass"},
		// What is not there.
		{"test[state=broken] p50 < 1s", broken},
		{"totl p50 < 1s", "invalid: matches nothing that was run | one of a.bytes, b.bytes, c.bytes, copy, drift, image.bytes, index.bytes, test, tiny, total"},
		{"total[variant=twin] p50 < 1s", "invalid: matches nothing that was run | jobs build, lint; states broken, cold, hit, many, warm; variants after, before"},
		{"total[before vs after] saves > 0%", "invalid: matches nothing that was run | jobs build, lint; states broken, cold, hit, many, warm; compared after vs before"},
		{"total[job=lint] p50 < 1s", "invalid: matches nothing that was run | one of a.bytes, b.bytes, c.bytes, test"},
	} {
		got := strings.Join(lines(evaluate(t, tt.rule, evidence())), "; ")
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.rule, got, tt.want)
		}
	}
}

// TestTooFewBlocks has rules that no run of the plan can decide.
func TestTooFewBlocks(t *testing.T) {
	t.Parallel()
	e := evidence()
	for _, tt := range []struct {
		blocks     int
		rule, want string
	}{
		{26, "test[state=hit, variant=after] p90 < 1h", "lint/after/hit inconclusive: 5 of 27 trials, and the run's plan has at most 26"},
		{27, "test[state=hit, variant=after] p90 < 1h", "lint/after/hit inconclusive: 5 of 27 trials"},
		{2, "total[state=cold, variant=after] p50 < 1h", "build/after/cold inconclusive: 2 of 5 trials, and the run's plan has at most 2"},
		{2, "total[state=cold, variant=after] max < 1h", "build/after/cold inconclusive: 2 of 5 trials, and the run's plan has at most 2"},
		{2, "total[state=cold] saves > -50%", "build/after/cold inconclusive: 2 of 5 pairs, and the run's plan has at most 2"},
		{4, "total[state=warm, variant=after] p50 < 1h", "build/after/warm pass"}, // whatever a plan says
	} {
		e.Blocks = tt.blocks
		if got := strings.Join(lines(evaluate(t, tt.rule, e)), "; "); got != tt.want {
			t.Errorf("%s in %d blocks: got %s, want %s", tt.rule, tt.blocks, got, tt.want)
		}
	}
}

// TestPlanned tells of what the run did not reach: it keeps no rule.
func TestPlanned(t *testing.T) {
	t.Parallel()
	e := evidence()
	cell := func(job, variant, state string) results.Cell {
		return results.Cell{Job: job, Variant: variant, State: state}
	}
	both := e.Run.Jobs[0].Variants
	e.Run.Pipelines = []results.Pipeline{{Name: "all", Jobs: []string{"build"}, Variants: both, Cells: []results.PipelineCell{
		{Variant: "after", State: "late", Parts: []results.Cell{cell("build", "after", "late")}}}}}
	e.Planned = []results.Cell{cell("build", "after", "late"), cell("build", "after", "warm"), cell("build", "twin", "late"), cell("build", "after", "late"), cell("docs", "after", "late")}
	const late = "invalid: the run did not get to it"
	for rule, want := range map[string]string{
		"total[variant=after, state=[wl]*, job=build] p50 < 41s": "build/after/warm pass; build/after/late " + late,
		"index.bytes[state=late] == 0":                           "build/after/late " + late + "; docs/after/late " + late,
		"total[state=late, job=build] saves > 0%":                "build/after/late invalid: no ok trial of after or before has this phase",
		"total[state=late, job=all] p50 < 1s":                    "all/after/late invalid: no block has ok trials of all its jobs",
	} {
		if got := strings.Join(lines(evaluate(t, rule, e)), "; "); got != want {
			t.Errorf("%s: got %s, want %s", rule, got, want)
		}
	}
}

// TestStanding has nights that are 20 % slower beside the five before, of which
// ever more are, too. Docs have what becomes of the rule.
func TestStanding(t *testing.T) {
	t.Parallel()
	for nights, want := range []gate.Status{gate.Fail, gate.Fail, gate.Inconclusive, gate.Inconclusive, gate.Pass, gate.Pass} {
		var p, b plan
		for i := range 5 {
			v := 100 + float64(i)/10
			if i < nights {
				v *= 1.2
			}
			b.add("build", "before", "warm", "total", seconds(v)...)
		}
		p.add("build", "before", "warm", "total", seconds(120)...)
		got := evaluate(t, "total <= +10%", gate.Evidence{Run: newRun(), Trials: p, Baseline: results.SeriesOf(b)})[0]
		if got.Status != want {
			t.Errorf("after %d such nights: got %s (%+v), want %s", nights, got.Status, got.Measured, want)
		}
	}
}

func TestEvaluateWithout(t *testing.T) {
	t.Parallel()
	e := evidence()
	e.Baseline = nil
	e.Run.Policy = results.Policy{}
	for rule, want := range map[string]string{
		"total[state=warm, variant=after] <= +50%":  "build/after/warm inconclusive: no baseline run is given",
		"total[state=warm, variant=after] p50 < 1h": "build/after/warm inconclusive: the run has no policy that says how sure to be",
		"total[state=warm, variant=after] max < 1h": "build/after/warm pass",
	} {
		if got := strings.Join(lines(evaluate(t, rule, e)), "; "); got != want {
			t.Errorf("%s: got %s, want %s", rule, got, want)
		}
	}
	e.Baseline = []results.Series{}
	if got, want := lines(evaluate(t, "total[state=warm, variant=after] <= +50%", e)), []string{"build/after/warm inconclusive: there is no earlier run yet"}; !slices.Equal(got, want) {
		t.Errorf("before the first run: got %q, want %q", got, want)
	}
	got := lines(evaluate(t, "total p50 < 1s", gate.Evidence{Run: newRun()}))
	if want := []string{"invalid: matches nothing that was run | the run has no trials yet"}; !slices.Equal(got, want) {
		t.Errorf("without trials: got %q, want %q", got, want)
	}
}

// TestInterval calls an interval only what has the policy's confidence.
func TestInterval(t *testing.T) {
	t.Parallel()
	e := evidence()
	for _, tt := range []struct {
		rule string
		want bool
	}{
		{"total[state=warm, variant=after] p50 < 1h", true},
		{"total[state=warm] saves > 0%", true},
		{"total[state=warm, variant=before] <= +5%", true},
		{"test[state=many] p90 < 1h", true},
		{"test[state=hit, variant=after] p90 < 1h", false}, // 5 trials of 27
		{"total[state=cold, variant=after] p50 < 1h", false},
		{"total[state=cold] saves > 0%", false},
		{"total[state=cold, variant=after] <= +5%", false},
		{"index.bytes[variant=after, state=warm] < 1kB", false}, // exact
		{"total[state=warm, variant=after] max < 1h", false},
	} {
		if got := evaluate(t, tt.rule, e)[0].Measured; got.Interval != tt.want {
			t.Errorf("%s: got %+v, want that it is an interval: %t", tt.rule, got, tt.want)
		}
	}
	e.Run.Policy = results.Policy{}
	if got := evaluate(t, "total[state=warm, variant=after] p50 < 1h", e)[0].Measured; got.Interval {
		t.Errorf("without a policy: got %+v, want no interval", got)
	}
}

func TestMeasured(t *testing.T) {
	t.Parallel()
	e := evidence()
	for rule, want := range map[string]gate.Measured{
		"total[state=warm, variant=after] p50 < 1h":     {N: 5, Unit: results.Seconds, Value: 40, Low: 39.6, High: 40.4, Level: 0.9375},
		"total[state=cold, variant=after] min < 1h":     {N: 2, Unit: results.Seconds, Value: 100, Low: 100, High: 100, Level: 1},
		"total[state=warm] saves > 0%":                  {N: 5, Unit: results.Ratio, Value: 0.6, Low: 0.6, High: 0.6, Level: 0.9375},
		"index.bytes[variant=after, state=warm] < 1kB":  {N: 3, Unit: results.Bytes, Value: 0, Low: 0, High: 7, Level: 1},
		"total[state=warm, variant=before] <= +5%":      {N: 5, Unit: results.Ratio, Value: 0, Low: 99.0/100 - 1, High: 100.0/99 - 1, Level: 1 - 14.0/252},
		"image.bytes[state=warm, variant=after] <= +1%": {N: 2, Unit: results.Bytes, Value: 101, Low: 100, High: 102, Level: 1},
		"tiny[state=cold, variant=before] <= +1%":       {N: 2, Unit: results.Ratio, Value: 0.01/99 - 1, Low: 0.01/99 - 1, High: 0.01/99 - 1, Level: 1 - 2.0/6},
	} {
		got := evaluate(t, rule, e)[0].Measured
		if strings.Contains(rule, "<= +") && (got.Against == nil || got.Against.N == 0) {
			t.Errorf("%s: got nothing of the baseline run, want its values", rule)
		}
		if near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }; got.N != want.N || got.Unit != want.Unit || !near(got.Value, want.Value) ||
			!near(got.Low, want.Low) || !near(got.High, want.High) || !near(got.Level, want.Level) {
			t.Errorf("%s: got %+v, want %+v", rule, got, want)
		}
	}
}

// TestMisfits wants all of them said, and nothing judged.
func TestMisfits(t *testing.T) {
	t.Parallel()
	rules := parse(t, "total p50 < 5MB\ntotal p50 < 5s\ntotal < 5s\ndrift p50 <= 5\ndrift == 5s\ndrift saves > 5%\nimage.bytes < 5\ntotal p50 > 0")
	all, err := judge(evidence()).Evaluate(rules)
	want := `rules:1: total is in seconds, and 5MB is not
rules:3: total is a phase: which of its times is meant?
rules:4: drift is a counter, of which every trial's value must keep the rule
rules:5: drift is in count, and 5s is not
rules:6: drift is a counter
rules:7: image.bytes is in bytes, and 5 is not`
	if err == nil || err.Error() != want || all != nil {
		t.Errorf("got %v and %v, want %s", err, all, want)
	}
	one, _ := gate.ParseRule("drift == 5s")
	_, err = judge(evidence()).Evaluate([]gate.Rule{one})
	if got, want := withHint(err), `rule "drift == 5s": drift is in count, and 5s is not|one of ms, s, m, h, B, kB, MB, GB, KiB, MiB, GiB, or no unit for a count`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestPipeline judges a sum, and says which parts to run again. Where a part has
// no ok trial there is no sum.
func TestPipeline(t *testing.T) {
	t.Parallel()
	e := gate.Evidence{Run: newRun()}
	cell := func(job, variant, state string) results.Cell {
		return results.Cell{Job: job, Variant: variant, State: state}
	}
	p := results.Pipeline{Name: "all", Jobs: []string{"build", "lint"}, Variants: e.Run.Jobs[1].Variants}
	var trials plan
	for _, variant := range []string{"before", "after"} {
		for _, state := range []string{"warm", "cold"} {
			p.Cells = append(p.Cells, results.PipelineCell{Variant: variant, State: state, Parts: []results.Cell{cell("build", variant, state), cell("lint", variant, "hit")}})
			trials.add("build", variant, state, "total", seconds(50)...)
		}
		trials.add("lint", variant, "hit", "total", seconds(10)...)
	}
	e.Run.Pipelines = []results.Pipeline{p}
	trials.fail("after", "cold")
	e.Trials = trials
	all := evaluate(t, "total[job=all, variant=after] p50 < 61s\ntotal[job=all, state=warm] saves > 50%\npip-install[job=all] p50 < 1s", e)
	want := []string{"all/after/warm pass", "all/after/cold invalid: no block has ok trials of all its jobs",
		"all/after/warm fail: the whole interval breaks the rule", "invalid: matches nothing that was run | one of build, lint, total"}
	if got := lines(all); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i, want := range [][]results.Cell{
		{cell("build", "after", "warm"), cell("lint", "after", "hit")},
		{cell("build", "after", "cold"), cell("lint", "after", "hit")},
		{cell("build", "after", "warm"), cell("lint", "after", "hit"), cell("build", "before", "warm"), cell("lint", "before", "hit")},
		nil,
	} {
		if got := gate.Cells(all[i]); !slices.Equal(got, want) {
			t.Errorf("%s: got the cells %v, want %v", all[i].Rule, got, want)
		}
	}
}

// TestEvaluateFlaky keeps a build that fails now and then from passing.
func TestEvaluateFlaky(t *testing.T) {
	t.Parallel()
	var p plan
	p.add("build", "after", "warm", "total", 10, 10, 10, 10, 10, 10)
	p.add("build", "after", "warm", "drift", 0, 0, 0, 0, 0, 0)
	p[0].Outcome, p[6].Outcome = results.Failed, results.Invalid
	e := gate.Evidence{Run: newRun(), Trials: p, Baseline: []results.Series{
		{Cell: p[0].Cell, Name: "total", Kind: results.Phase, Unit: results.Seconds, Values: []float64{0.001, 0.001}},
	}}
	const flaky = "kept by 10 trials; 1 failed and 1 are invalid"
	for rule, want := range map[string]string{
		"total p50 < 20s": "build/after/warm inconclusive: " + flaky,
		"drift == 0":      "build/after/warm inconclusive: " + flaky,
		"total p50 < 5s":  "build/after/warm fail: the whole interval breaks the rule",
		"total <= +5%":    "build/after/warm inconclusive: the baseline run took under 10 ms",
	} {
		if got := lines(evaluate(t, rule, e)); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}

// TestEvaluateFlakyElsewhere has the failures where a rule's number comes from: in
// the baseline of a saving, in the parts of a pipeline.
func TestEvaluateFlakyElsewhere(t *testing.T) {
	t.Parallel()
	e := gate.Evidence{Run: newRun()}
	p := results.Pipeline{Name: "all", Jobs: []string{"build", "lint"}, Variants: e.Run.Jobs[1].Variants}
	var trials plan
	for _, variant := range []string{"before", "after"} {
		trials.add("build", variant, "warm", "total", seconds(map[string]float64{"before": 50, "after": 10}[variant])...)
		trials.add("build", variant, "warm", "total", 50)
		trials[len(trials)-1].Block = 6
		if variant == "before" {
			trials[len(trials)-1].Outcome = results.Failed
		}
		trials.add("lint", variant, "hit", "total", append(seconds(10), 10)...)
		p.Cells = append(p.Cells, results.PipelineCell{Variant: variant, State: "warm", Parts: []results.Cell{
			{Job: "build", Variant: variant, State: "warm"}, {Job: "lint", Variant: variant, State: "hit"}}})
	}
	e.Run.Pipelines, e.Trials = []results.Pipeline{p}, trials
	for rule, want := range map[string]string{
		"total[job=build] saves > 50%":              "build/after/warm inconclusive: kept by 11 trials; 1 failed and 0 are invalid",
		"total[job=all, variant=before] p50 < 90s":  "all/before/warm inconclusive: kept by 11 trials; 1 failed and 0 are invalid",
		"total[job=build, variant=after] p50 < 90s": "build/after/warm pass",
	} {
		if got := lines(evaluate(t, rule, e)); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}

// TestShares judges what a phase takes of its own trial's total.
func TestShares(t *testing.T) {
	t.Parallel()
	var p plan
	p.add("build", "before", "warm", "total", 100, 200, 50, 80, 120)
	for i, part := range []float64{60, 130, 31, 48, 72} { // 60, 65, 62, 60 and 60 %
		p[i].Samples = append(p[i].Samples, results.Sample{Name: "pip", Kind: results.Phase, Unit: results.Seconds, Value: part})
	}
	p.add("build", "before", "cold", "total", 100)
	p[5].Samples = append(p[5].Samples, results.Sample{Name: "pip", Kind: results.Phase, Unit: results.Seconds, Value: 90})
	p.add("build", "after", "cold", "pip", 3)
	p.add("build", "after", "warm", "n.bytes", 3)
	e := gate.Evidence{Run: newRun(), Trials: p}
	for _, tt := range []struct{ rule, want string }{
		{"pip[state=warm, variant=before] takes >= 60%", "build/before/warm pass"},
		{"pip[state=warm, variant=before] takes 60%..65%", "build/before/warm pass"},
		{"pip[state=warm, variant=before] takes > 60%", "build/before/warm inconclusive: the interval leaves room for both"},
		{"pip[state=warm, variant=before] takes < 60%", "build/before/warm fail: the whole interval breaks the rule"},
		{"pip[state=cold] takes >= 50%", "build/before/cold inconclusive: 1 of 5 trials; build/after/cold invalid: no ok trial has a total to compare with"},
	} {
		if got := strings.Join(lines(evaluate(t, tt.rule, e)), "; "); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.rule, got, tt.want)
		}
	}
	if _, err := judge(e).Evaluate(parse(t, "n.bytes takes > 5%")); err == nil || !strings.Contains(err.Error(), "n.bytes is a counter") {
		t.Errorf("of a counter: got %v, want that it has no share", err)
	}
}
