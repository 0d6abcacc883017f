package charts

import (
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	savingPitch  vg.Length = 25
	savingValues vg.Length = 96 // the column of words right of a panel's axis
	savingLane   vg.Length = 7  // from a row's middle down to its blocks
	panelGap     vg.Length = 10
	mostPanels             = 2
)

func (s Savings) page() page {
	groups, left := limit(s.Groups)
	s.Groups = groups
	if len(s.Phases) > mostPanels {
		s.Phases = s.Phases[:mostPanels]
	}
	dots := ringBoundsOf(s.dots())
	p := s.head()
	if len(groups) == 0 || len(s.Phases) == 0 {
		p = append(p, newParagraph(headText, "No data: no variant was measured beside the baseline."))
	} else {
		p = append(p, s.legend(), space(4), newSavingPanels(s, dots))
	}
	s.Notes = slices.Concat(leftOut(left), dots.notes(), s.ends().notes(), s.Notes)
	return append(p, s.foot()...)
}

// dots returns how many blocks each row has in each panel.
func (s Savings) dots() []int {
	var all []int
	for _, g := range s.Groups {
		for _, r := range g.Rows {
			row := make([]int, len(s.Phases))
			for i := range min(len(row), len(r.Cells)) {
				row[i] = len(r.Cells[i].Blocks)
			}
			all = append(all, row...)
		}
	}
	return all
}

func (s Savings) legend() legend {
	l := legend{
		{24, drawSavingKey, "saving: estimate, " + s.ends().name() + ", each block"},
		{14, func(c draw.Canvas) { drawDocumentedBand(c, c.Rectangle) }, "documented saving"},
		{14, func(c draw.Canvas) { fill(c, c.Rectangle, shade) }, "slower than the baseline"},
	}
	if s.smallest() < lowest {
		l = append(l, key{10, func(c draw.Canvas) { arrow(c, c.Min.X+1, c.Center().Y) }, "beyond the axis"})
	}
	return l
}

func drawSavingKey(c draw.Canvas) {
	mid := c.Center()
	drawRingsKey(c, vg.Point{X: mid.X + 4, Y: mid.Y - 4})
	diamond(c, mid.X, mid.Y+2, blue)
}

var documentedColour = color.RGBA{R: 0xb5, G: 0xe0, B: 0xd3, A: 0xff} // green, pale

// drawDocumentedBand fills r as the range that the document promises.
func drawDocumentedBand(c draw.Canvas, r vg.Rectangle) {
	fill(c, r, documentedColour)
	hatch(c, r, line(0.7, green), 1)
	outline(c, r, line(0.8, green))
}

// wide returns the band of a range, and of a single figure a line that is seen.
func wide(band vg.Rectangle) vg.Rectangle {
	if narrow := 2 - band.Size().X; narrow > 0 {
		band.Min.X, band.Max.X = band.Min.X-narrow/2, band.Max.X+narrow/2
	}
	return band
}

func diamond(c draw.Canvas, x, y vg.Length, col color.Color) {
	const r = 4.2
	c.FillPolygon(col, []vg.Point{{X: x - r, Y: y}, {X: x, Y: y + r}, {X: x + r, Y: y}, {X: x, Y: y - r}})
}

// arrow draws an arrow head with its tip at x.
func arrow(c draw.Canvas, x, y vg.Length) {
	c.FillPolygon(vermillion, []vg.Point{{X: x, Y: y}, {X: x + 7, Y: y + 4}, {X: x + 7, Y: y - 4}})
}

// savingPanels is the block with a panel per phase, side by side.
type savingPanels struct {
	chart Savings
	rows  rows
	plots []*plot.Plot
}

func newSavingPanels(s Savings, dots ringBounds) savingPanels {
	groups := labelled(s.Groups, func(r SavingRow) string { return r.Variant })
	p := savingPanels{chart: s, rows: newRows(withoutRepeats(groups), savingPitch, narrowLabel)}
	for i := range s.Phases {
		axes := newAxes(s.low()*100, 100, "saving, % of baseline", p.width()-savingValues, p.rows.height())
		axes.Add(savingMarks{s, p.rows, i, dots})
		p.plots = append(p.plots, axes)
	}
	return p
}

// width returns the width of one panel, with its column of words.
func (p savingPanels) width() vg.Length {
	n := vg.Length(len(p.chart.Phases))
	return (contentWidth - p.rows.left() - panelGap*(n-1)) / n
}

func (p savingPanels) height() vg.Length {
	return leading(headText) + p.rows.height() + axisHeight(p.plots[0])
}

