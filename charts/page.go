package charts

import (
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const margin vg.Length = 14

// contentWidth is the width that every block of a page has.
const contentWidth = pageWidth - 2*margin

// A block is one horizontal part of a page.
type block interface {
	height() vg.Length
	// draw draws within c's rectangle, which has contentWidth and the block's
	// height.
	draw(c draw.Canvas)
}

// A page is a list of blocks, from top to bottom.
type page []block

func (p page) height() vg.Length {
	h := 2 * margin
	for _, b := range p {
		h += b.height()
	}
	return h
}

// draw draws the page over the whole of c, on a white ground so that it can
// be laid on any.
func (p page) draw(c draw.Canvas) {
	fill(c, c.Rectangle, color.White)
	top := c.Max.Y - margin
	for _, b := range p {
		bottom := top - b.height()
		b.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(c.Min.X+margin, bottom, c.Max.X-margin, top)})
		top = bottom
	}
}

// A space is an empty block of that height.
type space vg.Length

func (s space) height() vg.Length { return vg.Length(s) }
func (s space) draw(draw.Canvas)  {}

// A paragraph is a block of wrapped text.
type paragraph struct {
	style text.Style
	lines []string
}

func newParagraph(sty text.Style, s string) paragraph {
	return paragraph{sty, wrap(sty, clean(s), contentWidth)}
}

func (p paragraph) height() vg.Length { return leading(p.style) * vg.Length(len(p.lines)) }

func (p paragraph) draw(c draw.Canvas) {
	for i, s := range p.lines {
		y := c.Max.Y - leading(p.style)*vg.Length(i) - p.style.Font.Size
		put(c, p.style, c.Min.X, y, draw.XLeft, s)
	}
}

// A title is the page's first block, with a badge at its right end when the
// numbers come from a simulation.
type title struct {
	paragraph
	badge string
}

const badgePad vg.Length = 5

func newTitle(cap Caption) title {
	t := title{}
	width := contentWidth
	if cap.Simulated {
		t.badge = "SIMULATED"
		width -= badgeText.Width(t.badge) + 4*badgePad
	}
	t.paragraph = paragraph{titleText, wrap(titleText, clean(cap.Title), width)}
	return t
}

func (t title) height() vg.Length { return max(t.paragraph.height(), leading(titleText)) }

func (t title) draw(c draw.Canvas) {
	t.paragraph.draw(c)
	if t.badge == "" {
		return
	}
	r := rect(c.Max.X-badgeText.Width(t.badge)-2*badgePad, c.Max.Y-titleText.Font.Size-2, c.Max.X, c.Max.Y)
	fill(c, r, vermillion)
	put(c, badgeText, (r.Min.X+r.Max.X)/2, middle(badgeText, (r.Min.Y+r.Max.Y)/2), draw.XCenter, t.badge)
}

// head returns the blocks above a chart.
func (cap Caption) head() page {
	p := page{newTitle(cap), space(2)}
	for _, s := range cap.Subtitle {
		p = append(p, newParagraph(captionText, s))
	}
	return append(p, space(8))
}

// foot returns the blocks below a chart.
func (cap Caption) foot() page {
	if len(cap.Notes) == 0 {
		return nil
	}
	p := page{space(6)}
	for _, s := range cap.Notes {
		p = append(p, newParagraph(captionText, s), space(2))
	}
	return p
}
