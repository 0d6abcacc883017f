package charts

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	barHeight  vg.Length = 11 // the stack
	laneHeight vg.Length = 7  // below it: the total's range and the trials
	dotRadius  vg.Length = 1.9
	valueGap   vg.Length = 6
)

// drawBar draws one row: above its middle y the stack, below it the lane of
// the trials.
func drawBar(c draw.Canvas, b PhaseBar, y vg.Length, x func(float64) vg.Length, fills map[string]swatch) {
	bold, rest := b.value()
	if !b.measured() {
		put(c, labelText, c.Min.X+valueGap, middle(labelText, y), draw.XLeft, fit(labelText, rest, c.Max.X-c.Min.X-valueGap))
		return
	}
	foot := y - (barHeight+laneHeight)/2
	lane, top := foot+laneHeight, foot+laneHeight+barHeight
	if b.Expected != nil && b.Expected.isDuration() {
		drawExpected(c, rect(x(b.Expected.Low), foot, x(b.Expected.High), lane-1))
	}
	at := 0.0
	for _, t := range b.Phases {
		if !duration(t.Median) {
			continue
		}
		drawSegment(c, rect(x(at), lane, x(at+t.Median), top), fills[t.Phase], Seconds(t.Median), x(b.Total.Median))
		at += t.Median
	}
	var trials []vg.Length
	for _, t := range b.Trials {
		if duration(t) {
			trials = append(trials, x(t))
		}
	}
	drawTrials(c, (foot+lane-1)/2, trials)
	c.StrokeLine2(line(1.8, color.Black), x(b.Total.Median), lane-1, x(b.Total.Median), top+2)
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
	drawTrials(c, mid.Y-3, []vg.Length{c.Min.X + 3, mid.X + 3, c.Max.X - 3})
	c.StrokeLine2(line(1.8, color.Black), mid.X, mid.Y, mid.X, c.Max.Y+2)
}

// drawTrials draws the range from the first to the last of xs, and a dot at
// each.
func drawTrials(c draw.Canvas, y vg.Length, xs []vg.Length) {
	if len(xs) == 0 {
		return
	}
	low, high := xs[0], xs[0]
	for _, x := range xs {
		low, high = min(low, x), max(high, x)
	}
	c.StrokeLine2(line(0.9, ink), low, y, high, y)
	for _, x := range xs {
		dot(c, x, y, color.White)
	}
}

// dot draws a ring with a filling.
func dot(c draw.Canvas, x, y vg.Length, filling color.Color) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink, Radius: dotRadius, Shape: draw.CircleGlyph{}}, vg.Point{X: x, Y: y})
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: filling, Radius: dotRadius - 0.7, Shape: draw.CircleGlyph{}}, vg.Point{X: x, Y: y})
}

// drawExpected marks a range in the lane of the trials: where the documented
// saving is met, the trials lie within.
func drawExpected(c draw.Canvas, r vg.Rectangle) {
	r.Max.X = max(r.Max.X, r.Min.X+2)
	fill(c, r, color.NRGBA{R: vermillion.R, G: vermillion.G, B: vermillion.B, A: 0x28})
	outline(c, r, line(1, vermillion, 3, 2))
}
