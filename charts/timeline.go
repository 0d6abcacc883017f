package charts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
)

// A Timeline chart shows the steps of one trial as bars over time, a row per
// step, in the order in which they began. Parts of a step, such as
// "pip.resolve", have rows below it. The critical path is outlined.
type Timeline struct {
	Caption
	Phases []string       // those of the job's StackedPhases, in its order, so that both have the same fills
	Spans  []results.Span // in any order
	End    float64        // length of the timed window, in seconds; not marked unless above zero
}

// fetching are the phases that bring what a cache outside of the machine kept.
var fetching = []string{"cache-import", "cache-restore", "mount-restore"}

// A stepBar is one interval of a row, in seconds.
type stepBar struct {
	start, stop float64
	look
}

// A look is what sets bars apart that have the same place.
type look struct {
	phase    string // that gives the fill
	cached   bool
	open     bool // no stop was seen
	critical bool
}

// A stepRow is one step, or a part of one.
type stepRow struct {
	name   string
	part   bool
	bars   []stepBar // by start
	length float64   // of their union, in seconds
}

func newStepRow(name string, part bool, bars []stepBar) stepRow {
	byStart := func(a, b stepBar) int { return cmp.Compare(a.start, b.start) }
	if !slices.IsSortedFunc(bars, byStart) { // executors report them so
		slices.SortStableFunc(bars, byStart)
	}
	r := stepRow{name: name, part: part, bars: bars}
	covered := 0.0
	for _, b := range bars {
		r.length += max(0, b.stop-max(b.start, covered))
		covered = max(covered, b.stop)
	}
	return r
}

// value returns what is written beside the row.
func (r stepRow) value() string {
	words := []string{Seconds(r.length) + " s"}
	if !slices.ContainsFunc(r.bars, func(b stepBar) bool { return !b.cached }) {
		words = append(words, "cached")
	}
	if slices.ContainsFunc(r.bars, func(b stepBar) bool { return b.open }) {
		words = append(words, "no end seen")
	}
	return strings.Join(words, ", ")
}

// label returns the row's name as it is shown.
func (r stepRow) label() string { return strings.Join(strings.Fields(clean(r.name)), " ") }

// tells returns what a bar says of itself.
func (b stepBar) tells(r stepRow) string {
	words := []string{r.label() + ": " + Seconds(b.start) + "–" + Seconds(b.stop) + " s", b.phase}
	for _, w := range []struct {
		is   bool
		word string
	}{{b.cached, "cached"}, {b.open, "no end seen"}, {b.critical, "on the critical path"}, {fetches(r, b), "fetched from a cache"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ", ")
}

// end returns the latest time of the row.
func (r stepRow) end() float64 {
	var end float64
	for _, b := range r.bars {
		end = max(end, b.stop)
	}
	return end
}

// drawable tells whether a span has a place on the axis.
func drawable(s results.Span) bool {
	return duration(s.Start) && (s.Open || duration(s.Stop) && s.Start <= s.Stop)
}

// end returns the latest time of the chart.
func (t Timeline) end() float64 {
	var end float64
	if duration(t.End) {
		end = t.End
	}
	for _, s := range t.Spans {
		switch {
		case !drawable(s):
		case s.Open:
			end = max(end, s.Start)
		default:
			end = max(end, s.Stop)
		}
	}
	return end
}

// A timelineStep gathers the bars of a step.
type timelineStep struct {
	name  string
	whole []stepBar
	parts map[string][]stepBar // by phase
	began float64
}

// rows returns the rows, and the number of spans that cannot be drawn. A span
// without a stop lasts until the end. Parts like "pip-install.2" only number
// their step, and those that took no time would be empty rows: neither has one.
func (t Timeline) rows(critical path) (rows []stepRow, undrawable int) {
	end := t.end()
	byStep := map[string]*timelineStep{}
	var steps []*timelineStep
	for i, s := range t.Spans {
		if !drawable(s) {
			undrawable++
			continue
		}
		id := cmp.Or(s.Step, s.Name)
		step := byStep[id]
		if step == nil {
			step = &timelineStep{name: s.Name, parts: map[string][]stepBar{}, began: s.Start}
			byStep[id] = step
			steps = append(steps, step)
		}
		step.began = min(step.began, s.Start)
		b := stepBar{s.Start, s.Stop, look{s.Phase, s.Cached, s.Open, critical.on[i]}}
		if s.Open {
			b.stop = end
		}
		switch {
		case !results.IsPart(s.Phase):
			step.whole = append(step.whole, b)
		case !numbered(s.Phase):
			step.parts[s.Phase] = append(step.parts[s.Phase], b)
		}
	}
	slices.SortStableFunc(steps, func(a, b *timelineStep) int { return cmp.Compare(a.began, b.began) })
	for _, s := range steps {
		rows = append(rows, s.rows()...)
	}
	return rows, undrawable
}

// numbered tells whether a phase is one like "pip-install.2".
func numbered(phase string) bool {
	_, number, ok := strings.Cut(phase, ".")
	return ok && strings.Trim(number, "0123456789") == ""
}

// rows returns the step's own row and those of its parts. A part has the fill
// of the step's phase in that it began.
func (s *timelineStep) rows() []stepRow {
	var rows, parts []stepRow
	if len(s.whole) > 0 {
		rows = append(rows, newStepRow(s.name, false, s.whole))
	}
	for phase, bars := range s.parts {
		for i, b := range bars {
			for _, w := range s.whole {
				if w.start <= b.start && b.start <= w.stop {
					bars[i].phase = w.phase
					break
				}
			}
		}
		if r := newStepRow(phase, true, bars); r.length >= results.Resolution {
			parts = append(parts, r)
		}
	}
	slices.SortFunc(parts, func(a, b stepRow) int {
		return cmp.Or(cmp.Compare(a.bars[0].start, b.bars[0].start), strings.Compare(a.name, b.name))
	})
	return append(rows, parts...)
}

const mostSteps = 40 // of a timeline

// longestRows returns the longest rows, in the order of rows, and of those left
// out the number and the greatest length.
func longestRows(rows []stepRow) (kept []stepRow, left int, most float64) {
	if len(rows) <= mostSteps {
		return rows, 0, 0
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[b].length, rows[a].length) })
	most = rows[order[mostSteps]].length
	order = order[:mostSteps]
	slices.Sort(order)
	for _, i := range order {
		kept = append(kept, rows[i])
	}
	return kept, len(rows) - mostSteps, most
}

