package charts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/cibench/cibench/results"
)

var everySize = []string{"cache.saved.bytes", "builder.mount.bytes", "image.bytes", "builder.bytes"}

// sizeRow has a size for each of everySize, of which the document speaks of the
// mounts'.
func sizeRow(variant string, documented *DocumentedSize, saved, mounts, image, disk *Interval) SizeRow {
	return SizeRow{Variant: variant, Sizes: []Size{{saved, nil}, {mounts, documented}, {image, nil}, {disk, nil}}}
}

// starterSizes has sizes below a documented range and within, of none, of zero,
// and of trials that differ.
func starterSizes() Sizes {
	c := caption
	c.Title = "build-and-push: cache sizes"
	mounts := &DocumentedSize{Range{150e6, 300e6}, "150-300 MB"}
	image := exactly(170.4e6)
	return Sizes{Caption: c, Counters: everySize, Groups: []Group[SizeRow]{
		{"cold", []SizeRow{
			sizeRow("after", mounts, nil, exactly(97.1e6), image, exactly(914e6)),
			sizeRow("hosted-after", mounts, image, exactly(197.1e6), image, exactly(914e6)),
		}},
		{"new-commit", []SizeRow{
			sizeRow("before", nil, nil, exactly(0), image, exactly(1.291e9)),
			sizeRow("hosted-after", mounts, &Interval{101.3e6, 101.2e6, 101.5e6}, &Interval{97.1e6, 96e6, 99e6}, image, exactly(1.416e9)),
			{Variant: "after", Note: "3 failed (exit 1)"},
		}},
	}}
}

