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

func span(phase, step string, start, stop float64) results.Span {
	return results.Span{Phase: phase, Step: step, Name: step, Start: start, Stop: stop}
}

// buildSpans are those of a small image build with a remote cache.
func buildSpans() []results.Span {
	cached := span("other", "[2/6] WORKDIR /app", 1.1, 1.1)
	cached.Cached = true
	imported := span("cache-import", "[2/6] WORKDIR /app", 1.2, 6)
	imported.Cached = true
	return []results.Span{
		span("other", "[internal] load build definition", 0.01, 0.02), span("other", "[internal] load build definition", 0.03, 0.09),
		span("base-image", "[1/6] FROM docker.io/library/python:3.11-slim", 0.1, 0.12),
		span("code-copy", "[internal] load build context", 0.1, 0.8),
		span("cache-import", "importing cache manifest from gha:1", 0.2, 1),
		cached, imported,
		span("code-copy", "[3/6] COPY requirements.txt .", 6, 6.2),
		span("pip-install", "[4/6] RUN pip install -r requirements.txt", 6.2, 26),
		span("pip-install.1", "[4/6] RUN pip install -r requirements.txt", 6.2, 26),
		span("pip.resolve", "[4/6] RUN pip install -r requirements.txt", 7, 14), span("pip.resolve", "[4/6] RUN pip install -r requirements.txt", 15, 16),
		span("pip.install", "[4/6] RUN pip install -r requirements.txt", 16, 25),
		span("pip.build", "[4/6] RUN pip install -r requirements.txt", 26, 26),
		span("code-copy", "[5/6] COPY . .", 26, 26.3),
		span("export", "exporting to image", 26.4, 31), span("cache-export", "exporting to GitHub Actions Cache", 26.4, 30),
	}
}

func starterTimeline() Timeline {
	c := caption
	c.Title = `build-and-push: the steps of "after" in code-change`
	return Timeline{Caption: c, Phases: append(slices.Clone(imagePhases), "cache-export", "cache-import"), Spans: buildSpans(), End: 31.2}
}

// busyTimelines have a hundred thousand spans.
func busyTimelines() map[string]Timeline {
	const n = 100_000
	r := rand.New(rand.NewPCG(6, 6))
	kinds := map[string]func(i int) results.Span{
		"a step each, in a chain": func(i int) results.Span {
			return span(imagePhases[i%5], fmt.Sprint("step ", i), float64(i), float64(i+1))
		},
		"a step each, long": func(i int) results.Span {
			start := r.Float64()
			return span("pip-install", fmt.Sprint("step ", i), start, start+n)
		},
		"one step": func(i int) results.Span {
			s := span(imagePhases[i%5], "step", float64(i), float64(i)+r.Float64())
			s.Cached = i%2 == 0
			return s
		},
		"one step, a phase each": func(i int) results.Span {
			return span(fmt.Sprint("phase ", i), "step", r.Float64(), 2+r.Float64())
		},
		"forty steps": func(i int) results.Span {
			start := n * r.Float64()
			return span(imagePhases[r.IntN(5)], fmt.Sprint("step ", i%40), start, start+100*r.ExpFloat64())
		},
		"parts": func(i int) results.Span {
			return span(fmt.Sprint("pip.", "part ", i%50), fmt.Sprint("step ", i%7), float64(i), float64(i)+0.5)
		},
	}
	all := map[string]Timeline{}
	for name, kind := range kinds {
		t := Timeline{Caption: caption, Phases: imagePhases, End: n}
		for i := range n {
			t.Spans = append(t.Spans, kind(i))
		}
		all[name] = t
	}
	return all
}

