package charts

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	dotRadius vg.Length = 1.9

	mostRings  = 500 // dots of a chart, about: beyond them they say no more, and a picture would be as large as its data
	leastRings = 12  // of a row
	mostTold   = 240 // dots of a chart of which each says what it is
	toldInRow  = 24  // of a row: where there are more, pointing at one is a matter of luck
)

// ringBounds bounds the dots of each row of a chart: how many there are at most,
// and up to how many each says what it is.
type ringBounds struct {
	most, told int
	crowded    bool // a row has more than say what they are
}

// ringBoundsOf returns the bounds of rows with so many dots each.
func ringBoundsOf(dots []int) ringBounds {
	rows := max(1, len(dots))
	most := max(leastRings, mostRings/rows)
	r := ringBounds{most: most, told: min(most, toldInRow, mostTold/rows)}
	r.crowded = slices.ContainsFunc(dots, func(n int) bool { return n > r.told })
	return r
}

// notes says what becomes of the dots of a crowded row.
func (r ringBounds) notes() []string {
	if !r.crowded {
		return nil
	}
	return []string{"Where there are many dots, those that lie upon others are left out."}
}

// drawRings draws a dot at each point, of which tell says what it is. Too many
// for that are one mark, without those that lie upon others.
func drawRings(c draw.Canvas, points []vg.Point, r ringBounds, tell func(i int) string) {
	if len(points) > r.told {
		drawDots(c, thin(points, r.most))
		return
	}
	for i := range points {
		tip(c, tell(i), func() { drawDots(c, points[i:i+1]) })
	}
}

// drawDots draws rings with a filling, as one mark: all fillings lie below the
// rings.
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
