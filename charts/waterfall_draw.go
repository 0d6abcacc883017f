package charts

import (
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	waterfallHeight vg.Length = 190 // of the axis
	numberHeight    vg.Length = 15  // above the highest bar: its number
	nameHeight      vg.Length = 28  // below the axis: two lines
	waterfallTicks            = 6
	widestDrop      vg.Length = 64
)

func (w Waterfall) page() page {
	p := w.head()
	if !w.measured() {
		p = append(p, newParagraph(headText, "No data: no block has both totals."))
	} else {
		steps, folded := w.steps()
		p = append(p, waterfallLegend(), space(6), newWaterfallPanel(w, steps))
		w.Notes = append(foldedNote(folded), w.Notes...)
	}
	return append(p, w.foot()...)
}

func foldedNote(steps int) []string {
	switch steps {
	case 0:
		return nil
	case 1:
		return []string{"The smallest change is not drawn by itself: it is part of other."}
	}
	return []string{fmt.Sprintf("The %d smallest changes are not drawn by themselves: they are part of other.", steps)}
}

func waterfallLegend() legend {
	return legend{
		{12, func(c draw.Canvas) { drawStep(c, c.Rectangle, silver) }, "total"},
		{12, func(c draw.Canvas) { drawStep(c, c.Rectangle, blue) }, "time saved"},
		{12, func(c draw.Canvas) { drawStep(c, c.Rectangle, vermillion) }, "time added"},
	}
}

func drawStep(c draw.Canvas, r vg.Rectangle, col color.Color) {
	fill(c, r, col)
	outline(c, r, line(0.6, ink))
}

// A waterfallPanel is the block with the bars.
type waterfallPanel struct {
	columns []column
	scale   Range
	ticks   []plot.Tick
	left    vg.Length // the width of the ticks' labels
}

// A column is one bar with its texts.
type column struct {
	name, under string // below the axis
	value       string // above the bar
	low, high   float64
	end         float64 // where the next one begins
	colour      color.Color
	total       bool
}

func newWaterfallPanel(w Waterfall, steps []WaterfallStep) waterfallPanel {
	p := waterfallPanel{scale: w.scale(steps), columns: []column{endColumn(w.From)}}
	at := w.From.Seconds
	for _, s := range steps {
		c := column{name: s.Phase, value: s.value(), low: min(at, at+s.Seconds), high: max(at, at+s.Seconds), end: at + s.Seconds, colour: blue}
		if s.Seconds > 0 {
			c.colour = vermillion
		}
		p.columns = append(p.columns, c)
		at = c.end
	}
	p.columns = append(p.columns, endColumn(w.To))
	p.ticks = ticks(p.scale.Low, p.scale.High, waterfallTicks)
	for _, t := range p.ticks {
		p.left = max(p.left, smallText.Width(t.Label)+valueGap)
	}
	return p
}

func endColumn(t WaterfallTotal) column {
	return column{name: t.Variant, under: "total", value: Seconds(t.Seconds) + " s", high: t.Seconds, end: t.Seconds, colour: silver, total: true}
}

func (p waterfallPanel) height() vg.Length {
	return leading(smallText) + numberHeight + waterfallHeight + nameHeight
}

func (p waterfallPanel) draw(c draw.Canvas) {
	put(c, smallText, c.Min.X, c.Max.Y-smallText.Font.Size, draw.XLeft, "seconds")
	axis := c
	axis.Min.X += p.left
	axis.Min.Y += nameHeight
	axis.Max.Y = axis.Min.Y + waterfallHeight
	y := func(v float64) vg.Length {
		return axis.Min.Y + waterfallHeight*vg.Length((v-p.scale.Low)/(p.scale.High-p.scale.Low))
	}
	for _, t := range p.ticks {
		c.StrokeLine2(line(0.5, grid), axis.Min.X, y(t.Value), axis.Max.X, y(t.Value))
		put(c, smallText, axis.Min.X-valueGap/2, middle(smallText, y(t.Value)), draw.XRight, t.Label)
	}
	pitch := axis.Size().X / vg.Length(len(p.columns))
	width := min(0.68*pitch, widestDrop)
	for i, col := range p.columns {
		mid := axis.Min.X + pitch*(vg.Length(i)+0.5)
		tip(c, col.name+": "+strings.TrimSuffix(col.value, " s")+" s", func() {
			drawStep(c, rect(mid-width/2, y(col.low), mid+width/2, y(col.high)), col.colour)
		})
		if i+1 < len(p.columns) {
			c.StrokeLine2(line(0.6, ink), mid+width/2, y(col.end), mid+pitch-width/2, y(col.end))
		}
		drawColumnTexts(c, col, mid, y(col.high), axis.Min.Y, pitch-3)
	}
	c.StrokeLine2(line(0.8, ink), axis.Min.X, y(0), axis.Max.X, y(0))
}

// drawColumnTexts sets a bar's number above its top, and its name below foot,
// all within width.
func drawColumnTexts(c draw.Canvas, col column, mid, top, foot, width vg.Length) {
	number, name := smallText, smallText
	if col.total {
		number, name = valueText, headText
	}
	shown := fit(number, col.value, width)
	// Over the lines of the grid.
	half := number.Width(shown)/2 + 1
	fill(c, rect(mid-half, top+2, mid+half, top+numberHeight-2), color.White)
	put(c, number, mid, top+4, draw.XCenter, shown)
	lines := splitName(name, clean(col.name), width)
	for i, s := range lines {
		put(c, name, mid, foot-11-10*vg.Length(i), draw.XCenter, s)
	}
	if len(lines) < 2 {
		put(c, smallText, mid, foot-21, draw.XCenter, col.under)
	}
}

// splitName breaks a name that is wider than width after a hyphen or a space,
// into two lines, and shortens what is too wide even so.
func splitName(sty text.Style, name string, width vg.Length) []string {
	if sty.Width(name) <= width {
		return []string{name}
	}
	for i := len(name) - 1; i > 0; i-- {
		if !strings.ContainsRune("- ", rune(name[i])) || sty.Width(name[:i+1]) > width {
			continue
		}
		return []string{strings.TrimSpace(name[:i+1]), fit(sty, name[i+1:], width)}
	}
	return []string{fit(sty, name, width)}
}
