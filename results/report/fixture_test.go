package report_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

const jobName = "build-and-push"

// newRun returns a run with the kinds of targets that a document has.
func newRun() results.Run {
	states := []string{"cold", "warm", "code-change", "deps-bump"}
	seconds := func(phase, variant string, low, high float64, label string) results.Target {
		return results.Target{Job: jobName, Phase: phase, Variant: variant, States: states, Unit: results.Seconds, Low: low, High: high, Label: label}
	}
	ratio := func(phase string, low, high float64, label string, derived bool) results.Target {
		return results.Target{Job: jobName, Phase: phase, Variant: "after", Baseline: "before", States: states[1:],
			Unit: results.Ratio, Low: low, High: high, Label: label, Derived: derived}
	}
	cold := func(phase string) results.Target {
		t := ratio(phase, 0, 0, "0%", true)
		t.States = states[:1]
		return t
	}
	run := results.Run{
		Policy: results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02},
		ID:     "20261124T031500Z-1f3a", Study: "starter", StudyDigest: "sha256:6bb1", Seed: 42, Plan: []byte(`{"selection":{}}`),
		Started: time.Date(2026, 11, 24, 3, 15, 0, 0, time.UTC),
		Jobs: []results.Job{{Name: jobName, Variants: []results.Variant{
			{Name: "before", Title: "no pip cache"}, {Name: "after", Title: "cache mount", Baseline: "before"},
		}}},
		Targets: []results.Target{
			seconds("total", "before", 840, 1260, "14-21 min"), seconds("total", "after", 240, 420, "~4-7 min"),
			ratio("total", 0.67, 0.71, "67-71%", true), ratio("total", 0.70, 0.75, "70-75% faster", false),
			ratio("pip-install", 0.78, 0.83, "78-83%", true), cold("total"), cold("base-image"),
			{Job: jobName, Phase: "total", Variant: "after", Baseline: "before", States: states[1:], Unit: results.Seconds, Low: 600, High: 840, Label: "~10-14 minutes"},
		},
		Environment: results.Environment{
			"cpu.model": "AMD EPYC 7763", "cpu.count": "2", "memory.bytes": "8326217728", "os": "Debian GNU/Linux 12 (bookworm)",
			"kernel": "6.1.0", "virtualization": "unnamed", "engine.version": "20.10.24", "engine.storage-driver": "overlay2",
			"buildkit.version": "v0.34.2", "network.profile": "none",
		},
	}
	for i := range run.Targets {
		run.Targets[i].ID = fmt.Sprint("t", i)
	}
	return run
}

// measured are the totals of three blocks, and the index bytes, per state and
// variant.
var measured = []struct {
	state, variant string
	total          float64
	pip            float64 // share of the total
	bytes          float64
}{
	{"cold", "before", 20.2, 0.55, 112_600_000}, {"cold", "after", 21.1, 0.57, 112_600_000},
	{"warm", "before", 2, 1e-4, 0}, {"warm", "after", 2.1, 3e-4, 0}, // a cached step
	{"code-change", "before", 2.5, 0, 0}, {"code-change", "after", 2.4, 0, 0},
	{"deps-bump", "before", 18.4, 0.61, 112_600_000}, {"deps-bump", "after", 11, 0.2, 28_400},
}

func newTrials() []results.Trial { return newBlocks(3) }

func newBlocks(n int) []results.Trial {
	var trials []results.Trial
	for block := 1; block <= n; block++ {
		for _, m := range measured {
			total := m.total * (1 + float64(block-2)/100)
			t := results.Trial{
				ID: fmt.Sprintf("b%02d-%s-%s-%s", block, jobName, m.variant, m.state), Slot: len(trials), Block: block,
				Cell: results.Cell{Job: jobName, Variant: m.variant, State: m.state}, Outcome: results.OK,
			}
			phase := func(name string, share float64) {
				t.Samples = append(t.Samples, results.Sample{Name: name, Kind: results.Phase, Unit: results.Seconds, Value: share * total})
			}
			counter := func(name string, unit results.Unit, v float64) {
				t.Samples = append(t.Samples, results.Sample{Name: name, Kind: results.Counter, Unit: unit, Value: v})
			}
			phase("base-image", 0.1)
			if m.pip > 0 {
				phase("pip-install", m.pip)
				phase("pip.resolve", m.pip/2)
				phase("pip.install", m.pip/2)
			}
			phase("code-copy", 0.01)
			phase("export", 0.3)
			phase("other", 0.05)
			phase("total", 1)
			counter("index.requests", results.Count, math.Ceil(m.bytes/1e6))
			counter("index.bytes", results.Bytes, m.bytes)
			counter("steps.cached", results.Count, 4)
			counter("steps.executed", results.Count, 6)
			counter("packages.installed", results.Count, 1073)
			counter("index.page.requests", results.Count, 75)
			counter("image.bytes", results.Bytes, 181_234_567)
			counter("builder.bytes", results.Bytes, 1_700_000_000+float64(block)*1e6)
			trials = append(trials, t)
		}
	}
	return trials
}

