// Package charts describes charts and renders them to a writer, as SVG or PNG.
//
// A chart is plain data (StackedPhases, Savings, Pairs, Distributions,
// Waterfall, Timeline, Traffic, Contention), which Pictures builds from the
// summary of a run and its trials. Rendering is a pure function of that data: the
// same chart gives the same bytes, and no number or name makes it panic or leave
// the page. What a number means is decided in package verdict; this package only
// shows it, with how often it was measured and what it may not be compared with.
package charts

import (
	"bytes"
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Format is a picture format.
type Format string

// The picture formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// A Chart is a StackedPhases, a Savings, a Pairs, a Distributions, a Waterfall, a
// Timeline, a Traffic or a Contention.
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
// pixels; its height follows from the number of rows. Its errors are those of
// w, and an unknown format.
func Render(w io.Writer, c Chart, f Format) error {
	p := c.page()
	height := p.height()
	switch f {
	case SVG:
		canvas := vgsvg.New(pageWidth, height)
		p.draw(draw.New(canvas))
		var b bytes.Buffer
		if _, err := canvas.WriteTo(&b); err != nil {
			return fmt.Errorf("render chart as SVG: %w", err)
		}
		return write(w, withFallbackFonts(b.Bytes()))
	case PNG:
		canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(pageWidth, height), vgimg.UseDPI(pngDPI))}
		p.draw(draw.New(canvas))
		var b bytes.Buffer
		if _, err := canvas.WriteTo(&b); err != nil {
			return fmt.Errorf("render chart as PNG: %w", err)
		}
		return write(w, b.Bytes())
	}
	return fmt.Errorf("render chart: unknown picture format %q", f)
}

func write(w io.Writer, picture []byte) error {
	if _, err := w.Write(picture); err != nil {
		return fmt.Errorf("write chart: %w", err)
	}
	return nil
}

// withFallbackFonts names fonts for viewers without Liberation Sans. Arial and
// Helvetica have the same widths, so every label still fits. In text content a
// quotation mark is escaped, so only style attributes match.
func withFallbackFonts(svg []byte) []byte {
	const family = `style="font-family:Liberation Sans`
	return bytes.ReplaceAll(svg, []byte(family+";"), []byte(family+",Arial,Helvetica,sans-serif;"))
}