func nastyTimelines() map[string]Chart {
	of := func(end float64, spans ...results.Span) Timeline {
		return Timeline{Phases: imagePhases, Spans: spans, End: end}
	}
	open := span("export", "exporting", 3, 0)
	open.Open = true
	openNaN := open
	openNaN.Stop = nan
	named := of(5)
	for _, name := range []string{endless, "", "\x1b[31mred", "a\nb\u202ec\xff", `<b> & "c"`, "  "} {
		named.Spans = append(named.Spans, span(name, name, 0, 4), span(name+".part", name, 1, 3), span("cache-import", name, 4, 5))
	}
	named.Title, named.Notes = endless, []string{endless}
	simulated := starterTimeline()
	simulated.Simulated = true
	return map[string]Chart{
		"timeline of nothing":         Timeline{},
		"timeline of an end":          of(5),
		"timeline of one span":        of(5, span("export", "exporting", 1, 4)),
		"timeline of an empty span":   of(0, span("export", "exporting", 0, 0)),
		"timeline of empty spans":     of(3, span("export", "a", 3, 3), span("export", "b", 3, 3), span("export.part", "b", 3, 3)),
		"timeline, all equal":         of(5, span("other", "a", 1, 4), span("other", "b", 1, 4), span("other", "b", 1, 4)),
		"timeline, open":              of(5, open),
		"timeline, open, no end":      of(0, open, openNaN),
		"timeline, after the end":     of(1, span("export", "exporting", 5, 9)),
		"timeline, NaN":               of(nan, span("other", "a", nan, 3), span("other", "a", 0, nan), span("other", "b", 0, 1)),
		"timeline, infinite":          of(inf, span("other", "a", -inf, 3), span("other", "a", 0, inf), span("other", "b", 0, 1)),
		"timeline, backwards":         of(-5, span("other", "a", 4, 3), span("other", "b", -2, 1)),
		"timeline, huge":              of(1e9, span("other", "a", 0, 1e9), span("other", "b", 9e8, 1e9), span("other", "c", 0, 1e300)),
		"timeline, tiny":              of(1e-300, span("other", "a", 0, 1e-300), span("pip-install", "b", 1e-301, 1e-300)),
		"timeline, huge and tiny":     of(1e9, span("other", "a", 0, 1e-9), span("other", "b", 1e-9, 1e9), span("other.p", "b", 1e-9, 2e-9)),
		"timeline, parts alone":       of(5, span("pip.resolve", "a", 1, 4), span(".", "b", 1, 4), span("..1", "c", 2, 3)),
		"timeline, no phases, no ids": Timeline{Spans: []results.Span{{Stop: 1}, {Start: 1, Stop: 2}}},
		"timeline, names":             named,
		"timeline, simulated":         simulated,
	}
}

func randomTimeline(r *rand.Rand, factor float64, name string) Timeline {
	t := Timeline{Caption: Caption{Title: name}, Phases: []string{name, "other"}, End: number(r, factor)}
	for range r.IntN(60) {
		s := span([]string{name, "other", "pip.resolve", "cache-import", name + ".part"}[r.IntN(5)], []string{name, "a", "b", ""}[r.IntN(4)], number(r, factor), 0)
		s.Stop = s.Start + number(r, factor)
		s.Open, s.Cached = r.IntN(5) == 0, r.IntN(3) == 0
		t.Spans = append(t.Spans, s)
	}
	return t
}

func TestTimelineDrawing(t *testing.T) {
	t.Parallel()
	c := starterTimeline()
	d := checkDrawing(t, c)
	if got := d.tall(stepHeight); got < 10 {
		t.Errorf("bars: got %d of the height of steps, want at least 10", got)
	}
	if got := d.tall(partHeight); got != 4 { // one of them in the legend
		t.Errorf("bars of parts: got %d, want 3 and the legend's", got)
	}
	outlines := 0
	for _, l := range d.lines {
		if abs(l.Size().Y-(stepHeight+1.4)) < 0.01 {
			outlines++
		}
	}
	if outlines != 8 {
		t.Errorf("outlines of the critical path: got %d, want 8: the context's and the cache's export are not on it", outlines)
	}
	// Lengths on the axis are proportional: export took 4.6 s, pip 19.8 s.
	var widths []vg.Length
	for _, f := range d.fills {
		if abs(f.Size().Y-stepHeight) < 0.01 && f.Size().X > 20 {
			widths = append(widths, f.Size().X)
		}
	}
	want := []float64{4.8, 19.8, 4.6, 3.6}
	if len(widths) != len(want) {
		t.Fatalf("long bars: got %d, want those of the import, pip, the export and the cache's export", len(widths))
	}
	for i := range want {
		if got := float64(widths[i]/widths[1]) * 19.8; got < want[i]-0.001 || got > want[i]+0.001 {
			t.Errorf("bar %d: got %v s long, want %v s", i, got, want[i])
		}
	}
	for _, want := range []string{"pip-install", "cache-import", "[5/6] COPY . .", "pip.resolve", "pip.install", "8.00 s", "19.8 s", "4.80 s, cached",
		"critical path", "fetched from a cache", "cached (pale)", "part of a step", "end of the trial", "seconds since the trial began"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	for _, absent := range []string{"pip-install.1", "pip.build", "no end seen"} {
		if d.has(absent) {
			t.Errorf("text %q: got it, want neither numbers of steps nor parts that took no time", absent)
		}
	}
}

func TestTimelineLegendSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	s := span("other", "a", 1, 2)
	d := checkDrawing(t, Timeline{Phases: imagePhases, Spans: []results.Span{s}})
	for _, absent := range []string{"pip-install", "fetched from a cache", "cached (pale)", "part of a step", "no end seen", "end of the trial"} {
		if d.has(absent) {
			t.Errorf("the legend explains %q, which is not drawn", absent)
		}
	}
	s.Open = true
	d = checkDrawing(t, Timeline{Spans: []results.Span{s}, End: 4})
	for _, want := range []string{"3.00 s, no end seen", "no end seen", "end of the trial"} {
		if !d.has(want) {
			t.Errorf("an open span: text %q is missing", want)
		}
	}
	if d.has("critical path") {
		t.Error("an open span is on the critical path")
	}
}