// withExclusions has a failed, an invalid and a warm-up trial.
func withExclusions() []results.Trial {
	trials := newTrials()
	trials[1].Outcome, trials[1].Reason = results.Failed, "step 4/7 RUN pip install: exit 1"
	trials[7].Outcome, trials[7].Reason = results.Invalid, "index.file.bytes: want under 5 % of cold (5.6 MB), got 112.6 MB"
	warmup := trials[0]
	warmup.Warmup, warmup.Block = true, 0
	return append(trials, warmup)
}

// nasty has outside strings that try to be more than text.
func nasty() (results.Run, []results.Trial) {
	run := newRun()
	const evil = "a|b`c`\n# h\x1b[31m<script>alert(1)</script> [x](http://e.example) @all\u202e www.e.example *b* _c_ \\| &lt; \xff"
	run.Study, run.ID = evil, "r\n1"
	run.Environment["cpu.model"] = evil
	run.Jobs[0] = results.Job{Name: evil, Variants: []results.Variant{{Name: "be|fore"}, {Name: evil, Baseline: "be|fore"}}}
	for i := range run.Targets {
		run.Targets[i].Job, run.Targets[i].Variant, run.Targets[i].Label = evil, evil, evil
		if run.Targets[i].Baseline != "" {
			run.Targets[i].Baseline = "be|fore"
		}
	}
	run.Pipelines = []results.Pipeline{{Name: evil + "p", Jobs: []string{evil, "b"}, Variants: run.Jobs[0].Variants,
		Cells: []results.PipelineCell{{Variant: "be|fore", State: evil, Parts: []results.Cell{
			{Job: evil, Variant: "be|fore", State: "warm"}, {Job: evil, Variant: evil, State: "warm"}}}}}}
	trials := newTrials()[:8]
	for i := range trials {
		t := &trials[i]
		t.Cell.Job, t.ID = evil, evil
		if t.Cell.Variant == "after" {
			t.Cell.Variant = evil
		} else {
			t.Cell.Variant = "be|fore"
		}
		t.Samples = append(t.Samples, results.Sample{Name: evil, Kind: results.Counter, Unit: evil, Value: 1},
			results.Sample{Name: evil + "2", Kind: results.Phase, Unit: results.Seconds, Value: 1})
	}
	run.Claims = []results.Claim{{ID: evil, Says: evil, Checks: []results.ClaimCheck{{In: evil, Rules: []string{"total[state=warm] max > 0s"}}}}}
	trials[0].Outcome, trials[0].Reason = results.Failed, evil
	trials[1].Host.Disturbed = evil
	return run, trials
}

// decided has enough blocks for verdicts, the baseline once more, and a trial
// that was disturbed.
func decided() (results.Run, []results.Trial) {
	run, trials := newRun(), newBlocks(6)
	run.Jobs[0].Variants = append(run.Jobs[0].Variants, results.Variant{Name: "before-again", Baseline: "before", Null: true})
	for i, t := range newBlocks(6) {
		if t.Cell.Variant == "before" {
			t.ID, t.Cell.Variant = "again-"+t.ID, "before-again"
			t.Samples = slices.Clone(t.Samples)
			for j := range t.Samples {
				t.Samples[j].Value *= 1 + float64(i%5-2)/500
			}
			trials = append(trials, t)
		}
	}
	trials[3].Host.Disturbed = "the hypervisor took 7 % of the processors' time"
	for i := range trials {
		trials[i].Duration, trials[i].Untimed = 90, new(30.0)
	}
	run.Claims = []results.Claim{
		{ID: "mounts-stay", Line: 85, Says: "a cache mount outlives the build", Checks: []results.ClaimCheck{
			{In: "a pin moves", Rules: []string{"index.bytes[variant=after, state=deps-bump] <= 1MB"}},
			{In: "without a mount", Rules: []string{"index.bytes[variant=before, state=deps-bump] <= 1MB"}}}},
		{ID: "no-penalty", Says: "the first run takes no longer", Checks: []results.ClaimCheck{{Rules: []string{"total[after vs before, state=cold] saves >= -3%"}}}},
		{ID: "less-energy", Line: 146, Says: "it takes less energy", Unmeasured: "nothing measures it"},
	}
	trials[0].Checks = []results.Check{{Name: "layer cache", Want: "0 records", Got: "0 records", OK: true}}
	trials[0].Untimed = nil // of before it was recorded: counts as little as its duration
	return run, trials
}

