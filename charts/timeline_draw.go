package charts

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	stepPitch  vg.Length = 14
	stepHeight vg.Length = 9
	partHeight vg.Length = 4
	partIndent vg.Length = 10
	widestStep vg.Length = 190
	thinnest   vg.Length = 1.6 // a step that took no time is a line

	// mostHatched bounds the length of bars with a pattern. Where there is more,
	// the lines would be most of the picture: then colours alone tell.
	mostHatched vg.Length = 3500
)

func (t Timeline) page() page {
	critical := t.criticalPath()
	rows, undrawable := t.rows(critical)
	rows, left, most := longestRows(rows)
	p := t.head()
	notes := t.pathNotes(critical)
	if len(rows) == 0 {
		p = append(p, newParagraph(headText, "No data: the trial reported no steps."))
	} else {
		panel := newTimelinePanel(t, rows)
		p = append(p, panel.legend(), space(6), panel)
		notes = append(notes, panel.notes()...)
	}
	notes = append(notes, leftOutSteps(left, most, undrawable)...)
	t.Notes = append(notes, t.Notes...)
	return append(p, t.foot()...)
}

// A timelinePanel is the block with the rows.
type timelinePanel struct {
	rows    []stepRow
	labels  []string
	left    vg.Length // width of the labels' column
	end     float64   // of the timed window; 0 when it is not known
	fills   map[string]swatch
	phases  []string // whose fills are used, in order
	hatched bool
	joined  float64 // seconds between bars that are drawn as one, where a reader would see it; else 0
	plot    *plot.Plot
}

func newTimelinePanel(t Timeline, rows []stepRow) *timelinePanel {
	p := &timelinePanel{rows: rows}
	if duration(t.End) {
		p.end = t.End
	}
	for _, r := range rows {
		label, indent := r.label(), vg.Length(0)
		if r.part {
			indent = partIndent
		}
		label = fit(labelText, label, widestStep-indent)
		p.labels = append(p.labels, label)
		p.left = max(p.left, indent+labelText.Width(label)+columnGap)
	}
	width := contentWidth - p.left
	scale := p.scale(width)
	unseen := scale * float64(0.5/width)
	p.rows, p.joined = merged(rows, unseen, t.end())
	if p.joined == unseen {
		p.joined = 0
	}
	p.choosePhases(t.Phases)
	p.hatched = p.hatching(width/vg.Length(scale)) <= mostHatched
	p.plot = newAxes(0, scale, "seconds since the trial began", width, p.rowsHeight())
	p.plot.Add(p)
	return p
}

// scale returns the end of an axis that is width long, such that the text
// beside each row ends within it.
func (p *timelinePanel) scale(width vg.Length) float64 {
	high := p.end
	for _, r := range p.rows {
		text := 2*valueGap + thinnest + smallText.Width(r.value())
		high = max(high, r.end()*float64(width/(width-text)))
	}
	if high < 1e-6 { // its ticks would all read 0
		return 1
	}
	return high
}

