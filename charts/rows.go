package charts

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Labels of rows are cut at these widths, so that the picture keeps most of
// the page.
const (
	widestGroup vg.Length = 84
	widestLabel vg.Length = 150 // where the page has one plot
	narrowLabel vg.Length = 100 // where it has two
	columnGap   vg.Length = 8
	groupGap    vg.Length = 7
)

// A rowGroup is a group of rows: its name, and a label per row.
type rowGroup struct {
	name   string
	labels []string
	full   []string // the name and the labels, uncut
}

// rows places grouped rows beneath each other, with the groups' names in a
// first and the rows' labels in a second column left of a plot. Coordinates
// are points from the foot of the rows.
type rows struct {
	groups     []rowGroup
	pitch      vg.Length // from one row to the next
	nameWidth  vg.Length
	labelWidth vg.Length // zero when no row has a label
}

// withoutRepeats empties the labels where every group has one row, and all the
// same: the chart's title names it.
func withoutRepeats(groups []rowGroup) []rowGroup {
	for _, g := range groups {
		if len(g.labels) != 1 || g.labels[0] != groups[0].labels[0] {
			return groups
		}
	}
	var all []rowGroup
	for _, g := range groups {
		all = append(all, rowGroup{name: g.name, labels: []string{""}})
	}
	return all
}

// newRows cleans the names, and shortens labels to the widest.
func newRows(groups []rowGroup, pitch, widest vg.Length) rows {
	r := rows{pitch: pitch}
	for _, g := range groups {
		g.full = []string{clean(g.name)}
		g.name = fit(headText, g.full[0], widestGroup)
		r.nameWidth = max(r.nameWidth, headText.Width(g.name))
		labels := make([]string, len(g.labels))
		for i, l := range g.labels {
			g.full = append(g.full, clean(l))
			labels[i] = fit(labelText, g.full[i+1], widest)
			r.labelWidth = max(r.labelWidth, labelText.Width(labels[i]))
		}
		g.labels = labels
		r.groups = append(r.groups, g)
	}
	return r
}

// putNoData says, where a row around its middle y has nothing to draw, why that is.
func putNoData(c draw.Canvas, y vg.Length, note string) {
	text := "no data"
	if note = clean(note); note != "" {
		text += ": " + note
	}
	put(c, labelText, c.Min.X+valueGap, middle(labelText, y), draw.XLeft, fit(labelText, text, c.Max.X-c.Min.X-valueGap))
}

// left returns the width of the columns left of the plot.
func (r rows) left() vg.Length {
	w := r.nameWidth + columnGap
	if r.labelWidth > 0 {
		w += r.labelWidth + columnGap
	}
	return w
}

func (r rows) height() vg.Length {
	h := vg.Length(0)
	for _, g := range r.groups {
		h += r.pitch*vg.Length(len(g.labels)) + groupGap
	}
	return h
}

// top returns the upper edge of a group, gap included.
func (r rows) top(group int) vg.Length {
	y := r.height()
	for _, g := range r.groups[:group] {
		y -= r.pitch*vg.Length(len(g.labels)) + groupGap
	}
	return y
}

// centre returns the middle of a row.
func (r rows) centre(group, row int) vg.Length {
	return r.top(group) - groupGap/2 - r.pitch*(vg.Length(row)+0.5)
}

// draw draws the names and labels, and lines between the groups, in c, whose
// foot is that of the rows.
func (r rows) draw(c draw.Canvas) {
	for i, g := range r.groups {
		top, foot := c.Min.Y+r.top(i), c.Min.Y+r.top(i)-r.pitch*vg.Length(len(g.labels))-groupGap
		if i > 0 {
			c.StrokeLine2(line(0.5, rule), c.Min.X, top, c.Max.X, top)
		}
		putShort(c, headText, c.Min.X, middle(headText, (top+foot)/2), draw.XLeft, g.name, g.full[0])
		for j, l := range g.labels {
			x := c.Min.X + r.nameWidth + columnGap + r.labelWidth
			putShort(c, labelText, x, middle(labelText, c.Min.Y+r.centre(i, j)), draw.XRight, l, g.full[j+1])
		}
	}
}
