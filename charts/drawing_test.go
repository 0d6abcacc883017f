package charts

import (
	"fmt"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// A drawing is what a chart draws.
type drawing struct {
	height vg.Length
	fills  []vg.Rectangle // bounds of filled paths
	lines  []vg.Rectangle // bounds of stroked paths, their width aside
	dots   int            // filled circles
	texts  []label
}

type label struct {
	text string
	box  vg.Rectangle
}

func record(c Chart) drawing {
	p := c.page()
	d := drawing{height: p.height()}
	var rec recorder.Canvas
	p.draw(draw.NewCanvas(&rec, pageWidth, d.height))
	for _, a := range rec.Actions {
		switch a := a.(type) {
		case *recorder.Fill:
			d.fills = append(d.fills, bounds(a.Path))
			d.dots += arcs(a.Path)
		case *recorder.Stroke:
			d.lines = append(d.lines, bounds(a.Path))
		case *recorder.FillString:
			face := plot.DefaultTextHandler.Cache().Lookup(a.Font, a.Size)
			ext := face.Extents()
			d.texts = append(d.texts, label{a.String, rect(a.Point.X, a.Point.Y-ext.Descent,
				a.Point.X+face.Width(a.String), a.Point.Y+0.75*ext.Ascent)})
		}
	}
	return d
}

// bounds returns the box around a path's corners; arcs are dots.
func bounds(p vg.Path) vg.Rectangle {
	b := vg.Rectangle{Min: p[0].Pos, Max: p[0].Pos}
	for _, c := range p {
		if c.Type == vg.MoveComp || c.Type == vg.LineComp {
			b.Min.X, b.Min.Y = min(b.Min.X, c.Pos.X), min(b.Min.Y, c.Pos.Y)
			b.Max.X, b.Max.Y = max(b.Max.X, c.Pos.X), max(b.Max.Y, c.Pos.Y)
		}
	}
	return b
}

// arcs returns the number of arcs in a path: whatever is round is a circle.
func arcs(p vg.Path) int {
	n := 0
	for _, c := range p {
		if c.Type == vg.ArcComp {
			n++
		}
	}
	return n
}

func (d drawing) has(text string) bool {
	for _, l := range d.texts {
		if l.text == text {
			return true
		}
	}
	return false
}

// filled returns the number of filled paths of that size, within a hundredth
// of a point.
func (d drawing) filled(width, height vg.Length) int {
	n := 0
	for _, f := range d.fills {
		if s := f.Size(); abs(s.X-width) < 0.01 && abs(s.Y-height) < 0.01 {
			n++
		}
	}
	return n
}

func abs(l vg.Length) vg.Length { return max(l, -l) }

// problems lists what leaves the page, and texts that lie upon each other.
func (d drawing) problems() []string {
	var found []string
	outside := func(r vg.Rectangle) bool {
		return !(r.Min.X >= 0 && r.Min.Y >= 0 && r.Max.X <= pageWidth && r.Max.Y <= d.height) // NaN is outside
	}
	for _, f := range d.fills {
		if outside(f) {
			found = append(found, fmt.Sprintf("filled path at %v leaves the page", f))
		}
	}
	for _, l := range d.lines {
		if outside(l) {
			found = append(found, fmt.Sprintf("line at %v leaves the page", l))
		}
	}
	for i, l := range d.texts {
		if outside(l.box) {
			found = append(found, fmt.Sprintf("text %q at %v leaves the page", l.text, l.box))
		}
		for _, m := range d.texts[:i] {
			if l.box.Min.X < m.box.Max.X && m.box.Min.X < l.box.Max.X &&
				l.box.Min.Y < m.box.Max.Y && m.box.Min.Y < l.box.Max.Y {
				found = append(found, fmt.Sprintf("texts %q and %q overlap", l.text, m.text))
			}
		}
	}
	return found
}

func checkDrawing(t *testing.T, c Chart) drawing {
	t.Helper()
	d := record(c)
	for _, p := range d.problems() {
		t.Error(p)
	}
	return d
}

func TestProblemsAreFound(t *testing.T) {
	t.Parallel()
	d := drawing{
		height: 100,
		fills:  []vg.Rectangle{rect(0, 0, pageWidth+1, 5)},
		lines:  []vg.Rectangle{rect(5, -1, 5, 20)},
		texts: []label{
			{"inside", rect(1, 1, 20, 10)}, {"upon it", rect(19, 9, 30, 20)}, {"above", rect(40, 95, 50, 101)},
		},
	}
	if got := d.problems(); len(got) != 4 {
		t.Errorf("problems: got %q, want one of a path, one of a line, one of overlap, one of a text", got)
	}
}
