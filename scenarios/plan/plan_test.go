package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cibench/cibench/scenarios"
)

var update = flag.Bool("update", false, "write the golden files")

func study() *scenarios.Study {
	return &scenarios.Study{
		Name: "starter", Digest: "sha256:0", Policy: scenarios.Policy{Blocks: 2, Warmups: 1},
		Jobs: []scenarios.Job{{
			Name: "build", States: []scenarios.State{scenarios.Cold, scenarios.Warm, scenarios.CodeChange},
			Variants: []scenarios.Variant{
				{Name: "before"},
				{Name: "after"},
				{Name: "alpine", States: []scenarios.State{scenarios.Cold}, Needs: []scenarios.Need{scenarios.NeedImagePull}},
			},
		}, {
			Name: "lint", States: []scenarios.State{scenarios.Cold},
			Variants: []scenarios.Variant{{Name: "before"}},
		}},
	}
}

func mustNew(t *testing.T, s *scenarios.Study, o Options) Plan {
	t.Helper()
	p, err := New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGolden holds the order of a seed for ever: a plan that is made again
// from an old run's seed must be the old plan.
func TestGolden(t *testing.T) {
	t.Parallel()
	o := Options{Seed: 42, Unavailable: map[scenarios.Need]string{scenarios.NeedImagePull: "no answer"}}
	var got bytes.Buffer
	if err := mustNew(t, study(), o).WriteText(&got); err != nil {
		t.Fatal(err)
	}
	const file = "testdata/seed42.txt"
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestNewBlocks(t *testing.T) {
	t.Parallel()
	s := study()
	cells := s.Cells()
	orders := map[string]bool{}
	for seed := range uint64(50) {
		p := mustNew(t, s, Options{Seed: seed, Blocks: 3})
		if got, want := len(p.Trials), 4*len(cells); got != want {
			t.Fatalf("seed %d: got %d trials, want %d", seed, got, want)
		}
		for i, trials := range slices.Collect(slices.Chunk(p.Trials, len(cells))) {
			var held []scenarios.Cell
			for _, trial := range trials {
				if trial.Warmup != (i == 0) || trial.Block != max(i, 1) {
					t.Errorf("seed %d: got %+v in block %d", seed, trial, i)
				}
				held = append(held, scenarios.Cell{Job: trial.Job, Variant: trial.Variant, State: trial.State})
			}
			for _, c := range cells {
				if !slices.Contains(held, c) {
					t.Errorf("seed %d: block %d lacks %v", seed, i, c)
				}
			}
			order, err := json.Marshal(trials)
			if err != nil {
				t.Fatal(err)
			}
			orders[string(order)] = true
		}
		if err := p.check(); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if got, want := len(orders), 190; got < want {
		t.Errorf("got %d different orders in 200 blocks, want at least %d", got, want)
	}
}

// TestShuffledIsFair counts where each of four cells ends. With 24,000 draws
// a fair shuffle gives 6,000 each, with a standard deviation of 67.
func TestShuffledIsFair(t *testing.T) {
	t.Parallel()
	s := study()
	s.Policy.Warmups = 0
	const blocks = 24_000
	p := mustNew(t, s, Options{Seed: 1, Blocks: blocks, Only: []string{"build/before/*", "lint"}})
	first := map[string]int{}
	for _, trial := range p.Trials {
		if trial.Slot%4 == 0 {
			first[trial.Job+string(trial.State)]++
		}
	}
	for name, n := range first {
		if n < blocks/4-400 || n > blocks/4+400 {
			t.Errorf("seed 1: %s is first %d times of %d", name, n, blocks)
		}
	}
	if len(first) != 4 {
		t.Errorf("got %d cells in front, want 4", len(first))
	}
}

func TestMoreBlocksKeepTheFirst(t *testing.T) {
	t.Parallel()
	short, long := mustNew(t, study(), Options{Seed: 7, Blocks: 2}), mustNew(t, study(), Options{Seed: 7, Blocks: 9})
	if got, want := long.Trials[:len(short.Trials)], short.Trials; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := mustNew(t, study(), Options{Blocks: 120}).Trials[8].ID[:5], "b001-"; got != want {
		t.Errorf("got an id that begins with %q, want %q", got, want)
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		only []string
		want string // of one block, sorted
	}{
		"variant": {[]string{"after"}, "build/after/code-change build/after/cold build/after/warm"},
		"and":     {[]string{"after", "cold"}, "build/after/cold"},
		"or":      {[]string{"after", "cold", "warm"}, "build/after/cold build/after/warm"},
		"job":     {[]string{"lint"}, "lint/before/cold"},
		"glob":    {[]string{"a*"}, "build/after/code-change build/after/cold build/after/warm build/alpine/cold"},
		"slashes": {[]string{"*/before/cold"}, "build/before/cold lint/before/cold"},
		"slash or rest": {[]string{"lint/*/*", "after", "warm"},
			"build/after/warm lint/before/cold"},
		"two slashes": {[]string{"lint/*/*", "build/a*/cold"}, "build/after/cold build/alpine/cold lint/before/cold"},
		"twice":       {[]string{"lint", "lint", "lint/before/cold"}, "lint/before/cold"},
	} {
		var cells []string
		for _, trial := range mustNew(t, study(), Options{Only: tc.only, Blocks: 1}).Trials {
			if !trial.Warmup {
				cells = append(cells, scenarios.Cell{Job: trial.Job, Variant: trial.Variant, State: trial.State}.String())
			}
		}
		slices.Sort(cells)
		if got := strings.Join(cells, " "); got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
}

func TestQuick(t *testing.T) {
	t.Parallel()
	s := study()
	s.Policy.Warmups, s.Policy.Blocks = 0, 5
	s.Quick = &scenarios.Quick{Blocks: 2, Only: []string{"build", "before", "after", "cold"}}
	for name, tc := range map[string]struct {
		o    Options
		want string // sorted
	}{
		"alone":  {Options{Quick: true}, "b01/after b01/before b02/after b02/before"},
		"blocks": {Options{Quick: true, Blocks: 1}, "b01/after b01/before"},
		"only":   {Options{Quick: true, Only: []string{"after"}}, "b01/after b02/after"},
	} {
		var got []string
		for _, trial := range mustNew(t, s, tc.o).Trials {
			if trial.Job != "build" || trial.State != scenarios.Cold {
				t.Errorf("%s: got %s, want none but build and cold", name, trial.ID)
			}
			got = append(got, trial.ID[:3]+"/"+trial.Variant)
		}
		slices.Sort(got)
		if got := strings.Join(got, " "); got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
	s.Quick.Only = nil
	if got, want := len(mustNew(t, s, Options{Quick: true}).Trials), 2*len(s.Cells()); got != want {
		t.Errorf("without terms: got %d trials, want %d", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	const names = "jobs build, lint; variants before, after, alpine; states cold, warm, code-change"
	twins := study()
	twins.Jobs[0].Variants[1].Name = "a-b"
	twins.Jobs[1].Name, twins.Jobs[1].Variants[0].Name = "build-a", "b"
	quick := study()
	quick.Quick = &scenarios.Quick{Blocks: 1, Only: []string{"build", "cold"}}
	both := study()
	both.Jobs[1].Name = "before"
	for name, tc := range map[string]struct {
		study      *scenarios.Study
		o          Options
		want, hint string
	}{
		"nothing": {study(), Options{Only: []string{"after", "hot"}}, `--only: "hot" matches nothing`, names},
		"slashes": {study(), Options{Only: []string{"build/after/hot"}}, `--only: "build/after/hot" matches nothing`, names},
		"combination": {study(), Options{Only: []string{"lint", "warm"}}, `--only: ["lint" "warm"] select nothing together`,
			"a job, a variant and a state are combined, and this study has no such trial"},
		"two parts": {study(), Options{Only: []string{"after/cold"}}, `--only: "after/cold" has not three parts`,
			"write job/variant/state, with * for any, or one name without slash"},
		"pattern": {study(), Options{Only: []string{"a[", "b"}}, `--only: "a[" is no pattern`, "* matches any text, ? one letter, [ab] either"},
		"ambiguous": {both, Options{Only: []string{"before"}}, `--only: "before" matches a job and a variant`,
			"write job/variant/state, with * for any"},
		"no quick": {study(), Options{Quick: true}, "study starter has no quick selection",
			"select trials with --only and --blocks, or give the study file a quick: {blocks: 1, only: [cold]}"},
		"not in quick": {quick, Options{Quick: true, Only: []string{"warm"}}, `--only in the quick selection: "warm" matches nothing`,
			"jobs build; variants before, after, alpine; states cold"},
		"blocks": {study(), Options{Blocks: -1}, "the number of blocks is -1", "give 1 or more"},
		"few then most": {study(), Options{Blocks: 4, MaxBlocks: 9}, "--blocks: before 5 blocks no comparison is decided: 4 are too few to stop after",
			"leave out --max-blocks to run just as many"},
		"most below least": {study(), Options{Blocks: 6, MaxBlocks: 5}, "--max-blocks: 5 is below the 6 blocks that hold everything", "give 6 or more"},
		"too many":         {study(), Options{Blocks: 1 << 62}, "the plan would hold more than 100000 trials", "select fewer with --only, or run fewer blocks"},
		"same ids":         {twins, Options{}, "", "rename one of them"},
		"no trials":        {&scenarios.Study{Name: "none"}, Options{Blocks: 1}, "study none has no trials", ""},
		"all skipped": {study(), Options{Only: []string{"alpine"}, Unavailable: map[scenarios.Need]string{scenarios.NeedImagePull: "no answer"}},
			"nothing can run here: build/alpine needs image-pull: no answer", ""},
	} {
		_, err := New(tc.study, tc.o)
		if err == nil || tc.want != "" && err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
			continue
		}
		var hinter interface{ Hint() string }
		hint := ""
		if errors.As(err, &hinter) {
			hint = hinter.Hint()
		}
		if hint != tc.hint {
			t.Errorf("%s: got hint %q, want %q", name, hint, tc.hint)
		}
	}
}

func TestSkipped(t *testing.T) {
	t.Parallel()
	o := Options{Unavailable: map[scenarios.Need]string{scenarios.NeedImagePull: "no answer"}}
	p := mustNew(t, study(), o)
	if got, want := p.Skipped, []Skip{{"build", "alpine", "needs image-pull: no answer"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if slices.ContainsFunc(p.Trials, func(t Trial) bool { return t.Variant == "alpine" }) {
		t.Error("a skipped variant is in the plan")
	}
	o.Only = []string{"after"}
	if p = mustNew(t, study(), o); p.Skipped != nil {
		t.Errorf("got %v skipped, though it was not selected", p.Skipped)
	}
}

// TestJSON loses nothing of a plan: it is kept with its run in that form.
func TestJSON(t *testing.T) {
	t.Parallel()
	want := mustNew(t, study(), Options{Seed: 1<<64 - 1})
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Plan
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
