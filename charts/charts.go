// Package charts describes charts and renders them, as SVG, PNG or PDF.
//
// A chart is plain data (StackedPhases, Savings, Pairs, Distributions,
// Waterfall, Timeline, Traffic, Sizes, Contention), which Pictures builds from the
// summary of a run and its trials. Rendering is a pure function of that data: the
// same chart gives the same bytes, and no number or name makes it panic or leave
// the page. What a number means is decided in package verdict; this package only
// shows it, with how often it was measured and what it may not be compared with.
package charts

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Format is a picture format.
type Format string

// The picture formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
	PDF Format = "pdf"
)

// Formats returns the picture formats.
func Formats() []Format { return []Format{SVG, PNG, PDF} }

// A Chart is a StackedPhases, a Savings, a Pairs, a Distributions, a Waterfall, a
// Timeline, a Traffic, a Sizes or a Contention.
type Chart interface {
	// page lays the chart out, for a page of pageWidth.
	page() page
}

// A Caption is the text around a chart.
type Caption struct {
	Title     string
	Subtitle  []string // study, run, machine: a paragraph each
	Notes     []string // what a reader must know to read the chart; a paragraph each
	Simulated bool     // measured by a cost model: said in large on the picture
}

const (
	pageWidth vg.Length = 600 // points: 800 CSS pixels
	pngDPI    int       = 192 // two pixels per CSS pixel: 1600 wide, for screens and slides
)

// Render writes the chart as a picture that is made for a width of 800 CSS
// pixels; its height follows from the number of rows. An SVG is dark where its
// viewer is, and tells more of what a pointer rests upon. The errors are those of
// w and of an encoder, and an unknown format.
func Render(w io.Writer, c Chart, f Format) error {
	picture, err := render(c, f)
	if err != nil {
		return fmt.Errorf("render chart as %s: %w", f, err)
	}
	if _, err := w.Write(picture); err != nil {
		return fmt.Errorf("write chart: %w", err)
	}
	return nil
}

func render(c Chart, f Format) ([]byte, error) {
	p := c.page()
	height := p.height()
	switch f {
	case SVG:
		style := "<style>@media (prefers-color-scheme:dark){" + DarkStyle("svg") + "}</style>"
		return drawSVG(p).picture(`xmlns="http://www.w3.org/2000/svg"`, style), nil
	case PNG:
		canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(pageWidth, height), vgimg.UseDPI(pngDPI))}
		p.draw(draw.New(canvas))
		var b bytes.Buffer
		_, err := canvas.WriteTo(&b)
		return b.Bytes(), err
	case PDF:
		canvas := newPDF(pageWidth, height)
		p.draw(draw.New(canvas))
		return canvas.picture()
	}
	return nil, errors.New("unknown picture format")
}

func drawSVG(p page) *svgCanvas {
	canvas := &svgCanvas{sheet: sheet{width: pageWidth, height: p.height()}}
	p.draw(draw.New(canvas))
	return canvas
}

// Inline returns the chart as an <svg> element for a page, which has DarkStyle
// for it where it is dark itself. The label names it for those who do not see it.
func Inline(c Chart, label string) []byte {
	return drawSVG(c.page()).picture(`role="img" aria-label="`+html.EscapeString(clean(label))+`"`, "")
}
