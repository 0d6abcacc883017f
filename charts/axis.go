package charts

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// newAxes returns a plot with a horizontal axis from low to high, low < high,
// about width long, and rows that are height points high in all: y counts
// points from the foot of the rows.
func newAxes(low, high float64, label string, width, height vg.Length) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.HideY()
	p.Y.Padding, p.Y.Min, p.Y.Max = 0, 0, float64(height)
	p.X.Padding, p.X.Min, p.X.Max = 0, low, high
	p.X.Label.Text, p.X.Label.TextStyle = label, centred(labelText, draw.YBottom)
	p.X.Tick.Label = centred(smallText, draw.YTop)
	p.X.Tick.Length = 4
	p.X.LineStyle, p.X.Tick.LineStyle = line(0.6, rule), line(0.6, rule)
	p.X.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick {
		return ticks(low, high, int(width/tickRoom(high)))
	})
	return p
}

// tickWidth is the room that a tick's label takes, in points, unless it is long.
const tickWidth = 26

// tickRoom returns the room for labels of ticks up to high.
func tickRoom(high float64) vg.Length {
	return max(tickWidth, smallText.Width(axisNumber(math.Round(high)))+valueGap)
}

const mostTicks = 8 // of an axis; that of blocks has as many as there is room for

// ticks returns round values from low to high, about n of them but not more
// than mostTicks.
func ticks(low, high float64, n int) []plot.Tick {
	step := nice(high-low, min(max(n, 2), mostTicks))
	var t []plot.Tick
	for i := math.Ceil(low/step - 1e-9); i <= high/step+1e-9; i++ {
		t = append(t, plot.Tick{Value: i * step, Label: axisNumber(i * step)})
	}
	return t
}

// wholeTicks returns whole numbers from low to high, at most n and one more of
// them.
func wholeTicks(low, high float64, n int) []plot.Tick {
	step := max(1, nice(high-low, max(n, 2)))
	var t []plot.Tick
	for i := math.Ceil(low / step); i*step <= high; i++ {
		t = append(t, plot.Tick{Value: i * step, Label: axisNumber(i * step)})
	}
	return t
}

// axisHeight is what the axis of p takes below the rows.
func axisHeight(p *plot.Plot) vg.Length {
	page := draw.NewCanvas(nil, contentWidth, 10*contentWidth)
	return p.DataCanvas(page).Min.Y
}

// axisOf returns where a value lies on the axis of p, right of its left end, on a
// page of that width: the axis is shorter where the last label needs room.
func axisOf(p *plot.Plot, width vg.Length) func(float64) vg.Length {
	long := p.DataCanvas(draw.NewCanvas(nil, width, 10*contentWidth)).Size().X
	low, high := p.X.Min, p.X.Max
	return func(v float64) vg.Length { return long * vg.Length((v-low)/(high-low)) }
}

// drawGrid draws a vertical line at each tick.
func drawGrid(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		c.StrokeLine2(line(0.5, grid), x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
}
