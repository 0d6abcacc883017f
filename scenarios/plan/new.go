package plan

import (
	"cmp"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/internal/hint"
)

// maxTrials bounds a plan. The shortest trial takes about a second, so that
// this many take a day.
const maxTrials = 100_000

// Options say which part of a study is run, how often and in which order: they
// make the same plan of the same study.
type Options struct {
	Seed uint64 `json:"-"`

	// Blocks is the number of measured blocks; 0 stands for that of the quick
	// selection or the study's policy.
	Blocks int `json:"blocks,omitempty"`

	// MaxBlocks is the number of blocks up to which undecided comparisons are
	// run on. 0 stands for the policy's, or for none where Blocks or Quick fix
	// the number.
	MaxBlocks int `json:"maxBlocks,omitempty"`

	// Only selects trials by terms, as scenarios.Select does; none selects all.
	Only []string `json:"only,omitempty"`

	// Quick takes the study's own quick selection, with its number of blocks:
	// Only then selects from that.
	Quick bool `json:"quick,omitempty"`

	// Unavailable holds the needs that this machine does not meet, with the
	// reason. Variants with such a need are skipped.
	Unavailable map[scenarios.Need]string `json:"-"`
}

// New expands a study into a plan: the warm-up blocks, then the measured
// ones. Each block holds every selected variant and state once, in an order of
// its own that follows from the seed.
func New(s *scenarios.Study, o Options) (Plan, error) {
	selected, blocks, err := o.selection(s)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Study: s.Name, StudyDigest: s.Digest, Seed: o.Seed, Selection: o}
	p.Selection.Seed, p.Selection.Unavailable = 0, nil
	if p.MinBlocks, p.Blocks, err = o.blocks(s.Policy, blocks); err != nil {
		return Plan{}, err
	}
	cells, skipped := available(s, selected, o.Unavailable)
	switch {
	case len(selected) == 0:
		return Plan{}, fmt.Errorf("study %s has no trials", s.Name)
	case len(cells) == 0:
		return Plan{}, fmt.Errorf("nothing can run here: %s", reasons(skipped))
	}
	p.Skipped = skipped
	if n := (s.Policy.Warmups + p.Blocks) * len(cells); n > maxTrials || p.Blocks > maxTrials {
		return Plan{}, hint.Errorf("select fewer with --only, or run fewer blocks",
			"the plan would hold more than %d trials", maxTrials)
	}
	pcg := rand.NewPCG(o.Seed, 0)
	p.addBlocks(pcg, "w", s.Policy.Warmups, cells)
	p.addBlocks(pcg, "b", p.Blocks, cells)
	if err := checkIDs(p.Trials); err != nil {
		return Plan{}, err
	}
	return p, nil
}

// blocks returns the number of blocks that hold every cell, 0 for all, and of
// all blocks. The study or its quick selection has the given number.
func (o Options) blocks(policy scenarios.Policy, number int) (least, all int, err error) {
	most := o.MaxBlocks
	if most == 0 && o.Blocks == 0 && !o.Quick {
		most = policy.MaxBlocks
	}
	all = cmp.Or(o.Blocks, number)
	switch {
	case all < 1:
		return 0, 0, hint.Errorf("give 1 or more", "the number of blocks is %d", all)
	case most == 0:
		return 0, all, nil
	case o.Blocks == 0:
		all = max(all, scenarios.MinBlocks)
	case all < scenarios.MinBlocks:
		return 0, 0, hint.Errorf("leave out --max-blocks to run just as many",
			"--blocks: before %d blocks no comparison is decided: %d are too few to stop after", scenarios.MinBlocks, all)
	}
	if most < all {
		return 0, 0, hint.Errorf(fmt.Sprintf("give %d or more", all), "--max-blocks: %d is below the %d blocks that hold everything", most, all)
	}
	return all, most, nil
}

