package charts

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// starters are the charts of the golden pictures, by name.
func starters() map[string]Chart {
	return map[string]Chart{
		"phases": starter(), "savings": starterSavings(),
		"pairs": starterPairs(), "distributions": starterDistributions(), "waterfall": starterWaterfall(),
		"timeline": starterTimeline(), "traffic": starterTraffic(), "sizes": starterSizes(), "contention": starterContention(),
	}
}

// TestDarkHasEveryColour holds that a picture has nothing on a dark ground that
// was chosen for a light one.
func TestDarkHasEveryColour(t *testing.T) {
	t.Parallel()
	all := nasty()
	for name, c := range starters() {
		all["the starter's "+name] = c
	}
	for name, c := range all {
		p := c.page()
		var rec recorder.Canvas
		p.draw(draw.NewCanvas(&rec, pageWidth, p.height()))
		for _, a := range rec.Actions {
			if a, ok := a.(*recorder.SetColor); ok && a.Color != nil {
				if _, ok := onDark[opaque(a.Color)]; !ok {
					t.Errorf("%s: %s has no other on a dark ground", name, hex(opaque(a.Color)))
				}
			}
		}
	}
}

// TestTextIsReadOnDark holds texts on a dark ground to the contrast that WCAG
// 2.1 wants of them (1.4.3, AA), on the ground and on the numbers' own.
func TestTextIsReadOnDark(t *testing.T) {
	t.Parallel()
	const least = 4.5
	for _, text := range []string{hex(onDark[opaque(ink)]), hex(onDark[opaque(muted)])} {
		if got := contrast(t, text, hex(darkGround)); got < least {
			t.Errorf("%s on the ground: got a contrast of %.1f, want at least %.1f", text, got, least)
		}
	}
	for _, s := range slices.Concat(spare, []swatch{known["base-image"], known["pip-install"], known["code-copy"], known["export"], known["other"]}) {
		ground := hex(onDark[opaque(s.label())])
		if got := contrast(t, hex(onDark[opaque(ink)]), ground); got < least {
			t.Errorf("a number on %s: got a contrast of %.1f, want at least %.1f", ground, got, least)
		}
	}
}

// contrast returns that of two colours, from 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(colour string) float64 {
		colour = strings.TrimPrefix(colour, "#")
		if len(colour) == 3 {
			colour = string([]byte{colour[0], colour[0], colour[1], colour[1], colour[2], colour[2]})
		}
		var rgb [3]uint8
		if _, err := fmt.Sscanf(colour, "%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, share := range []float64{0.2126, 0.7152, 0.0722} {
			v := float64(rgb[i]) / 0xff
			if v <= 0.03928 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += share * v
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func rendered(t testing.TB, c Chart, f Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, c, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPartsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"phases":        {"before, cold: pip-install 11.1 s", "documented, before, every state: pip-install 12-18 min"},
		"savings":       {"after, warm, total: documented 70–75 %"},
		"pairs":         {"block 1, "},
		"distributions": {"quartiles "},
		"waterfall":     {"dependency-install: −19.2 s"},
		"timeline":      {"on the critical path", "fetched from a cache"},
		"traffic":       {"requests to the package index, "},
		"sizes":         {"after, cold: cache mounts at the end, 97.10 MB, documented 150-300 MB"},
		"contention":    {"trial 1: load "},
	}
	for name, c := range starters() {
		all := svgElements(t, rendered(t, c, SVG), "title")
		for _, w := range want[name] {
			if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, w) }) {
				t.Errorf("%s: no part says %q: %q", name, w, all)
			}
		}
	}
}

func TestCutNamesAreToldWhole(t *testing.T) {
	t.Parallel()
	name := strings.TrimSpace(strings.Repeat("a long variant & more ", 8))
	c := onePhase(PhaseBar{Variant: name, Total: &Interval{5, 5, 5}, Trials: []float64{5}})
	if all := svgElements(t, rendered(t, c, SVG), "title"); !slices.Contains(all, name) {
		t.Errorf("got the titles %q, want %q among them", all, name)
	}
}

func TestInlineIsPartOfAPage(t *testing.T) {
	t.Parallel()
	got := string(Inline(starter(), `a "label"`))
	if !strings.HasPrefix(got, `<svg role="img" aria-label="a &#34;label&#34;" `) || strings.Contains(got, "<style>") {
		t.Errorf("got %.200s", got)
	}
	svgTexts(t, []byte(got))
}