func (p savingPanels) draw(c draw.Canvas) {
	for i, axes := range p.plots {
		x := c.Min.X + p.rows.left() + vg.Length(i)*(p.width()+panelGap)
		put(c, headText, x, c.Max.Y-headText.Font.Size, draw.XLeft, fit(headText, clean(p.chart.Phases[i]), p.width()))
		axes.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(x, c.Min.Y, x+p.width()-savingValues, c.Max.Y-leading(headText))})
	}
	labels := c
	labels.Min.Y += axisHeight(p.plots[0])
	p.rows.draw(labels)
}

// savingMarks draws the cells of one phase into its plot, and the words right
// of it.
type savingMarks struct {
	chart Savings
	rows  rows
	phase int
	dots  ringBounds
}

func (m savingMarks) Plot(c draw.Canvas, p *plot.Plot) {
	transform, _ := p.Transforms(&c)
	low := m.chart.low()
	x := func(v float64) vg.Length { return transform(max(v, low) * 100) }
	slower := c.Rectangle
	slower.Max.X = x(0)
	fill(c, slower, shade)
	drawGrid(c, p)
	for i, g := range m.chart.Groups {
		for j, r := range g.Rows {
			if m.phase < len(r.Cells) {
				of := r.Variant + ", " + g.State + ", " + m.chart.Phases[m.phase] + ": "
				row(c, r.Variant, g.State, func() { m.draw(c, r.Cells[m.phase], of, c.Min.Y+m.rows.centre(i, j), x) })
			}
		}
	}
	c.StrokeLine2(line(1, ink), x(0), c.Min.Y, x(0), c.Max.Y)
}

func (m savingMarks) draw(c draw.Canvas, s Saving, of string, y vg.Length, x func(float64) vg.Length) {
	if s.documented() {
		r := wide(rect(x(s.Documented.Low), y-savingPitch/2+2, x(s.Documented.High), y+savingPitch/2-2))
		tip(c, of+"documented "+Percents(*s.Documented), func() { drawDocumentedBand(c, r) })
	}
	if s.measured() {
		m.drawMeasured(c, s, of, y, x)
	}
	drawSavingWords(c, s, c.Max.X+valueGap, y)
}

// drawSavingWords sets two lines right of the axis, around the row's middle y.
func drawSavingWords(c draw.Canvas, s Saving, left, y vg.Length) {
	const width, upper, lower = savingValues - valueGap, 1.5, -8.5
	bold, beside, rest := s.values()
	if bold == "" {
		lines := wrap(smallText, rest, width)
		put(c, smallText, left, y+upper, draw.XLeft, lines[0])
		put(c, smallText, left, y+lower, draw.XLeft, fit(smallText, strings.Join(lines[1:], " "), width))
		return
	}
	sty := valueText
	if s.slower() {
		sty.Color = vermillion
	}
	bold = fit(sty, bold, width)
	put(c, sty, left, y+upper, draw.XLeft, bold)
	if at := sty.Width(bold) + 3; at+smallText.Width(beside) <= width {
		put(c, smallText, left+at, y+upper, draw.XLeft, beside)
	}
	put(c, smallText, left, y+lower, draw.XLeft, fit(smallText, rest, width))
}

func (m savingMarks) drawMeasured(c draw.Canvas, s Saving, of string, y vg.Length, x func(float64) vg.Length) {
	i, low, lane, col := *s.Interval, m.chart.low(), y-savingLane, color.Color(blue)
	if lost(i.Median) {
		col = vermillion
	}
	c.StrokeLine2(line(0.9, ink), x(i.Min), lane, x(i.Max), lane)
	blocks := make([]float64, 0, len(s.Blocks))
	dots := make([]vg.Point, 0, len(s.Blocks))
	for _, v := range s.Blocks {
		if saving(v) && v >= low {
			blocks, dots = append(blocks, v), append(dots, vg.Point{X: x(v), Y: lane})
		}
	}
	drawRings(c, dots, m.dots, func(i int) string { return of + "saves " + Percent(blocks[i]) + " in a block" })
	if i.Median >= low {
		text := of + "saves " + Percent(i.Median) + ", " + endsOf(s.Few) + " " + Percents(Range{i.Min, i.Max}) + " of " + Count(len(s.Blocks), "block") + told(s.Few)
		tip(c, text, func() { diamond(c, x(i.Median), y+2, col) })
	}
	if i.Min < low {
		arrow(c, x(low)+1, lane)
		text, left := "to "+Percent(i.Min), x(low)+10
		fill(c, rect(left-1, lane-4, left+smallText.Width(text)+1, lane+4), shade) // over the lines of the plot
		put(c, smallText, left, middle(smallText, lane), draw.XLeft, text)
	}
}
