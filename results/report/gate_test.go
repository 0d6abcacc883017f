package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/gate"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/verdict"
)

type gateWriter func(io.Writer, results.Run, []gate.Result) error

var gateForms = map[string]gateWriter{"txt": report.GateText, "md": report.GateMarkdown, "xml": report.GateJUnit}

// gateResults judges the trials of the fixture, twice over. There is a result of
// each status.
func gateResults(t *testing.T) []gate.Result {
	t.Helper()
	rules, err := gate.Parse("rules", []byte(`total[variant=after, state=deps-bump] p50 < 60s
total[after vs before, state=deps-bump] saves >= 50%
total[variant=after, state=cold] p50 < 10s
total[variant=after, state=cold] max <= 21s
total[variant=after, state=cold] p90 <= 30s
index.bytes[state=deps-bump] == 0
image.bytes[state=cold] <= +2%
builder.bytes[variant=after, state=cold] <= +2%
total[variant=after, state=cold] <= +5%
total[variant=before, state=cold] <= +5%
total[variant=before, state=warm] <= +5%
pip-instal p50 < 1s`))
	if err != nil {
		t.Fatal(err)
	}
	trials := newTrials()
	for _, more := range newTrials() {
		more.Block, more.Slot = more.Block+3, more.Slot+len(trials)
		trials = append(trials, more)
	}
	var base []results.Series
	for _, s := range results.SeriesOf(trials) {
		if s.State == "cold" && s.Variant == "before" {
			for i := range s.Values {
				s.Values[i] *= 2
			}
		}
		if s.State == "cold" {
			base = append(base, s)
		}
	}
	e := gate.Evidence{Run: newRun(), Trials: trials, Baseline: base}
	all, err := gate.NewJudge(e, verdict.Summarize(e.Run, e.Trials)).Evaluate(rules)
	if err != nil {
		t.Fatal(err)
	}
	again := slices.Clone(all)
	for i, r := range again {
		if r.Rule.Of == gate.Saving {
			again[i].Status = gate.Pass
		}
	}
	confirmed := gate.Confirm(all, again, "r2")
	for i, r := range all {
		if r.Rule.Aggregate == gate.Max { // as by the first run's word
			confirmed[i] = r
		}
	}
	return confirmed
}

// nastyGate has outside strings wherever one can be.
func nastyGate() (results.Run, []gate.Result) {
	run, trials := nasty()
	evil := trials[1].Cell.Variant
	rule := gate.Rule{Name: evil, Job: evil, Variant: evil, Baseline: "be|fore", State: "]]>\x00\ufffe", Of: gate.Saving, Op: gate.Within}
	return run, []gate.Result{
		{Rule: rule, Cell: trials[1].Cell, Baseline: evil, Status: gate.Fail, Reason: evil, Hint: evil, Measured: gate.Measured{N: 1, Unit: results.Unit(evil), Value: 1}},
		{Rule: rule, Cell: results.Cell{Job: "\x1b]0;x\a"}, Status: gate.Inconclusive, Reason: "\x00]]><!--"},
		{Rule: rule, Status: "\x01", Reason: "\u2028"},
	}
}

func TestGateGoldenFiles(t *testing.T) {
	t.Parallel()
	simulated := newRun()
	simulated.Simulated = true
	nastyRun, nastyResults := nastyGate()
	for _, s := range []struct {
		name string
		run  results.Run
		all  []gate.Result
	}{{"gate", newRun(), gateResults(t)}, {"gate-empty", simulated, nil}, {"gate-nasty", nastyRun, nastyResults}} {
		for ext, write := range gateForms {
			var b bytes.Buffer
			if err := write(&b, s.run, s.all); err != nil {
				t.Fatal(err)
			}
			checkGolden(t, s.name+"."+ext, b.String())
			checkGateText(t, s.name, ext, b.String())
		}
	}
}

