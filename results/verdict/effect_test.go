package verdict_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

var policy = results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02}

// pairs returns pairs with these ratios.
func pairs(ratios ...float64) []verdict.Pair {
	var all []verdict.Pair
	for i, r := range ratios {
		all = append(all, verdict.Pair{Block: i + 1, Baseline: 10, Variant: 10 * r})
	}
	return all
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const few, wide = "4 of 5 pairs", "the interval is too wide"
	for name, tc := range map[string]struct {
		policy results.Policy
		pairs  []verdict.Pair
		want   verdict.Verdict
		reason string
	}{
		"faster":           {policy, pairs(0.3, 0.31, 0.32, 0.33, 0.34), verdict.Faster, ""},
		"slower":           {policy, pairs(1.021, 1.03, 1.04, 1.05, 1.06), verdict.Slower, ""},
		"same":             {policy, pairs(0.98, 0.99, 1, 1.01, 1.02), verdict.Same, ""},
		"all equal":        {policy, pairs(1, 1, 1, 1, 1), verdict.Same, ""},
		"few":              {policy, pairs(0.3, 0.31, 0.32, 0.33), verdict.Inconclusive, few},
		"one end too near": {policy, pairs(1.019, 1.03, 1.04, 1.05, 1.06), verdict.Inconclusive, wide + ": about 6 pairs would do"},
		"one end too far":  {policy, pairs(0.96, 0.99, 1, 1.01, 1.02), verdict.Inconclusive, wide + ": about 6 pairs would do"},
		// Half an interval of 10.0 % has to shrink to 2.83 %, for which it takes 12.6 times as many.
		"much noise":        {policy, pairs(0.9, 0.95, 1, 1.05, 1.1), verdict.Inconclusive, wide + ": about 63 pairs would do"},
		"too much noise":    {policy, pairs(0.6, 0.8, 1, 1.2, 1.5), verdict.Inconclusive, wide + ": more than 200 pairs would be needed"},
		"between the two":   {results.Policy{Confidence: 0.9375, Same: 0.02, Effect: 0.04}, pairs(1.01, 1.02, 1.03, 1.04, 1.05), verdict.Inconclusive, wide},
		"an outlier":        {policy, pairs(1.05, 1.051, 1.052, 1.049, 2, 1.05, 1.05, 1.05), verdict.Slower, ""},
		"one of five":       {policy, pairs(1.05, 1.051, 1.052, 1.049, 2), verdict.Inconclusive, "a difference, but not sure yet"},
		"sure and small":    {policy, pairs(1.021, 1.022, 1.024, 1.026, 1.028), verdict.Slower, ""},
		"more confidence":   {results.Policy{Confidence: 0.99, Same: 0.03, Effect: 0.02}, pairs(0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36), verdict.Inconclusive, "7 of 8 pairs"},
		"no ratio":          {policy, []verdict.Pair{{Block: 1, Baseline: 0.009, Variant: 5}}, verdict.Inconclusive, ""},
		"the resolution":    {policy, []verdict.Pair{{1, 0.01, 0}, {2, 0.01, 0}, {3, 0.01, 0}, {4, 0.01, 0}, {5, 0.01, 0.01}}, verdict.Same, ""},
		"no effect matters": {results.Policy{Confidence: 0.9375, Same: 0.03}, pairs(1.001, 1.002, 1.003, 1.004, 1.005), verdict.Same, ""},
	} {
		e := verdict.Decide(tc.policy, tc.pairs)
		if e.Verdict != tc.want || e.Reason != tc.reason {
			t.Errorf("%s: got %s, %q (%+v), want %s, %q", name, e.Verdict, e.Reason, e, tc.want, tc.reason)
		}
	}
}

// TestEffect holds the figures against those that SciPy 1.17 gives for the
// logarithms of these ratios:
//
//	x = numpy.log([0.9, 1.0, 0.8, 0.85, 0.95, 0.7])
//	numpy.exp(numpy.median([(a+b)/2 for i, a in enumerate(x) for b in x[i:]]))
//	scipy.stats.ttest_1samp(x, 0).pvalue
func TestEffect(t *testing.T) {
	t.Parallel()
	e := verdict.Decide(policy, pairs(0.9, 1.0, 0.8, 0.85, 0.95, 0.7))
	if want := 0.8717797887081347; math.Abs(e.Ratio-want) > 1e-9 {
		t.Errorf("got ratio %.10f, want %.10f", e.Ratio, want)
	}
	if want := 0.03549237169321424; math.Abs(*e.P-want) > 1e-9 || e.Family != nil {
		t.Errorf("got p %v and %v, want %v and none", *e.P, e.Family, want)
	}
	// Of six pairs the interval of this confidence leaves out one mean at each end.
	if low, high := math.Sqrt(0.7*0.8), math.Sqrt(1*0.95); math.Abs(e.Low-low) > 1e-9 || math.Abs(e.High-high) > 1e-9 || e.Level != 0.9375 {
		t.Errorf("got %v to %v with %v, want %v to %v with 0.9375", e.Low, e.High, e.Level, low, high)
	}
}

