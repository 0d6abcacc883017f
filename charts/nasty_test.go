package charts

import (
	"bytes"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	nan     = math.NaN()
	inf     = math.Inf(1)
	endless = strings.Repeat("a-very-long-name-", 20)
)

func onePhase(b PhaseBar) StackedPhases {
	return StackedPhases{Phases: []string{"pip-install"}, Groups: []Group[PhaseBar]{{"cold", []PhaseBar{b}}}}
}

func oneSaving(s Saving) Savings {
	return Savings{Phases: []string{"total"}, Groups: []Group[SavingRow]{{"cold", []SavingRow{{"after", []Saving{s}}}}}}
}

func onePair(r PairRow) Pairs {
	return Pairs{Same: 0.03, Groups: []Group[PairRow]{{"cold", []PairRow{r}}}}
}

func manyPairs(states, variants int) Pairs {
	r := rand.New(rand.NewPCG(6, 6))
	p := Pairs{Caption: caption, Same: 0.03}
	for i := range states {
		g := Group[PairRow]{State: strings.Repeat("s", 3*i)}
		for j := range variants {
			g.Rows = append(g.Rows, paired(r, strings.Repeat("variant ", j+1), 1-float64(i*j), .3, 2*i, "faster"))
		}
		p.Groups = append(p.Groups, g)
	}
	return p
}

func oneDistribution(values ...float64) Distributions {
	return Distributions{Groups: []Group[Distribution]{{"cold", []Distribution{{Variant: "after", Values: values}}}}}
}

