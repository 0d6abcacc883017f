package charts

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"

	"github.com/cibench/cibench/results"
)

func starterContention() Contention {
	r := rand.New(rand.NewPCG(8, 8))
	c := Contention{Caption: caption}
	c.Title = "What the host did under the trials"
	for i := range 24 {
		t := TrialContention{new(1 + r.Float64()), new(r.Float64() / 100), new(0.45 * r.Float64()), new(0.2 * r.Float64()), new(0.0), false}
		switch i {
		case 6, 7:
			t.Steal, t.Disturbed = new(0.05+r.Float64()/10), true
		case 10:
			t.IO = nil
		case 12, 14:
			t.CPU = nil
		case 18:
			t.Disturbed = true
		}
		c.Trials = append(c.Trials, t)
	}
	return c
}

// manyContention has n trials, every second one disturbed.
func manyContention(n int) Contention {
	r := rand.New(rand.NewPCG(9, 9))
	c := Contention{Caption: caption}
	for i := range n {
		t := TrialContention{new(r.ExpFloat64()), new(r.Float64()), new(r.Float64()), new(r.Float64()), nil, i%2 == 0}
		if i%3 == 0 {
			t.IO = nil
		}
		if i%2 == 0 {
			t.Memory = new(r.Float64())
		}
		c.Trials = append(c.Trials, t)
	}
	return c
}

// contended has one trial per value, with that value in every lane.
func contended(values ...float64) Contention {
	var c Contention
	for _, v := range values {
		c.Trials = append(c.Trials, TrialContention{&v, &v, &v, &v, &v, true})
	}
	return c
}

func nastyContention() map[string]Chart {
	long := starterContention()
	long.Title, long.Subtitle, long.Notes = endless, []string{endless, "\x1b[31m\n\xff"}, []string{endless + " " + endless}
	simulated := starterContention()
	simulated.Simulated = true
	gaps := contended(1, 2, 3)
	gaps.Trials[1] = TrialContention{}
	return map[string]Chart{
		"contention of nothing":        Contention{},
		"contention without figures":   Contention{Trials: make([]TrialContention, 5)},
		"contention of one trial":      contended(0.5),
		"contention of zero":           contended(0),
		"contention, all equal":        contended(3, 3, 3, 3),
		"contention, gaps":             gaps,
		"contention, NaN":              contended(nan, 1, nan),
		"contention, NaN alone":        contended(nan, nan),
		"contention, infinite":         contended(inf, -inf, 1),
		"contention, negative":         contended(-1, 1),
		"contention, huge":             contended(1e6, 5e5, 1e300),
		"contention, tiny":             contended(1e-300, 5e-324, 0),
		"contention, huge and tiny":    contended(1e6, 1e-300),
		"contention of 100 trials":     manyContention(100),
		"contention of 400 trials":     manyContention(400),
		"contention of 401 trials":     manyContention(401),
		"contention of 10,000 trials":  manyContention(10_000),
		"contention, names, simulated": long,
		"contention, simulated":        simulated,
	}
}

func randomContention(r *rand.Rand, factor float64, name string) Contention {
	c := Contention{Caption: Caption{Title: name, Notes: []string{name}}}
	value := func() *float64 {
		if r.IntN(4) == 0 {
			return nil
		}
		return new(number(r, factor))
	}
	for range r.IntN(1 << r.IntN(10)) {
		c.Trials = append(c.Trials, TrialContention{value(), value(), value(), value(), value(), r.IntN(3) == 0})
	}
	return c
}

func TestContentionDrawing(t *testing.T) {
	t.Parallel()
	d := checkDrawing(t, starterContention())
	// Bands reach over all lanes; neighbours are one.
	height := panelPitch * vg.Length(len(contentionLanes))
	pitch := laneWidth / 24
	if wide, narrow := d.filled(2*pitch, height), d.filled(pitch, height); wide != 1 || narrow != 1 {
		t.Errorf("bands of disturbed trials: got %d of two trials and %d of one, want one of each", wide, narrow)
	}
	for _, want := range []string{"load", "steal", "CPU pressure", "I/O pressure", "memory pressure", "% of CPU time", "median 0 %", "most 0 %",
		"trial, in the order of time", "disturbed trial", "5", "10", "20"} {
		if !d.has(want) {
			t.Errorf("text %q is missing", want)
		}
	}
	calm := contended(1, 2)
	calm.Trials[0].Disturbed, calm.Trials[1].Disturbed = false, false
	if record(calm).has("disturbed trial") {
		t.Error("the legend explains disturbed trials, of which there are none")
	}
}

