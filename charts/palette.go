package charts

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of Okabe and Ito (Color Universal Design, 2008), which readers
// with any common colour vision tell apart.
var (
	orange     = color.RGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff}
	skyBlue    = color.RGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff}
	green      = color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff}
	yellow     = color.RGBA{R: 0xf0, G: 0xe4, B: 0x42, A: 0xff}
	blue       = color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}
	vermillion = color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}
	purple     = color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff}
	silver     = color.RGBA{R: 0xc4, G: 0xc4, B: 0xc4, A: 0xff}
)

// A pattern is what a fill has besides its colour, so that it can be told from
// its neighbours without colour.
type pattern string

const (
	plain   pattern = "plain"
	rising  pattern = "rising"  // lines from bottom left to top right
	falling pattern = "falling" // lines from top left to bottom right
	cross   pattern = "cross"   // both
	upright pattern = "upright"
)

type swatch struct {
	colour  color.Color
	pattern pattern
}

// known are the fills of the phases that the image lane has.
var known = map[string]swatch{
	"base-image":  {skyBlue, plain},
	"pip-install": {orange, rising},
	"code-copy":   {green, plain},
	"export":      {purple, falling},
	"other":       {silver, plain},
}

// spare are the fills of further phases, in the order of their appearance.
var spare = []swatch{
	{yellow, upright}, {blue, plain}, {vermillion, cross},
	{skyBlue, cross}, {green, rising}, {purple, upright}, {silver, falling},
}

// swatches assigns a fill to each phase.
func swatches(phases []string) map[string]swatch {
	fills := make(map[string]swatch, len(phases))
	next := 0
	for _, p := range phases {
		s, ok := known[p]
		if !ok {
			s = spare[next%len(spare)]
			next++
		}
		fills[p] = s
	}
	return fills
}

// paint fills r.
func (s swatch) paint(c draw.Canvas, r vg.Rectangle) {
	fill(c, r, s.colour)
	lines := line(0.7, color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xb0})
	switch s.pattern {
	case rising:
		hatch(c, r, lines, 1)
	case falling:
		hatch(c, r, lines, -1)
	case cross:
		hatch(c, r, lines, 1)
		hatch(c, r, lines, -1)
	case upright:
		hatch(c, r, lines, 0)
	}
}

// hatch draws parallel lines within r: rising for slope 1, falling for -1,
// upright for 0. They are one path, which keeps an SVG small.
func hatch(c draw.Canvas, r vg.Rectangle, sty draw.LineStyle, slope vg.Length) {
	const gap vg.Length = 4
	h := r.Size().Y
	run := h
	if slope == 0 {
		run = 0
	}
	var lines vg.Path
	for x := r.Min.X - run + gap/2; x < r.Max.X; x += gap {
		// The line climbs from (x, bottom) to (x+run, top), or mirrored; cut
		// both ends to the rectangle.
		a, b := vg.Length(0), vg.Length(1)
		if run > 0 {
			a = max(0, (r.Min.X-x)/run)
			b = min(1, (r.Max.X-x)/run)
		}
		if a >= b {
			continue
		}
		y0, y1 := r.Min.Y+a*h, r.Min.Y+b*h
		if slope < 0 {
			y0, y1 = r.Max.Y-a*h, r.Max.Y-b*h
		}
		lines.Move(vg.Point{X: x + a*run, Y: y0})
		lines.Line(vg.Point{X: x + b*run, Y: y1})
	}
	if len(lines) > 0 {
		c.SetLineStyle(sty)
		c.Stroke(lines)
	}
}

// label returns the ground for dark text upon s: its colour, half way to
// white.
func (s swatch) label() color.Color {
	r, g, b, _ := s.colour.RGBA()
	half := func(v uint32) uint8 { return uint8((v>>8 + 0xff) / 2) }
	return color.RGBA{R: half(r), G: half(g), B: half(b), A: 0xff}
}