// busy are charts of 100,000 points.
func busy() map[string]Chart {
	var p StackedPhases
	var s Savings
	var q Pairs
	p.Phases, s.Phases = imagePhases, []string{"total", "pip-install"}
	const groups, rows, points = 5, 4, 5000
	for i := range groups {
		state := fmt.Sprint("state ", i)
		pg, sg, qg := Group[PhaseBar]{State: state}, Group[SavingRow]{State: state}, Group[PairRow]{State: state}
		for j := range rows {
			variant := fmt.Sprint("variant ", j)
			var values []float64
			var blocks []BlockSaving
			for k := range points {
				v := 0.3 + 0.2*math.Sin(float64(k*(i+j+1)))
				values, blocks = append(values, v), append(blocks, BlockSaving{k, v})
			}
			interval := &Interval{0.3, 0.1, 0.5}
			bar := PhaseBar{Variant: variant, Total: interval, Trials: values}
			for _, name := range imagePhases {
				bar.Phases = append(bar.Phases, PhaseTime{name, 0.06})
			}
			pg.Rows = append(pg.Rows, bar)
			half := Saving{Interval: interval, Blocks: values[:points/2]}
			sg.Rows = append(sg.Rows, SavingRow{variant, []Saving{half, half}})
			qg.Rows = append(qg.Rows, PairRow{Variant: variant, Blocks: blocks, Interval: interval, Word: "faster"})
		}
		p.Groups, s.Groups, q.Groups = append(p.Groups, pg), append(s.Groups, sg), append(q.Groups, qg)
	}
	return map[string]Chart{"phases": p, "savings": s, "pairs": q}
}

func TestManyPointsStaySmall(t *testing.T) {
	t.Parallel()
	for name, c := range busy() {
		checkDrawing(t, c)
		if got := svgSize(t, c); got > largestSVG {
			t.Errorf("%s of 100000 points: got %d bytes, want at most %d", name, got, largestSVG)
		}
	}
}

func BenchmarkManyPoints(b *testing.B) {
	for name, c := range busy() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := Render(io.Discard, c, SVG); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestPDF(t *testing.T) {
	t.Parallel()
	for name, c := range nasty() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := rendered(t, c, PDF)
			if !bytes.HasPrefix(got, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(got), []byte("%%EOF")) {
				t.Errorf("got %d bytes that are no PDF: %.20q", len(got), got)
			}
		})
	}
}

func TestSameChartGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		if !bytes.Equal(rendered(t, starter(), f), rendered(t, starter(), f)) {
			t.Errorf("%s: two pictures of one chart differ", f)
		}
	}
}

// TestSVGElements holds what marks become, on a page 100 high.
func TestSVGElements(t *testing.T) {
	t.Parallel()
	square := rect(1, 90, 3.004, 95).Path()
	for _, tt := range []struct {
		name string
		mark func(c draw.Canvas)
		want string
	}{
		{"a filled square", func(c draw.Canvas) { fill(c, rect(1, 90, 3.004, 95), ink) },
			`<path d="M1 10h2v-5h-2z" fill="#1a1a1a"/>`},
		{"a line of an opacity", func(c draw.Canvas) {
			c.StrokeLine2(line(1, color.NRGBA{R: 0xff, A: 0x80}, 3, 2), 0, 0, 5, 2.5)
		}, `<path d="M0 100l5-2.5" stroke="#f00" stroke-opacity="0.50" stroke-dasharray="3 2"/>`},
		{"a line of no width", func(c draw.Canvas) { c.StrokeLine2(line(0, ink), 0, 0, 5, 2.5) }, ""},
		{"a fill with its outline", func(c draw.Canvas) {
			c.SetColor(silver)
			c.Fill(square)
			c.SetLineStyle(line(0.5, ink))
			c.Stroke(square)
		}, `<path d="M1 10h2v-5h-2z" fill="#c4c4c4" stroke="#1a1a1a" stroke-width="0.5"/>`},
		{"an outline of its own", func(c draw.Canvas) {
			c.SetColor(silver)
			c.Fill(square)
			tip(c, "<b>", func() { c.Stroke(square) })
		}, `<path d="M1 10h2v-5h-2z" fill="#c4c4c4"/><g><title>&lt;b&gt;</title><path d="M1 10h2v-5h-2z" stroke="#c4c4c4"/></g>`},
		{"a tip of nothing", func(c draw.Canvas) { tip(c, "a", func() {}) }, ""},
		{"dots", func(c draw.Canvas) {
			c.SetColor(color.Black)
			c.Fill(circles([]vg.Point{{X: 5, Y: 5}}, 2))
			c.Fill(circles([]vg.Point{{X: 5, Y: 5}, {X: 9, Y: 5}}, 2))
		}, `<circle cx="5" cy="95" r="2" fill="#000"/>` +
			`<path d="M7 95a2 2 0 1 1-4 0a2 2 0 1 1 4 0zM11 95a2 2 0 1 1-4 0a2 2 0 1 1 4 0z" fill="#000"/>`},
	} {
		c := &svgCanvas{sheet: sheet{width: 100, height: 100}}
		c.SetLineWidth(1)
		tt.mark(draw.New(c))
		if got := string(c.body); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}
