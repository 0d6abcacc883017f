package charts

import (
	"math/rand/v2"
	"slices"
)

var caption = Caption{
	Title: "build-and-push: time by phase",
	Subtitle: []string{
		"Study starter, run 20261124T031500Z-1f3a, 24 Nov 2026: 24 trials in 3 blocks, all ok.",
		"AMD EPYC 7763, 2 cores, 7.8 GB; Docker 20.10.24, BuildKit v0.34.2; network profile none.",
	},
	Notes: []string{"Times of the document were measured on another machine and cannot be compared with these."},
}

// imagePhases are the phases of the image lane, in the order of a build.
var imagePhases = []string{"base-image", "pip-install", "code-copy", "export", "other"}

// bar returns a variant's bar of three trials around total, with the phases as
// shares of it.
func bar(r *rand.Rand, variant string, total float64, shares ...float64) PhaseBar {
	b := PhaseBar{Variant: variant}
	for i, share := range shares {
		b.Phases = append(b.Phases, PhaseTime{imagePhases[i], share * total})
	}
	for range 3 {
		b.Trials = append(b.Trials, total*(0.97+0.06*r.Float64()))
	}
	b.Total = &Interval{total, min(total, slices.Min(b.Trials)), max(total, slices.Max(b.Trials))}
	return b
}

// starter is the chart of a small study.
func starter() StackedPhases {
	r := rand.New(rand.NewPCG(1, 1))
	deps := bar(r, "after", 11, .04, .55, .01, .33, .05)
	deps.Expected = &Range{18.4 * 0.25, 18.4 * 0.30}
	code := bar(r, "after", 2.4, .1, 0, .2, .4, .3)
	code.Expected = &Range{2.5 * 0.25, 2.5 * 0.30}
	return StackedPhases{
		Caption: caption,
		Phases:  imagePhases,
		Groups: []Group[PhaseBar]{
			{"cold", []PhaseBar{bar(r, "before", 20.2, .1, .55, .01, .29, .05), bar(r, "after", 21.1, .1, .57, .01, .29, .10)}},
			{"warm", []PhaseBar{bar(r, "before", 2, .2, 0, 0, .5, .3), bar(r, "after", 2.1, .2, 0, 0, .5, .3)}},
			{"code-change", []PhaseBar{bar(r, "before", 2.5, .1, 0, .2, .4, .3), code}},
			{"deps-bump", []PhaseBar{bar(r, "before", 18.4, .03, .61, .01, .31, .04), deps}},
		},
		Documented: document(),
	}
}

// document holds the documented table of the image job.
func document() []DocumentedBar {
	column := func(variant, when string, pip, total DocumentedTime) DocumentedBar {
		base := DocumentedTime{"base-image", Range{60, 120}, "1-2 min"}
		code := DocumentedTime{"code-copy", Range{30, 30}, "30 sec"}
		return DocumentedBar{variant, when, []DocumentedTime{base, pip, code}, &total}
	}
	slow := DocumentedTime{"pip-install", Range{720, 1080}, "12-18 min"}
	total := DocumentedTime{"total", Range{840, 1260}, "14-21 min"}
	return []DocumentedBar{
		column("before", "every state", slow, total),
		column("after", "cold", slow, total),
		column("after", "warm, code-change, deps-bump",
			DocumentedTime{"pip-install", Range{120, 240}, "2-4 min"},
			DocumentedTime{"total", Range{240, 420}, "~4-7 min"}),
	}
}

// saved returns a saving of three blocks around median.
func saved(r *rand.Rand, median, spread float64, documented *Range, word string) Saving {
	s := Saving{Documented: documented, Word: word}
	for _, at := range []float64{-1, 0, 1} {
		s.Blocks = append(s.Blocks, median+at*spread*(0.5+r.Float64()))
	}
	s.Interval = &Interval{median, s.Blocks[0], s.Blocks[2]}
	const baseline = 18
	s.Seconds = &Interval{baseline * median, baseline * s.Blocks[0], baseline * s.Blocks[2]}
	return s
}

