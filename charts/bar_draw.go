package charts

import (
	"cmp"
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	barHeight  vg.Length = 11 // the stack
	laneHeight vg.Length = 7  // below it: the total's range and the trials
	valueGap   vg.Length = 6
)

// drawBar draws the row of a bar in a state: above its middle y the stack, below
// it the lane of the trials.
func (p phaseBars) drawBar(c draw.Canvas, b PhaseBar, state string, y vg.Length, x func(float64) vg.Length) {
	if !b.measured() {
		putNoData(c, y, b.Note)
		return
	}
	bold, rest := b.value()
	of := b.Variant + ", " + state + ": "
	foot := y - (barHeight+laneHeight)/2
	lane, top := foot+laneHeight, foot+laneHeight+barHeight
	if b.Expected != nil && b.Expected.isDuration() {
		text := of + p.chart.expectation() + " " + Seconds(b.Expected.Low) + "–" + Seconds(b.Expected.High) + " s"
		tip(c, text, func() { drawExpected(c, rect(x(b.Expected.Low), foot, x(b.Expected.High), lane-1)) })
	}
	at := 0.0
	for _, t := range b.Phases {
		if !duration(t.Median) {
			continue
		}
		number := Seconds(t.Median)
		tip(c, of+t.Phase+" "+number+" s", func() {
			drawSegment(c, rect(x(at), lane, x(at+t.Median), top), p.fills[t.Phase], number, x(b.Total.Median))
		})
		at += t.Median
	}
	trials := make([]float64, 0, len(b.Trials))
	dots := make([]vg.Point, 0, len(b.Trials))
	for _, t := range b.Trials {
		if duration(t) {
			trials, dots = append(trials, t), append(dots, vg.Point{X: x(t), Y: (foot + lane - 1) / 2})
		}
	}
	drawRange(c, dots)
	drawRings(c, dots, p.dots, func(i int) string { return of + "a trial of " + Seconds(trials[i]) + " s" })
	tip(c, of+"median "+strings.TrimSuffix(bold, " †")+", "+cmp.Or(rest, "of "+Count(len(trials), "trial")), func() {
		c.StrokeLine2(line(1.8, color.Black), x(b.Total.Median), lane-1, x(b.Total.Median), top+2)
	})
	end := x(b.end()) + valueGap
	put(c, valueText, end, middle(valueText, y), draw.XLeft, bold)
	put(c, smallText, end+valueText.Width(bold)+valueGap, middle(smallText, y), draw.XLeft, rest)
}

// drawSegment draws a part of a bar, with its number where that fits and is
// not crossed by the tick.
func drawSegment(c draw.Canvas, r vg.Rectangle, s swatch, number string, tick vg.Length) {
	if r.Size().X <= 0 {
		return
	}
	s.paint(c, r)
	outline(c, r, line(0.5, color.White))
	mid, width := (r.Min.X+r.Max.X)/2, smallText.Width(number)
	crossed := mid-width/2-3 < tick && tick < mid+width/2+3
	if width+4 <= r.Size().X && !crossed {
		fill(c, rect(mid-width/2-1.5, r.Min.Y+1, mid+width/2+1.5, r.Max.Y-1), s.label())
		put(c, smallText, mid, middle(smallText, (r.Min.Y+r.Max.Y)/2), draw.XCenter, number)
	}
}

func drawTotalKey(c draw.Canvas) {
	mid := c.Center()
	drawRingsKey(c, vg.Point{X: mid.X + 3, Y: mid.Y - 3})
	c.StrokeLine2(line(1.8, color.Black), mid.X, mid.Y, mid.X, c.Max.Y+2)
}

// drawRange draws a line from the first to the last of the dots of a lane.
func drawRange(c draw.Canvas, lane []vg.Point) {
	if len(lane) == 0 {
		return
	}
	low, high := lane[0].X, lane[0].X
	for _, p := range lane {
		low, high = min(low, p.X), max(high, p.X)
	}
	c.StrokeLine2(line(0.9, ink), low, lane[0].Y, high, lane[0].Y)
}

// drawRingsKey draws the key of dots on their range, one of them at p.
func drawRingsKey(c draw.Canvas, p vg.Point) {
	low, high := c.Min.X+3, c.Max.X-3
	c.StrokeLine2(line(0.9, ink), low, p.Y, high, p.Y)
	drawDots(c, []vg.Point{{X: low, Y: p.Y}, p, {X: high, Y: p.Y}})
}

// drawExpected marks a range in the lane of the trials: where the documented
// saving is met, the trials lie within.
func drawExpected(c draw.Canvas, r vg.Rectangle) {
	r.Max.X = max(r.Max.X, r.Min.X+2)
	fill(c, r, color.NRGBA{R: vermillion.R, G: vermillion.G, B: vermillion.B, A: 0x28})
	outline(c, r, line(1, vermillion, 3, 2))
}