// TestMethods has three intervals of the same pairs. Of seven, the sign test's
// leaves out none at 93.75 %; what a bootstrap gives is within the range.
func TestMethods(t *testing.T) {
	t.Parallel()
	all := pairs(0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.3)
	sign := policy
	sign.Interval = results.Sign
	if e := verdict.Decide(sign, all); math.Abs(e.Ratio-0.9)+math.Abs(e.Low-0.7)+math.Abs(e.High-1.3) > 1e-9 {
		t.Errorf("sign: got %+v, want 0.9 from 0.7 to 1.3", e)
	}
	boot := policy
	boot.Interval = results.Bootstrap
	e, again, ranks := verdict.Decide(boot, all), verdict.Decide(boot, all), verdict.Decide(policy, all)
	if e.Low != again.Low || e.High != again.High {
		t.Errorf("got %v to %v, and then %v to %v", e.Low, e.High, again.Low, again.High)
	}
	if e.Ratio != ranks.Ratio || e.Low <= 0.7 || e.High >= 1.3 || e.Low == ranks.Low || e.Level < policy.Confidence {
		t.Errorf("got %+v, want the estimate of %+v and another interval", e, ranks)
	}
	e = verdict.Decide(boot, all[:4])
	if e.Verdict != verdict.Inconclusive || e.Reason != "4 of 5 pairs" || math.Abs(e.Low-0.7)+math.Abs(e.High-0.9) > 1e-9 {
		t.Errorf("of four pairs: got %+v, want their range", e)
	}
}

// TestAtTheResolution has times of two equal variants about what a clock tells.
// To compare only where the baseline is above that would find a difference.
func TestAtTheResolution(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	called := 0
	for range 300 {
		var all []verdict.Pair
		for range 30 {
			all = append(all, verdict.Pair{Baseline: 0.006 + 0.009*random.Float64(), Variant: 0.006 + 0.009*random.Float64()})
		}
		if e := verdict.Decide(policy, all); e.Verdict == verdict.Faster || e.Verdict == verdict.Slower {
			called++
		}
	}
	if called > 15 {
		t.Errorf("%d of 300 comparisons of equal variants are called different", called)
	}
}

// TestFamily has ten comparisons: what is just enough by itself is not among
// ten, and what is clear beyond doubt is.
func TestFamily(t *testing.T) {
	t.Parallel()
	run := newRun()
	run.Jobs[0].Variants = append(run.Jobs[0].Variants, results.Variant{Name: "again", Baseline: "before", Null: true})
	justEnough := []float64{102.5, 103, 104, 105, 106}
	var p plan
	for block := 1; block <= 5; block++ {
		for _, state := range []string{"just", "clear", "c", "d", "e", "f", "g", "h", "i", "j"} {
			after := 100 + float64(block-3)/2
			switch state {
			case "just":
				after = justEnough[block-1]
			case "clear":
				after = 50 + float64(block)
			}
			p.add(block, "build", "before", state, phase("total", 100), phase("test", 100))
			p.add(block, "build", "after", state, phase("total", after), phase("test", justEnough[block-1]))
			p.add(block, "build", "again", state, phase("total", justEnough[block-1]))
		}
	}
	for _, s := range verdict.Summarize(run, p).Savings {
		want, reason := verdict.Same, ""
		switch {
		case s.N == 0:
			continue
		case s.Variant == "again" || s.Phase == "test":
			want = verdict.Slower // not of the family
		case s.State == "just":
			want, reason = verdict.Inconclusive, "a difference, but not sure yet among all that are compared"
		case s.State == "clear":
			want = verdict.Faster
		}
		if s.Effect.Verdict != want || s.Effect.Reason != reason {
			t.Errorf("%s %s: got %s, %q, want %s, %q", s.Cell, s.Phase, s.Effect.Verdict, s.Effect.Reason, want, reason)
		}
	}
	for _, c := range verdict.Variants(run, p, "before", "after") {
		if c.State == "just" && c.Name == "total" && c.Effect.Verdict != verdict.Inconclusive {
			t.Errorf("beside each other by name: got %s, want what the run makes of it", c.Effect.Verdict)
		}
	}
	if open := verdict.Undecided(run, p); len(open) != 1 || open[0].State != "just" {
		t.Errorf("got %v undecided, want that which is just enough", open)
	}
}

