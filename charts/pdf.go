package charts

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A pdfCanvas draws on the one page of a PDF. gonum's own canvas writes texts in
// code page 1252, which has no minus sign.
type pdfCanvas struct {
	sheet
	doc   *fpdf.Fpdf
	fonts map[string]bool // that the document has, by style
	err   error           // the first one
}

func newPDF(width, height vg.Length) *pdfCanvas {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: width.Points(), Ht: height.Points()}})
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.SetCatalogSort(true) // the same chart gives the same bytes
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.AddPage()
	return &pdfCanvas{sheet: sheet{width: width, height: height}, doc: doc, fonts: map[string]bool{}}
}

func (c *pdfCanvas) picture() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	var b bytes.Buffer
	if err := c.doc.Output(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (c *pdfCanvas) Fill(p vg.Path) {
	r, g, b := c.colour()
	c.doc.SetFillColor(r, g, b)
	c.draw(p, "F")
}

func (c *pdfCanvas) Stroke(p vg.Path) {
	if c.pen.width <= 0 {
		return
	}
	r, g, b := c.colour()
	c.doc.SetDrawColor(r, g, b)
	c.doc.SetLineWidth(c.pen.width.Points())
	dashes := make([]float64, len(c.pen.dashes))
	for i, d := range c.pen.dashes {
		dashes[i] = d.Points()
	}
	c.doc.SetDashPattern(dashes, 0)
	c.draw(p, "D")
}

func (c *pdfCanvas) colour() (r, g, b int) {
	p := c.pen.colour
	c.doc.SetAlpha(float64(p.A)/0xff, "Normal")
	return int(p.R), int(p.G), int(p.B)
}

// draw draws a path in one of fpdf's styles: "F" fills it, "D" draws its lines.
func (c *pdfCanvas) draw(p vg.Path, style string) {
	lines := false
	for _, comp := range p {
		x, y := comp.Pos.X.Points(), (c.height - comp.Pos.Y).Points()
		switch comp.Type {
		case vg.MoveComp:
			c.doc.MoveTo(x, y)
		case vg.LineComp:
			c.doc.LineTo(x, y)
			lines = true
		case vg.ArcComp:
			wholeCircle(comp)
			c.doc.Circle(x, y, comp.Radius.Points(), style)
		case vg.CloseComp:
			if lines {
				c.doc.ClosePath()
			}
		default:
			panic(fmt.Sprintf("charts: path component %d", comp.Type))
		}
	}
	if lines {
		c.doc.DrawPath(style)
	}
}

func (c *pdfCanvas) FillString(f font.Face, at vg.Point, s string) {
	const family = "chart"
	style := ""
	if f.Font.Weight == xfont.WeightBold {
		style = "B"
	}
	if !c.fonts[style] {
		c.fonts[style] = true
		var b bytes.Buffer
		if _, err := f.Face.WriteSourceTo(nil, &b); err != nil && c.err == nil {
			c.err = fmt.Errorf("font: %w", err)
		}
		c.doc.AddUTF8FontFromBytes(family, style, b.Bytes())
	}
	r, g, b := c.colour()
	c.doc.SetTextColor(r, g, b)
	c.doc.SetFont(family, style, f.Font.Size.Points())
	c.doc.Text(at.X.Points(), (c.height - at.Y).Points(), strings.Map(inPDF, s))
}

// inPDF replaces what fpdf has no width for, and panics at.
func inPDF(r rune) rune {
	const last = 0xffff
	if r > last {
		return unicode.ReplacementChar
	}
	return r
}
