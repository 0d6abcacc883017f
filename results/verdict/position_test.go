package verdict_test

import (
	"reflect"
	"testing"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

func target(edit func(*results.Target)) results.Target {
	t := results.Target{
		ID: "t", Job: "build", Phase: "total", Variant: "after", Baseline: "before",
		States: []string{"warm", "cold"}, Unit: results.Ratio, Low: 0.7, High: 0.75,
	}
	edit(&t)
	return t
}

func TestSavingPosition(t *testing.T) {
	t.Parallel()
	keep := func(*results.Target) {}
	tests := []struct {
		name   string
		after  float64 // against 100
		edit   func(*results.Target)
		want   verdict.Position // "" when the target does not apply
		reason string
	}{
		{"inside", 28, keep, verdict.Inside, ""},
		{"on the upper end", 25, keep, verdict.Inside, ""},
		{"above", 20, keep, verdict.Above, ""},
		{"below", 40, keep, verdict.Below, ""},
		{"the job's baseline goes without saying", 28, func(t *results.Target) { t.Baseline = "" }, verdict.Inside, ""},
		{
			"another baseline", 28, func(t *results.Target) { t.Baseline = "older" },
			verdict.NotComparable, "documented against older, measured against before",
		},
		{"another phase", 28, func(t *results.Target) { t.Phase = "export" }, "", ""},
		{"another job", 28, func(t *results.Target) { t.Job = "lint" }, "", ""},
		{"another variant", 28, func(t *results.Target) { t.Variant = "before" }, "", ""},
		{"another state", 28, func(t *results.Target) { t.States = []string{"cold"} }, "", ""},
		{"another unit", 28, func(t *results.Target) { t.Unit = results.Seconds }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var p plan
			p.add(1, "build", "before", "warm", phase("total", 100))
			p.add(1, "build", "after", "warm", phase("total", tt.after))
			goal := target(tt.edit)
			got := findSaving(t, verdict.Summarize(newRun(goal), p), "total").Documented
			var want []verdict.Comparison
			if tt.want != "" {
				want = []verdict.Comparison{{Target: goal, Position: tt.want, Reason: tt.reason}}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// TestDocumentedAs holds a variant against the figures of another name, as
// baseline and as what is compared.
func TestDocumentedAs(t *testing.T) {
	t.Parallel()
	run := newRun(target(func(*results.Target) {}))
	run.Jobs[0].Variants = []results.Variant{
		{Name: "before-compiled", DocumentedAs: "before"},
		{Name: "after-compiled", Baseline: "before-compiled", DocumentedAs: "after"},
		{Name: "plain", Baseline: "before-compiled"},
	}
	var p plan
	p.add(1, "build", "before-compiled", "warm", phase("total", 100))
	p.add(1, "build", "after-compiled", "warm", phase("total", 28))
	p.add(1, "build", "plain", "warm", phase("total", 28))
	for _, s := range verdict.Summarize(run, p).Savings {
		var got []verdict.Position
		for _, c := range s.Documented {
			got = append(got, c.Position)
		}
		var want []verdict.Position
		if s.Cell.Variant == "after-compiled" {
			want = []verdict.Position{verdict.Inside}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", s.Cell.Variant, got, want)
		}
	}
}

func TestSavingPositionWithoutNumbers(t *testing.T) {
	t.Parallel()
	var p plan
	p.add(1, "build", "before", "warm", phase("total", 100))
	p.add(1, "build", "after", "warm", outcome(results.Failed, "exit 1"))
	goal := target(func(t *results.Target) { t.Phase = "pip-install" })
	got := findSaving(t, verdict.Summarize(newRun(goal), p), "pip-install").Documented
	want := []verdict.Comparison{{
		Target: goal, Position: verdict.NotComparable, Reason: "no ok trial of before has this phase",
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAbsolutePosition(t *testing.T) {
	t.Parallel()
	comparable := results.Environment{verdict.ComparableFact: "true"}
	tests := []struct {
		name    string
		edit    func(*results.Run)
		seconds float64
		want    verdict.Position
		reason  string
	}{
		{"another machine", func(*results.Run) {}, 200, verdict.NotComparable, "the documented time was measured on another machine"},
		{"not said to be", func(r *results.Run) { r.Environment = results.Environment{verdict.ComparableFact: "false"} }, 200,
			verdict.NotComparable, "the documented time was measured on another machine"},
		{"simulated", func(r *results.Run) { r.Simulated, r.Environment = true, comparable }, 200, verdict.NotComparable, "the time is simulated"},
		{"inside", func(r *results.Run) { r.Environment = comparable }, 120, verdict.Inside, ""},
		{"above", func(r *results.Run) { r.Environment = comparable }, 241, verdict.Above, ""},
		{"below", func(r *results.Run) { r.Environment = comparable }, 119, verdict.Below, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var p plan
			p.add(1, "build", "after", "warm", phase("total", tt.seconds))
			goal := target(func(t *results.Target) { t.Baseline, t.Unit, t.Low, t.High = "", results.Seconds, 120, 240 })
			// Minutes that are saved are no time that a phase takes.
			saved := target(func(t *results.Target) { t.Unit, t.Low, t.High = results.Seconds, 120, 240 })
			run := newRun(goal, saved)
			tt.edit(&run)
			got := findCell(t, verdict.Summarize(run, p), "after", "warm").Phases[0].Documented
			want := []verdict.Comparison{{Target: goal, Position: tt.want, Reason: tt.reason}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestPositionBesideASingleFigure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		after []float64 // against 100, a block each
		want  verdict.Position
	}{
		{"enclosed, median below", []float64{105, 102, 81}, verdict.Around},
		{"enclosed, median above", []float64{105, 95, 90}, verdict.Around},
		{"hit", []float64{100}, verdict.Around},
		{"every block slower", []float64{101, 102}, verdict.Below},
		{"every block faster", []float64{99, 98}, verdict.Above},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var p plan
			for i, after := range tt.after {
				p.add(i+1, "build", "before", "warm", phase("total", 100))
				p.add(i+1, "build", "after", "warm", phase("total", after))
			}
			none := target(func(t *results.Target) { t.Low, t.High = 0, 0 })
			got := findSaving(t, verdict.Summarize(newRun(none), p), "total").Documented
			if len(got) != 1 || got[0].Position != tt.want {
				t.Errorf("got %+v, want %q", got, tt.want)
			}
		})
	}
}