// choosePhases assigns the fills: those that the chart of phases has, and for
// others what comes next.
func (p *timelinePanel) choosePhases(known []string) {
	var used []string
	for _, r := range p.rows {
		for _, b := range r.bars {
			if !r.part && !slices.Contains(used, b.phase) {
				used = append(used, b.phase)
			}
		}
	}
	all := slices.Clone(known)
	for _, u := range used {
		if !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	p.fills = swatches(all)
	for _, phase := range all {
		if slices.Contains(used, phase) && !slices.Contains(p.phases, phase) {
			p.phases = append(p.phases, phase)
		}
	}
}

// hatching returns the length of all bars with a pattern.
func (p *timelinePanel) hatching(second vg.Length) vg.Length {
	var sum vg.Length
	for _, r := range p.rows {
		for _, b := range r.bars {
			if s := p.fills[b.phase]; !r.part && !b.cached && s.pattern != plain {
				sum += vg.Length(b.stop-b.start) * second
			}
		}
	}
	return sum
}

// has tells whether a bar is so.
func (p *timelinePanel) has(is func(r stepRow, b stepBar) bool) bool {
	return slices.ContainsFunc(p.rows, func(r stepRow) bool {
		return slices.ContainsFunc(r.bars, func(b stepBar) bool { return is(r, b) })
	})
}

// mostKeys bounds the phases in the legend.
const mostKeys = 16

func (p *timelinePanel) legend() legend {
	var l legend
	for i, phase := range p.phases {
		if i == mostKeys {
			l = append(l, key{0, func(draw.Canvas) {}, "and " + Count(len(p.phases)-i, "other phase")})
			break
		}
		l = append(l, key{12, func(c draw.Canvas) { p.paint(c, c.Rectangle, look{phase: phase}) }, phase})
	}
	if p.has(func(r stepRow, _ stepBar) bool { return r.part }) {
		l = append(l, key{12, func(c draw.Canvas) {
			y := c.Center().Y
			fill(c, rect(c.Min.X, y-partHeight/2, c.Max.X, y+partHeight/2), rule)
		}, "part of a step"})
	}
	if p.has(func(_ stepRow, b stepBar) bool { return b.cached }) {
		l = append(l, key{12, func(c draw.Canvas) { p.paint(c, c.Rectangle, look{cached: true}) }, "cached (pale)"})
	}
	if p.has(func(_ stepRow, b stepBar) bool { return b.open }) {
		l = append(l, key{12, func(c draw.Canvas) { p.paint(c, c.Rectangle, look{open: true}) }, "no end seen"})
	}
	if p.has(func(r stepRow, b stepBar) bool { return fetches(r, b) }) {
		l = append(l, key{8, func(c draw.Canvas) { drawFetch(c, c.Min.X+4, c.Center().Y) }, "fetched from a cache"})
	}
	if p.has(func(_ stepRow, b stepBar) bool { return b.critical }) {
		l = append(l, key{14, func(c draw.Canvas) { outline(c, c.Rectangle, criticalLine) }, "critical path"})
	}
	if p.end > 0 {
		l = append(l, key{4, func(c draw.Canvas) { c.StrokeLine2(endLine, c.Center().X, c.Min.Y, c.Center().X, c.Max.Y) }, "end of the trial"})
	}
	return l
}

func (p *timelinePanel) notes() []string {
	if p.joined == 0 {
		return nil
	}
	return []string{"Too many bars for a picture: those within " + Seconds(p.joined) + " s are drawn as one, with the look of the first."}
}

var (
	criticalLine = line(1.4, color.Black)
	endLine      = line(1, vermillion, 3, 2)
)

func fetches(r stepRow, b stepBar) bool { return !r.part && slices.Contains(fetching, b.phase) }

func (p *timelinePanel) rowsHeight() vg.Length { return stepPitch * vg.Length(len(p.rows)) }

func (p *timelinePanel) height() vg.Length { return p.rowsHeight() + axisHeight(p.plot) }

func (p *timelinePanel) draw(c draw.Canvas) {
	for i, r := range p.rows {
		x, y := c.Min.X, c.Max.Y-stepPitch*(vg.Length(i)+0.5)
		if r.part {
			x += partIndent
		}
		putShort(c, labelText, x, middle(labelText, y), draw.XLeft, p.labels[i], r.label())
	}
	p.plot.Draw(draw.Crop(c, p.left, 0, 0, 0))
}

// Plot draws the bars into the plot.
func (p *timelinePanel) Plot(c draw.Canvas, pl *plot.Plot) {
	drawGrid(c, pl)
	x, _ := pl.Transforms(&c)
	if p.end > 0 {
		c.StrokeLine2(endLine, x(p.end), c.Min.Y, x(p.end), c.Max.Y)
	}
	for i, r := range p.rows {
		p.drawRow(c, r, c.Max.Y-stepPitch*(vg.Length(i)+0.5), x)
	}
	c.StrokeLine2(line(0.8, ink), c.Min.X, c.Min.Y, c.Min.X, c.Max.Y)
}

func (p *timelinePanel) drawRow(c draw.Canvas, r stepRow, y vg.Length, x func(float64) vg.Length) {
	place := func(b stepBar, height vg.Length) vg.Rectangle {
		left, right := x(b.start), x(b.stop)
		return rect(left, y-height/2, max(right, left+thinnest), y+height/2)
	}
	for _, b := range r.bars {
		tip(c, b.tells(r), func() {
			if r.part {
				fill(c, place(b, partHeight), p.fill(b.phase).colour)
				return
			}
			p.paint(c, place(b, stepHeight), b.look)
		})
	}
	for _, b := range r.bars {
		if b.critical {
			r := place(b, stepHeight) // around it, for a thin bar would lie below
			outline(c, rect(r.Min.X-0.7, r.Min.Y-0.7, r.Max.X+0.7, r.Max.Y+0.7), criticalLine)
		}
		if fetches(r, b) {
			drawFetch(c, min(x(b.start)+5, (x(b.start)+x(b.stop))/2), y)
		}
	}
	// A ground of its own, for the lines of the grid and the end lie below.
	text, left := r.value(), max(x(r.end()), x(0)+thinnest)+valueGap
	fill(c, rect(left-1.5, y-4, left+smallText.Width(text)+1.5, y+4), color.White)
	put(c, smallText, left, middle(smallText, y), draw.XLeft, text)
}

// fill returns the fill of a phase, that of what is not known for others.
func (p *timelinePanel) fill(phase string) swatch {
	if s, ok := p.fills[phase]; ok {
		return s
	}
	return swatch{silver, plain}
}

// paint fills r as a bar with that look, the critical path aside.
func (p *timelinePanel) paint(c draw.Canvas, r vg.Rectangle, l look) {
	s := p.fill(l.phase)
	switch {
	case l.open:
		fill(c, r, pale(s.colour))
		outline(c, r, line(0.8, ink, 2, 2))
	case l.cached:
		fill(c, r, pale(s.colour))
		outline(c, r, line(0.6, s.colour))
	case p.hatched:
		s.paint(c, r)
	default:
		fill(c, r, s.colour)
	}
}

// pale returns a colour most of the way to white: half way, blue would be taken
// for sky blue.
func pale(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	most := func(v uint32) uint8 { return uint8((v>>8 + 3*0xff) / 4) }
	return color.RGBA{R: most(r), G: most(g), B: most(b), A: 0xff}
}

// drawFetch draws an arrow head that points down, with its middle at x and y.
func drawFetch(c draw.Canvas, x, y vg.Length) {
	triangle := func(r vg.Length, col color.Color) {
		c.FillPolygon(col, []vg.Point{{X: x - r, Y: y + r*0.8}, {X: x + r, Y: y + r*0.8}, {X: x, Y: y - r}})
	}
	triangle(4.4, color.White)
	triangle(3, color.Black)
}