// withPipeline adds a second job and the pipeline of both, of whose three blocks
// one lacks a trial.
func withPipeline() (results.Run, []results.Trial) {
	const lint, name = "lint-and-test", "pipeline"
	run, trials := newRun(), newTrials()
	variants := run.Jobs[0].Variants
	run.Jobs = append(run.Jobs, results.Job{Name: lint, Variants: variants})
	p := results.Pipeline{Name: name, Jobs: []string{lint, jobName}, Variants: variants}
	for i, m := range measured[:4] {
		state := m.state
		if state == "warm" {
			state = "hit"
		}
		cell := results.Cell{Job: lint, Variant: m.variant, State: state}
		p.Cells = append(p.Cells, results.PipelineCell{Variant: m.variant, State: state,
			Parts: []results.Cell{cell, {Job: jobName, Variant: m.variant, State: m.state}}})
		for block := 1; block <= 3; block++ {
			total := []float64{30, 31, 22, 7}[i] + float64(block)/10
			t := results.Trial{ID: fmt.Sprintf("b%02d-%s-%s-%s", block, lint, m.variant, state), Slot: len(trials), Block: block, Cell: cell, Outcome: results.OK,
				Samples: []results.Sample{{Name: results.PhaseTotal, Kind: results.Phase, Unit: results.Seconds, Value: total}}}
			if i == 3 && block == 3 {
				t.Outcome, t.Reason = results.Invalid, "no hit"
			}
			trials = append(trials, t)
		}
	}
	run.Pipelines = []results.Pipeline{p}
	run.Targets = append(run.Targets,
		results.Target{ID: "p0", Job: name, Phase: "total", Variant: "before", States: []string{"cold", "hit"}, Unit: results.Seconds, Low: 1500, High: 2100, Label: "25-35 min"},
		results.Target{ID: "p1", Job: name, Phase: "total", Variant: "after", Baseline: "before", States: []string{"hit"}, Unit: results.Ratio, Low: 0.6, High: 0.6, Label: "~60% faster"})
	return run, trials
}

// A sample is a run with its trials, for a golden file.
type sample struct {
	name   string
	run    results.Run
	trials []results.Trial
}

func samples() []sample {
	simulated, comparable := newRun(), newRun()
	simulated.Simulated, simulated.Environment = true, nil
	comparable.Environment[verdict.ComparableFact] = "true"
	untargeted := newRun()
	untargeted.Targets = nil
	nastyRun, nastyTrials := nasty()
	pairs, pairsTrials := newRun(), newTrials()
	pairs.Jobs[0].Variants = append(pairs.Jobs[0].Variants,
		results.Variant{Name: "before-compiled"}, results.Variant{Name: "after-compiled", Baseline: "before-compiled"})
	for _, t := range newTrials() {
		t.Cell.Variant += "-compiled"
		pairsTrials = append(pairsTrials, t)
	}
	pipelineRun, pipelineTrials := withPipeline()
	decidedRun, decidedTrials := decided()
	pip, noPip := newRun(), newRun()
	pip.Policy.Phase, noPip.Policy.Phase = "pip-install", "pip-instal"
	return []sample{
		{"decided", decidedRun, decidedTrials},
		{"decided-by-pip", pip, newBlocks(6)},
		{"decided-by-nothing", noPip, newBlocks(6)[:8]},
		{"full", newRun(), withExclusions()},
		{"simulated", simulated, newTrials()},
		{"comparable", comparable, newTrials()},
		{"no-targets-one-block", untargeted, newTrials()[:8]},
		{"two-baselines", pairs, pairsTrials},
		{"pipeline", pipelineRun, pipelineTrials},
		{"empty", newRun(), nil},
		{"nasty", nastyRun, nastyTrials},
	}
}
