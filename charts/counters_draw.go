package charts

import (
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	counterThick vg.Length = 7
	counterPitch vg.Length = 9.5 // from one bar of a row to the next
	counterGap   vg.Length = 8   // between rows

	documentedBand vg.Length = 8.5
	documentedKey  vg.Length = 6 // a side: too small for a range upon the axis

	mostCounters = 8 // of a panel
)

// page lays the chart out, of which rows were left out already. nothing is what
// it says without any.
func (c counterChart) page(cap Caption, left int, nothing string) page {
	c, more := c.cut()
	p := cap.head()
	if len(c.groups) == 0 {
		p = append(p, newParagraph(headText, nothing))
	} else {
		p = append(p, c.legend(), space(6), newCounterPlots(c))
	}
	cap.Notes = append(leftOut(left+more), cap.Notes...)
	return append(p, cap.foot()...)
}

// legend has the counters of the panels, but for those that are called as the
// panel is.
func (c counterChart) legend() legend {
	var l legend
	documented := false
	for _, i := range c.shown() {
		documented = documented || c.any(i, counterBar.isDocumented)
		for _, k := range c.panels[i].counters {
			if k.title != c.panels[i].title {
				l = append(l, key{12, func(c draw.Canvas) { k.fill.paint(c, c.Rectangle) }, k.title})
			}
		}
	}
	if documented {
		l = append(l, key{14, func(c draw.Canvas) { drawDocumentedBand(c, c.Rectangle) }, "documented size"})
	}
	return l
}

// counterPlots is the block with the panels that have something to show, side
// by side.
type counterPlots struct {
	rows  rows
	plots []*counterPlot
}

func newCounterPlots(c counterChart) counterPlots {
	const share = 0.58 // of the first panel, whose numbers are longer
	shown := c.shown()
	most := 1 // bars of a row
	for _, i := range shown {
		most = max(most, len(c.panels[i].counters))
	}
	groups := labelled(c.groups, func(r counterRow) string { return r.variant })
	p := counterPlots{rows: newRows(groups, counterPitch*vg.Length(most)+counterGap, narrowLabel)}
	width := contentWidth - p.rows.left()
	for _, i := range shown {
		p.plots = append(p.plots, &counterPlot{counterPanel: c.panels[i], index: i, width: width, groups: c.groups, rows: p.rows})
	}
	if len(p.plots) > 1 {
		first, second := p.plots[0], p.plots[1]
		first.width, second.width, second.left = width*share-panelGap, width*(1-share), width*share
	}
	for _, panel := range p.plots {
		panel.lay()
	}
	return p
}

func (p counterPlots) height() vg.Length {
	return leading(headText) + p.rows.height() + axisHeight(p.plots[0].plot)
}

func (p counterPlots) draw(c draw.Canvas) {
	foot := axisHeight(p.plots[0].plot)
	for _, panel := range p.plots {
		left := c.Min.X + p.rows.left() + panel.left
		put(c, headText, left, c.Max.Y-headText.Font.Size, draw.XLeft, fit(headText, panel.title, panel.width))
		panel.plot.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(left, c.Min.Y, left+panel.width, c.Max.Y-leading(headText))})
	}
	labels := c
	labels.Min.Y += foot
	p.rows.draw(labels)
}

// A counterPlot is a panel with its place.
type counterPlot struct {
	counterPanel
	index  int       // among the panels of a row
	left   vg.Length // from the first panel
	width  vg.Length
	groups []Group[counterRow]
	rows   rows
	unit   float64 // that 1 on the axis stands for
	plot   *plot.Plot
}

func (p *counterPlot) lay() {
	high := p.scale()
	unit, label := unitOf(high, p.units)
	p.unit = unit
	p.plot = newAxes(0, high/p.unit, label, p.width, p.rows.height())
	p.plot.Add(p)
}

