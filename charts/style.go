package charts

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var (
	ink   = color.Gray{Y: 0x1a}
	muted = color.Gray{Y: 0x50}
	rule  = color.Gray{Y: 0x90}
	grid  = color.Gray{Y: 0xdd}
	shade = color.Gray{Y: 0xe9}
)

// The text of a page. Nothing is smaller than 8 points, 10.7 pixels at the
// width that charts are made for.
var (
	titleText   = textStyle(14, xfont.WeightBold, ink)
	badgeText   = textStyle(10, xfont.WeightBold, color.White)
	headText    = textStyle(9, xfont.WeightBold, ink)
	labelText   = textStyle(9, xfont.WeightNormal, ink)
	valueText   = textStyle(9, xfont.WeightBold, ink)
	smallText   = textStyle(8, xfont.WeightNormal, ink)
	captionText = textStyle(8.5, xfont.WeightNormal, muted)
)

func textStyle(size float64, weight xfont.Weight, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: vg.Points(size)},
		Handler: plot.DefaultTextHandler,
	}
}

// leading is the distance from one baseline to the next.
func leading(sty text.Style) vg.Length { return 1.3 * sty.Font.Size }

// put draws one line of text with its baseline at y, and at x its left end
// (draw.XLeft), middle (draw.XCenter) or right end (draw.XRight).
func put(c draw.Canvas, sty text.Style, x, y vg.Length, align draw.XAlignment, s string) {
	sty.XAlign, sty.YAlign = align, draw.YBottom
	// With YBottom, the plain handler sets the baseline one size above the
	// ascent's foot.
	c.FillText(sty, vg.Point{X: x, Y: y + sty.FontExtents().Ascent - sty.Font.Size}, s)
}

// putShort is put of what fit has made of a text, and tells all of it.
func putShort(c draw.Canvas, sty text.Style, x, y vg.Length, align draw.XAlignment, short, full string) {
	if short == full {
		put(c, sty, x, y, align, short)
		return
	}
	tip(c, full, func() { put(c, sty, x, y, align, short) })
}

// middle returns the baseline of a line of text whose capitals are centred at y.
func middle(sty text.Style, y vg.Length) vg.Length {
	const capHeight = 0.72 // of Liberation Sans, in ems
	return y - sty.Font.Size*capHeight/2
}

func line(width float64, c color.Color, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: vg.Points(width), Dashes: dashes}
}

func rect(x0, y0, x1, y1 vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: x0, Y: y0}, Max: vg.Point{X: x1, Y: y1}}
}

func fill(c draw.Canvas, r vg.Rectangle, col color.Color) {
	c.SetColor(col)
	c.Fill(r.Path())
}

func outline(c draw.Canvas, r vg.Rectangle, sty draw.LineStyle) {
	c.SetLineStyle(sty)
	c.Stroke(r.Path())
}

// centred returns the style of texts that are centred at x.
func centred(sty text.Style, y draw.YAlignment) text.Style {
	sty.XAlign, sty.YAlign = draw.XCenter, y
	return sty
}