func TestContentionLines(t *testing.T) {
	t.Parallel()
	lane := contentionLanes[0]
	of := func(values ...float64) []TrialContention { return contended(values...).Trials }
	tests := []struct {
		name   string
		trials []TrialContention
		want   string
	}{
		{"none", nil, "[]"},
		{"one", of(5), "[[{1 5}]]"},
		{"a gap", of(1, nan, 3, 4), "[[{1 1}] [{3 3} {4 4}]]"},
		{"gaps at the ends", of(nan, 2, inf), "[[{2 2}]]"},
		{"a gap of many", append(append(of(1), make([]TrialContention, 3)...), of(2)...), "[[{1 1}] [{5 2}]]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(lane.lines(tt.trials)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestPeaksOutliveThinning has one trial of a hundred thousand stand out.
func TestPeaksOutliveThinning(t *testing.T) {
	t.Parallel()
	values := make([]float64, 100_000)
	for i := range values {
		values[i] = 1
	}
	values[54_321], values[77_777] = 9, 0.1
	lines := contentionLanes[0].lines(contended(values...).Trials)
	if len(lines) != 1 || len(lines[0]) > 2*mostColumns {
		t.Fatalf("got %d lines, want one of at most %d points", len(lines), 2*mostColumns)
	}
	for _, want := range []point{{54_322, 9}, {77_778, 0.1}} {
		if !slices.Contains(lines[0], want) {
			t.Errorf("point %v is missing", want)
		}
	}
	if !slices.IsSortedFunc(lines[0], func(a, b point) int { return a.trial - b.trial }) {
		t.Error("the line goes back in time")
	}
}

func TestLaneAxis(t *testing.T) {
	t.Parallel()
	load, steal := contentionLanes[0], contentionLanes[1]
	tests := []struct {
		lane  contentionLane
		value float64
		want  laneAxis
	}{
		{load, 0, laneAxis{0.5, 1}}, {load, 1.45, laneAxis{0.5, 1.5}}, {load, 1.6, laneAxis{1, 2}}, {load, 40, laneAxis{20, 40}},
		{steal, 0, laneAxis{2, 6}}, {steal, 0.22, laneAxis{10, 30}}, {steal, 0.45, laneAxis{20, 60}}, {steal, 1, laneAxis{50, 100}},
	}
	for _, tt := range tests {
		if got := tt.lane.axis([]float64{tt.value}); got != tt.want {
			t.Errorf("%s of %v: got axis %+v, want %+v", tt.lane.title, tt.value, got, tt.want)
		}
	}
}

func TestBusyContentionIsSmall(t *testing.T) {
	t.Parallel()
	for _, n := range []int{mostDotted, 2 * mostColumns, 100_000} {
		c := manyContention(n)
		if got := svgSize(t, c); got > largestSVG {
			t.Errorf("%d trials: got an SVG of %d bytes, want at most %d", n, got, largestSVG)
		}
		d := checkDrawing(t, c)
		const said = "Too many trials for a picture: lines go through the smallest and the largest value of about every 500."
		if got := slices.ContainsFunc(d.texts, func(l label) bool { return strings.HasPrefix(l.text, said) }); got != (n == 100_000) {
			t.Errorf("%d trials: got %v, want lines that are thinned, and only those, to be called so", n, got)
		}
	}
}

func BenchmarkContention(b *testing.B) {
	c := manyContention(100_000)
	for b.Loop() {
		svgSize(b, c)
	}
}

func TestContentionOfARun(t *testing.T) {
	t.Parallel()
	run, trials := documentedRun(), measured()
	find := func() (Contention, bool) {
		for _, p := range pictures(run, trials) {
			if p.Name == "host" {
				checkDrawing(t, p.Chart)
				return p.Chart.(Contention), true
			}
		}
		return Contention{}, false
	}
	if _, ok := find(); ok {
		t.Error("a host that published nothing: got a picture, want none")
	}
	for i := range trials {
		trials[i].Started = started.Add(time.Duration(len(trials)-i) * time.Minute) // the last slot first
		trials[i].Duration = 10
		trials[i].Host = results.Host{Load1: float64(i), Steal: new(1.0), CPUStall: new(2.0), IOStall: new(0.0)}
	}
	last := len(trials) - 1
	trials[last].Host.Disturbed = "the hypervisor took 7 % of the processors' time"
	trials[0].Host, trials[0].Outcome = results.Host{}, results.Failed
	c, ok := find()
	if !ok || len(c.Trials) != len(trials) {
		t.Fatalf("got %d trials, want all %d, failed ones included", len(c.Trials), len(trials))
	}
	first := c.Trials[0] // on two processors
	if *first.Load != float64(last) || *first.Steal != 0.05 || *first.CPU != 0.2 || *first.IO != 0 || first.Memory != nil || !first.Disturbed {
		t.Errorf("first trial: got %+v, want the load of the last slot, 5 %% stolen, 20 %% and 0 %% pressure, none of memory, disturbed", first)
	}
	if unknown := c.Trials[last]; unknown != (TrialContention{}) {
		t.Errorf("a trial of which the host published nothing: got %+v, want gaps", unknown)
	}
	notes := strings.Join(c.Notes, "\n")
	for _, want := range []string{"Gap: the host did not publish",
		"Disturbed: trial 1 (build-and-push/after/deps-bump in block 3): the hypervisor took 7 % of the processors' time. That excludes no trial."} {
		if !strings.Contains(notes, want) {
			t.Errorf("got notes %q, want %q in them", notes, want)
		}
	}
	for i := range trials {
		trials[i].Host.Disturbed = "busy"
	}
	c, _ = find()
	if !strings.HasSuffix(c.Notes[len(c.Notes)-1], "; and 14 more. That excludes no trial.") {
		t.Errorf("all disturbed: got %q, want four of them named", c.Notes[len(c.Notes)-1])
	}
	delete(run.Environment, "cpu.count")
	if c, _ = find(); c.Trials[0].Steal != nil {
		t.Errorf("an unknown number of processors: got %v stolen, want a gap", *c.Trials[0].Steal)
	}
}
