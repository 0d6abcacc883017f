package charts

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"math"
	"strconv"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// svgFonts begins with the font in which labels are measured, and those that
// have its widths. In any other, viewers fit a text to the width that it has room
// for.
const svgFonts = "Liberation Sans,Arial,Helvetica,sans-serif"

// An svgCanvas writes what is drawn as elements of an SVG. gonum's own canvas
// says with each of them what all have in common, and has colours in style
// attributes, which no style sheet can change.
type svgCanvas struct {
	sheet
	body  []byte
	shape []byte // of the last element, if that is a fill
	end   int    // of the body after it
}

// picture returns the SVG, with attributes for its root and what stands before
// its marks.
func (c *svgCanvas) picture(attributes, head string) []byte {
	var b bytes.Buffer
	w, h := round(c.width).String(), round(c.height).String()
	fmt.Fprintf(&b, `<svg %s width="%spt" height="%spt" viewBox="0 0 %s %s" fill="none" font-family="%s">%s`, attributes, w, h, w, h, svgFonts, head)
	b.Write(c.body)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (c *svgCanvas) Fill(p vg.Path) {
	if len(p) == 0 {
		return
	}
	c.shape = shape(p, c.height)
	c.open(c.shape)
	c.paint("fill")
	c.close()
	c.end = len(c.body)
}

// Stroke makes one element of a fill and its outline.
func (c *svgCanvas) Stroke(p vg.Path) {
	if len(p) == 0 || c.pen.width <= 0 {
		return
	}
	s := shape(p, c.height)
	if len(c.body) == c.end && bytes.Equal(s, c.shape) {
		c.body = c.body[:len(c.body)-len("/>")]
	} else {
		c.open(s)
	}
	c.paint("stroke")
	if c.pen.width != 1 {
		c.attribute("stroke-width", round(c.pen.width).String())
	}
	if len(c.pen.dashes) > 0 {
		var dashes []byte
		for i, d := range c.pen.dashes {
			if i > 0 {
				dashes = append(dashes, ' ')
			}
			dashes = round(d).append(dashes)
		}
		c.attribute("stroke-dasharray", string(dashes))
	}
	c.close()
}

func (c *svgCanvas) FillString(f font.Face, at vg.Point, s string) {
	c.open([]byte("text"))
	c.attribute("x", round(at.X).String())
	c.attribute("y", round(c.height-at.Y).String())
	c.attribute("font-size", round(f.Font.Size).String())
	if f.Font.Weight == xfont.WeightBold {
		c.attribute("font-weight", "700")
	}
	c.paint("fill")
	c.attribute("textLength", round(f.Width(s)).String())
	c.attribute("lengthAdjust", "spacingAndGlyphs")
	c.body = append(c.body, '>')
	c.body = append(c.body, html.EscapeString(s)...)
	c.body = append(c.body, "</text>"...)
}

func (c *svgCanvas) tip(text string, mark func()) {
	c.group("<g><title>"+html.EscapeString(text)+"</title>", mark)
}

func (c *svgCanvas) row(variant, state string, mark func()) {
	c.group(`<g data-variant="`+html.EscapeString(variant)+`" data-state="`+html.EscapeString(state)+`">`, mark)
}

// group writes what mark draws, if that is anything, after the beginning of a
// group.
func (c *svgCanvas) group(beginning string, mark func()) {
	start := len(c.body)
	c.body = append(c.body, beginning...)
	empty := len(c.body)
	mark()
	if len(c.body) == empty {
		c.body = c.body[:start]
		return
	}
	c.body = append(c.body, "</g>"...)
}

func (c *svgCanvas) open(element []byte) { c.body = append(append(c.body, '<'), element...) }
func (c *svgCanvas) close()              { c.body = append(c.body, "/>"...) }

func (c *svgCanvas) attribute(name, value string) {
	c.body = append(c.body, ' ')
	c.body = append(c.body, name...)
	c.body = append(c.body, `="`...)
	c.body = append(c.body, value...)
	c.body = append(c.body, '"')
}

// paint writes the pen's colour, of a "fill" or a "stroke".
func (c *svgCanvas) paint(of string) {
	c.attribute(of, hex(c.pen.colour))
	if a := c.pen.colour.A; a < 0xff {
		c.attribute(of+"-opacity", strconv.FormatFloat(float64(a)/0xff, 'f', 2, 64))
	}
}

// hundredths are those of a point, as lengths are written.
type hundredths int64

func round(l vg.Length) hundredths { return hundredths(math.Round(float64(l) * 100)) }

func (h hundredths) String() string { return string(h.append(nil)) }

func (h hundredths) append(b []byte) []byte {
	return strconv.AppendFloat(b, float64(h)/100, 'f', -1, 64)
}

// next appends h after a number.
func (h hundredths) next(b []byte) []byte {
	if h >= 0 {
		b = append(b, ' ')
	}
	return h.append(b)
}

// hex returns a colour as style sheets have it, its opacity aside.
func hex(c color.NRGBA) string {
	if c.R%0x11 == 0 && c.G%0x11 == 0 && c.B%0x11 == 0 {
		return fmt.Sprintf("#%x%x%x", c.R/0x11, c.G/0x11, c.B/0x11)
	}
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// shape returns the name and the geometry of the element that draws a path on a
// page of that height: `circle cx="1" cy="2" r="3"`, `path d="M1 2h3z"`.
func shape(p vg.Path, height vg.Length) []byte {
	if len(p) == 3 && p[1].Type == vg.ArcComp && p[2].Type == vg.CloseComp {
		b := round(p[1].Pos.X).append([]byte(`circle cx="`))
		b = round(height - p[1].Pos.Y).append(append(b, `" cy="`...))
		b = round(p[1].Radius).append(append(b, `" r="`...))
		return append(b, '"')
	}
	b := []byte(`path d="`)
	var x, y hundredths
	for _, comp := range p {
		toX, toY := round(comp.Pos.X), round(height-comp.Pos.Y)
		switch comp.Type {
		case vg.MoveComp:
			b = toY.next(toX.append(append(b, 'M')))
		case vg.LineComp:
			switch {
			case toY == y:
				b = (toX - x).append(append(b, 'h'))
			case toX == x:
				b = (toY - y).append(append(b, 'v'))
			default:
				b = (toY - y).next((toX - x).append(append(b, 'l')))
			}
		case vg.ArcComp: // from the rightmost point
			wholeCircle(comp)
			r := round(comp.Radius)
			b = appendArc(b, r, -2*r)
			b = appendArc(b, r, 2*r)
			continue
		case vg.CloseComp:
			b = append(b, 'z')
			continue
		default:
			panic(fmt.Sprintf("charts: path component %d", comp.Type))
		}
		x, y = toX, toY
	}
	return append(b, '"')
}

// appendArc appends a half circle to a point across.
func appendArc(b []byte, radius, across hundredths) []byte {
	b = radius.next(radius.append(append(b, 'a')))
	return append(across.next(append(b, " 0 1 1"...)), " 0"...)
}
