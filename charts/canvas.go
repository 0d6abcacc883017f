package charts

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A pen is what the next mark on a canvas looks like.
type pen struct {
	colour color.NRGBA
	width  vg.Length
	dashes []vg.Length
}

// A sheet is what the canvases of this package have in common: a size and a
// pen. With Fill, Stroke and FillString it is a vg.Canvas. Charts are drawn
// upright, in points, and without images; the methods for all else panic.
type sheet struct {
	width, height vg.Length
	pen           pen
	pushed        []pen
}

func (s *sheet) Size() (width, height vg.Length)             { return s.width, s.height }
func (s *sheet) SetLineWidth(w vg.Length)                    { s.pen.width = w }
func (s *sheet) SetLineDash(dashes []vg.Length, _ vg.Length) { s.pen.dashes = dashes }
func (s *sheet) SetColor(c color.Color)                      { s.pen.colour = color.NRGBAModel.Convert(c).(color.NRGBA) }
func (s *sheet) Push()                                       { s.pushed = append(s.pushed, s.pen) }

func (s *sheet) Pop() {
	last := len(s.pushed) - 1
	s.pen, s.pushed = s.pushed[last], s.pushed[:last]
}

func (s *sheet) Rotate(float64)                      { panic("charts: nothing is turned") }
func (s *sheet) Translate(vg.Point)                  { panic("charts: nothing is moved") }
func (s *sheet) Scale(_, _ float64)                  { panic("charts: nothing is scaled") }
func (s *sheet) DrawImage(vg.Rectangle, image.Image) { panic("charts: there are no images") }

// A teller is a canvas on which a part of a chart can say more of itself than
// is drawn.
type teller interface {
	// tip shows text while a pointer rests upon what mark draws.
	tip(text string, mark func())
	// row says of which variant and state is what mark draws.
	row(variant, state string, mark func())
}

// tellerOf returns the canvas under c that can tell, or nil.
func tellerOf(c draw.Canvas) teller {
	switch canvas := c.Canvas.(type) {
	case teller:
		return canvas
	case draw.Canvas: // a part of a plot
		return tellerOf(canvas)
	default:
		return nil
	}
}

// tip draws a part of a chart that says text of itself, where the canvas can.
func tip(c draw.Canvas, text string, mark func()) {
	if t := tellerOf(c); t != nil {
		t.tip(clean(text), mark)
		return
	}
	mark()
}

// row draws what is of one variant in one state.
func row(c draw.Canvas, variant, state string, mark func()) {
	if t := tellerOf(c); t != nil {
		t.row(clean(variant), clean(state), mark)
		return
	}
	mark()
}

// wholeCircle panics at an arc that is none, as no chart has.
func wholeCircle(arc vg.PathComp) {
	if arc.Angle != 2*math.Pi {
		panic("charts: a part of a circle")
	}
}

// circles returns a circle around each point, as one path: as one each, an SVG
// of many would be several times as large.
func circles(points []vg.Point, radius vg.Length) vg.Path {
	var p vg.Path
	for _, pt := range points {
		p.Move(vg.Point{X: pt.X + radius, Y: pt.Y})
		p.Arc(pt, radius, 0, 2*math.Pi)
		p.Close()
	}
	return p
}
