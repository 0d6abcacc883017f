package results

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
)

var deploy = Run{Pipelines: []Pipeline{{
	Name: "deploy", Jobs: []string{"lint", "build"},
	Variants: []Variant{{Name: "before"}, {Name: "after", Baseline: "before", DocumentedAs: "new"}},
	Cells: []PipelineCell{
		{"before", "hit", []Cell{{"lint", "before", "hit"}, {"build", "before", "warm"}}},
		{"after", "hit", []Cell{{"lint", "after", "hit"}, {"build", "before", "warm"}}},
	},
}}}

// part returns a trial as a test writes it: block, cell and total.
func part(id string, block int, cell string, total float64) Trial {
	names := strings.Split(cell, "/")
	return Trial{
		ID: id, Slot: 10 * block, Block: block, Cell: Cell{names[0], names[1], names[2]}, Outcome: OK,
		Samples: []Sample{{Name: PhaseTotal, Kind: Phase, Unit: Seconds, Value: total}, {Name: "x", Kind: Counter, Unit: Count, Value: 1}},
	}
}

// brief writes trials as "block cell id: phase seconds, …".
func brief(trials []Trial) string {
	var lines []string
	for _, t := range trials {
		var samples []string
		for _, s := range t.Samples {
			samples = append(samples, fmt.Sprintf("%s %g", s.Name, s.Value))
		}
		lines = append(lines, fmt.Sprintf("%d %s [%s]: %s", t.Block, t.Cell, t.ID, strings.Join(samples, ", ")))
	}
	return strings.Join(lines, "\n")
}

func TestDerive(t *testing.T) {
	t.Parallel()
	lint, build := part("l1", 1, "lint/before/hit", 20), part("b1", 1, "build/before/warm", 5)
	after := part("a1", 1, "lint/after/hit", 8)
	edited := func(t Trial, edit func(*Trial)) Trial {
		edit(&t)
		return t
	}
	for name, tt := range map[string]struct {
		trials []Trial
		want   string
	}{
		"nothing":   {nil, ""},
		"one alone": {[]Trial{lint}, ""},
		"sums": {[]Trial{build, after, lint}, "1 deploy/before/hit [l1 + b1]: total 25, lint 20, build 5\n" +
			"1 deploy/after/hit [a1 + b1]: total 13, lint 8, build 5"},
		"by block": {[]Trial{part("l2", 2, "lint/before/hit", 30), build, lint, part("b2", 2, "build/before/warm", 7), part("l3", 3, "lint/before/hit", 30)},
			"1 deploy/before/hit [l1 + b1]: total 25, lint 20, build 5\n2 deploy/before/hit [l2 + b2]: total 37, lint 30, build 7"},
		"failed":   {[]Trial{lint, edited(build, func(t *Trial) { t.Outcome = Failed })}, ""},
		"invalid":  {[]Trial{lint, edited(build, func(t *Trial) { t.Outcome = Invalid })}, ""},
		"warm-up":  {[]Trial{lint, edited(build, func(t *Trial) { t.Warmup = true })}, ""},
		"no total": {[]Trial{lint, edited(build, func(t *Trial) { t.Samples = nil })}, ""},
		"the last of several": {[]Trial{edited(build, func(t *Trial) { t.Slot, t.ID = 99, "late" }), lint, build},
			"1 deploy/before/hit [l1 + late]: total 25, lint 20, build 5"},
		"another cell": {[]Trial{lint, part("b1", 1, "build/before/cold", 5)}, ""},
	} {
		got := deploy.Derive(tt.trials)
		if brief(got) != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, brief(got), tt.want)
		}
		for _, d := range got {
			if d.Outcome != OK || d.Slot <= 10 || d.Duration != d.Samples[0].Value {
				t.Errorf("%s: got %+v, want an ok trial behind the others, with its total as duration", name, d)
			}
		}
	}
	if got := (&Run{}).Derive([]Trial{lint, build}); got != nil {
		t.Errorf("got %v of a run without pipelines", got)
	}
}

func TestAllTrials(t *testing.T) {
	t.Parallel()
	trials := make([]Trial, 0, 8) // with room behind them that is not to be written to
	trials = append(trials, part("l1", 1, "lint/before/hit", 20), part("b1", 1, "build/before/warm", 5))
	ids := func(trials []Trial) string {
		var all []string
		for _, t := range trials {
			all = append(all, t.ID)
		}
		return strings.Join(all, ", ")
	}
	if got, want := ids(deploy.AllTrials(trials)), "l1, b1, l1 + b1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := trials[:3][2].ID; got != "" {
		t.Errorf("behind the argument: got %s, want nothing", got)
	}
	none := (&Run{}).AllTrials(trials)
	none[0].ID = "mine"
	if got, want := ids(trials), "l1, b1"; got != want || len(none) != 2 {
		t.Errorf("without pipelines: got %d trials, and %s as the argument, want 2 and %s", len(none), got, want)
	}
}

func TestWithDerived(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	stream := func(err error) iter.Seq2[Trial, error] {
		return func(yield func(Trial, error) bool) {
			_ = yield(part("l1", 1, "lint/before/hit", 20), nil) && yield(part("b1", 1, "build/before/warm", 5), err)
		}
	}
	ids := func(err error) string {
		var all []string
		for t, err := range deploy.WithDerived(stream(err)) {
			all = append(all, fmt.Sprint(t.ID, err))
		}
		return strings.Join(all, ", ")
	}
	if got, want := ids(nil), "l1<nil>, b1<nil>, l1 + b1<nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ids(broken), "l1<nil>, b1broken"; got != want {
		t.Errorf("after an error: got %s, want %s", got, want)
	}
	for range deploy.WithDerived(stream(nil)) {
		break // must not panic
	}
}

func TestPipelineIsAJobOfItsRun(t *testing.T) {
	t.Parallel()
	if got := deploy.Baseline("deploy", "after"); got != "before" {
		t.Errorf("got baseline %q, want before", got)
	}
	if got := deploy.DocumentedAs("deploy", "after"); got != "new" {
		t.Errorf("got documented as %q, want new", got)
	}
	if jobs := deploy.AllJobs(); len(jobs) != 1 || jobs[0].Name != "deploy" || len(deploy.Jobs) != 0 {
		t.Errorf("got jobs %v", jobs)
	}
}

func TestLinesOfAPipeline(t *testing.T) {
	t.Parallel()
	trials := []Trial{part("l1", 1, "lint/before/hit", 20), part("b1", 1, "build/before/warm", 5)}
	var got []string
	for l, err := range Lines(deploy, func(yield func(Trial, error) bool) {
		_ = yield(trials[0], nil) && yield(trials[1], nil)
	}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(l.record()[2:10], " "))
	}
	want := `lint before hit 1 l1 total seconds 20
lint before hit 1 l1 x count 1
build before warm 1 b1 total seconds 5
build before warm 1 b1 x count 1
deploy before hit 1 l1 + b1 total seconds 25
deploy before hit 1 l1 + b1 lint seconds 20
deploy before hit 1 l1 + b1 build seconds 5`
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