func manyDistributions(states, variants int) Distributions {
	r := rand.New(rand.NewPCG(10, 10))
	d := Distributions{Caption: caption}
	for i := range states {
		g := Group[Distribution]{State: strings.Repeat("s", 3*i)}
		for j := range variants {
			g.Rows = append(g.Rows, spread(r, strings.Repeat("variant ", j+1), math.Pow(10, float64(i-3)), 0.3, 5*j))
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

func oneWaterfall(from, to float64, steps ...float64) Waterfall {
	w := Waterfall{From: WaterfallTotal{"before", from}, To: WaterfallTotal{"after", to}}
	for i, s := range steps {
		w.Steps = append(w.Steps, WaterfallStep{strings.Repeat("long-", i) + "phase", s})
	}
	return w
}

func many(states, variants int) (StackedPhases, Savings) {
	r := rand.New(rand.NewPCG(5, 5))
	p := StackedPhases{Caption: caption, Phases: imagePhases}
	s := Savings{Caption: caption, Phases: []string{"total", "pip-install"}}
	for i := range states {
		pg, sg := Group[PhaseBar]{State: strings.Repeat("s", 3*i)}, Group[SavingRow]{State: strings.Repeat("s", 3*i)}
		for j := range variants {
			v := strings.Repeat("variant ", j+1)
			pg.Rows = append(pg.Rows, bar(r, v, math.Pow(10, float64(i-3)), .1, .5, 0, .3, .2))
			sg.Rows = append(sg.Rows, SavingRow{v, []Saving{saved(r, 1-float64(i*j), .3, &Range{.5, .6}, "below"), {}}})
		}
		p.Groups, s.Groups = append(p.Groups, pg), append(s.Groups, sg)
	}
	return p, s
}

func nasty() map[string]Chart {
	manyPhases, manySavings := many(7, 12)
	hugePhases, hugeSavings := many(7, 100)
	long := starter()
	long.Title, long.Subtitle, long.Notes = endless+" "+endless, []string{endless}, []string{endless + " " + endless}
	long.Phases = []string{endless, endless + "b"}
	long.Groups[0].State, long.Groups[0].Rows[0].Variant = endless, endless
	long.Documented[0].Variant, long.Documented[0].When, long.Documented[0].Total.Text = endless, endless, endless
	longPairs := starterPairs()
	longPairs.Groups[0].State, longPairs.Groups[0].Rows[0] = endless, PairRow{endless, nil, &Interval{.1, .1, .1}, endless, "", ""}
	longDistributions := starterDistributions()
	longDistributions.Groups[0].State, longDistributions.Groups[0].Rows[0].Variant = endless, endless
	longDistributions.Groups[0].Rows[2].Note = endless
	longWaterfall := starterWaterfall()
	longWaterfall.From.Variant, longWaterfall.To.Variant = endless, strings.ReplaceAll(endless, "-", "")
	longWaterfall.Steps[0].Phase, longWaterfall.Steps[1].Phase = endless, strings.ReplaceAll(endless, "-", "")
	all := map[string]Chart{
		"no waterfall":                  Waterfall{},
		"waterfall of no names":         Waterfall{Steps: make([]WaterfallStep, 4)},
		"waterfall without steps":       oneWaterfall(5, 3),
		"waterfall of a step":           oneWaterfall(5, 3, -2),
		"waterfall, all equal":          oneWaterfall(5, 5, 5, 5, 5, 5),
		"waterfall of zeros":            oneWaterfall(0, 0, 0, 0),
		"waterfall of NaN":              oneWaterfall(nan, nan, nan),
		"waterfall, infinite":           oneWaterfall(inf, 3, -inf),
		"waterfall, some NaN":           oneWaterfall(5, 3, nan, inf, -inf, -2),
		"waterfall below zero":          oneWaterfall(5, 3, -4, -4, -4, 9),
		"waterfall of a negative total": oneWaterfall(-5, 3, 1),
		"waterfall, huge":               oneWaterfall(1e9, 9e8, -1e9, -1e9, -1e9, 1e9, 1e9, 1e9, 1e9),
		"waterfall, tiny":               oneWaterfall(5e-324, 1e-300, 1e-310),
		"waterfall, tiny and huge":      oneWaterfall(1e-300, 1e9, 1e-300, 1e-3),
		"waterfall of many steps":       oneWaterfall(100, 50, 1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12, 13, -14),
		"long waterfall":                longWaterfall,
		"control characters, waterfall": Waterfall{From: WaterfallTotal{"\x1b[31m", 1}, To: WaterfallTotal{"\u202e", 2},
			Steps: []WaterfallStep{{"\t", 1}, {"\xff\xfe-\xff\xfe-\xff\xfe-\xff\xfe-\xff\xfe-\xff\xfe-\xff\xfe-\xff\xfe-ä", 1}}},
		"no distributions":             Distributions{},
		"empty distributions":          Distributions{Groups: []Group[Distribution]{{State: "cold"}}},
		"distribution of nothing":      oneDistribution(),
		"distribution of a value":      oneDistribution(5),
		"distribution of two":          oneDistribution(5, 6),
		"distribution, all equal":      oneDistribution(5, 5, 5, 5, 5, 5, 5, 5),
		"distribution of zeros":        oneDistribution(0, 0, 0),
		"distribution of NaN":          oneDistribution(nan, inf, -inf, -1, 2e9),
		"distribution, some NaN":       oneDistribution(nan, 5, inf, 6, -1),
		"distribution, huge":           oneDistribution(9e8, 9.5e8, 1e9),
		"distribution, huge and close": oneDistribution(1e9, 1e9-1e-6),
		"distribution, tiny":           oneDistribution(5e-324, 1e-300, 2e-300),
		"distribution, tiny and huge":  oneDistribution(1e-300, 1e9),
		"distribution, tiniest":        oneDistribution(5e-324),
		"distribution, 100000 values":  crowd(100_000, 1, 1),
		"long distributions":           longDistributions,
		"12 variants, distributions":   manyDistributions(7, 12),
		"100 variants, distributions":  manyDistributions(7, 100),
		"control characters, distributions": Distributions{Groups: []Group[Distribution]{{"\u202e", []Distribution{{Variant: "\t", Values: []float64{1}},
			{Variant: "\xff", Note: "\r\n"}}}}},
		"no pairs":             Pairs{},
		"empty pairs":          Pairs{Groups: []Group[PairRow]{{State: "cold"}}},
		"pairs of a note":      onePair(PairRow{Note: endless + " " + endless + " " + endless}),
		"pair":                 onePair(PairRow{Blocks: []BlockSaving{{1, .5}}}),
		"pair at zero":         onePair(PairRow{Blocks: []BlockSaving{{0, 0}}, Interval: &Interval{}}),
		"pairs, few":           onePair(PairRow{Blocks: []BlockSaving{{1, -5}, {2, .5}}, Interval: &Interval{-1, -5, .5}, Word: endless, Few: endless}),
		"pairs, one":           onePair(PairRow{Blocks: []BlockSaving{{1, .5}}, Interval: &Interval{.5, .5, .5}, Few: endless}),
		"pairs all equal":      onePair(PairRow{Blocks: []BlockSaving{{1, .5}, {2, .5}, {3, .5}}, Interval: &Interval{.5, .5, .5}}),
		"pairs that save all":  onePair(PairRow{Blocks: []BlockSaving{{1, 1}, {2, 1}}, Interval: &Interval{1, 1, 1}}),
		"pairs NaN":            onePair(PairRow{Blocks: []BlockSaving{{1, nan}, {2, inf}, {3, -inf}, {4, 2}}, Interval: &Interval{nan, -inf, inf}}),
		"pairs, some NaN":      onePair(PairRow{Blocks: []BlockSaving{{1, nan}, {2, .5}, {3, -inf}}, Interval: &Interval{.5, -inf, .6}}),
		"pairs huge loss":      onePair(PairRow{Blocks: []BlockSaving{{1, -1e9}, {2, -9e8}, {3, .5}}, Interval: &Interval{-1e9, -1e9, 1}}),
		"pairs huge and close": onePair(PairRow{Blocks: []BlockSaving{{1, -5e8}, {2, -5e8 - 1e-6}}}),
		"pairs tiny":           Pairs{Same: 1e-300, Groups: []Group[PairRow]{{"cold", []PairRow{{Blocks: []BlockSaving{{1, 1e-300}, {2, -1e-300}}}}}}},
		"pairs of odd blocks":  onePair(PairRow{Blocks: []BlockSaving{{math.MinInt, .1}, {-1, .1}, {1, .1}, {lastBlock, .2}, {math.MaxInt, .1}}}),
		"pairs out of order":   onePair(PairRow{Blocks: []BlockSaving{{3, .1}, {1, .2}, {2, .3}, {2, .4}}}),
		"band of NaN":          Pairs{Same: nan, Groups: starterPairs().Groups},
		"band below zero":      Pairs{Same: -1, Groups: starterPairs().Groups},
		"infinite band":        Pairs{Same: inf, Groups: starterPairs().Groups},
		"wide band":            Pairs{Same: .9, Groups: starterPairs().Groups},
		"long pairs":           longPairs,
		"12 variants, pairs":   manyPairs(7, 12),
		"100 variants, pairs":  manyPairs(7, 100),
		"control characters, pairs": Pairs{Groups: []Group[PairRow]{{"\u202e", []PairRow{{Variant: "\t", Word: "\x1b[31m", Interval: &Interval{}},
			{Variant: "\xff", Note: "\r\n"}}}}},
		"beyond Unicode's first plane": onePhase(PhaseBar{Variant: "\U0001F600 \U00020000", Note: "\U0001F600"}),
		"no phases":                    StackedPhases{},
		"no savings":                   Savings{},
		"no savings' phases":           Savings{Groups: starterSavings().Groups},
		"empty groups":                 StackedPhases{Groups: []Group[PhaseBar]{{State: "cold"}, {State: "warm"}}},
		"empty savings":                Savings{Phases: []string{"total"}, Groups: []Group[SavingRow]{{State: "cold"}}},
		"simulated, no title":          Savings{Caption: Caption{Simulated: true}},
		"no total":                     onePhase(PhaseBar{Variant: "before", Note: endless}),
		"zero":                         onePhase(PhaseBar{Variant: "before", Total: &Interval{}, Trials: []float64{0, 0, 0}}),
		"one trial":                    onePhase(PhaseBar{Total: &Interval{5, 5, 5}, Trials: []float64{5}}),
		"all equal":                    onePhase(PhaseBar{Total: &Interval{5, 5, 5}, Trials: []float64{5, 5, 5}}),
		"NaN total":                    onePhase(PhaseBar{Total: &Interval{nan, nan, nan}, Trials: []float64{nan}}),
		"infinite total":               onePhase(PhaseBar{Total: &Interval{inf, 1, inf}, Trials: []float64{inf, -inf}}),
		"negative total":               onePhase(PhaseBar{Total: &Interval{-1, -2, 3}}),
		"huge total":                   onePhase(PhaseBar{Total: &Interval{9e8, 9e8, 9e8}}),
		"tiny total":                   onePhase(PhaseBar{Total: &Interval{1e-300, 0, 1e-300}}),
		"NaN phase": onePhase(PhaseBar{Total: &Interval{5, 5, 5}, Trials: []float64{nan, inf, -1, 5},
			Phases: []PhaseTime{{"pip-install", nan}, {"pip-install", inf}, {"pip-install", -3}, {"unknown", 2}}}),
		"NaN expectation":   onePhase(PhaseBar{Total: &Interval{5, 5, 5}, Expected: &Range{nan, 3}}),
		"wrong expectation": onePhase(PhaseBar{Total: &Interval{5, 5, 5}, Expected: &Range{4, 3}}),
		"documented nonsense": StackedPhases{Documented: []DocumentedBar{{}, {Total: &DocumentedTime{Range: Range{nan, inf}}},
			{Phases: []DocumentedTime{{"p", Range{-1, 5}, "x"}, {"p", Range{0, 0}, "x"}}}}},
		"saving without data":    oneSaving(Saving{}),
		"saving with note":       oneSaving(Saving{Note: endless, Documented: &Range{.7, .75}}),
		"saving of no share":     oneSaving(Saving{Note: endless, Seconds: &Interval{-5, -6, 1}}),
		"saving of long seconds": oneSaving(Saving{Interval: &Interval{-123456, -123456, 0}, Seconds: &Interval{-5e8, -5e8, -5e8}}),
		"saving of NaN seconds":  oneSaving(Saving{Interval: &Interval{0, 0, 0}, Seconds: &Interval{nan, -inf, inf}}),
		"saving NaN":             oneSaving(Saving{Interval: &Interval{nan, nan, nan}, Blocks: []float64{nan}}),
		"saving infinite":        oneSaving(Saving{Interval: &Interval{-inf, -inf, .5}, Blocks: []float64{-inf, .5}}),
		"saving huge loss":       oneSaving(Saving{Interval: &Interval{-5e8, -6e8, -1}, Blocks: []float64{-6e8, -5e8, -1}}),
		"saving above one":       oneSaving(Saving{Interval: &Interval{2, 1, 3}, Blocks: []float64{2}}),
		"saving one point":       oneSaving(Saving{Interval: &Interval{.5, .5, .5}, Blocks: []float64{.5}}),
		"band of one value":      oneSaving(Saving{Interval: &Interval{.5, .4, .6}, Documented: &Range{1, 1}, Word: "below"}),
		"band upside down":       oneSaving(Saving{Interval: &Interval{.5, .4, .6}, Documented: &Range{.8, .7}}),
		"band NaN":               oneSaving(Saving{Interval: &Interval{.5, .4, .6}, Documented: &Range{nan, .7}}),
		"few blocks":             oneSaving(Saving{Interval: &Interval{.5, .4, .6}, Blocks: []float64{.4, .6}, Documented: &Range{.6, .7}, Word: "below", Few: endless}),
		"one of few blocks":      oneSaving(Saving{Interval: &Interval{.5, .5, .5}, Blocks: []float64{.5}, Few: endless}),
		"long words":             oneSaving(Saving{Interval: &Interval{.5, .4, .6}, Documented: &Range{.6, .7}, Word: endless}),
		"missing cells": Savings{Phases: []string{"total", "pip-install", "export"},
			Groups: []Group[SavingRow]{{"cold", []SavingRow{{Variant: "after"}}}}},
		"control characters": Savings{Caption: Caption{Title: "a\x1b[31m\nb\xff", Notes: []string{"\x00"}}, Phases: []string{"\a"},
			Groups: []Group[SavingRow]{{"\u202e", []SavingRow{{"\t", []Saving{{Note: "\r\n"}}}}}}},
		"12 variants, phases":   manyPhases,
		"12 variants, savings":  manySavings,
		"100 variants, phases":  hugePhases,
		"100 variants, savings": hugeSavings,
		"long names":            long,
		"engine, phases":        engine(),
		"engine, savings":       engineSavings(),
	}
	maps.Copy(all, nastyTimelines())
	maps.Copy(all, nastyTraffic())
	maps.Copy(all, nastySizes())
	maps.Copy(all, nastyContention())
	return all
}

// TestNothingLeavesThePage draws every nasty input: no panic, no text outside
// of the page or upon another, and well-formed SVG.
func TestNothingLeavesThePage(t *testing.T) {
	t.Parallel()
	for name, c := range nasty() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkDrawing(t, c)
			var b bytes.Buffer
			if err := Render(&b, c, SVG); err != nil {
				t.Fatal(err)
			}
			svgTexts(t, b.Bytes())
			// What is no number becomes the largest one there is, or the smallest.
			if s := b.String(); strings.Contains(s, "92233720368547") {
				t.Error("the SVG has a coordinate that is no number")
			}
		})
	}
}

