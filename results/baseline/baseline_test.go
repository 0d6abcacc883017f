package baseline_test

import (
	"bytes"
	"errors"
	"flag"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/baseline"
)

var update = flag.Bool("update", false, "write the golden files")

// A run whose names are all that a study, a machine or a program may say.
func fixture() (results.Run, []results.Trial) {
	run := results.Run{
		ID: "20261124T031500Z-1f3a", Study: "starter", StudyDigest: "sha256:8abb2f1d",
		Started: time.Date(2026, 11, 24, 4, 15, 0, 999, time.FixedZone("", 3600)),
		Policy:  results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02, Phase: "pip install"},
		Environment: results.Environment{
			"kernel": "6.1", "cpu.model": "AMD \"EPYC\"\n# no comment\u202e", "a b": "", "ü": "Größe", "broken": "\xff", "0": "x",
		},
		Jobs: []results.Job{{Name: "build", Variants: []results.Variant{{Name: "before"}, {Name: "after", Baseline: "before"}, {Name: "again", Baseline: "before", Null: true}}}},
		Pipelines: []results.Pipeline{{Name: "all", Jobs: []string{"build"}, Cells: []results.PipelineCell{
			{Variant: "after", State: "cold", Parts: []results.Cell{{Job: "build", Variant: "after", State: "cold"}}}}}},
	}
	trial := func(slot int, variant, state string, total float64, samples ...results.Sample) results.Trial {
		all := append([]results.Sample{{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: total}}, samples...)
		return results.Trial{Slot: slot, Cell: results.Cell{Job: "build", Variant: variant, State: state}, Outcome: results.OK, Samples: all}
	}
	failed := trial(9, "after", "cold", 99)
	failed.Outcome = results.Failed
	warmup := trial(8, "after", "cold", 98)
	warmup.Warmup = true
	return run, []results.Trial{
		trial(3, "before", "cold", 1234567.00004999),
		trial(2, "after", "cold", 2.00006, results.NewCounter("index.bytes", results.Bytes, 40592011)),
		trial(1, "after", "cold", 1, results.NewCounter("index.bytes", results.Bytes, 0), results.Sample{Name: "ratio", Kind: results.Counter, Unit: results.Ratio, Value: 1e-9}),
		trial(4, "after", "new/\"state\" ü", math.Copysign(0, -1)),
		trial(5, "again", "cold", 7),
		trial(6, "after", "cold", math.NaN(), results.NewCounter("drift. \t", results.Count, 1)),
		failed, warmup,
	}
}

func mustOf(t testing.TB) baseline.Baseline {
	t.Helper()
	b, err := baseline.Of(fixture())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func text(t testing.TB, b baseline.Baseline) string {
	t.Helper()
	var buf bytes.Buffer
	n, err := b.WriteTo(&buf)
	if err != nil || n != int64(buf.Len()) {
		t.Fatalf("WriteTo: got %d, %v, want %d bytes", n, err, buf.Len())
	}
	return buf.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	const file = "testdata/hostile.baseline"
	b := mustOf(t)
	got := text(t, b)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, err := baseline.Parse(file, want)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, b) {
		t.Errorf("Parse: got\n%+v\nwant\n%+v", back, b)
	}
	// A checkout on Windows, and lines in another order.
	lines := strings.SplitAfter(string(want), "\n")
	for i, j := 1, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	other := strings.ReplaceAll(strings.Join(lines, ""), "\n", "\r\n")
	if back, err = baseline.Parse(file, []byte(other)); err != nil || !reflect.DeepEqual(back, b) {
		t.Errorf("Parse of the lines in reverse: got %v and\n%+v\nwant\n%+v", err, back, b)
	}
}

// TestOneLine changes one figure: one line is another.
func TestOneLine(t *testing.T) {
	t.Parallel()
	b := mustOf(t)
	before := strings.Split(text(t, b), "\n")
	b.Series[2].Values[0]++
	after := strings.Split(text(t, b), "\n")
	var changed int
	for i := range before {
		if before[i] != after[i] {
			changed++
		}
	}
	if changed != 1 || len(before) != len(after) {
		t.Errorf("got %d other lines of %d, want 1 of %d", changed, len(after), len(before))
	}
}

func TestSimulatedIsVisible(t *testing.T) {
	t.Parallel()
	run, trials := fixture()
	run.Simulated = true
	b, err := baseline.Of(run, trials)
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, b)
	if !strings.Contains(got, "\n# SIMULATED: ") || !strings.Contains(got, "\nsimulated true\n") {
		t.Errorf("got\n%s\nwant a comment and a line that say simulated", got)
	}
	if back, err := baseline.Parse("x", []byte(got)); err != nil || !back.Simulated {
		t.Errorf("Parse: got %v, %v, want simulated", back.Simulated, err)
	}
}

// TestPolicyDecide leaves out the phase that decides a run where it is the total.
func TestPolicyDecide(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string]string{"": "", results.PhaseTotal: "", "pip-install": "policy.decide pip-install"} {
		run, trials := fixture()
		run.Policy.Phase = phase
		b, err := baseline.Of(run, trials)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for line := range strings.Lines(text(t, b)) {
			if strings.HasPrefix(line, "policy.decide") {
				got += strings.TrimSuffix(line, "\n")
			}
		}
		if got != want {
			t.Errorf("decided by %q: got the line %q, want %q", phase, got, want)
		}
	}
}

func TestOfRefuses(t *testing.T) {
	t.Parallel()
	run, trials := fixture()
	failed := trials[6:] // failed, and a warm-up
	for name, trials := range map[string][]results.Trial{"none": nil, "failed and warm-up": failed, "chance": trials[4:5]} {
		_, err := baseline.Of(run, trials)
		var hinted interface{ Hint() string }
		if !errors.Is(err, baseline.ErrNothing) || !errors.As(err, &hinted) || !strings.Contains(hinted.Hint(), "cibench show "+run.ID) {
			t.Errorf("%s: got %v, want ErrNothing with a hint", name, err)
		}
	}
	trials[0].Samples = append(trials[0].Samples, results.Sample{Name: "x", Kind: "guess", Unit: "furlongs", Value: 1})
	want := "baseline of run 20261124T031500Z-1f3a: build/before/cold x: unknown kind \"guess\"\nunknown unit \"furlongs\""
	if _, err := baseline.Of(run, trials); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestOfLeavesAlone holds Of to what it was given.
func TestOfLeavesAlone(t *testing.T) {
	t.Parallel()
	run, trials := fixture()
	b, err := baseline.Of(run, trials)
	if err != nil {
		t.Fatal(err)
	}
	b.Environment["kernel"] = "7"
	b.Series[0].Values[0] = -1
	wantRun, wantTrials := fixture()
	wantTrials[5].Samples[0].Value, trials[5].Samples[0].Value = 0, 0 // NaN is not itself
	if !reflect.DeepEqual(run, wantRun) || !reflect.DeepEqual(trials, wantTrials) {
		t.Errorf("got\n%+v\n%+v\nwant\n%+v\n%+v", run, trials, wantRun, wantTrials)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriterError(t *testing.T) {
	t.Parallel()
	if _, err := mustOf(t).WriteTo(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}
