package charts

import (
	"slices"
	"strconv"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// pairs returns the chart of what the totals of the variants save against one
// baseline; false without two blocks to hold against each other.
func (v view) pairs(baseline string) (Pairs, bool) {
	p := Pairs{Same: v.run.Policy.Same}
	var variants []string
	enough := false
	for _, c := range v.cells() {
		total := v.saving(c.Cell, results.PhaseTotal)
		if total == nil || total.Baseline != baseline {
			continue
		}
		row := pairRow(c.Variant, total)
		enough = enough || len(row.Blocks) > 1
		p.Groups = addRow(p.Groups, c.State, row)
		if !slices.Contains(variants, c.Variant) {
			variants = append(variants, c.Variant)
		}
	}
	p.Caption = v.caption("what " + subject(variants) + " against " + strconv.Quote(baseline) + ", block by block")
	p.Notes = []string{v.paired() + " Each panel has a scale of its own. Beside it: the estimate and the verdict."}
	return p, enough
}

func pairRow(variant string, s *verdict.Saving) PairRow {
	row := PairRow{Variant: variant, Word: string(s.Effect.Verdict), Note: s.Reason}
	row.Interval, row.Few = estimate(s)
	for _, pair := range s.Compared() {
		row.Blocks = append(row.Blocks, BlockSaving{pair.Block, pair.Share()})
	}
	return row
}