// TestMeasured writes what is no interval as what it is.
func TestMeasured(t *testing.T) {
	t.Parallel()
	value, change, saving := gate.Rule{Of: gate.Value}, gate.Rule{Of: gate.Change}, gate.Rule{Of: gate.Saving}
	was := verdict.Spread{N: 3, Median: 20, Min: 19, Max: 21}
	for _, tt := range []struct {
		name string
		rule gate.Rule
		m    gate.Measured
		want string
	}{
		{"interval", value, gate.Measured{N: 5, Unit: results.Seconds, Value: 72, Low: 70.1, High: 73, Interval: true}, "72.0 s (70.1 s to 73.0 s, 5 trials)"},
		{"few trials", value, gate.Measured{N: 4, Unit: results.Seconds, Value: 72, Low: 70.1, High: 73}, "72.0 s (ranging from 70.1 s to 73.0 s in 4 trials)"},
		{"one", value, gate.Measured{N: 1, Unit: results.Seconds, Value: 72, Low: 72, High: 72}, "72.0 s (1 trial)"},
		{"few pairs", saving, gate.Measured{N: 2, Unit: results.Ratio, Value: 0.5, Low: 0.4, High: 0.6}, "50.0 % (ranging from 40.0 % to 60.0 % in 2 pairs)"},
		{"less than it writes", change, gate.Measured{N: 1, Unit: results.Ratio, Value: -0.0001, Low: -0.0001, High: -0.0001}, "+0.0 % (1 trial)"},
		{"less saved than it writes", saving, gate.Measured{N: 1, Unit: results.Ratio, Value: -0.0001, Low: -0.0001, High: -0.0001}, "0.0 % (1 pair)"},
		{"bytes", value, gate.Measured{N: 1, Unit: results.Bytes, Value: 82, Low: 82, High: 82}, "82 B (1 trial)"},
		{"few beside few", change, gate.Measured{N: 2, Unit: results.Ratio, Value: 0.1, Low: -0.1, High: 0.2, Against: &was},
			"+10.0 % (ranging from −10.0 % to +20.0 % in 2 trials, against 20.0 s, ranging from 19.0 s to 21.0 s in 3 trials)"},
	} {
		var b strings.Builder
		if err := report.GateText(&b, newRun(), []gate.Result{{Rule: tt.rule, Status: gate.Inconclusive, Measured: tt.m}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(b.String()), " "); !strings.HasSuffix(got, ": "+tt.want) {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestGateOfSimulated says of a simulated run that it is one, in every form, and in
// JUnit's of each test: readers show them by themselves.
func TestGateOfSimulated(t *testing.T) {
	t.Parallel()
	run, all := newRun(), gateResults(t)
	for _, simulated := range []bool{false, true} {
		run.Simulated = simulated
		for ext, write := range gateForms {
			var b strings.Builder
			if err := write(&b, run, all); err != nil {
				t.Fatal(err)
			}
			want := 0
			if simulated {
				want = 1
				if ext == "xml" {
					want += len(all)
				}
			}
			if got := strings.Count(b.String(), "SIMULATED"); got != want {
				t.Errorf("%s, simulated %t: got SIMULATED %d times, want %d:\n%s", ext, simulated, got, want, b.String())
			}
		}
	}
}

// checkGateText holds what every gate's report keeps to.
func checkGateText(t *testing.T, path, ext, got string) {
	t.Helper()
	for _, r := range got {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028' || r == '\ufffe' {
			t.Errorf("%s: control character %q passes", path, r)
		}
	}
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(line); ext == "txt" && !strings.Contains(path, "nasty") && n > 101 {
			t.Errorf("%s: line of %d columns: %q", path, n, line)
		}
		if bars := strings.Count(line, "|"); ext == "md" && bars > 0 && bars != 6 {
			t.Errorf("%s: got %d bars in %q, want 6", path, bars, line)
		}
	}
}

// TestGateJUnit reads the XML back.
func TestGateJUnit(t *testing.T) {
	t.Parallel()
	type testcase struct {
		Name    string    `xml:"name,attr"`
		Failure *struct{} `xml:"failure"`
		Skipped *struct{} `xml:"skipped"`
	}
	nastyRun, nastyResults := nastyGate()
	for name, all := range map[string][]gate.Result{"gate": gateResults(t), "nasty": nastyResults} {
		var b bytes.Buffer
		if err := report.GateJUnit(&b, nastyRun, all); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Suite struct {
				Tests    int        `xml:"tests,attr"`
				Failures int        `xml:"failures,attr"`
				Skipped  int        `xml:"skipped,attr"`
				Cases    []testcase `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, b.String())
		}
		failures, skipped := 0, 0
		for i, r := range all {
			c := got.Suite.Cases[i]
			fails := r.Status == gate.Fail || r.Status == gate.Regressed
			passes := r.Status == gate.Pass || r.Status == gate.Improved
			if (c.Failure != nil) != fails || (c.Skipped != nil) != (!fails && !passes) || c.Name != results.Printable(r.Rule.String()) {
				t.Errorf("%s: got %+v of %s, which is %q", name, c, r.Rule, r.Status)
			}
			if fails {
				failures++
			} else if !passes {
				skipped++
			}
		}
		if s := got.Suite; s.Tests != len(all) || s.Failures != failures || s.Skipped != skipped {
			t.Errorf("%s: got %d tests, %d failures, %d skipped, want %d, %d, %d", name, s.Tests, s.Failures, s.Skipped, len(all), failures, skipped)
		}
	}
}

func TestGateWriterErrors(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for ext, write := range gateForms {
		if err := write(brokenWriter{full}, newRun(), nil); !errors.Is(err, full) {
			t.Errorf("%s to a broken writer: got %v, want %v", ext, err, full)
		}
	}
}
