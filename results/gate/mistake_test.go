package gate_test

import (
	"strings"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/verdict"
)

// TestMistakes has a run of one job of three: of build the state hit is left out,
// and lint is all to do. Its pipeline has no trial either.
func TestMistakes(t *testing.T) {
	t.Parallel()
	run := newRun()
	both := run.Jobs[1].Variants
	run.Jobs = append(run.Jobs, results.Job{Name: "docs", Variants: both})
	run.Pipelines = []results.Pipeline{{Name: "all", Jobs: []string{"build", "lint"}, Variants: both, Cells: []results.PipelineCell{
		{Variant: "after", State: "hit", Parts: []results.Cell{{Job: "build", Variant: "after", State: "hit"}, {Job: "lint", Variant: "after", State: "hit"}}},
	}}}
	var study []results.Cell
	for _, job := range []string{"build", "lint", "docs"} {
		for _, variant := range []string{"before", "after"} {
			states := []string{"cold", "hit"}
			if job == "docs" {
				states = []string{"warm"}
			}
			for _, state := range states {
				study = append(study, results.Cell{Job: job, Variant: variant, State: state})
			}
		}
	}
	var p plan
	for _, variant := range []string{"before", "after", "twin"} {
		p.add("build", variant, "cold", "total", seconds(10)...)
		p.add("build", variant, "cold", "index.bytes", 1, 1)
		p.add("build", variant, "gone", "total", 1) // of a state that the study had then
	}
	p.add("docs", "before", "warm", "drift.numpy", 1)
	p.add("docs", "before", "warm", "total", 1)
	e := gate.Evidence{Run: run, Trials: p}
	judge := gate.NewJudge(e, verdict.Summarize(run, p))
	for _, tt := range []struct{ rule, want string }{
		{"total p50 < 1s", "<nil>"},
		{"total[state=hit] p50 < 1s", "<nil>"},  // left out
		{"total[job=all] p50 < 1s", "<nil>"},    // a pipeline
		{"build[job=all] p50 < 1s", "<nil>"},    // and its part
		{"total[state=gone] p50 < 1s", "<nil>"}, // was run
		{"flake p50 < 1s", `rules:1: no trial of build, docs has a phase or counter "flake"|one of index.bytes, total (of lint, which was not run: say job=lint)`},
		{"totl[job=lint] p50 < 1s", "<nil>"}, // who knows
		{"export[job=build, state=hit] p50 < 1s", "<nil>"},
		{"drift.torch[job=docs] == 0", "<nil>"},
		{"total[state=hot] p50 < 1s", `rules:1: there is no state "hot"|did you mean state=hit?`},
		{"total[state=lukewarm] p50 < 1s", `rules:1: there is no state "lukewarm"|one of cold, gone, hit, warm`},
		{"total[state=c*t] p50 < 1s", `rules:1: there is no state "c*t"|one of cold, gone, hit, warm`},
		{"total[job=biuld] p50 < 1s", `rules:1: there is no job "biuld"|did you mean job=build?`},
		{"total[variant=aftr] p50 < 1s", `rules:1: there is no variant "aftr"|did you mean after?`},
		{"total[variant=twin] p50 < 1s", `rules:1: there is no variant "twin"|one of after, before`},
		{"total[aftr vs before] saves > 1%", `rules:1: there is no variant "aftr"|did you mean after?`},
		{"total[after vs befor] saves > 1%", `rules:1: there is no baseline "befor"|did you mean before?`},
		{"total[before vs *] saves > 1%", `rules:1: there is nothing like total[before vs *]|jobs all, build, docs, lint; states cold, gone, hit, warm; compared after vs before`},
		{"total[job=docs, state=hit] p50 < 1s", `rules:1: there is nothing like total[job=docs, state=hit]|jobs docs; states warm; variants after, before`},
		{"totl[job=build] p50 < 1s", `rules:1: no trial of build has a phase or counter "totl"|did you mean total?`},
		{"index.bites[job=build, state=cold] == 0", `rules:1: no trial of build has a phase or counter "index.bites"|did you mean index.bytes?`},
		{"export[job=build] p50 < 1s", `rules:1: no trial of build has a phase or counter "export"|one of index.bytes, total`},
		{"totl[job=[bd]*] p50 < 1s", `rules:1: no trial of build, docs has a phase or counter "totl"|did you mean total?`},
	} {
		if got := withHint(judge.Mistakes(parse(t, tt.rule), study)); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.rule, got, tt.want)
		}
	}
	err := judge.Mistakes(parse(t, "totl[job=build] p50 < 1s\ntotal p50 < 1s\ntotal[state=hot] p50 < 1s"), study)
	if err == nil || !strings.Contains(err.Error(), "rules:1: ") || !strings.Contains(err.Error(), "rules:3: ") || strings.Contains(err.Error(), "rules:2: ") {
		t.Errorf("of three rules: got %v, want the first and the third", err)
	}
}