func TestUndecided(t *testing.T) {
	t.Parallel()
	run := newRun()
	run.Pipelines = []results.Pipeline{{
		Name: "deploy", Jobs: []string{"build"}, Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}},
		Cells: []results.PipelineCell{{Variant: "before", State: "wide", Parts: []results.Cell{{Job: "build", Variant: "before", State: "wide"}}},
			{Variant: "after", State: "wide", Parts: []results.Cell{{Job: "build", Variant: "after", State: "wide"}}}},
	}}
	var p plan
	for block := 1; block <= 5; block++ {
		noise := float64(block - 3)
		for state, seconds := range map[string]float64{"same": 100, "faster": 50, "narrow": 104 + 2*noise, "wide": 100 + 20*noise} {
			p.add(block, "build", "before", state, phase("total", 100), phase("test", 100))
			p.add(block, "build", "after", state, phase("total", seconds), phase("test", 100+20*noise))
		}
		p.add(block, "build", "before", "failed", phase("total", 100))
		p.add(block, "build", "after", "failed", outcome(results.Failed, "exit 1"))
	}
	var got []string
	for _, s := range verdict.Undecided(run, p) {
		got = append(got, s.Cell.String()+" "+s.Phase)
	}
	if len(got) != 2 || got[0] != "build/after/wide total" || got[1] != "build/after/narrow total" {
		t.Errorf("got %v, want the wide one before the narrow one, and none else", got)
	}
	run.Policy.Phase = "test"
	open := verdict.Undecided(run, p)
	for _, s := range open {
		if s.Phase != "test" || s.Job != "build" {
			t.Errorf("with another phase to decide: got %s %s", s.Cell, s.Phase)
		}
	}
	if len(open) != 4 {
		t.Errorf("with another phase to decide: got %d comparisons, want those of four states", len(open))
	}
}

// TestDetectable has an effect of the size that a run says it would mostly see,
// of one comparison and of four that are judged together.
func TestDetectable(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, states := range [][]string{{"cold"}, {"cold", "warm", "hit", "bump"}} {
		const runs = 300
		seen := 0
		for range runs {
			run := newRun()
			run.Jobs[0].Variants = []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}, {Name: "again", Baseline: "before", Null: true}}
			trials := func(effect float64) plan {
				var p plan
				for block := 1; block <= 6; block++ {
					for _, state := range states {
						for variant, by := range map[string]float64{"before": 0, "again": 0, "after": effect} {
							p.add(block, "build", variant, state, phase("total", 100*(1+by)*math.Exp(0.05*random.NormFloat64())))
						}
					}
				}
				return p
			}
			effect := verdict.Summarize(run, trials(0)).Null.Detectable
			for _, s := range verdict.Summarize(run, trials(effect)).Savings {
				if s.Variant == "after" && s.State == "cold" && s.Effect.Verdict == verdict.Slower {
					seen++
				}
			}
		}
		if share := float64(seen) / runs; share < 0.75 {
			t.Errorf("%d totals: seen in %.0f %%, want most", len(states), 100*share)
		}
	}
}

func TestNull(t *testing.T) {
	t.Parallel()
	run := newRun()
	if sum := verdict.Summarize(run, nil); sum.Null != nil {
		t.Errorf("got %+v, want nothing of a run that did not try", sum.Null)
	}
	run.Jobs[0].Variants = append(run.Jobs[0].Variants, results.Variant{Name: "again", Baseline: "before", Null: true})
	var p plan
	for block := 1; block <= 5; block++ {
		for state, seconds := range map[string]float64{"cold": 100, "warm": 104 + float64(block)} {
			p.add(block, "build", "before", state, phase("total", 100))
			p.add(block, "build", "again", state, phase("total", seconds))
		}
	}
	p.add(1, "build", "before", "hit", phase("total", 100))
	p.add(1, "build", "again", "hit", phase("total", 100))
	got := verdict.Summarize(run, p).Null
	// The pairs of warm spread from 1.05 to 1.09. That is more than to be sure takes.
	want := verdict.Null{Comparisons: 2, Called: 1, Detectable: 1.02*1.09/1.05 - 1}
	if got == nil || got.Comparisons != want.Comparisons || got.Called != want.Called || got.Most < 0.9 || got.Most >= 1 || math.Abs(got.Detectable-want.Detectable) > 1e-9 {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
