package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
)

// claims says what became of the document's claims: how many of each verdict, a
// line for each that the run has something to say of, and one for each reason why
// it has nothing to say of others, which named writes by their ids.
func claims(entries []ledger.Entry, named func(ids []string) string) document {
	if len(entries) == 0 {
		return nil
	}
	type group struct {
		verdict ledger.Verdict
		reason  string
		ids     []string
	}
	var l list
	var others []group
	for _, e := range byVerdict(entries) {
		if e.Verdict != ledger.NotComparable && e.Verdict != ledger.NotMeasured {
			l = append(l, item{string(e.Verdict), entry(e)})
			continue
		}
		i := slices.IndexFunc(others, func(g group) bool { return g.verdict == e.Verdict && g.reason == e.Reason })
		if i < 0 {
			i = len(others)
			others = append(others, group{verdict: e.Verdict, reason: e.Reason})
		}
		others[i].ids = append(others[i].ids, e.ID)
	}
	for _, g := range others {
		l = append(l, item{string(g.verdict), g.reason + ": " + named(g.ids)})
	}
	return document{heading{"What became of the document's claims"}, paragraph{tally(entries) + "."}, l}
}

// byID names claims, and byNumber counts them where they are many.
func byID(ids []string) string { return strings.Join(ids, ", ") }

func byNumber(ids []string) string {
	if len(ids) > 3 {
		return charts.Count(len(ids), "claim")
	}
	return byID(ids)
}

// byVerdict returns the entries in the order of verdicts.
func byVerdict(entries []ledger.Entry) []ledger.Entry {
	return slices.SortedStableFunc(slices.Values(entries), func(a, b ledger.Entry) int {
		return cmp.Compare(slices.Index(ledger.Verdicts, a.Verdict), slices.Index(ledger.Verdicts, b.Verdict))
	})
}

// A count is how many entries have a verdict, and how many of them by a part of
// the situations that they are meant for.
type count struct {
	Verdict   ledger.Verdict
	N, InPart int
}

// counts returns how many entries have each verdict that there is.
func counts(entries []ledger.Entry) []count {
	var all []count
	for _, e := range byVerdict(entries) {
		if len(all) == 0 || all[len(all)-1].Verdict != e.Verdict {
			all = append(all, count{Verdict: e.Verdict})
		}
		last := &all[len(all)-1]
		if last.N++; e.InPart() {
			last.InPart++
		}
	}
	return all
}

// tally writes the counts of verdicts.
func tally(entries []ledger.Entry) string {
	var parts []string
	for _, c := range counts(entries) {
		what := string(c.Verdict)
		if c.Verdict == ledger.Depends {
			what = "depending on the situation"
		}
		if c.InPart > 0 {
			what += fmt.Sprintf(" (%d in part)", c.InPart)
		}
		parts = append(parts, fmt.Sprintf("%d %s", c.N, what))
	}
	return strings.Join(parts, ", ")
}

// entry says in a line what the document claims, and what was found.
func entry(e ledger.Entry) string {
	text := claim(e)
	if e.Line > 0 {
		text += fmt.Sprintf(" (%s, line %d)", e.ID, e.Line)
	} else {
		text += " (" + e.ID + ")"
	}
	if found := found(e); len(found) > 0 {
		text += ": " + strings.Join(found, "; ")
	}
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	return text
}

// found says what was found in each situation, and in which nothing was measured;
// nothing when none was.
func found(e ledger.Entry) []string {
	if e.Verdict == ledger.NotMeasured {
		return nil
	}
	var all []string
	for _, f := range e.Findings {
		all = append(all, finding(f, e))
	}
	return all
}

// claim says what the document claims.
func claim(e ledger.Entry) string {
	if e.Target != nil {
		return figure(*e.Target)
	}
	return e.Says
}

// figure says what a documented figure claims.
func figure(t results.Target) string {
	return t.Job + ", " + t.Phase + ": " + t.Variant + verbOf(t) + t.Label + " in " + states(t)
}

// verbOf returns what stands between a figure and what it is of.
func verbOf(t results.Target) string {
	switch {
	case strings.HasSuffix(t.Label, faster):
		return " is "
	case t.Baseline != "":
		return " saves "
	case t.Unit == results.Bytes:
		return " has "
	default:
		return " takes "
	}
}

// states names the states that a figure is about.
func states(t results.Target) string {
	if n := len(t.States); n > 6 {
		return fmt.Sprintf("%d states", n)
	}
	return strings.Join(t.States, ", ")
}

// finding says what was found in a situation, and what that means where it is
// not what the whole comes to.
func finding(f ledger.Finding, e ledger.Entry) string {
	var text string
	switch {
	case f.Verdict == ledger.NotMeasured:
		if f.Saving != nil {
			f.In = f.Saving.Variant + " in " + f.Saving.State
		}
		text = "not measured, " + f.Reason
	case f.Saving != nil:
		saving := savingOf(*f.Saving)
		if e.Target != nil && e.Target.Unit == results.Seconds && e.Target.Baseline != "" {
			saving = secondsSaved(*f.Saving)
			saving.text += " s"
		}
		text = f.Saving.Variant + " in " + f.Saving.State + " saves " + inSentence(saving, f.Saving.Effect)
	case f.Time != nil:
		text = f.Time.Variant + " in " + f.Time.State + " takes " + charts.Seconds(f.Time.Median) + " s"
	case f.Size != nil:
		text = f.Size.Variant + " in " + f.Size.State + " has " + spread(f.Size.Spread, charts.Bytes).inline()
	default:
		var parts []string
		for _, r := range f.Results {
			text := r.Rule.Name + " " + measuredOf(r)
			if r.Measured.N > 0 && !slices.Contains(parts, text) { // a lower and an upper bound have one number
				parts = append(parts, text)
			}
		}
		text = strings.Join(parts, ", ")
	}
	if f.In != "" {
		text = f.In + ": " + text
	}
	if f.Verdict != e.Verdict && f.Verdict != ledger.NotMeasured { // which text says
		text += ", " + string(f.Verdict)
	}
	return text
}
