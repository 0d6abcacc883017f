package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

// longAnswer is how many comparisons or claims a line of the answer names.
const longAnswer = 4

// Answer says in at most three lines what a run shows: what is faster, what is
// not, where it makes most of a difference first, and what that makes of the
// document.
func Answer(run results.Run, sum verdict.Summary, entries []ledger.Entry) []string {
	called := map[verdict.Verdict][]verdict.Saving{}
	undecided, few := 0, 0
	for _, s := range sum.Savings {
		if s.Phase != results.PhaseTotal || s.N == 0 || run.IsNull(s.Job, s.Variant) {
			continue
		}
		switch v := s.Effect.Verdict; v {
		case verdict.Faster, verdict.Slower, verdict.Same:
			called[v] = append(called[v], s)
		default:
			if undecided++; s.Effect.TooFew() {
				few++
			}
		}
	}
	faster := "No variant is surely faster than what it is compared with."
	if all := called[verdict.Faster]; len(all) > 0 {
		faster = "Faster: " + foremost(all) + "."
	}
	var rest []string
	if all := called[verdict.Slower]; len(all) > 0 {
		rest = append(rest, "Slower: "+foremost(all)+".")
	}
	if all := called[verdict.Same]; len(all) > 0 {
		rest = append(rest, "The same: "+foremost(all)+".")
	}
	if undecided > 0 {
		text := "Not decided: " + charts.Count(undecided, "comparison")
		if few == undecided {
			text += ", of too few pairs"
		}
		rest = append(rest, text+".")
	}
	lines := []string{results.Printable(faster)}
	if len(rest) > 0 {
		lines = append(lines, results.Printable(strings.Join(rest, " ")))
	}
	if len(entries) > 0 {
		lines = append(lines, results.Printable("Of the document's claims: "+tally(entries)+"."+wrong(entries)))
	}
	return lines
}

// wrong names what the document says and what does not hold, or not everywhere:
// first what a job is to save, then sentences, then the rest of its figures.
func wrong(entries []ledger.Entry) string {
	var savings, sentences, others []string
	for _, v := range []ledger.Verdict{ledger.Refuted, ledger.Depends} {
		for _, e := range entries {
			switch t := e.Target; {
			case e.Verdict != v:
			case t == nil:
				sentences = append(sentences, e.Says)
			case t.Phase == results.PhaseTotal && t.Baseline != "":
				savings = append(savings, t.Job+verbOf(*t)+t.Label)
			default:
				others = append(others, t.Job+", "+t.Phase+verbOf(*t)+t.Label)
			}
		}
	}
	named := slices.Concat(savings, sentences, others)
	if len(named) == 0 {
		return ""
	}
	return " Not as it says: " + some(named) + "."
}

// some joins the first few.
func some(all []string) string {
	if more := len(all) - longAnswer; more > 0 {
		return strings.Join(all[:longAnswer], "; ") + fmt.Sprintf("; and %d more", more)
	}
	return strings.Join(all, "; ")
}

// foremost names the first few of what was called alike, by the seconds that
// they make.
func foremost(all []verdict.Saving) string {
	slices.SortStableFunc(all, func(a, b verdict.Saving) int {
		return cmp.Compare(math.Abs(b.Seconds.Median), math.Abs(a.Seconds.Median))
	})
	var named []string
	for _, s := range all {
		text := fmt.Sprintf("%s/%s in %s", s.Job, s.Variant, s.State)
		if s.Effect.Verdict != verdict.Same {
			by := s.Spread
			if s.Effect.Verdict == verdict.Slower {
				by.Median, by.Min, by.Max = -by.Median, -by.Max, -by.Min
			}
			text += fmt.Sprintf(" by %s s, %s", charts.Seconds(math.Abs(s.Seconds.Median)), shares(by).inline())
		}
		named = append(named, text)
	}
	return some(named)
}

// answer says in a line per state what the variants save of the total, beside
// what is documented, for each baseline.
func (j job) answer() document {
	var d document
	for _, baseline := range j.baselines() {
		var l list
		for _, s := range j.saved {
			if s.Phase != results.PhaseTotal || s.Baseline != baseline {
				continue
			}
			if n := len(l); n > 0 && l[n-1].name == s.State {
				l[n-1].text += "; " + inWords(s)
				continue
			}
			l = append(l, item{s.State, inWords(s)})
		}
		if len(l) > 0 {
			intro := fmt.Sprintf("%s against %s: saving of total, estimate and interval. Below zero is slower.", j.subject(), baseline)
			d = append(d, paragraph{intro}, l)
		}
	}
	return d
}

// subject names the job in a sentence.
func (j job) subject() string {
	if j.of == nil {
		return j.name
	}
	return j.name + " (the sum of " + strings.Join(j.of, " and ") + ")"
}

// inWords returns "after is faster: 42 % (40–45 %), 7.10 s, against a
// documented 70–75 %".
func inWords(s verdict.Saving) string {
	if s.N == 0 {
		return s.Variant + ": no data, " + s.Reason
	}
	text := s.Variant + " " + called(s.Effect) + ": " + inSentence(savingOf(s), s.Effect)
	if s.Effect.Verdict != verdict.Inconclusive {
		text += ", " + charts.Seconds(s.Seconds.Median) + " s"
	}
	if d := s.Foremost(); d != nil && d.Position != verdict.NotComparable {
		text += ", against a documented " + charts.Percents(charts.Range{Low: d.Target.Low, High: d.Target.High})
		if d.Target.Derived {
			text += " (derived)"
		}
	}
	return text
}

// called returns the verdict in a sentence.
func called(e verdict.Effect) string {
	switch e.Verdict {
	case verdict.Faster, verdict.Slower:
		return "is " + string(e.Verdict)
	case verdict.Same:
		return "takes the same time"
	default:
		return "is not decided (" + e.Reason + ")"
	}
}
