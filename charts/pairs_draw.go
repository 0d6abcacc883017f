package charts

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	pairPitch  vg.Length = 46
	pairPanel  vg.Length = 38 // of it, the panel
	pairStrip  vg.Length = 24 // right of a panel: the estimate
	pairValues vg.Length = 98 // right of that: the column of words
	widestTick vg.Length = 44
	mostLinked           = 200 // blocks in a row of which lines between are more than a smear
)

func (p Pairs) page() page {
	groups, left := limit(p.Groups)
	p.Groups = groups
	dots := ringBoundsOf(p.dots())
	all := p.head()
	if len(groups) == 0 {
		all = append(all, newParagraph(headText, "No data: no variant was measured beside the baseline."))
	} else {
		all = append(all, p.legend(), space(6), newPairPanels(p, dots))
	}
	p.Notes = slices.Concat(leftOut(left), dots.notes(), p.ends().notes(), p.Notes)
	return append(all, p.foot()...)
}

// dots returns how many blocks each panel has.
func (p Pairs) dots() []int {
	var all []int
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			all = append(all, len(r.Blocks))
		}
	}
	return all
}

func (p Pairs) legend() legend {
	l := legend{
		{24, drawPairKey, "saving of each block, % of baseline"},
		{9, func(c draw.Canvas) { drawEstimate(c, c.Min.Y-1, c.Center().Y, c.Max.Y+1, blue) }, "estimate, " + p.ends().name()},
	}
	if p.band() != (Range{}) {
		l = append(l, key{14, func(c draw.Canvas) { fill(c, c.Rectangle, shade) }, "±" + Percent(p.Same) + ": no difference in practice"})
	}
	if p.beyond() {
		l = append(l, key{10, func(c draw.Canvas) { pointer(c, c.Center().X, c.Center().Y-2, -1) }, "zero lies beyond the panel"})
	}
	return l
}

func drawPairKey(c draw.Canvas) {
	mid := c.Center()
	pts := []vg.Point{{X: c.Min.X + 2, Y: mid.Y - 2}, {X: mid.X, Y: mid.Y + 2}, {X: c.Max.X - 2, Y: mid.Y - 1}}
	c.StrokeLines(line(0.6, rule), pts)
	drawDots(c, pts)
}

// drawEstimate draws an estimate upon its interval, upright.
func drawEstimate(c draw.Canvas, low, middle, high vg.Length, col color.Color) {
	const end = 3
	x := c.Center().X
	sty := line(1.1, ink)
	c.StrokeLine2(sty, x, low, x, high)
	c.StrokeLine2(sty, x-end, low, x+end, low)
	c.StrokeLine2(sty, x-end, high, x+end, high)
	diamond(c, x, middle, col)
}

// pointer draws an arrow head with its tip at y, that points up for direction
// 1 and down for -1.
func pointer(c draw.Canvas, x, y, direction vg.Length) {
	c.FillPolygon(ink, []vg.Point{{X: x, Y: y}, {X: x - 3, Y: y - 5*direction}, {X: x + 3, Y: y - 5*direction}})
}

// pairPanels is the block with the panels, one beneath the other.
type pairPanels struct {
	chart Pairs
	rows  rows
	ticks vg.Length // the width of the column with the scales
	plot  *plot.Plot
}

func newPairPanels(chart Pairs, dots ringBounds) pairPanels {
	groups := labelled(chart.Groups, func(r PairRow) string { return r.Variant })
	p := pairPanels{chart: chart, rows: newRows(withoutRepeats(groups), pairPitch, narrowLabel)}
	for _, g := range chart.Groups {
		for _, r := range g.Rows {
			for _, t := range chart.ticks(r) {
				p.ticks = max(p.ticks, smallText.Width(t.Label)+valueGap)
			}
		}
	}
	first, last := chart.blocks()
	width := contentWidth - p.rows.left() - p.ticks - pairStrip - pairValues
	p.plot = newAxes(float64(first)-0.5, float64(last)+0.5, "block", width, p.rows.height())
	p.plot.X.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick {
		return wholeTicks(low, high, int(width/tickRoom(high)))
	})
	p.plot.Add(pairMarks{chart, p.rows, dots})
	return p
}

// ticks returns the values that the scale of a row's panel shows.
func (p Pairs) ticks(r PairRow) []plot.Tick {
	if r.empty() {
		return nil
	}
	s := p.scale(r)
	all := ticks(s.Low*100, s.High*100, 3)
	for i, t := range all {
		all[i] = plot.Tick{Value: t.Value / 100, Label: fit(smallText, Percent(t.Value/100), widestTick)}
	}
	// Nothing saves more than all.
	return slices.DeleteFunc(all, func(t plot.Tick) bool { return t.Value > 1.001 })
}

func (p pairPanels) height() vg.Length { return p.rows.height() + axisHeight(p.plot) }

