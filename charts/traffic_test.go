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

var everyCounter = []string{"index.bytes", "cache.download.bytes", "cache.upload.bytes"}

func starterTraffic() Traffic {
	c := caption
	c.Title = "build-and-push: bytes and requests"
	row := func(variant string, requests *Interval, bytes ...*Interval) TrafficRow {
		return TrafficRow{Variant: variant, Bytes: bytes, Requests: requests}
	}
	return Traffic{Caption: c, Bytes: everyCounter, Groups: []Group[TrafficRow]{
		{"cold", []TrafficRow{
			row("before", exactly(66), exactly(40.59e6), nil, nil),
			row("hosted-after", exactly(66), exactly(40.59e6), exactly(0), exactly(170.4e6)),
		}},
		{"deps-bump", []TrafficRow{
			row("before", &Interval{66, 65, 67}, &Interval{40.59e6, 40.1e6, 41e6}, nil, nil),
			row("hosted-after", exactly(34), exactly(347.8e3), exactly(69.09e6), exactly(101.3e6)),
			{Variant: "after", Note: "3 failed (exit 1)"},
		}},
	}}
}

// manyTraffic has that many rows in each of two states.
func manyTraffic(rows int) Traffic {
	t := Traffic{Caption: caption, Bytes: everyCounter}
	for _, state := range []string{"cold", "warm"} {
		g := Group[TrafficRow]{State: state}
		for i := range rows {
			v := float64(i) * 1e5
			g.Rows = append(g.Rows, TrafficRow{fmt.Sprint("variant ", i), []*Interval{{v, v / 2, 2 * v}, exactly(v), exactly(v)}, exactly(v), ""})
		}
		t.Groups = append(t.Groups, g)
	}
	return t
}

func oneTraffic(requests *Interval, bytes ...*Interval) Traffic {
	return Traffic{Bytes: everyCounter, Groups: []Group[TrafficRow]{{"cold", []TrafficRow{{Variant: "after", Bytes: bytes, Requests: requests}}}}}
}

func nastyTraffic() map[string]Chart {
	long := starterTraffic()
	long.Title, long.Bytes = endless, []string{endless, "\x1b[31m", `<b> & "c"`, "", endless, "6", "7", "8", "9"}
	long.Groups[0].State, long.Groups[0].Rows[0].Variant, long.Groups[1].Rows[2].Note = endless, endless, endless
	simulated := starterTraffic()
	simulated.Simulated = true
	return map[string]Chart{
		"traffic of nothing":          Traffic{},
		"traffic of empty groups":     Traffic{Bytes: everyCounter, Groups: []Group[TrafficRow]{{State: "cold"}, {State: "warm"}}},
		"traffic of an empty row":     oneTraffic(nil),
		"traffic of a note":           Traffic{Groups: []Group[TrafficRow]{{"cold", []TrafficRow{{Note: endless}}}}},
		"traffic of one counter":      oneTraffic(nil, exactly(5)),
		"traffic of requests":         oneTraffic(exactly(5)),
		"traffic, requests alone":     Traffic{Groups: oneTraffic(exactly(5)).Groups},
		"traffic of zeros":            oneTraffic(exactly(0), exactly(0), exactly(0), exactly(0)),
		"traffic of too many columns": oneTraffic(exactly(0), append(starterTraffic().Groups[0].Rows[1].Bytes, exactly(3), exactly(4))...),
		"traffic, NaN":                oneTraffic(exactly(nan), exactly(nan), &Interval{1, nan, 1}, exactly(2)),
		"traffic, infinite":           oneTraffic(exactly(inf), exactly(-inf), &Interval{1, 1, inf}, exactly(2)),
		"traffic, negative":           oneTraffic(exactly(-1), exactly(-1e300), exactly(2)),
		"traffic, beyond numbers":     oneTraffic(exactly(1e300), exactly(1e19), exactly(2)),
		"traffic, huge":               oneTraffic(&Interval{5e17, 1, 1e18}, &Interval{5e17, 1, 1e18}, exactly(1), exactly(1e18)),
		"traffic, tiny":               oneTraffic(exactly(1e-300), exactly(1e-300), exactly(0.4)),
		"traffic, upside down":        oneTraffic(&Interval{5, 9, 1}, &Interval{5, 9, 1}),
		"traffic, all equal":          oneTraffic(exactly(7e6), exactly(7e6), exactly(7e6), exactly(7e6)),
		"traffic, names":              long,
		"traffic, many":               manyTraffic(100),
		"traffic, simulated":          simulated,
	}
}

func randomTraffic(r *rand.Rand, factor float64, name string) Traffic {
	t := Traffic{Caption: Caption{Title: name}, Bytes: []string{name, "index.bytes"}[:r.IntN(3)]}
	for range r.IntN(4) {
		g := Group[TrafficRow]{State: name}
		for range r.IntN(4) {
			row := TrafficRow{Variant: name, Requests: randomInterval(r, factor), Note: name}
			for range r.IntN(4) {
				row.Bytes = append(row.Bytes, randomInterval(r, factor))
			}
			g.Rows = append(g.Rows, row)
		}
		t.Groups = append(t.Groups, g)
	}
	return t
}