func TestCriticalPath(t *testing.T) {
	t.Parallel()
	open := span("other", "open", 0, 0)
	open.Open = true
	tests := []struct {
		name   string
		spans  []results.Span
		want   []int
		length float64
	}{
		{"none", nil, nil, 0},
		{"one", []results.Span{span("a", "a", 1, 3)}, []int{0}, 2},
		{"touching", []results.Span{span("a", "a", 2, 3), span("a", "b", 0, 2)}, []int{0, 1}, 3},
		{"the longer of two before the last", []results.Span{span("a", "a", 0, 2), span("a", "b", 1, 2), span("a", "c", 2, 5)}, []int{0, 2}, 5},
		{"two short ones beat one", []results.Span{span("a", "a", 0, 2), span("a", "b", 2, 4), span("a", "c", 1, 4), span("a", "d", 4, 5)}, []int{0, 1, 3}, 5},
		{"ends with the last, however short", []results.Span{span("a", "a", 0, 9), span("a", "b", 8, 10)}, []int{1}, 2},
		{"of two last ones, the longer chain", []results.Span{span("a", "a", 0, 8), span("a", "b", 8, 10), span("a", "c", 5, 10)}, []int{0, 1}, 10},
		{"parts, open and empty ones aside", []results.Span{span("a.b", "a", 0, 9), open, span("a", "b", 9, 9), span("a", "c", 1, 2)}, []int{3}, 1},
	}
	for _, tt := range tests {
		p := Timeline{Spans: tt.spans}.criticalPath()
		var got []int
		for i := range tt.spans {
			if p.on[i] {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, tt.want) || p.length != tt.length {
			t.Errorf("%s: got spans %v, %v s, want %v, %v s", tt.name, got, p.length, tt.want, tt.length)
		}
	}
}

// TestCriticalPathIsLongest holds it against every subset of few spans.
func TestCriticalPathIsLongest(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var spans []results.Span
		for range 1 + r.IntN(9) {
			start := float64(r.IntN(12))
			spans = append(spans, span("a", "a", start, start+float64(r.IntN(6))))
		}
		last := 0.0
		for _, s := range spans {
			if s.Stop > s.Start {
				last = max(last, s.Stop)
			}
		}
		want := 0.0
		for set := range 1 << len(spans) {
			var length, end float64
			ok := true
			for i, s := range spans {
				if set>>i&1 == 0 {
					continue
				}
				length, end = length+s.Stop-s.Start, max(end, s.Stop)
				for j, o := range spans[:i] {
					ok = ok && (set>>j&1 == 0 || s.Stop <= o.Start || o.Stop <= s.Start)
				}
			}
			if ok && end == last {
				want = max(want, length)
			}
		}
		p := Timeline{Spans: spans}.criticalPath()
		sum := 0.0
		for i, on := range p.on {
			if on {
				sum += spans[i].Stop - spans[i].Start
			}
		}
		if p.length != want || sum != want {
			t.Errorf("seed %d: got %v s, and %v s marked, want %v s, of %v", seed, p.length, sum, want, spans)
		}
	}
}

func TestLongestStepsAreDrawn(t *testing.T) {
	t.Parallel()
	var c Timeline
	for i := range 300 {
		c.Spans = append(c.Spans, span("other", fmt.Sprint("step ", i), float64(i), float64(i)+float64(i%100)/100))
	}
	c.Spans = append(c.Spans, span("other", "bad", 2, 1))
	d := checkDrawing(t, c)
	steps := 0
	for _, l := range d.texts {
		if strings.HasPrefix(l.text, "step ") {
			steps++
		}
	}
	if steps != mostSteps || !d.has("step 99") || !d.has("step 299") || d.has("step 1") {
		t.Errorf("got %d steps, want the %d longest", steps, mostSteps)
	}
	for _, want := range []string{"Not drawn: 260 more rows, of 0.86 s at most.", "Not drawn: 1 span without a valid start and end."} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
}