// tooFew returns a saving whose three blocks decide nothing.
func tooFew(s Saving) Saving {
	s.Few = "3 of 5 pairs"
	return s
}

func starterSavings() Savings {
	r := rand.New(rand.NewPCG(2, 2))
	total, pip := &Range{0.70, 0.75}, &Range{0.78, 0.83}
	c := caption
	c.Title = "build-and-push: what the variants save, against the document"
	return Savings{
		Caption: c,
		Phases:  []string{"total", "pip-install"},
		Groups: []Group[SavingRow]{
			{"cold", []SavingRow{{"after", []Saving{saved(r, -0.05, 0.02, nil, ""), saved(r, -0.09, .02, nil, "")}}}},
			{"warm", []SavingRow{{"after", []Saving{tooFew(saved(r, -0.04, 0.06, total, "below")), {Note: "before took under 10 ms"}}}}},
			{"code-change", []SavingRow{{"after", []Saving{saved(r, 0.02, 0.05, total, "below"), {Note: "before-compiled took under 10 ms", Documented: pip, Word: "not comparable"}}}}},
			{"deps-bump", []SavingRow{{"after", []Saving{saved(r, 0.42, 0.02, total, "below"), saved(r, 0.8, .01, pip, "inside")}}}},
		},
	}
}

// paired returns a panel of six blocks around median, less the ones left out.
func paired(r *rand.Rand, variant string, median, spread float64, without int, word string) PairRow {
	row := PairRow{Variant: variant, Word: word}
	s := Interval{median, median, median}
	for block := 1; block <= 6; block++ {
		v := min(1, median+spread*(2*r.Float64()-1))
		if block == without {
			continue
		}
		row.Blocks = append(row.Blocks, BlockSaving{block, v})
		s.Min, s.Max = min(s.Min, v), max(s.Max, v)
	}
	s.Median = min(1, s.Median)
	row.Interval = &s
	return row
}

// firstTwo returns a panel of the first two blocks, which decide nothing.
func firstTwo(r PairRow) PairRow {
	r.Blocks, r.Few = r.Blocks[:2], "2 of 5 pairs"
	a, b := r.Blocks[0].Saving, r.Blocks[1].Saving
	r.Interval = &Interval{(a + b) / 2, min(a, b), max(a, b)}
	return r
}

// starterPairs has noise, too few blocks, a missing one, a drift, an outlier, and
// nothing.
func starterPairs() Pairs {
	r := rand.New(rand.NewPCG(7, 7))
	drift := paired(r, "after", 0.09, 0.01, 0, "faster")
	for i := range drift.Blocks {
		drift.Blocks[i].Saving += 0.02 * float64(i-3)
	}
	outlier := paired(r, "after-fixed", 0.1, 0.02, 0, "inconclusive")
	outlier.Blocks[3].Saving = -0.35
	outlier.Interval = &Interval{0.09, -0.12, 0.12}
	c := caption
	c.Title = "build-and-push: what the variants save, block by block"
	return Pairs{Caption: c, Same: 0.03, Groups: []Group[PairRow]{
		{"cold", []PairRow{paired(r, "after", 0, 0.03, 0, "inconclusive"), paired(r, "after-fixed", 0.01, 0.02, 4, "same")}},
		{"warm", []PairRow{{Variant: "after", Note: "before took under 10 ms"}, paired(r, "after-fixed", -0.2, 0.06, 0, "slower")}},
		{"code-change", []PairRow{paired(r, "after", 0.72, 0.02, 0, "faster"), paired(r, "after-fixed", 0.98, 0.003, 0, "faster")}},
		{"deps-bump", []PairRow{drift, outlier}},
		{"deps-add", []PairRow{firstTwo(paired(r, "after", 0.3, 0.03, 0, "inconclusive"))}},
	}}
}

// spread returns n values around median, with a tail to the right.
func spread(r *rand.Rand, variant string, median, noise float64, n int) Distribution {
	d := Distribution{Variant: variant}
	for range n {
		d.Values = append(d.Values, median*(1+noise*(r.ExpFloat64()-0.7)))
	}
	return d
}