// selection returns the cells that the options select, with their null cells
// where the study has them, and how often each is measured unless the options
// say so.
func (o Options) selection(s *scenarios.Study) (cells []scenarios.Cell, blocks int, err error) {
	cells, blocks = s.Cells(), s.Policy.Blocks
	what := ""
	if o.Quick {
		if s.Quick == nil {
			return nil, 0, hint.Errorf("select trials with --only and --blocks, or give the study file a quick: {blocks: 1, only: [cold]}",
				"study %s has no quick selection", s.Name)
		}
		blocks, what = s.Quick.Blocks, " in the quick selection"
		if cells, err = scenarios.Select(cells, s.Quick.Only); err != nil {
			return nil, 0, fmt.Errorf("quick selection: %w", err)
		}
	}
	if cells, err = scenarios.Select(cells, o.Only); err != nil {
		return nil, 0, fmt.Errorf("--only%s: %w", what, err)
	}
	return append(cells, s.NullCells(cells)...), blocks, nil
}

// addBlocks appends n blocks of warm-up ("w") or measured ("b") trials.
func (p *Plan) addBlocks(pcg *rand.PCG, kind string, n int, cells []scenarios.Cell) {
	width := max(2, len(strconv.Itoa(n)))
	for block := 1; block <= n; block++ {
		for _, c := range shuffled(pcg, cells) {
			p.Trials = append(p.Trials, Trial{
				ID:   fmt.Sprintf("%s%0*d-%s-%s-%s", kind, width, block, c.Job, c.Variant, c.State),
				Slot: len(p.Trials), Block: block, Warmup: kind == "w",
				Job: c.Job, Variant: c.Variant, State: c.State,
			})
		}
	}
}

// shuffled returns the cells in random order (Fisher and Yates). It draws from
// the source itself, whose output is fixed by its algorithm: the methods of
// rand.Rand may draw in another way one day, and old plans would change.
func shuffled(pcg *rand.PCG, cells []scenarios.Cell) []scenarios.Cell {
	s := slices.Clone(cells)
	for i := len(s) - 1; i > 0; i-- {
		// The high word of a product with a random number is a random number
		// below the factor; its bias is below 2⁻⁵⁰ for any plan.
		j, _ := bits.Mul64(pcg.Uint64(), uint64(i+1))
		s[i], s[j] = s[j], s[i]
	}
	return s
}

// available splits the cells into those that can run and the variants that
// cannot.
func available(s *scenarios.Study, cells []scenarios.Cell, unavailable map[scenarios.Need]string) (can []scenarios.Cell, cannot []Skip) {
	missing := map[[2]string][]string{}
	for _, job := range s.Jobs {
		for _, v := range job.Variants {
			for _, need := range v.Needs {
				if reason, ok := unavailable[need]; ok {
					id := [2]string{job.Name, v.Name}
					missing[id] = append(missing[id], fmt.Sprintf("needs %s: %s", need, reason))
				}
			}
		}
	}
	for _, c := range cells {
		lacks, skip := missing[[2]string{c.Job, c.Variant}]
		if !skip {
			can = append(can, c)
			continue
		}
		s := Skip{Job: c.Job, Variant: c.Variant, Reason: strings.Join(lacks, "; ")}
		if !slices.Contains(cannot, s) {
			cannot = append(cannot, s)
		}
	}
	return can, cannot
}

func reasons(skipped []Skip) string {
	var list []string
	for _, s := range skipped {
		list = append(list, fmt.Sprintf("%s/%s %s", s.Job, s.Variant, s.Reason))
	}
	return strings.Join(list, ", ")
}

// checkIDs finds trials that have one id, as those of job "a", variant "b-c"
// and of job "a-b", variant "c" do.
func checkIDs(trials []Trial) error {
	seen := map[string]Trial{}
	for _, t := range trials {
		if other, twice := seen[t.ID]; twice {
			return hint.Errorf("rename one of them", "%s/%s and %s/%s would have the same trials %q",
				other.Job, other.Variant, t.Job, t.Variant, t.ID)
		}
		seen[t.ID] = t
	}
	return nil
}