func TestMergedBarsCoverTheSame(t *testing.T) {
	t.Parallel()
	a, b := look{phase: "a"}, look{phase: "b"}
	bars := []stepBar{{0, 1, a}, {1.05, 2, a}, {2.5, 3, a}, {3, 3.02, b}, {3.04, 3.06, a}, {3.2, 5, b}}
	want := []stepBar{{0, 2, a}, {2.5, 3, a}, {3, 3.06, b}, {3.2, 5, b}}
	if got := mergedBars(bars, 0.1); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := mergedBars(bars, 0); !slices.Equal(got, bars) {
		t.Errorf("nothing is near: got %v, want all as they were", got)
	}
}

const largestSVG = 100_000 // bytes

func svgSize(t testing.TB, c Chart) int {
	t.Helper()
	return len(rendered(t, c, SVG))
}

func TestBusyTimelinesAreSmall(t *testing.T) {
	t.Parallel()
	for name, c := range busyTimelines() {
		if got := svgSize(t, c); got > largestSVG {
			t.Errorf("%s: got an SVG of %d bytes, want at most %d", name, got, largestSVG)
		}
		for _, p := range record(c).problems() {
			t.Errorf("%s: %s", name, p)
		}
	}
}

func TestJoinedBarsAreSaid(t *testing.T) {
	t.Parallel()
	said := func(c Timeline) bool {
		return slices.ContainsFunc(record(c).texts, func(l label) bool { return strings.HasPrefix(l.text, "Too many bars for a picture") })
	}
	busy := Timeline{Phases: imagePhases}
	for i := range 1000 {
		busy.Spans = append(busy.Spans, span(imagePhases[i%5], "step", float64(i), float64(i+1)))
	}
	if !said(busy) {
		t.Error("a thousand bars: got no word of those that are drawn as one")
	}
	if said(starterTimeline()) {
		t.Error("a small build: got a word of bars that are drawn as one, want none")
	}
}

func BenchmarkTimeline(b *testing.B) {
	for name, c := range busyTimelines() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				svgSize(b, c)
			}
		})
	}
}

func TestTimelineOfARun(t *testing.T) {
	t.Parallel()
	trials := measured()
	for i := range trials {
		trials[i].Spans, trials[i].Duration = buildSpans(), 31
	}
	find := func(run results.Run, trials []results.Trial) (Timeline, bool) {
		for _, p := range pictures(run, trials) {
			if p.Name == "build-and-push-timeline" {
				checkDrawing(t, p.Chart)
				return p.Chart.(Timeline), true
			}
		}
		return Timeline{}, false
	}
	only := func(keep func(c results.Cell) bool) []results.Trial {
		return slices.DeleteFunc(slices.Clone(trials), func(t results.Trial) bool { return !keep(t.Cell) })
	}
	strange := func(variant, state string) []results.Trial {
		t := trials[0]
		t.Cell.Variant, t.Cell.State = variant, state
		return []results.Trial{t}
	}
	tests := []struct {
		name, title, trial string
		trials             []results.Trial
	}{
		{"all", `the steps of "after" in warm`, "Trial 9 of block 2, the median of 3 by total.", trials},
		{"no state with a hit", `the steps of "after" in cold`, "Trial 7 of block 2, the median of 3 by total.",
			only(func(c results.Cell) bool { return c.State == "cold" })},
		{"part of a cache rather than none", `the steps of "after" in deps-bump`, "Trial 11 of block 2, the median of 3 by total.",
			only(func(c results.Cell) bool { return c.State != "warm" })},
		{"baselines alone", `the steps of "before" in warm`, "Trial 8 of block 2, the median of 3 by total.",
			only(func(c results.Cell) bool { return c.Variant == "before" })},
		{"a variant and states that nobody knows, too", `the steps of "after" in warm`, "Trial 9 of block 2, the median of 3 by total.",
			append(strange("?", "warm"), append(strange("after", "?"), trials...)...)},
		{"one trial", `the steps of "after" in cold`, "Trial 1 of block 1, the only one that counts.", trials[1:2]},
	}
	for _, tt := range tests {
		c, _ := find(documentedRun(), tt.trials)
		if got, want := c.Title, "build-and-push: "+tt.title; got != want {
			t.Errorf("%s: got title %q, want %q", tt.name, got, want)
		}
		if !slices.Contains(c.Subtitle, tt.trial) || c.End != 31 || len(c.Spans) != len(buildSpans()) {
			t.Errorf("%s: got subtitle %q of %d spans to %v s, want %q in it", tt.name, c.Subtitle, len(c.Spans), c.End, tt.trial)
		}
	}
	for i := range trials {
		trials[i].Outcome = results.Failed
	}
	if _, ok := find(documentedRun(), trials); ok {
		t.Error("failed trials alone: got a timeline, want none")
	}
	if _, ok := find(documentedRun(), measured()); ok {
		t.Error("trials without spans: got a timeline, want none")
	}
}