func FuzzCharts(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, 1.0, "name")
	}
	f.Add(uint64(9), math.MaxFloat64, "\x00\xff")
	f.Fuzz(func(t *testing.T, seed uint64, factor float64, name string) {
		r := rand.New(rand.NewPCG(seed, 0))
		charts := []Chart{
			randomPhases(r, factor, name), randomSavings(r, factor, name), randomPairs(r, factor, name),
			randomDistributions(r, factor, name), randomWaterfall(r, factor, name),
			randomTimeline(r, factor, name), randomTraffic(r, factor, name), randomSizes(r, factor, name), randomContention(r, factor, name),
		}
		for _, c := range charts {
			for _, p := range record(c).problems() {
				t.Errorf("seed %d, factor %v, name %q: %s", seed, factor, name, p)
			}
			svgTexts(t, rendered(t, c, SVG))
		}
		rendered(t, charts[seed%uint64(len(charts))], PDF) // the slowest by far
	})
}

// number returns any number, wild ones often.
func number(r *rand.Rand, factor float64) float64 {
	switch r.IntN(10) {
	case 0:
		return nan
	case 1:
		return inf
	case 2:
		return -r.Float64() * factor
	case 3:
		return 0
	}
	return r.ExpFloat64() * factor
}

func numbers(r *rand.Rand, factor float64) []float64 {
	v := make([]float64, r.IntN(4))
	for i := range v {
		v[i] = number(r, factor)
	}
	return v
}

