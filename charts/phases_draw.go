package charts

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func (s StackedPhases) page() page {
	groups, left := limit(s.Groups)
	s.Groups = groups
	fills, dots := swatches(s.phases()), ringBoundsOf(s.dots())
	p := s.head()
	if len(groups) == 0 {
		p = append(p, newParagraph(headText, "No data: the run has no trials to show."))
	} else {
		p = append(p, s.legend(fills), space(6), newPhasePanel(s, fills, dots))
	}
	if len(s.Documented) > 0 {
		p = append(p, space(14), newDocumentedPanel(s, fills))
	}
	s.Notes = slices.Concat(s.mismatches(), dots.notes(), leftOut(left), s.Notes)
	return append(p, s.foot()...)
}

// mismatches explains the mark of bars that end elsewhere than their total.
func (s StackedPhases) mismatches() []string {
	for _, g := range s.Groups {
		if slices.ContainsFunc(g.Rows, PhaseBar.mismatch) {
			return []string{"† The phases' medians do not add up to the total within 5 %: " +
				"phases overlap, or time passed outside of every phase. The black tick is what was measured."}
		}
	}
	return nil
}

// dots returns how many trials each bar has.
func (s StackedPhases) dots() []int {
	var all []int
	for _, g := range s.Groups {
		for _, b := range g.Rows {
			all = append(all, len(b.Trials))
		}
	}
	return all
}

func (s StackedPhases) legend(fills map[string]swatch) legend {
	var l legend
	for _, p := range s.phases() {
		l = append(l, key{12, func(c draw.Canvas) { fills[p].paint(c, c.Rectangle) }, p})
	}
	l = append(l, key{24, drawTotalKey, "total: median, range, each trial"})
	for _, g := range s.Groups {
		for _, b := range g.Rows {
			if b.measured() && b.Expected != nil && b.Expected.isDuration() {
				return append(l, key{18, func(c draw.Canvas) { drawExpected(c, c.Rectangle) }, s.expectation()})
			}
		}
	}
	return l
}

func (s StackedPhases) expectation() string {
	if s.Comparable {
		return "documented total"
	}
	return "total that the documented saving would give"
}

// A phasePanel is the block with the bars.
type phasePanel struct {
	chart StackedPhases
	rows  rows
	plot  *plot.Plot
}

func newPhasePanel(s StackedPhases, fills map[string]swatch, dots ringBounds) phasePanel {
	groups := labelled(s.Groups, func(b PhaseBar) string { return b.Variant })
	p := phasePanel{chart: s, rows: newRows(groups, barHeight+laneHeight+3, widestLabel)}
	width := contentWidth - p.rows.left()
	p.plot = newAxes(0, p.scale(width), "seconds (median of the trials)", width, p.rows.height())
	p.plot.Add(phaseBars{s, p.rows, fills, dots})
	return p
}

// scale returns the end of an axis that is width long, such that the text
// beside each bar ends within it.
func (p phasePanel) scale(width vg.Length) float64 {
	var high float64
	for _, g := range p.chart.Groups {
		for _, b := range g.Rows {
			if b.measured() {
				bold, rest := b.value()
				text := 3*valueGap + valueText.Width(bold) + smallText.Width(rest)
				high = max(high, b.end()*float64(width/(width-text)))
			}
		}
	}
	if high == 0 {
		return 1
	}
	return high
}

func (p phasePanel) height() vg.Length { return p.rows.height() + axisHeight(p.plot) }

func (p phasePanel) draw(c draw.Canvas) {
	labels := c
	labels.Min.Y += axisHeight(p.plot)
	p.rows.draw(labels)
	p.plot.Draw(draw.Crop(c, p.rows.left(), 0, 0, 0))
}

// phaseBars draws the bars into the plot.
type phaseBars struct {
	chart StackedPhases
	rows  rows
	fills map[string]swatch
	dots  ringBounds
}

func (p phaseBars) Plot(c draw.Canvas, axes *plot.Plot) {
	drawGrid(c, axes)
	x, _ := axes.Transforms(&c)
	for i, g := range p.chart.Groups {
		for j, b := range g.Rows {
			row(c, b.Variant, g.State, func() { p.drawBar(c, b, g.State, c.Min.Y+p.rows.centre(i, j), x) })
		}
	}
	c.StrokeLine2(line(0.8, ink), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}
