package charts

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

func (v view) savings() Savings {
	s := Savings{Phases: []string{results.PhaseTotal}}
	if p := v.promised(); p != "" {
		s.Phases = append(s.Phases, p)
	}
	var variants []string
	baselines := v.baselines()
	for _, c := range v.cells() {
		total := v.saving(c.Cell, results.PhaseTotal)
		if total == nil {
			continue
		}
		row := SavingRow{Variant: c.Variant}
		for _, phase := range s.Phases {
			row.Cells = append(row.Cells, v.savingCell(c.Cell, phase))
		}
		s.Groups = addRow(s.Groups, c.State, row)
		if !slices.Contains(variants, c.Variant) {
			variants = append(variants, c.Variant)
		}
	}
	s.Caption = v.caption("what " + subject(variants) + " against " + strings.Join(quoted(baselines), " and "))
	s.Notes = v.savingNotes(s.Phases)
	if len(baselines) > 1 {
		s.Notes = append([]string{v.pairings()}, s.Notes...)
	}
	return s
}

// subject says who saves, for a title.
func subject(variants []string) string {
	if len(variants) == 1 {
		return strconv.Quote(variants[0]) + " saves"
	}
	return "the variants save"
}

// baselines names what the job's variants are compared with.
func (v view) baselines() []string {
	var names []string
	for _, s := range v.sum.Savings {
		if s.Job == v.job && !slices.Contains(names, s.Baseline) {
			names = append(names, s.Baseline)
		}
	}
	return names
}

func quoted(names []string) []string {
	var all []string
	for _, n := range names {
		all = append(all, strconv.Quote(n))
	}
	return all
}

// pairings says what each variant is compared with.
func (v view) pairings() string {
	var pairs []string
	for _, s := range v.sum.Savings {
		if p := s.Variant + " against " + s.Baseline; s.Job == v.job && !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	return "Compared: " + strings.Join(pairs, ", ") + "."
}

// promised returns the phase, besides the total, of which the document
// promises to save most; "" when it promises nothing.
func (v view) promised() string {
	best, phase := 0.0, ""
	for _, s := range v.sum.Savings {
		if s.Job != v.job || s.Phase == results.PhaseTotal {
			continue
		}
		for _, d := range s.Documented {
			if d.Target.High > best {
				best, phase = d.Target.High, s.Phase
			}
		}
	}
	return phase
}

func (v view) saving(cell results.Cell, phase string) *verdict.Saving {
	for i, s := range v.sum.Savings {
		if s.Cell == cell && s.Phase == phase {
			return &v.sum.Savings[i]
		}
	}
	return nil
}

func (v view) savingCell(cell results.Cell, phase string) Saving {
	s := v.saving(cell, phase)
	if s == nil {
		return Saving{Note: "not measured"}
	}
	out := Saving{Seconds: interval(s.Seconds), Note: s.Reason}
	for _, pair := range s.Compared() {
		out.Blocks = append(out.Blocks, pair.Share())
	}
	out.Interval, out.Few = estimate(s)
	if d := s.Foremost(); d != nil {
		out.Documented, out.Word = &Range{d.Target.Low, d.Target.High}, string(d.Position)
	}
	return out
}

// estimate returns a saving's estimate with the ends of its interval; with those
// of its pairs where they are too few for one, and how few they are.
func estimate(s *verdict.Saving) (i *Interval, few string) {
	i = interval(s.Spread)
	if i == nil || !s.Effect.TooFew() {
		return i, ""
	}
	return i, s.Effect.Reason
}

// paired says what a saving is of.
func (v view) paired() string {
	if v.derived() != nil {
		return "Saving: 1 − variant / baseline, of the two sums of one block."
	}
	return "Saving: 1 − variant / baseline, of the two trials of one block."
}

// savingNotes says where the documented ranges come from.
func (v view) savingNotes(phases []string) []string {
	var notes []string
	documented := false
	for _, phase := range phases {
		stated, derived := v.documentedStates(phase)
		documented = documented || len(stated)+len(derived) > 0
		if len(derived) == 0 {
			continue
		}
		in := ""
		if len(stated) > 0 {
			in = " in " + strings.Join(derived, ", ")
		}
		notes = append(notes, "The documented range of "+phase+in+" follows from the document's times; it does not state it as a saving.")
	}
	first := v.paired()
	switch {
	case !documented:
		first += " The study names no documented saving for what was measured."
	case !verdict.Comparable(v.run):
		first += " Documented times were measured elsewhere; only savings are compared with them."
	}
	return append([]string{first}, notes...)
}

// documentedStates returns the states in which the document states a saving of
// the phase, and those in which one follows from its times.
func (v view) documentedStates(phase string) (stated, derived []string) {
	for _, s := range v.sum.Savings {
		d := s.Foremost()
		if s.Job != v.job || s.Phase != phase || d == nil {
			continue
		}
		list := &stated
		if d.Target.Derived {
			list = &derived
		}
		if !slices.Contains(*list, s.State) {
			*list = append(*list, s.State)
		}
	}
	return stated, derived
}
