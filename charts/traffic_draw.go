package charts

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	trafficBar   vg.Length = 7
	trafficPitch vg.Length = 9.5 // from one bar of a row to the next
	trafficGap   vg.Length = 8   // between rows

	mostTrafficCounters = 8 // of bytes
)

func (t Traffic) page() page {
	t, left := t.cut()
	if len(t.Bytes) > mostTrafficCounters {
		t.Bytes = t.Bytes[:mostTrafficCounters]
	}
	p := t.head()
	if len(t.Groups) == 0 {
		p = append(p, newParagraph(headText, "No data: no trial counted bytes or requests."))
	} else {
		p = append(p, t.legend(), space(6), newTrafficPanels(t))
	}
	t.Notes = append(leftOut(left), t.Notes...)
	return append(p, t.foot()...)
}

func (t Traffic) legend() legend {
	var l legend
	for _, name := range t.Bytes {
		title, look := trafficLook(name)
		l = append(l, key{12, func(c draw.Canvas) { look.paint(c, c.Rectangle) }, title})
	}
	return l
}

// trafficPanels is the block with a panel of bytes and one of requests, side by
// side, as far as there is something to show.
type trafficPanels struct {
	chart  Traffic
	rows   rows
	panels []*trafficPanel
}

func newTrafficPanels(t Traffic) trafficPanels {
	var groups []rowGroup
	for _, g := range t.Groups {
		rg := rowGroup{name: g.State}
		for _, r := range g.Rows {
			rg.labels = append(rg.labels, r.Variant)
		}
		groups = append(groups, rg)
	}
	p := trafficPanels{chart: t, rows: newRows(groups, trafficPitch*vg.Length(max(1, len(t.Bytes)))+trafficGap, narrowLabel)}
	width := contentWidth - p.rows.left()
	bytes := t.any(func(r TrafficRow) bool { return slices.ContainsFunc(r.Bytes, counted) })
	requests := t.any(func(r TrafficRow) bool { return counted(r.Requests) })
	share := vg.Length(0.58) // of the panel of bytes, whose numbers are longer
	switch {
	case !requests:
		p.panels = []*trafficPanel{{title: "bytes", width: width}}
	case !bytes:
		p.panels = []*trafficPanel{{title: "requests to the package index", requests: true, width: width}}
	default:
		p.panels = []*trafficPanel{
			{title: "bytes", width: width*share - panelGap},
			{title: "requests to the package index", requests: true, width: width * (1 - share), left: width * share},
		}
	}
	for _, panel := range p.panels {
		panel.lay(t, p.rows)
	}
	return p
}

func (p trafficPanels) height() vg.Length {
	return leading(headText) + p.rows.height() + axisHeight(p.panels[0].plot)
}

func (p trafficPanels) draw(c draw.Canvas) {
	foot := axisHeight(p.panels[0].plot)
	for _, panel := range p.panels {
		left := c.Min.X + p.rows.left() + panel.left
		put(c, headText, left, c.Max.Y-headText.Font.Size, draw.XLeft, fit(headText, panel.title, panel.width))
		panel.plot.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(left, c.Min.Y, left+panel.width, c.Max.Y-leading(headText))})
	}
	labels := c
	labels.Min.Y += foot
	p.rows.draw(labels)
}

// A trafficPanel is a plot of bytes or of requests.
type trafficPanel struct {
	title    string
	requests bool
	left     vg.Length // from the first panel
	width    vg.Length
	chart    Traffic
	rows     rows
	unit     float64 // that 1 on the axis stands for
	plot     *plot.Plot
}

func (p *trafficPanel) lay(t Traffic, r rows) {
	p.chart, p.rows = t, r
	high, names := p.scale(), byteUnits
	if p.requests {
		names = requestUnits
	}
	unit, label := unitOf(high, names)
	p.unit = unit
	p.plot = newAxes(0, high/p.unit, label, p.width, r.height())
	p.plot.Add(p)
}

// counters returns a row's counters that the panel shows.
func (p *trafficPanel) counters(r TrafficRow) []*Interval {
	if p.requests {
		return []*Interval{r.Requests}
	}
	return r.Bytes[:min(len(r.Bytes), len(p.chart.Bytes))]
}

// quantity returns a counter with its unit.
func (p *trafficPanel) quantity(i Interval) string {
	if p.requests {
		return quantity(i, Number)
	}
	return quantity(i, Bytes)
}

// text returns what stands beside a bar.
func (p *trafficPanel) text(i Interval) string {
	return fit(smallText, p.quantity(i), p.width*2/3)
}

// scale returns the end of the axis, such that the text beside each bar ends
// within it. It is never so small that a tick would be a part of a request.
func (p *trafficPanel) scale() float64 {
	high := 8.0
	for _, g := range p.chart.Groups {
		for _, r := range g.Rows {
			for _, i := range p.counters(r) {
				if counted(i) {
					text := valueGap + 2 + smallText.Width(p.text(*i))
					high = max(high, i.Median*float64(p.width/(p.width-text)))
				}
			}
		}
	}
	return high
}

// Plot draws the bars into the plot.
func (p *trafficPanel) Plot(c draw.Canvas, pl *plot.Plot) {
	drawGrid(c, pl)
	x, _ := pl.Transforms(&c)
	for i, g := range p.chart.Groups {
		for j, r := range g.Rows {
			if j > 0 { // which row a lone 0 belongs to
				y := c.Min.Y + p.rows.centre(i, j) + p.rows.pitch/2
				c.StrokeLine2(line(0.5, grid), c.Min.X, y, c.Max.X, y)
			}
			row(c, r.Variant, g.State, func() {
				p.drawRow(c, r, g.State, c.Min.Y+p.rows.centre(i, j), func(v float64) vg.Length { return x(v / p.unit) })
			})
		}
	}
	c.StrokeLine2(line(0.8, ink), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}

// drawRow draws the bars of a row around its middle y. A counter keeps its place
// where another one is missing.
func (p *trafficPanel) drawRow(c draw.Canvas, r TrafficRow, state string, y vg.Length, x func(float64) vg.Length) {
	if r.bars() == 0 {
		if p.left == 0 { // once, in the first panel
			note := fit(labelText, r.note(), c.Max.X-c.Min.X-valueGap)
			put(c, labelText, c.Min.X+valueGap, middle(labelText, y), draw.XLeft, note)
		}
		return
	}
	counters := p.counters(r)
	for i, counter := range counters {
		if !counted(counter) {
			continue
		}
		at := y + trafficPitch*(vg.Length(len(counters)-1)/2-vg.Length(i))
		title, look := p.title, swatch{orange, plain} // of the index
		if !p.requests {
			title, look = trafficLook(p.chart.Bytes[i])
		}
		if counter.Median > 0 {
			tip(c, r.Variant+", "+state+": "+title+", "+p.quantity(*counter), func() {
				fill(c, rect(x(0), at-trafficBar/2, max(x(counter.Median), x(0)+0.5), at+trafficBar/2), look.colour)
			})
		}
		put(c, smallText, x(counter.Median)+valueGap/2, middle(smallText, at), draw.XLeft, p.text(*counter))
	}
}