func (p pairPanels) draw(c draw.Canvas) {
	labels := c
	labels.Min.Y += axisHeight(p.plot)
	p.rows.draw(labels)
	p.plot.Draw(draw.Crop(c, p.rows.left()+p.ticks, -pairStrip-pairValues, 0, 0))
}

// pairMarks draws the panels into the plot, and what stands beside them.
type pairMarks struct {
	chart Pairs
	rows  rows
	dots  ringBounds
}

func (m pairMarks) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for i, g := range m.chart.Groups {
		for j, r := range g.Rows {
			mid := c.Min.Y + m.rows.centre(i, j)
			panel := c
			panel.Min.Y, panel.Max.Y = mid-pairPanel/2, mid+pairPanel/2
			if !r.empty() {
				row(c, r.Variant, g.State, func() { m.drawPanel(panel, r, r.Variant+", "+g.State+": ", x) })
			}
			drawPairWords(c, r, c.Max.X+pairStrip+valueGap, mid)
		}
	}
}

// drawPanel draws a row within c's rectangle and the strip right of it.
func (m pairMarks) drawPanel(c draw.Canvas, r PairRow, of string, x func(float64) vg.Length) {
	s := m.chart.scale(r)
	y := func(v float64) vg.Length {
		share := (min(max(v, s.Low), s.High) - s.Low) / (s.High - s.Low)
		return c.Min.Y + vg.Length(share)*c.Size().Y
	}
	right := c.Max.X + pairStrip
	if band := m.chart.band(); band.Low < min(band.High, s.High) && band.High > s.Low {
		fill(c, rect(c.Min.X, y(band.Low), right, y(band.High)), shade)
	}
	for _, t := range m.chart.ticks(r) {
		c.StrokeLine2(line(0.5, grid), c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		put(c, smallText, c.Min.X-valueGap/2, middle(smallText, y(t.Value)), draw.XRight, t.Label)
	}
	c.StrokeLine2(line(0.6, rule), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
	switch {
	case s.Low > 0:
		pointer(c, c.Min.X+6, c.Min.Y, -1)
	case s.High < 0:
		pointer(c, c.Min.X+6, c.Max.Y, 1)
	default:
		c.StrokeLine2(line(0.8, ink), c.Min.X, y(0), right, y(0))
	}
	drawBlocks(c, r.drawable(), m.dots, of, func(b BlockSaving) vg.Point { return vg.Point{X: x(float64(b.Block)), Y: y(b.Saving)} })
	if r.estimated() {
		col := color.Color(blue)
		if lost(r.Interval.Median) {
			col = vermillion
		}
		strip := draw.Canvas{Canvas: c.Canvas, Rectangle: rect(c.Max.X, c.Min.Y, right, c.Max.Y)}
		bold, rest := r.values()
		text := of + strings.Join(append([]string{bold}, rest...), ", ")
		if len(r.Blocks) > 1 { // of one, rest says so already
			text += told(r.Few)
		}
		tip(c, text, func() {
			drawEstimate(strip, y(r.Interval.Min), y(r.Interval.Median), y(r.Interval.Max), col)
		})
	}
}

// drawBlocks draws a dot at each block, and lines between neighbours in time: a
// block that is missing leaves a gap.
func drawBlocks(c draw.Canvas, blocks []BlockSaving, r ringBounds, of string, at func(BlockSaving) vg.Point) {
	points := make([]vg.Point, len(blocks))
	first := 0 // of those that are linked
	for i, b := range blocks {
		if i > 0 && b.Block != blocks[i-1].Block+1 {
			link(c, points[first:i])
			first = i
		}
		points[i] = at(b)
	}
	link(c, points[first:])
	drawRings(c, points, r, func(i int) string {
		return fmt.Sprintf("%sblock %d, %s", of, blocks[i].Block, Percent(blocks[i].Saving))
	})
}

func link(c draw.Canvas, points []vg.Point) {
	if len(points) > 1 && len(points) <= mostLinked {
		c.StrokeLines(line(0.6, rule), points)
	}
}

// drawPairWords sets three lines around the row's middle y.
func drawPairWords(c draw.Canvas, r PairRow, left, y vg.Length) {
	const width, first, pitch = pairValues - valueGap, 6.5, 10.5
	bold, rest := r.values()
	if bold == "" {
		lines := wrap(smallText, strings.Join(rest, " "), width)
		if len(lines) > 2 {
			lines = []string{lines[0], fit(smallText, strings.Join(lines[1:], " "), width)}
		}
		for i, s := range lines {
			put(c, smallText, left, middle(smallText, y+pitch/2*vg.Length(len(lines)-1))-pitch*vg.Length(i), draw.XLeft, s)
		}
		return
	}
	sty := valueText
	if lost(r.Interval.Median) {
		sty.Color = vermillion
	}
	put(c, sty, left, y+first, draw.XLeft, fit(sty, bold, width))
	for i, s := range rest {
		put(c, smallText, left, y+first-pitch*vg.Length(i+1), draw.XLeft, fit(smallText, s, width))
	}
}
