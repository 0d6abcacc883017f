package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// savings returns what the variants save beside what is documented, a table
// per baseline, and how the documented times are to be read.
func (j job) savings(run results.Run) document {
	var d document
	for _, b := range j.baselines() {
		if g := j.savingRows(b); len(g.rows) > 0 {
			d = append(d, g)
		}
	}
	if g := j.documentedTimes(); len(g.rows) > 0 {
		return append(d, g)
	}
	if note := j.notComparable(run); note != "" {
		d = append(d, paragraph{note})
	}
	return d
}

// baselines returns what the variants are compared with.
func (j job) baselines() []string {
	var all []string
	for _, s := range j.saved {
		if !slices.Contains(all, s.Baseline) {
			all = append(all, s.Baseline)
		}
	}
	return all
}

// savingRows has a row per saving that is worth one, and one more for each
// further documented range that says something else.
func (j job) savingRows(baseline string) grid {
	g := grid{
		title: "Saving against " + baseline + ": estimate, interval (of too few pairs, range). Below zero is slower.",
		columns: []column{{name: "state"}, {name: "variant"}, {name: "phase"},
			{"saving", true}, {"seconds saved", true}, {name: "verdict"}, {name: "documented"}},
		keys: 3,
	}
	for _, s := range j.saved {
		if s.Baseline != baseline || !telling(s) {
			continue
		}
		keys := append(keysOf(s.Cell), cell{text: s.Phase})
		saving, seconds := savingOf(s), secondsSaved(s)
		verdict := verdictOf(s)
		for _, d := range documentedOf(s) {
			g.rows = append(g.rows, append(slices.Clone(keys), saving, seconds, verdict, d))
			saving, seconds, verdict = cell{}, cell{}, cell{}
		}
	}
	return g
}

// material is the time saved, in seconds, from which a phase gets a row that
// the document does not give it.
const material = 0.5

// telling tells whether a saving is worth a row: the total and the packages
// always; another phase when a saving of it is documented and there was time
// to save, or when every block gained, or every block lost, and that much.
func telling(s verdict.Saving) bool {
	switch {
	case s.Phase == results.PhaseTotal || s.Phase == "pip-install":
		return true
	case results.IsPart(s.Phase):
		return false
	case s.Seconds.N > 0 && (s.Seconds.Min > 0 || s.Seconds.Max < 0) && math.Abs(s.Seconds.Median) >= material:
		return true
	}
	return s.N > 0 && slices.ContainsFunc(s.Documented, func(c verdict.Comparison) bool {
		return c.Target.Low != 0 || c.Target.High != 0
	})
}

func savingOf(s verdict.Saving) cell {
	if s.N == 0 {
		return cell{text: "no data"}
	}
	return shares(s.Spread)
}

// inSentence returns an estimate with what stands beside it, and says where that
// is the range of too few pairs.
func inSentence(c cell, e verdict.Effect) string {
	if e.TooFew() && c.detail != "" {
		c.detail = "range " + c.detail
	}
	return c.inline()
}

// verdictOf returns the verdict with its reason; nothing where there is no pair.
func verdictOf(s verdict.Saving) cell {
	if s.N == 0 {
		return cell{}
	}
	return cell{text: string(s.Effect.Verdict), detail: s.Effect.Reason}
}

func secondsSaved(s verdict.Saving) cell { return spread(s.Seconds, charts.Seconds) }

// documentedOf returns how the saving lies to each documented range: what the
// document states first, then what follows from its times where that lies
// otherwise. There is one cell at least.
func documentedOf(s verdict.Saving) []cell {
	first := s.Foremost()
	if first == nil {
		return []cell{{detail: s.Reason}}
	}
	cells := []cell{position(*first, s.Reason)}
	for i := range s.Documented {
		if d := &s.Documented[i]; d != first && d.Position != first.Position {
			cells = append(cells, position(*d, ""))
		}
	}
	return cells
}

// position says how a number lies to a documented range, and why it cannot be
// compared or is of fewer blocks than there are.
func position(c verdict.Comparison, reason string) cell {
	if c.Position == verdict.NotComparable {
		return cell{text: documented(c.Target), detail: cmp.Or(c.Reason, reason)}
	}
	return cell{text: string(c.Position) + " " + documented(c.Target), detail: reason}
}

// faster ends what documents say of a saving.
const faster = " faster"

// documented returns a range as the document writes it.
func documented(t results.Target) string {
	label := strings.TrimSuffix(t.Label, faster)
	if t.Derived {
		return label + " (derived)"
	}
	return label
}

// documentedTimes has a row per documented time that the verdict compared;
// none on a machine that the document does not speak of.
func (j job) documentedTimes() grid {
	g := grid{
		title: "Time beside the documented time",
		columns: []column{{name: "state"}, {name: "variant"}, {name: "phase"},
			{"seconds", true}, {name: "documented"}},
		keys: 3,
	}
	for _, c := range j.cells {
		for _, p := range c.Phases {
			for _, d := range p.Documented {
				if d.Position != verdict.NotComparable {
					g.rows = append(g.rows, append(keysOf(c.Cell), cell{text: p.Name}, cell{text: charts.Seconds(p.Median), value: p.Median, number: true}, position(d, "")))
				}
			}
		}
	}
	return g
}

// notComparable says that documented times are not held against measured
// ones, and what they are; "" when they are, or when none is documented.
func (j job) notComparable(run results.Run) string {
	if verdict.Comparable(run) {
		return ""
	}
	var totals []string
	times := 0
	for _, t := range run.Targets {
		if t.Job != j.name || t.Unit != results.Seconds || t.Baseline != "" {
			continue
		}
		times++
		if s := fmt.Sprintf("%s %s in %s", t.Variant, t.Label, states(t)); t.Phase == results.PhaseTotal && !slices.Contains(totals, s) {
			totals = append(totals, s)
		}
	}
	if times == 0 {
		return ""
	}
	s := "Documented times were measured on another machine and are not comparable with these; compare the savings."
	if len(totals) > 0 {
		s += " The document's totals: " + strings.Join(totals, "; ") + "."
	}
	return s
}
