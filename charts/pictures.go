package charts

import (
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// A Picture is a chart with a name for its file, of lower-case letters, digits
// and hyphens: "build-and-push-phases".
type Picture struct {
	Name  string
	Job   string // or pipeline that it is of; "" for one of the run
	Chart Chart
}

// Pictures returns the charts of a run, for each job one of phases and, where
// a variant was measured beside the baseline, one of savings, and of pairs where
// it was in two blocks, one for each baseline. One of distributions is there
// when a variant has two totals in one state, and a waterfall when one has a pair
// with its baseline. The same for each pipeline, whose phases are its jobs. A job
// whose trials reported steps has a timeline, and one whose trials counted bytes
// or requests has them as traffic, and one of sizes where they tell how large the
// caches, the image or the builder's disk were. One picture of the run, "host", is
// of what the host did under its trials. sum is the summary of the run with these
// trials.
func Pictures(run results.Run, trials []results.Trial, sum verdict.Summary) []Picture {
	host := contention(run, trials)
	sum.Savings = sum.Compared()
	trials = run.AllTrials(trials)
	var jobs []string
	for _, c := range sum.Cells {
		if !slices.Contains(jobs, c.Job) {
			jobs = append(jobs, c.Job)
		}
	}
	var all []Picture
	for _, job := range jobs {
		v := view{run, trials, sum, job}
		add := func(name string, c Chart) { all = append(all, Picture{fileName(job) + "-" + name, job, c}) }
		add("phases", v.phases())
		if s := v.savings(); len(s.Groups) > 0 {
			add("savings", s)
		}
		for i, baseline := range v.baselines() {
			name := "pairs"
			if i > 0 {
				name += "-" + fileName(baseline)
			}
			if p, ok := v.pairs(baseline); ok {
				add(name, p)
			}
		}
		if d, ok := v.distributions(); ok {
			add("distributions", d)
		}
		if w, ok := v.waterfall(); ok {
			add("waterfall", w)
		}
		if t := v.timeline(); len(t.Spans) > 0 {
			add("timeline", t)
		}
		if t := v.traffic(); len(t.Groups) > 0 {
			add("traffic", t)
		}
		if s := v.sizes(); len(s.Groups) > 0 {
			add("sizes", s)
		}
	}
	if len(host.Trials) > 0 {
		all = append(all, Picture{Name: "host", Chart: host})
	}
	return all
}

// fileName returns s with every run of other characters as one hyphen.
func fileName(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// A view is one job of a run, or a pipeline.
type view struct {
	run    results.Run
	trials []results.Trial
	sum    verdict.Summary
	job    string
}

// cells returns the job's cells.
func (v view) cells() []verdict.Cell {
	var cells []verdict.Cell
	for _, c := range v.sum.Cells {
		if c.Job == v.job {
			cells = append(cells, c)
		}
	}
	return cells
}

// derived returns the jobs whose totals the view sums; nil unless it is of a
// pipeline.
func (v view) derived() []string {
	p, _ := v.run.Pipeline(v.job)
	return p.Jobs
}
