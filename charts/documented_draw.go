package charts

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const minute = 60 // seconds

// A documentedPanel is the block with the document's own figures.
type documentedPanel struct {
	bars  []DocumentedBar
	rows  rows
	fills map[string]swatch
	plot  *plot.Plot
	heads []paragraph
}

func newDocumentedPanel(s StackedPhases, fills map[string]swatch) documentedPanel {
	bars := s.Documented
	var groups []rowGroup
	for i, b := range bars {
		if i == 0 || b.Variant != bars[i-1].Variant {
			groups = append(groups, rowGroup{name: b.Variant})
		}
		last := &groups[len(groups)-1]
		last.labels = append(last.labels, b.When)
	}
	d := documentedPanel{bars: bars, fills: fills, rows: newRows(groups, barHeight+laneHeight+2, widestLabel)}
	title, axis := "What the document says of its own machine", "minutes (documented, another machine)"
	text := "Its times come from another machine and network and are not comparable with the ones above: " +
		"compare the shapes, and see the savings. "
	if s.Comparable {
		title, axis, text = "What the document says", "minutes (documented)", ""
	}
	if slices.ContainsFunc(bars, func(b DocumentedBar) bool { return len(b.Phases) > 0 }) {
		text += "Bars: middle of each documented range. "
	}
	text += "Bracket: documented total."
	d.heads = []paragraph{newParagraph(headText, title), newParagraph(captionText, text)}
	width := contentWidth - d.rows.left()
	d.plot = newAxes(0, d.scale(width), axis, width, d.rows.height())
	d.plot.Add(d)
	return d
}

// scale returns the end of an axis that is width long, such that the text
// beside each bar ends within it.
func (d documentedPanel) scale(width vg.Length) float64 {
	var high float64
	for _, b := range d.bars {
		text := 2*valueGap + valueText.Width(b.text())
		if text < width {
			high = max(high, b.end()/minute*float64(width/(width-text)))
		}
	}
	if high == 0 {
		return 1
	}
	return high
}

func (d documentedPanel) headHeight() vg.Length {
	h := vg.Length(3)
	for _, p := range d.heads {
		h += p.height()
	}
	return h
}

func (d documentedPanel) height() vg.Length {
	return d.headHeight() + d.rows.height() + axisHeight(d.plot)
}

func (d documentedPanel) draw(c draw.Canvas) {
	head := c
	for _, p := range d.heads {
		p.draw(head)
		head.Max.Y -= p.height()
	}
	labels := c
	labels.Min.Y += axisHeight(d.plot)
	d.rows.draw(labels)
	d.plot.Draw(draw.Crop(c, d.rows.left(), 0, 0, -d.headHeight()))
}

// Plot draws the bars into the plot.
func (d documentedPanel) Plot(c draw.Canvas, p *plot.Plot) {
	drawGrid(c, p)
	x, _ := p.Transforms(&c)
	next := 0
	for i, g := range d.rows.groups {
		for j := range g.labels {
			y := c.Min.Y + d.rows.centre(i, j)
			d.drawBar(c, d.bars[next], y, func(s float64) vg.Length { return x(s / minute) })
			next++
		}
	}
	c.StrokeLine2(line(0.8, ink), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}

func (d documentedPanel) drawBar(c draw.Canvas, b DocumentedBar, y vg.Length, x func(float64) vg.Length) {
	foot := y - (barHeight+laneHeight)/2
	lane, top := foot+laneHeight, foot+laneHeight+barHeight
	at, of := 0.0, "documented, "+b.Variant+", "+b.When+": "
	for _, t := range b.Phases {
		if t.isDuration() {
			tip(c, of+t.Phase+" "+t.Text, func() {
				drawSegment(c, rect(x(at), lane, x(at+t.middle()), top), d.fills[t.Phase], clean(t.Text), c.Max.X)
			})
			at += t.middle()
		}
	}
	if b.Total != nil && b.Total.isDuration() {
		tip(c, of+"total "+b.Total.Text, func() { drawBracket(c, x(b.Total.Low), x(b.Total.High), foot+laneHeight/2) })
	}
	put(c, valueText, x(b.end())+valueGap, middle(valueText, y), draw.XLeft,
		fit(valueText, b.text(), c.Max.X-x(b.end())-valueGap))
}

// drawBracket draws a range as a line with ends.
func drawBracket(c draw.Canvas, low, high, y vg.Length) {
	const end = 3
	sty := line(1.2, ink)
	c.StrokeLine2(sty, low, y, high, y)
	c.StrokeLine2(sty, low, y-end, low, y+end)
	c.StrokeLine2(sty, high, y-end, high, y+end)
}
