package charts

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	laneWidth   vg.Length = 376 // of a panel's plot
	panelHeight vg.Length = 40
	panelPitch  vg.Length = 54
	wordsWidth  vg.Length = 76 // the column right of the plots
	mostDotted            = 40 // trials of which each has a dot; of more, the line is enough
)

func (c Contention) page() page {
	p := c.head()
	if !c.measured() {
		p = append(p, newParagraph(headText, "No data: the host published nothing of what it did."))
	} else {
		panels := newContentionPanels(c)
		if len(panels.disturbed) > 0 {
			p = append(p, legend{{14, func(c draw.Canvas) { fill(c, c.Rectangle, disturbedColour) }, "disturbed trial"}}, space(4))
		}
		p = append(p, panels)
	}
	if n := len(c.Trials); n > 2*mostColumns {
		note := fmt.Sprintf("Too many trials for a picture: lines go through the smallest and the largest value of about every %d. "+
			"Highlighted is where one of these was disturbed.", n/mostColumns)
		c.Notes = append([]string{note}, c.Notes...)
	}
	return append(p, c.foot()...)
}

// measured tells whether any trial has a figure.
func (c Contention) measured() bool {
	for _, t := range c.Trials {
		for _, l := range contentionLanes {
			if _, ok := l.at(t); ok {
				return true
			}
		}
	}
	return false
}

var disturbedColour = color.RGBA{R: 0xf6, G: 0xd5, B: 0xbd, A: 0xff} // vermillion, pale

// contentionPanels is the block with the panels, one above the other on one
// axis of trials.
type contentionPanels struct {
	chart     Contention
	disturbed [][2]int
	values    [][]float64 // of each lane
	axes      []laneAxis
	plot      *plot.Plot
}

func newContentionPanels(c Contention) *contentionPanels {
	p := &contentionPanels{chart: c, disturbed: c.disturbances()}
	for _, l := range contentionLanes {
		values := l.values(c.Trials)
		p.values, p.axes = append(p.values, values), append(p.axes, l.axis(values))
	}
	p.plot = newAxes(0.5, float64(len(c.Trials))+0.5, "trial, in the order of time", laneWidth, p.lanesHeight())
	p.plot.X.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick {
		return wholeTicks(low, high, min(mostTicks, int(laneWidth/tickRoom(high))))
	})
	p.plot.Add(p)
	return p
}

func (p *contentionPanels) lanesHeight() vg.Length {
	return panelPitch * vg.Length(len(contentionLanes))
}

func (p *contentionPanels) height() vg.Length { return p.lanesHeight() + axisHeight(p.plot) }

// foot returns how high the foot of a lane is above that of the lanes.
func (p *contentionPanels) foot(lane int) vg.Length {
	return p.lanesHeight() - panelPitch*vg.Length(lane+1) + (panelPitch-panelHeight)/2
}

func (p *contentionPanels) draw(c draw.Canvas) {
	left, right := c.Max.X-wordsWidth-laneWidth, c.Max.X-wordsWidth
	p.plot.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(left, c.Min.Y, right, c.Max.Y)})
	for i, l := range contentionLanes {
		foot := c.Min.Y + axisHeight(p.plot) + p.foot(i)
		mid := foot + panelHeight/2
		put(c, headText, c.Min.X, mid+2, draw.XLeft, l.title)
		put(c, smallText, c.Min.X, mid-8, draw.XLeft, l.unit)
		for _, t := range p.axes[i].ticks() {
			y := foot + p.axes[i].up(t.Value)
			put(c, smallText, left-4, middle(smallText, y), draw.XRight, t.Label)
		}
		median, most := l.words(p.values[i])
		width := wordsWidth - valueGap
		put(c, smallText, right+valueGap, mid+2, draw.XLeft, fit(smallText, median, width))
		put(c, smallText, right+valueGap, mid-8, draw.XLeft, fit(smallText, most, width))
	}
}

// ticks returns those of the axis.
func (a laneAxis) ticks() []plot.Tick {
	var all []plot.Tick
	for i := 0.0; i*a.step < a.end+a.step/2; i++ {
		all = append(all, plot.Tick{Value: i * a.step, Label: axisNumber(i * a.step)})
	}
	return all
}

// up returns how high v is above the foot of the lane.
func (a laneAxis) up(v float64) vg.Length { return panelHeight * vg.Length(v/a.end) }

// Plot draws the lines into the plot.
func (p *contentionPanels) Plot(c draw.Canvas, pl *plot.Plot) {
	x, _ := pl.Transforms(&c)
	for _, d := range p.disturbed {
		left, right := x(float64(d[0])-0.5), x(float64(d[1])+0.5)
		fill(c, rect(left, c.Min.Y, min(max(right, left+1), c.Max.X), c.Max.Y), disturbedColour)
	}
	drawGrid(c, pl)
	for i := range contentionLanes {
		p.drawLane(c, i, x)
	}
}

func (p *contentionPanels) drawLane(c draw.Canvas, lane int, x func(float64) vg.Length) {
	l, axis, foot := contentionLanes[lane], p.axes[lane], c.Min.Y+p.foot(lane)
	for i, t := range axis.ticks() {
		sty := line(0.5, grid)
		if i == 0 {
			sty = line(0.6, rule)
		}
		y := foot + axis.up(t.Value)
		c.StrokeLine2(sty, c.Min.X, y, c.Max.X, y)
	}
	var path vg.Path
	for _, points := range l.lines(p.chart.Trials) {
		for i, pt := range points {
			at := vg.Point{X: x(float64(pt.trial)), Y: foot + axis.up(pt.value*l.factor())}
			switch {
			case len(points) == 1: // a line of one point is seen all the same
				path.Move(vg.Point{X: at.X - 1, Y: at.Y})
				path.Line(vg.Point{X: at.X + 1, Y: at.Y})
			case i == 0:
				path.Move(at)
			default:
				path.Line(at)
			}
			if len(p.chart.Trials) <= mostDotted {
				tip(c, fmt.Sprintf("trial %d: %s %s", pt.trial, l.title, l.write(pt.value)), func() {
					c.SetColor(blue)
					c.Fill(circles([]vg.Point{at}, dotRadius))
				})
			}
		}
	}
	if len(path) > 0 {
		c.SetLineStyle(line(1.1, blue))
		c.Stroke(path)
	}
}