// manySizes has that many rows in each of two states.
func manySizes(rows int) Sizes {
	s := Sizes{Caption: caption, Counters: everySize}
	for _, state := range []string{"cold", "warm"} {
		g := Group[SizeRow]{State: state}
		for i := range rows {
			v := float64(i) * 1e5
			r := SizeRow{Variant: fmt.Sprint("variant ", i)}
			for range everySize {
				r.Sizes = append(r.Sizes, Size{&Interval{v, v / 2, 2 * v}, &DocumentedSize{Range{1, 1e10}, "1 B to 10 GB"}})
			}
			g.Rows = append(g.Rows, r)
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

func oneSize(sizes ...Size) Sizes {
	return Sizes{Counters: everySize, Groups: []Group[SizeRow]{{"cold", []SizeRow{{Variant: "after", Sizes: sizes}}}}}
}

func documentedSize(low, high float64) *DocumentedSize {
	return &DocumentedSize{Range{low, high}, ""}
}

func nastySizes() map[string]Chart {
	long := starterSizes()
	long.Title, long.Counters = endless, []string{endless, "\x1b[31m", `<b> & "c"`, "", endless, "6", "7", "8", "9"}
	long.Groups[0].State, long.Groups[0].Rows[0].Variant, long.Groups[1].Rows[2].Note = endless, endless, endless
	longText := starterSizes()
	longText.Groups[1].Rows[1].Sizes[1].Documented = &DocumentedSize{Range{1e6, 2e6}, endless}
	longText.Groups[1].Rows[1].Sizes[3].Documented = &DocumentedSize{Range{1e9, 2e9}, endless}
	return map[string]Chart{
		"no sizes":                        Sizes{},
		"sizes of empty groups":           Sizes{Counters: everySize, Groups: []Group[SizeRow]{{State: "cold"}, {State: "warm"}}},
		"sizes of an empty row":           oneSize(),
		"sizes of a note":                 Sizes{Groups: []Group[SizeRow]{{"cold", []SizeRow{{Note: endless}}}}},
		"sizes of no counters":            Sizes{Groups: starterSizes().Groups},
		"one size":                        oneSize(Size{exactly(5), nil}),
		"one size and its range":          oneSize(Size{exactly(5), documentedSize(4, 6)}),
		"a range alone":                   oneSize(Size{nil, documentedSize(4, 6)}),
		"a range beside another size":     oneSize(Size{nil, documentedSize(4e6, 6e6)}, Size{exactly(1e6), nil}),
		"a disk alone":                    oneSize(Size{}, Size{}, Size{}, Size{exactly(1e9), documentedSize(1e9, 2e9)}),
		"sizes, too many columns":         oneSize(make([]Size, 40)...),
		"sizes of zeros":                  oneSize(Size{exactly(0), documentedSize(0, 0)}, Size{exactly(0), nil}, Size{exactly(0), nil}, Size{exactly(0), documentedSize(0, 0)}),
		"sizes, all equal":                oneSize(Size{exactly(7e6), documentedSize(7e6, 7e6)}, Size{exactly(7e6), nil}, Size{exactly(7e6), nil}, Size{exactly(7e6), nil}),
		"sizes, NaN":                      oneSize(Size{exactly(nan), documentedSize(nan, nan)}, Size{&Interval{1, nan, 1}, documentedSize(1, nan)}, Size{exactly(2), documentedSize(nan, 1)}),
		"sizes, infinite":                 oneSize(Size{exactly(inf), documentedSize(0, inf)}, Size{exactly(-inf), documentedSize(-inf, 0)}, Size{exactly(2), documentedSize(-inf, inf)}),
		"sizes, negative":                 oneSize(Size{exactly(-1), documentedSize(-2, -1)}, Size{exactly(2), documentedSize(-1, 3)}),
		"sizes, beyond numbers":           oneSize(Size{exactly(1e300), documentedSize(1, 1e300)}, Size{exactly(1e19), documentedSize(1e19, 1e19)}, Size{exactly(2), nil}),
		"sizes, huge":                     oneSize(Size{&Interval{5e17, 1, 1e18}, documentedSize(1, 1e18)}, Size{exactly(1), nil}, Size{}, Size{exactly(1e18), documentedSize(1e18, 1e18)}),
		"sizes, tiny":                     oneSize(Size{exactly(1e-300), documentedSize(1e-300, 1e-300)}, Size{exactly(0.4), nil}),
		"sizes, tiny beside a huge range": oneSize(Size{exactly(1), documentedSize(1e18, 1e18)}, Size{exactly(1), nil}),
		"sizes, upside down":              oneSize(Size{&Interval{5, 9, 1}, documentedSize(9, 1)}),
		"sizes, long names":               long,
		"sizes, long ranges":              longText,
		"sizes, many":                     manySizes(100),
	}
}

func randomSizes(r *rand.Rand, factor float64, name string) Sizes {
	s := Sizes{Caption: Caption{Title: name}, Counters: []string{name, "builder.bytes", "image.bytes"}[:r.IntN(4)]}
	for range r.IntN(4) {
		g := Group[SizeRow]{State: name}
		for range r.IntN(4) {
			row := SizeRow{Variant: name, Note: name}
			for range r.IntN(5) {
				size := Size{Bytes: randomInterval(r, factor)}
				if v := randomRange(r, factor); v != nil {
					size.Documented = &DocumentedSize{*v, name}
				}
				row.Sizes = append(row.Sizes, size)
			}
			g.Rows = append(g.Rows, row)
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

func TestSizesDrawing(t *testing.T) {
	t.Parallel()
	d := checkDrawing(t, starterSizes())
	var bars, bands []vg.Rectangle
	for _, f := range d.fills {
		switch {
		case abs(f.Size().Y-counterThick) < 0.01:
			bars = append(bars, f)
		case abs(f.Size().Y-documentedBand) < 0.01:
			bands = append(bands, f)
		}
	}
	// A panel of its own has the disk; each is proportional. A size of 0 has no bar,
	// nor has one that no trial has.
	small, disks := []float64{97.1, 170.4, 170.4, 197.1, 170.4, 170.4, 101.3, 97.1, 170.4}, []float64{914, 914, 1291, 1416}
	if len(bars) != len(small)+len(disks) {
		t.Fatalf("bars: got %d, want %d and %d", len(bars), len(small), len(disks))
	}
	length := func(r vg.Rectangle, unit vg.Length, size float64) float64 { return float64(r.Size().X/unit) * size }
	for i, want := range small {
		if got := length(bars[i], bars[0].Size().X, 97.1); got < 0.99*want || got > 1.01*want {
			t.Errorf("bar %d: got %v MB long, want %v MB", i, got, want)
		}
	}
	for i, want := range disks {
		if got := length(bars[len(small)+i], bars[len(small)].Size().X, 914); got < 0.99*want || got > 1.01*want {
			t.Errorf("disk %d: got %v MB long, want %v MB", i, got, want)
		}
	}
	// 150 to 300 MB, in the lane of the first bar.
	if len(bands) != 3 {
		t.Fatalf("bands: got %d, want 3", len(bands))
	}
	first := bars[0]
	low, high := float64((bands[0].Min.X-first.Min.X)/first.Size().X)*97.1, float64((bands[0].Max.X-first.Min.X)/first.Size().X)*97.1
	if low < 149 || low > 151 || high < 299 || high > 301 || abs(bands[0].Min.Y+bands[0].Max.Y-first.Min.Y-first.Max.Y) > 0.01 {
		t.Errorf("band: got %v, which is %v to %v MB of the bar at %v, want 150 to 300 MB in its lane", bands[0], low, high, first)
	}
	for _, want := range []string{"97.10 MB", "150-300 MB", "0", "101.3 MB (101.2–101.5 MB)", "97.10 MB (96.00–99.00 MB)", "1.416 GB", "MB", "GB",
		"sizes", "the builder's whole disk", "entries saved in the Actions cache", "cache mounts at the end", "image, as a deployment pulls it", "documented size",
		"no data: 3 failed (exit 1)", "cold", "new-commit", "hosted-after"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	for _, c := range []Sizes{oneSize(Size{exactly(5), nil}), oneSize(Size{nil, documentedSize(4, 6)})} {
		if checkDrawing(t, c).has("documented size") {
			t.Errorf("%+v: the legend explains a range that is not drawn", c.Groups)
		}
	}
}

func TestBusySizesAreSmall(t *testing.T) {
	t.Parallel()
	c := manySizes(100_000)
	if got := svgSize(t, c); got > largestSVG {
		t.Errorf("got an SVG of %d bytes, want at most %d", got, largestSVG)
	}
	d := checkDrawing(t, c)
	if !slices.ContainsFunc(d.texts, func(l label) bool { return strings.HasPrefix(l.text, "Not drawn: ") }) {
		t.Error("no word of the rows that are not drawn")
	}
}

func BenchmarkSizes(b *testing.B) {
	c := manySizes(100_000)
	for b.Loop() {
		svgSize(b, c)
	}
}

func TestSizesOfARun(t *testing.T) {
	t.Parallel()
	run := documentedRun()
	find := func(trials []results.Trial) (Sizes, bool) {
		all := pictures(run, trials)
		for i, p := range all {
			if p.Name == "build-and-push-sizes" {
				checkDrawing(t, p.Chart)
				if i > 0 && strings.HasSuffix(all[i-1].Name, "-traffic") {
					return p.Chart.(Sizes), true
				}
				t.Errorf("got the sizes after %s, want them after the traffic", all[i-1].Name)
			}
		}
		return Sizes{}, false
	}
	if _, ok := find(measured()); ok {
		t.Error("trials without sizes: got a picture, want none")
	}
	target := func(phase, variant, label string, unit results.Unit, derived bool, states ...string) results.Target {
		return results.Target{Job: job, Phase: phase, Variant: variant, States: states, Unit: unit, Low: 1e6, High: 2e6, Label: label, Derived: derived}
	}
	saved := target("builder.mount.bytes", "after", "saved", results.Bytes, false, "cold")
	saved.Baseline = "before"
	run.Targets = append(run.Targets, saved,
		target("builder.mount.bytes", "after", "derived", results.Bytes, true, "cold", "warm"),
		target("builder.mount.bytes", "after", "stated", results.Bytes, false, "cold"),
		target("builder.mount.bytes", "before", "seconds", results.Seconds, false, "cold"),
		target("image.bytes", "after", "zero", results.Bytes, false, "cold"),
		target("builder.bytes", "after", "not measured", results.Bytes, false, "cold"))
	trials := measured()
	addCounter(trials, "index.requests", results.Count, func(results.Trial) float64 { return 1 })
	addCounter(trials, "builder.mount.bytes", results.Bytes, func(t results.Trial) float64 { return float64(t.Block) * 1e6 })
	addCounter(trials, "image.bytes", results.Bytes, func(results.Trial) float64 { return 0 })
	addCounter(trials, "cache.saved.bytes", results.Bytes, func(results.Trial) float64 { return 0 })
	trials[4].Outcome, trials[10].Outcome, trials[16].Outcome = results.Failed, results.Failed, results.Failed
	s, ok := find(trials)
	if !ok {
		t.Fatal("trials with sizes: got no picture")
	}
	if want := []string{"builder.mount.bytes", "image.bytes"}; !slices.Equal(s.Counters, want) {
		t.Errorf("counters: got %q, want %q: one that is 0 everywhere has a bar where the document has a range", s.Counters, want)
	}
	if !slices.Contains(s.Notes, "0 bytes in every trial: entries saved in the Actions cache.") {
		t.Errorf("got notes %q, want the counter that is 0 everywhere in them", s.Notes)
	}
	for _, tt := range []struct {
		name       string
		size       Size
		want       Interval
		documented string
	}{
		{"mounts of after in cold", s.Groups[0].Rows[1].Sizes[0], Interval{2e6, 1e6, 3e6}, "stated"},
		{"mounts of after in warm", s.Groups[1].Rows[1].Sizes[0], Interval{2e6, 1e6, 3e6}, "derived"},
		{"mounts of after in deps-bump", s.Groups[2].Rows[1].Sizes[0], Interval{2e6, 1e6, 3e6}, ""},
		{"mounts of before in cold", s.Groups[0].Rows[0].Sizes[0], Interval{2e6, 1e6, 3e6}, ""},
		{"image of after in cold", s.Groups[0].Rows[1].Sizes[1], Interval{}, "zero"},
	} {
		documented := ""
		if d := tt.size.Documented; d != nil {
			documented = d.Text
			if d.Range != (Range{1e6, 2e6}) {
				t.Errorf("%s: got the range %v, want 1 to 2 MB", tt.name, d.Range)
			}
		}
		if tt.size.Bytes == nil || *tt.size.Bytes != tt.want || documented != tt.documented {
			t.Errorf("%s: got %v and %q, want %v and %q", tt.name, tt.size.Bytes, documented, tt.want, tt.documented)
		}
	}
	if failed := s.Groups[2].Rows[0]; failed.Sizes[0].Bytes != nil || !strings.HasPrefix(failed.Note, "3 failed") {
		t.Errorf("before in deps-bump: got %+v, want a note on three failed trials", failed)
	}
}
