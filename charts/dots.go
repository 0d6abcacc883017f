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

// A ring is a dot that says what it is.
type ring struct {
	at   vg.Point
	tell func() string
}

// drawRings draws a dot at each point. Of more than most, it leaves out those
// that can hardly be told apart from others.
func drawRings(c draw.Canvas, rings []ring, most int) {
	if len(rings) <= min(most, mostTold) {
		for _, r := range rings {
			tip(c, r.tell(), func() { drawDots(c, []vg.Point{r.at}) })
		}
		return
	}
	points := make([]vg.Point, len(rings))
	for i, r := range rings {
		points[i] = r.at
	}
	drawDots(c, thin(points, most))
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
	for side := dotRadius; ; side *= 1.5 {
		taken := map[[2]int]bool{}
		var kept []vg.Point
		for _, p := range points {
			square := [2]int{int(p.X / side), int(p.Y / side)}
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
