package charts

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	distributionPitch vg.Length = 30
	boxHeight         vg.Length = 9
	speckRadius       vg.Length = 1.2
	specksHigh                  = 5   // dots above each other
	mostSpecks                  = 600 // of a chart, about
	leastSpecks                 = 30  // of a row: what a run has of trials is drawn
)

func (d Distributions) page() page {
	groups, left := limit(d.Groups)
	p := d.head()
	notes := leftOut(left)
	if len(groups) == 0 {
		p = append(p, newParagraph(headText, "No data: the run has no trials to show."))
	} else {
		panels, thinned := newDistributionPanels(groups)
		p = append(p, distributionLegend(panels), space(6))
		for i, panel := range panels {
			if i > 0 {
				p = append(p, space(4))
			}
			p = append(p, panel)
		}
		if thinned {
			notes = append(notes, "Where dots would lie upon each other, only some are drawn. The boxes are of all values.")
		}
	}
	d.Notes = append(notes, d.Notes...)
	return append(p, d.foot()...)
}

// distributionLegend explains what the panels have.
func distributionLegend(panels []distributionPanel) legend {
	var boxed, few bool
	for _, p := range panels {
		for _, b := range p.boxes {
			boxed, few = boxed || b.boxed(), few || b.measured() && !b.boxed()
		}
	}
	l := legend{{14, func(c draw.Canvas) {
		mid := c.Center()
		drawSpecks(c, []vg.Point{{X: c.Min.X + 2, Y: mid.Y - 1}, {X: mid.X, Y: mid.Y - 1}, {X: mid.X + 1, Y: mid.Y + 2}, {X: c.Max.X - 2, Y: mid.Y - 1}})
	}, "each trial"}}
	if boxed {
		l = append(l, key{34, func(c draw.Canvas) {
			x, width := c.Min.X, c.Size().X
			drawBox(c, c.Center().Y, x, x+0.3*width, x+0.5*width, x+0.75*width, x+width)
		}, "quartiles and median, whiskers to the extremes"})
	}
	if few {
		l = append(l, key{4, func(c draw.Canvas) { drawMedian(c, c.Center().X, c.Center().Y) }, fmt.Sprintf("median alone: fewer than %d values", leastBoxed)})
	}
	return l
}

// A distributionPanel is the block of one state.
type distributionPanel struct {
	first bool
	state string
	boxes []box
	rows  rows
	swarm [][]vg.Point // of each box, from the left end of the axis and the foot of its strip
	plot  *plot.Plot
}

// newDistributionPanels returns a panel for each group, and whether one has more
// values than are drawn.
func newDistributionPanels(groups []Group[Distribution]) (panels []distributionPanel, thinned bool) {
	total := 0
	for _, g := range groups {
		total += len(g.Rows)
	}
	all := newRows(labelled(groups, func(d Distribution) string { return d.Variant }), distributionPitch, widestLabel)
	width := contentWidth - all.left()
	most := max(leastSpecks, mostSpecks/total)
	for i, g := range groups {
		p := distributionPanel{first: i == 0, state: g.State, rows: all}
		p.rows.groups = all.groups[i : i+1]
		for _, d := range g.Rows {
			p.boxes = append(p.boxes, d.box())
		}
		low, high := p.scale(width)
		label := ""
		if i == len(groups)-1 {
			label = "seconds"
		}
		p.plot = newAxes(low, high, label, width, p.rows.height())
		x := axisOf(p.plot, width)
		for _, b := range p.boxes {
			specks := swarm(b.sorted, x, most)
			p.swarm = append(p.swarm, specks)
			thinned = thinned || len(specks) < len(b.sorted)
		}
		p.plot.Add(p)
		panels = append(panels, p)
	}
	return panels, thinned
}

// scale returns the ends of an axis that is width long, such that noise of a
// few per cent stays narrow, and the text beside each box ends within it.
func (p distributionPanel) scale(width vg.Length) (low, high float64) {
	const (
		narrowest = 0.1  // of the longest time
		shortest  = 1e-9 // no clock tells less, and shares of it may be lost to rounding
	)
	low, end := math.Inf(1), 0.0
	for _, b := range p.boxes {
		if b.measured() {
			low, end = min(low, b.min()), max(end, b.max())
		}
	}
	if end < shortest {
		return 0, 1
	}
	span := max(end-low, narrowest*end)
	low = max(0, low/2+end/2-0.55*span)
	if low < span/2 {
		low = 0 // it is near
	}
	high = end + 0.05*span
	for _, b := range p.boxes {
		if b.measured() {
			bold, rest := b.value()
			text := 3*valueGap + valueText.Width(bold) + smallText.Width(rest)
			high = max(high, low+(b.max()-low)*float64(width/(width-text)))
		}
	}
	return low, high
}

