package charts

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A legend is a block of keys with their meaning, set like words of a text.
type legend []key

// A key is one entry of a legend.
type key struct {
	width vg.Length
	draw  func(c draw.Canvas) // within c's rectangle
	text  string
}

const (
	keyGap   vg.Length = 4  // between a key and its text
	entryGap vg.Length = 14 // between entries
	keyLine  vg.Length = 14
)

func (k key) fullWidth() vg.Length { return k.width + keyGap + labelText.Width(k.text) }

// rows breaks the entries into lines.
func (l legend) rows() [][]key {
	var rows [][]key
	var x vg.Length
	for _, k := range l {
		k.text = fit(labelText, clean(k.text), contentWidth-k.width-keyGap)
		if len(rows) == 0 || x+k.fullWidth() > contentWidth {
			rows, x = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], k)
		x += k.fullWidth() + entryGap
	}
	return rows
}

func (l legend) height() vg.Length { return keyLine * vg.Length(len(l.rows())) }

func (l legend) draw(c draw.Canvas) {
	top := c.Max.Y
	for _, row := range l.rows() {
		x, mid := c.Min.X, top-keyLine/2
		for _, k := range row {
			k.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: rect(x, mid-4, x+k.width, mid+4)})
			put(c, labelText, x+k.width+keyGap, middle(labelText, mid), draw.XLeft, k.text)
			x += k.fullWidth() + entryGap
		}
		top -= keyLine
	}
}