// starterDistributions has few and many values, one, equal ones, and none.
func starterDistributions() Distributions {
	r := rand.New(rand.NewPCG(8, 8))
	c := caption
	c.Title = "build-and-push: every total"
	return Distributions{Caption: c, Groups: []Group[Distribution]{
		{"cold", []Distribution{spread(r, "before", 20.2, 0.03, 6), spread(r, "after", 21.1, 0.02, 6), {Variant: "after-fixed", Note: "3 failed (exit 1)"}}},
		{"warm", []Distribution{spread(r, "before", 0.84, 0.02, 30), spread(r, "after", 0.86, 0.02, 30), {Variant: "after-fixed", Values: []float64{0.9}}}},
		{"deps-bump", []Distribution{spread(r, "before", 18, 0.05, 2000), {Variant: "after", Values: []float64{6, 6, 6, 6}}, spread(r, "after-fixed", 2, 0.3, 12)}},
	}}
}

// starterWaterfall has steps of either sign, a long name, and none of any length.
func starterWaterfall() Waterfall {
	c := caption
	c.Title = `lint-and-test: from "before" to "after" in hit, by phase`
	return Waterfall{Caption: c, From: WaterfallTotal{"before", 31.4}, To: WaterfallTotal{"after-fixed-compiled", 14.9},
		Steps: []WaterfallStep{{"base-image", 0}, {"cache-restore", 2.61}, {"dependency-install", -19.2}, {"lint", 0.03}, {"test", -0.4}, {"cache-save", 0.85}}}
}

// crowd has n values over all of its rows.
func crowd(n, states, variants int) Distributions {
	r := rand.New(rand.NewPCG(9, 9))
	d := Distributions{Caption: caption}
	for _, state := range engineStates[:states] {
		g := Group[Distribution]{State: state}
		for _, v := range engineVariants[:variants] {
			g.Rows = append(g.Rows, spread(r, v, 20, 0.2, n/states/variants))
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

var (
	engineVariants = []string{"before", "after", "after-fixed", "before-compiled", "after-compiled"}
	engineStates   = []string{"cold", "warm", "code-change", "new-commit", "deps-bump", "deps-add", "base-bump"}
)

// engine is the chart of a large study, partly failed, and simulated.
func engine() StackedPhases {
	r := rand.New(rand.NewPCG(3, 3))
	s := StackedPhases{Caption: caption, Phases: imagePhases, Documented: document()}
	s.Simulated = true
	for i, state := range engineStates {
		g := Group[PhaseBar]{State: state}
		for j, v := range engineVariants {
			total := []float64{63, 3.1, 5, 50, 57, 57, 63}[i] * []float64{1, 1.1, .6, 2.2, 1.7}[j]
			b := bar(r, v, total, .12, .6, .01, .24, .03)
			if j > 0 && i > 0 && i < 6 {
				b.Expected = &Range{total * .25, total * .3}
			}
			if i == 6 && j == 3 {
				b = PhaseBar{Variant: v, Note: "3 failed (pip: no matching distribution found)"}
			}
			g.Rows = append(g.Rows, b)
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

func engineSavings() Savings {
	r := rand.New(rand.NewPCG(4, 4))
	s := Savings{Caption: caption, Phases: []string{"total", "pip-install"}}
	s.Simulated = true
	for i, state := range engineStates {
		g := Group[SavingRow]{State: state}
		for j, v := range engineVariants[1:] {
			var doc *Range
			word := ""
			if i > 0 && i < 6 {
				doc, word = &Range{.7, .75}, "below"
			}
			median := 0.9 - 0.3*float64(j) - 0.15*float64(i)
			if i == 3 && j == 2 {
				median = -5
			}
			g.Rows = append(g.Rows, SavingRow{v, []Saving{saved(r, median, .03, doc, word), saved(r, median/2, .1, doc, word)}})
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}