func randomInterval(r *rand.Rand, factor float64) *Interval {
	if r.IntN(4) == 0 {
		return nil
	}
	return &Interval{number(r, factor), number(r, factor), number(r, factor)}
}

func randomRange(r *rand.Rand, factor float64) *Range {
	if r.IntN(4) == 0 {
		return nil
	}
	low := number(r, factor)
	return &Range{low, low + number(r, factor)}
}

func randomPhases(r *rand.Rand, factor float64, name string) StackedPhases {
	s := StackedPhases{Caption: Caption{Title: name, Simulated: r.IntN(2) == 0}, Phases: append(imagePhases, name)}
	for range r.IntN(4) {
		g := Group[PhaseBar]{State: name}
		for range r.IntN(4) {
			b := PhaseBar{name, nil, randomInterval(r, factor), numbers(r, factor), randomRange(r, factor), name}
			for _, p := range s.Phases {
				b.Phases = append(b.Phases, PhaseTime{p, number(r, factor)})
			}
			g.Rows = append(g.Rows, b)
		}
		s.Groups = append(s.Groups, g)
		d := DocumentedBar{Variant: name, When: name}
		if v := randomRange(r, 60*factor); v != nil {
			d.Phases = []DocumentedTime{{name, *v, name}}
			d.Total = &DocumentedTime{name, *v, name}
		}
		s.Documented = append(s.Documented, d)
	}
	return s
}

