package report

import (
	"fmt"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

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
	saving := savingOf(s)
	text := s.Variant + " " + called(s.Effect) + ": " + saving.text
	if saving.detail != "" {
		text += " (" + saving.detail + ")"
	}
	text += ", " + charts.Seconds(s.Seconds.Median) + " s"
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