// swarm places a dot at each value, in ascending order, and one above another
// that it would lie upon. It leaves out what has no place, so that no more than
// most are left, however many values there are: first what lies above others.
func swarm(sorted []float64, x func(float64) vg.Length, most int) []vg.Point {
	const width = 2 * speckRadius
	at := make([]vg.Length, len(sorted))
	for i, v := range sorted {
		at[i] = x(v)
	}
	specks := placed(at, specksHigh, width)
	if len(specks) <= most {
		return specks
	}
	at = at[:0]
	for _, s := range specks {
		at = append(at, s.X)
	}
	levels, gap := specksHigh, width
	for len(specks) > most {
		if levels > 1 {
			levels--
		} else {
			gap *= 1.5
		}
		specks = placed(at, levels, gap)
	}
	return specks
}

// placed returns the dots at xs that have a place, on levels, gap apart on each.
func placed(xs []vg.Length, levels int, gap vg.Length) []vg.Point {
	var specks []vg.Point
	var last []vg.Length // dot on each level, from the lowest
	for _, x := range xs {
		level := 0
		for level < len(last) && x-last[level] < gap {
			level++
		}
		switch {
		case level == levels:
			continue
		case level == len(last):
			last = append(last, x)
		default:
			last[level] = x
		}
		specks = append(specks, vg.Point{X: x, Y: speckRadius * vg.Length(1+2*level)})
	}
	return specks
}

func (p distributionPanel) height() vg.Length { return p.rows.height() + axisHeight(p.plot) }

func (p distributionPanel) draw(c draw.Canvas) {
	labels := c
	labels.Min.Y += axisHeight(p.plot)
	p.rows.draw(labels)
	if !p.first {
		c.StrokeLine2(line(0.5, rule), c.Min.X, c.Max.Y, c.Max.X, c.Max.Y)
	}
	p.plot.Draw(draw.Crop(c, p.rows.left(), 0, 0, 0))
}

// Plot draws the boxes into the plot.
func (p distributionPanel) Plot(c draw.Canvas, axes *plot.Plot) {
	drawGrid(c, axes)
	x, _ := axes.Transforms(&c)
	for i, b := range p.boxes {
		row(c, b.Variant, p.state, func() { p.drawRow(c, b, p.swarm[i], c.Min.Y+p.rows.centre(0, i), x) })
	}
}

// drawRow draws a box and its swarm around the row's middle y.
func (p distributionPanel) drawRow(c draw.Canvas, b box, swarm []vg.Point, y vg.Length, x func(float64) vg.Length) {
	if !b.measured() {
		putNoData(c, y, b.Note)
		return
	}
	bold, rest := b.value()
	tip(c, b.Variant+", "+p.state+": "+b.tip(), func() {
		mid := y - 2 - boxHeight/2
		if !b.boxed() {
			drawMedian(c, x(b.median), mid)
			return
		}
		drawBox(c, mid, x(b.min()), x(b.lower), x(b.median), x(b.upper), x(b.max()))
	})
	var specks []vg.Point
	for _, s := range swarm {
		specks = append(specks, vg.Point{X: c.Min.X + s.X, Y: y + 1 + s.Y})
	}
	drawSpecks(c, specks)
	end := x(b.max()) + valueGap
	put(c, valueText, end, middle(valueText, y), draw.XLeft, bold)
	put(c, smallText, end+valueText.Width(bold)+valueGap, middle(smallText, y), draw.XLeft, rest)
}

// drawBox draws a box and its whiskers around the height y.
func drawBox(c draw.Canvas, y, low, lower, middle, top, high vg.Length) {
	const end = 2.5
	whisker := line(0.9, ink)
	c.StrokeLine2(whisker, low, y, lower, y)
	c.StrokeLine2(whisker, top, y, high, y)
	c.StrokeLine2(whisker, low, y-end, low, y+end)
	c.StrokeLine2(whisker, high, y-end, high, y+end)
	r := rect(lower, y-boxHeight/2, top, y+boxHeight/2)
	fill(c, r, swatch{colour: skyBlue}.label())
	outline(c, r, line(0.9, blue))
	drawMedian(c, middle, y)
}

func drawMedian(c draw.Canvas, x, y vg.Length) {
	c.StrokeLine2(line(1.8, color.Black), x, y-boxHeight/2, x, y+boxHeight/2)
}

func drawSpecks(c draw.Canvas, points []vg.Point) {
	c.SetColor(blue)
	c.Fill(circles(points, speckRadius))
}
