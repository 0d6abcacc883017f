package report

import (
	"fmt"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
)

// interval says what the estimates and intervals of pairs are.
func interval(p results.Policy) string {
	const hodgesLehmann = "The estimate is that of Hodges and Lehmann of the logarithms of the pairs' ratios, "
	switch p.Interval {
	case results.Sign:
		return "The estimate is the median of the pairs' ratios, the interval beside it that of the sign test"
	case results.Bootstrap:
		return hodgesLehmann + "the interval beside it is resampled and not exact"
	}
	return hodgesLehmann + "the interval beside it that of Wilcoxon's signed-rank test"
}

// method says how the numbers came about, and what the variants are.
func method(run results.Run) document {
	d := document{paragraph{"Each block holds every variant and state once, in random order. What is compared are the two trials of one block, " +
		"so that a machine that grows slower meets both. " + interval(run.Policy) + "; of too few pairs it is their range."}}
	if p := run.Policy; p.Confidence > 0 {
		d = append(d, paragraph{fmt.Sprintf("Faster and slower: the whole interval lies beyond ±%s, and a difference is sure enough for a run that looks after each block, "+
			"and among all that are judged together. The same: it lies within ±%s. Anything else is inconclusive, with the reason.", share(p.Effect), share(p.Same))})
	}
	d = append(d, paragraph{"Each trial's cache state is proven from what services, builder and job show. " +
		"One whose state was not the declared one is invalid, and like one that failed it enters no comparison. Counters are exact and compared exactly."})
	for _, j := range run.AllJobs() {
		var l list
		for _, v := range j.Variants {
			text := v.Title
			switch {
			case v.Null:
				text = v.Baseline + " once more"
			case v.Baseline != "":
				text = charts.Join(v.Title, "against "+v.Baseline)
			}
			l = append(l, item{v.Name, text})
		}
		d = append(d, paragraph{"Variants of " + j.Name + ":"}, l)
	}
	return d
}