// mostBars bounds what is drawn in all rows together, and so the size of a
// picture.
const mostBars = 160

// merged returns the rows with bars joined that a reader could not tell apart:
// those that look alike with a gap of at most near seconds, and those that are
// shorter than that and begin as near to the one before. While there are more
// than mostBars, near is doubled; it returns what it came to.
func merged(rows []stepRow, near, end float64) ([]stepRow, float64) {
	for ; ; near *= 2 {
		all, bars := make([]stepRow, len(rows)), 0
		for i, r := range rows {
			all[i] = r
			all[i].bars = mergedBars(r.bars, near)
			bars += len(all[i].bars)
		}
		if bars <= mostBars || !(near < end) {
			return all, near
		}
	}
}

func mergedBars(bars []stepBar, near float64) []stepBar {
	var all []stepBar
	for _, b := range bars {
		if len(all) > 0 {
			last := &all[len(all)-1]
			alike := b.look == last.look && b.start <= last.stop+near
			tiny := b.stop-b.start <= near && b.start <= last.start+near
			if alike || tiny {
				last.stop = max(last.stop, b.stop)
				last.critical = last.critical || b.critical
				continue
			}
		}
		all = append(all, b)
	}
	return all
}

// A path is a chain of spans that do not overlap.
type path struct {
	on     []bool  // of each span of the chart
	length float64 // sum of their lengths, in seconds
}

// criticalPath returns the longest chain of spans that do not overlap each
// other and that ends with the last span to end: what would have to become
// shorter for the trial to. Parts of steps, spans without a stop and empty ones
// are not in it. Spans do not record what they waited for, so a chain may join
// two that had nothing to do with each other.
//
// It is the weighted interval scheduling of Kleinberg and Tardos (Algorithm
// Design, 2005, 6.1) with the last interval fixed. O(n log n).
func (t Timeline) criticalPath() path {
	p := path{on: make([]bool, len(t.Spans))}
	var order []int // spans by stop
	for i, s := range t.Spans {
		if drawable(s) && !s.Open && !results.IsPart(s.Phase) && s.Start < s.Stop {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		return p
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.Spans[a].Stop, t.Spans[b].Stop), cmp.Compare(a, b))
	})
	// Of the first i spans: longest[i] is the one that ends the longest chain,
	// or −1. Of a span: chain is the length of the longest chain that it ends,
	// before the span before it there, or −1.
	longest := make([]int, len(order)+1)
	chain, before := make([]float64, len(order)), make([]int, len(order))
	longest[0] = -1
	for i, index := range order {
		s := t.Spans[index]
		earlier, _ := slices.BinarySearchFunc(order, s.Start, func(j int, start float64) int {
			if t.Spans[j].Stop <= start {
				return -1
			}
			return 1
		})
		before[i], chain[i] = longest[earlier], s.Stop-s.Start
		if before[i] >= 0 {
			chain[i] += chain[before[i]]
		}
		longest[i+1] = longest[i]
		if longest[i] < 0 || chain[i] > chain[longest[i]] {
			longest[i+1] = i
		}
	}
	last := len(order) - 1
	for i := last; i >= 0 && t.Spans[order[i]].Stop == t.Spans[order[last]].Stop; i-- {
		if chain[i] > chain[last] {
			last = i
		}
	}
	p.length = chain[last]
	for i := last; i >= 0; i = before[i] {
		p.on[order[i]] = true
	}
	return p
}

// pathNotes explains the critical path.
func (t Timeline) pathNotes(critical path) []string {
	if critical.length == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Critical path: of the chains of steps that do not overlap, the longest one that ends with the last step to end; "+
		"%s s of %s s. Steps do not record what they waited for.", Seconds(critical.length), Seconds(t.end()))}
}

// leftOutSteps says what is not drawn.
func leftOutSteps(left int, most float64, undrawable int) []string {
	var notes []string
	if left > 0 {
		notes = append(notes, fmt.Sprintf("Not drawn: %s, of %s s at most.", Count(left, "more row"), Seconds(most)))
	}
	if undrawable > 0 {
		notes = append(notes, "Not drawn: "+Count(undrawable, "span")+" without a valid start and end.")
	}
	return notes
}