func TestTrafficDrawing(t *testing.T) {
	t.Parallel()
	d := checkDrawing(t, starterTraffic())
	var widths []vg.Length
	for _, f := range d.fills {
		if abs(f.Size().Y-counterThick) < 0.01 {
			widths = append(widths, f.Size().X)
		}
	}
	// The panel of bytes, then that of requests; each is proportional.
	bytes, requests := []float64{40.59, 40.59, 170.4, 40.59, 0.3478, 69.09, 101.3}, []float64{66, 66, 66, 34}
	if len(widths) != len(bytes)+len(requests) {
		t.Fatalf("bars: got %d, want %d: a counter of 0 has none, nor has one that was not counted", len(widths), len(bytes)+len(requests))
	}
	for i, want := range bytes {
		if got := float64(widths[i]/widths[0]) * 40.59; i != 4 && (got < 0.99*want || got > 1.01*want) {
			t.Errorf("bar %d of bytes: got %v MB long, want %v MB", i, got, want)
		}
	}
	for i, want := range requests {
		if got := float64(widths[len(bytes)+i]/widths[len(bytes)]) * 66; got < 0.99*want || got > 1.01*want {
			t.Errorf("bar %d of requests: got %v, want %v", i, got, want)
		}
	}
	zeros := 0
	for _, l := range d.texts {
		if l.text == "0" {
			zeros++
		}
	}
	if zeros != 2 {
		t.Errorf("zeros: got %d, want 2 ticks", zeros)
	}
	for _, want := range []string{"0 B", "40.59 MB", "40.59 MB (40.10–41.00 MB)", "347.8 kB", "66 (65–67)", "34", "MB", "requests", "bytes", "requests to the package index",
		"from the package index", "from the Actions cache", "to the Actions cache",
		"no data: 3 failed (exit 1)", "cold", "deps-bump", "hosted-after"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
}

func TestTrafficHasPanelsForWhatThereIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		chart           Traffic
		bytes, requests bool
	}{
		{"both", oneTraffic(exactly(1), exactly(2)), true, true},
		{"bytes", oneTraffic(nil, exactly(2)), true, false},
		{"requests", oneTraffic(exactly(1)), false, true},
	}
	for _, tt := range tests {
		d := checkDrawing(t, tt.chart)
		if got := d.has("bytes"); got != tt.bytes { // the panel's, and its unit
			t.Errorf("%s: got a panel of bytes: %v, want %v", tt.name, got, tt.bytes)
		}
		if got := d.has("requests to the package index"); got != tt.requests {
			t.Errorf("%s: got a panel of requests: %v, want %v", tt.name, got, tt.requests)
		}
	}
}

func TestBusyTrafficIsSmall(t *testing.T) {
	t.Parallel()
	c := manyTraffic(100_000)
	if got := svgSize(t, c); got > largestSVG {
		t.Errorf("got an SVG of %d bytes, want at most %d", got, largestSVG)
	}
	d := checkDrawing(t, c)
	if !slices.ContainsFunc(d.texts, func(l label) bool { return strings.HasPrefix(l.text, "Not drawn: ") }) {
		t.Error("no word of the rows that are not drawn")
	}
}

func BenchmarkTraffic(b *testing.B) {
	c := manyTraffic(100_000)
	for b.Loop() {
		svgSize(b, c)
	}
}

func TestTrafficOfARun(t *testing.T) {
	t.Parallel()
	find := func(trials []results.Trial) (Traffic, bool) {
		for _, p := range pictures(documentedRun(), trials) {
			if p.Name == "build-and-push-traffic" {
				checkDrawing(t, p.Chart)
				return p.Chart.(Traffic), true
			}
		}
		return Traffic{}, false
	}
	if _, ok := find(measured()); ok {
		t.Error("trials without counters: got a picture, want none")
	}
	trials := measured()
	addCounter(trials, "index.bytes", results.Bytes, func(t results.Trial) float64 {
		if t.Cell.State == "cold" {
			return 4e7
		}
		return 0
	})
	addCounter(trials, "index.requests", results.Count, func(t results.Trial) float64 { return float64(60 + t.Block) })
	addCounter(trials, "cache.upload.bytes", results.Bytes, func(results.Trial) float64 { return 0 })
	addCounter(trials[1:2], "cache.download.bytes", results.Bytes, func(results.Trial) float64 { return 7 }) // after in cold
	trials[4].Outcome, trials[10].Outcome, trials[16].Outcome = results.Failed, results.Failed, results.Failed
	c, ok := find(trials)
	if !ok {
		t.Fatal("trials with counters: got no picture")
	}
	if want := []string{"index.bytes", "cache.download.bytes"}; !slices.Equal(c.Bytes, want) {
		t.Errorf("counters: got %q, want %q: a counter that is 0 everywhere has no bar", c.Bytes, want)
	}
	if !slices.Contains(c.Notes, "0 bytes in every trial: to the Actions cache.") {
		t.Errorf("got notes %q, want the counter that is 0 everywhere in them", c.Notes)
	}
	before, after := c.Groups[0].Rows[0], c.Groups[0].Rows[1]
	if *before.Bytes[0] != *exactly(4e7) || before.Bytes[1] != nil || *before.Requests != (Interval{62, 61, 63}) {
		t.Errorf("before in cold: got %v, %v requests, want 40 MB from the index, no cache, 61 to 63 requests", before.Bytes, before.Requests)
	}
	if after.Bytes[1] == nil || *after.Bytes[1] != *exactly(7) {
		t.Errorf("after in cold: got %v from the cache, want 7", after.Bytes[1])
	}
	if failed := c.Groups[2].Rows[0]; slices.ContainsFunc(append(failed.Bytes, failed.Requests), counted) || !strings.HasPrefix(failed.Note, "3 failed") {
		t.Errorf("before in deps-bump: got %+v, want a note on three failed trials", failed)
	}
}
