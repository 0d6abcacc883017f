package charts

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

func TestGoldenPictures(t *testing.T) {
	t.Parallel()
	for name, c := range starters() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := Render(&b, c, PNG); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+".png")
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// Other processors round differently, which shifts edges by shades.
			const tolerance = 0.1
			equal, err := cmpimg.EqualApprox("png", b.Bytes(), want, tolerance)
			if err != nil {
				t.Fatal(err)
			}
			if !equal {
				got := filepath.Join(t.ArtifactDir(), name+".png")
				t.Errorf("picture differs from %s; run with -artifacts to keep it, or with -update to accept it: %v",
					path, os.WriteFile(got, b.Bytes(), 0o644))
			}
		})
	}
}

func TestPNGIsMadeFor800Pixels(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Render(&b, starter(), PNG); err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(&b)
	if err != nil {
		t.Fatal(err)
	}
	if config.Width != 1600 {
		t.Errorf("width: got %d pixels, want 1600", config.Width)
	}
}

// svgTexts returns the text elements of a picture, which must be well-formed.
func svgTexts(t *testing.T, picture []byte) []string {
	t.Helper()
	return svgElements(t, picture, "text")
}

// svgElements returns what the elements of that name have as their text.
func svgElements(t *testing.T, picture []byte, name string) []string {
	t.Helper()
	var texts []string
	d := xml.NewDecoder(bytes.NewReader(picture))
	within := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatalf("SVG is not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			within = e.Name.Local == name
		case xml.EndElement:
			within = false
		case xml.CharData:
			if within {
				texts = append(texts, string(e))
			}
		}
	}
}

func TestSVGHasRealText(t *testing.T) {
	t.Parallel()
	c := starter()
	c.Groups[0].State = `<b> & "c"`
	var b bytes.Buffer
	if err := Render(&b, c, SVG); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(svgTexts(t, b.Bytes()), "\n")
	for _, want := range []string{"pip-install", "14-21 min", "20.2 s", `<b> & "c"`} {
		if !strings.Contains(all, want) {
			t.Errorf("texts of the SVG: got %q, want %q among them", all, want)
		}
	}
	if !bytes.Contains(b.Bytes(), []byte(`font-family="`+svgFonts+`"`)) {
		t.Error("texts have no fallback font")
	}
}

func TestSimulatedIsSaidOnThePicture(t *testing.T) {
	t.Parallel()
	charts := map[string]func(simulated bool) Chart{
		"phases":        func(sim bool) Chart { c := starter(); c.Simulated = sim; return c },
		"savings":       func(sim bool) Chart { c := starterSavings(); c.Simulated = sim; return c },
		"timeline":      func(sim bool) Chart { c := starterTimeline(); c.Simulated = sim; return c },
		"traffic":       func(sim bool) Chart { c := starterTraffic(); c.Simulated = sim; return c },
		"sizes":         func(sim bool) Chart { c := starterSizes(); c.Simulated = sim; return c },
		"contention":    func(sim bool) Chart { c := starterContention(); c.Simulated = sim; return c },
		"pairs":         func(sim bool) Chart { c := starterPairs(); c.Simulated = sim; return c },
		"distributions": func(sim bool) Chart { c := starterDistributions(); c.Simulated = sim; return c },
		"waterfall":     func(sim bool) Chart { c := starterWaterfall(); c.Simulated = sim; return c },
	}
	for name, chart := range charts {
		for _, simulated := range []bool{true, false} {
			if got := checkDrawing(t, chart(simulated)).has("SIMULATED"); got != simulated {
				t.Errorf("%s, simulated %v: got badge %v", name, simulated, got)
			}
		}
	}
}

func TestRenderErrors(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for _, f := range Formats() {
		if err := Render(brokenWriter{full}, Savings{}, f); !errors.Is(err, full) {
			t.Errorf("Render as %s to a broken writer: got %v, want %v", f, err, full)
		}
	}
	var b bytes.Buffer
	if err := Render(&b, Savings{}, "bmp"); err == nil || b.Len() > 0 {
		t.Errorf("Render as bmp: got error %v and %d bytes, want an error and none", err, b.Len())
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
