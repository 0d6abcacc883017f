package charts

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	dotRadius vg.Length = 1.9

	mostRings  = 500 // dots of a chart, about: beyond them they say no more, and a picture would be as large as its data
	leastRings = 12  // of a row
	mostTold   = 24  // dots of a row of which each says what it is
)

// ringsOf returns how many dots each of so many rows has at most.
func ringsOf(rows int) int { return max(leastRings, mostRings/max(1, rows)) }

// drawRings draws a dot at each point, of which tell says what it is. Of more
// than most, it leaves out those that can hardly be told apart from others.
func drawRings(c draw.Canvas, points []vg.Point, most int, tell func(i int) string) {
	if len(points) > min(most, mostTold) {
		drawDots(c, thin(points, most))
		return
	}
	for i := range points {
		tip(c, tell(i), func() { drawDots(c, points[i:i+1]) })
	}
}

// drawDots draws rings with a filling, as one mark: those that touch become one.
func drawDots(c draw.Canvas, points []vg.Point) {
	const width = 0.7
	p := circles(points, dotRadius-width/2)
	c.SetColor(color.White)
	c.Fill(p)
	c.SetLineStyle(line(width, ink))
	c.Stroke(p)
}

// thin returns at most that many of the points, without those that lie in a
// square with one before them. The squares are as small as that allows.
func thin(points []vg.Point, most int) []vg.Point {
	if len(points) == 0 {
		return nil
	}
	low, high := points[0], points[0]
	for _, p := range points {
		low = vg.Point{X: min(low.X, p.X), Y: min(low.Y, p.Y)}
		high = vg.Point{X: max(high.X, p.X), Y: max(high.Y, p.Y)}
	}
	for side := dotRadius; ; side *= 1.5 {
		columns, rows := int((high.X-low.X)/side)+1, int((high.Y-low.Y)/side)+1
		taken := make([]bool, columns*rows)
		var kept []vg.Point
		for _, p := range points {
			square := int((p.Y-low.Y)/side)*columns + int((p.X-low.X)/side)
			if !taken[square] {
				taken[square] = true
				kept = append(kept, p)
			}
		}
		if len(kept) <= most {
			return kept
		}
		points = kept
	}
}