// bars returns a row's bars in the panel.
func (p *counterPlot) bars(r counterRow) []counterBar {
	return r.bars[p.index][:min(len(r.bars[p.index]), len(p.counters))]
}

// beside returns what stands beside a bar, and how wide that is: its value, then
// a key and what is documented.
func (p *counterPlot) beside(b counterBar) (value, documented string, width vg.Length) {
	value, documented = b.texts(p.number)
	most := p.width * 2 / 3
	if documented != "" {
		documented = fit(smallText, documented, most/2)
		width = documentedKey + keyGap/2 + smallText.Width(documented)
		if value != "" {
			width += valueGap
		}
	}
	value = fit(smallText, value, most-width)
	return value, documented, width + smallText.Width(value)
}

// scale returns the end of the axis, such that the text beside each bar ends
// within it. It is never so small that a tick would be a part of 1.
func (p *counterPlot) scale() float64 {
	high := 8.0
	for _, g := range p.groups {
		for _, r := range g.Rows {
			for _, b := range p.bars(r) {
				_, _, text := p.beside(b)
				high = max(high, b.end()*float64(p.width/(p.width-text-valueGap-2)))
			}
		}
	}
	return high
}

// Plot draws the bars into the plot.
func (p *counterPlot) Plot(c draw.Canvas, pl *plot.Plot) {
	drawGrid(c, pl)
	x, _ := pl.Transforms(&c)
	for i, g := range p.groups {
		for j, r := range g.Rows {
			if j > 0 { // which row a lone 0 belongs to
				y := c.Min.Y + p.rows.centre(i, j) + p.rows.pitch/2
				c.StrokeLine2(line(0.5, grid), c.Min.X, y, c.Max.X, y)
			}
			row(c, r.variant, g.State, func() {
				p.drawRow(c, r, g.State, c.Min.Y+p.rows.centre(i, j), func(v float64) vg.Length { return x(v / p.unit) })
			})
		}
	}
	c.StrokeLine2(line(0.8, ink), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}

// drawRow draws the bars of a row around its middle y. A counter keeps its place
// where another one is missing.
func (p *counterPlot) drawRow(c draw.Canvas, r counterRow, state string, y vg.Length, x func(float64) vg.Length) {
	if r.empty() {
		if p.left == 0 { // once, in the first panel
			putNoData(c, y, r.note)
		}
		return
	}
	bars := p.bars(r)
	for i, b := range bars {
		at := y + counterPitch*(vg.Length(len(bars)-1)/2-vg.Length(i))
		of := r.variant + ", " + state + ": " + p.counters[i].title + ", "
		value, documented := b.texts(p.number)
		said := value
		if b.isDocumented() {
			said = strings.TrimPrefix(value+", documented "+documented, ", ")
			band := rect(x(b.documented.Low), at-documentedBand/2, x(b.documented.High), at+documentedBand/2)
			tip(c, of+said, func() { drawDocumentedBand(c, wide(band)) })
		}
		if counted(b.value) && b.value.Median > 0 {
			tip(c, of+said, func() {
				fill(c, rect(x(0), at-counterThick/2, max(x(b.value.Median), x(0)+0.5), at+counterThick/2), p.counters[i].fill.colour)
			})
		}
		p.drawBeside(c, b, x(b.end())+valueGap/2, at)
	}
}

// drawBeside sets what stands beside a bar from left on, around its middle y.
func (p *counterPlot) drawBeside(c draw.Canvas, b counterBar, left, y vg.Length) {
	value, documented, _ := p.beside(b)
	if value != "" {
		put(c, smallText, left, middle(smallText, y), draw.XLeft, value)
		left += smallText.Width(value) + valueGap
	}
	if documented != "" {
		drawDocumentedBand(c, rect(left, y-documentedKey/2, left+documentedKey, y+documentedKey/2))
		put(c, smallText, left+documentedKey+keyGap/2, middle(smallText, y), draw.XLeft, documented)
	}
}