func randomSavings(r *rand.Rand, factor float64, name string) Savings {
	s := Savings{Caption: Caption{Title: name, Notes: []string{name}}, Phases: []string{name, "total"}[:1+r.IntN(2)]}
	for range r.IntN(4) {
		g := Group[SavingRow]{State: name}
		for range r.IntN(4) {
			row := SavingRow{Variant: name}
			for range r.IntN(3) {
				row.Cells = append(row.Cells, Saving{randomInterval(r, -factor), randomInterval(r, -factor), numbers(r, factor/2), randomRange(r, 1), name, name, []string{"", name}[r.IntN(2)]})
			}
			g.Rows = append(g.Rows, row)
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

func randomPairs(r *rand.Rand, factor float64, name string) Pairs {
	p := Pairs{Caption: Caption{Title: name}, Same: number(r, 0.1)}
	for range r.IntN(4) {
		g := Group[PairRow]{State: name}
		for range r.IntN(4) {
			row := PairRow{Variant: name, Interval: randomInterval(r, -factor), Word: name, Note: name, Few: []string{"", name}[r.IntN(2)]}
			for _, v := range numbers(r, -factor) {
				row.Blocks = append(row.Blocks, BlockSaving{int(number(r, 100)), v})
			}
			g.Rows = append(g.Rows, row)
		}
		p.Groups = append(p.Groups, g)
	}
	return p
}

func randomDistributions(r *rand.Rand, factor float64, name string) Distributions {
	d := Distributions{Caption: Caption{Title: name}}
	for range r.IntN(4) {
		g := Group[Distribution]{State: name}
		for range r.IntN(4) {
			g.Rows = append(g.Rows, Distribution{name, append(numbers(r, factor), numbers(r, 1)...), name})
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

func randomWaterfall(r *rand.Rand, factor float64, name string) Waterfall {
	w := Waterfall{Caption: Caption{Title: name}, From: WaterfallTotal{name, number(r, factor)}, To: WaterfallTotal{name, number(r, factor)}}
	for range r.IntN(12) {
		w.Steps = append(w.Steps, WaterfallStep{name, number(r, factor) - number(r, factor)})
	}
	return w
}
