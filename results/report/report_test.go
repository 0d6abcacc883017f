package report_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

type writer func(io.Writer, results.Run, verdict.Summary, []ledger.Entry) error

var forms = map[string]writer{"txt": report.Text, "md": report.Markdown}

func render(t *testing.T, write writer, run results.Run, trials []results.Trial) string {
	t.Helper()
	sum := verdict.Summarize(run, trials)
	entries, err := ledger.Of(run, trials, sum)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b, run, sum, entries); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGoldenFiles(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		for ext, write := range forms {
			checkGolden(t, s.name+"."+ext, render(t, write, s.run, s.trials))
		}
	}
}

// checkGolden holds got against a file of testdata.
func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update accepts it:\n%s\nwant:\n%s", path, got, want)
	}
}

func TestTextFitsATerminal(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		if s.name == "nasty" {
			continue // a single name is as long as a line there
		}
		for line := range strings.Lines(render(t, report.Text, s.run, s.trials)) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
				t.Errorf("%s: line of %d columns: %q", s.name, n, line)
			}
			if strings.HasSuffix(line, " \n") {
				t.Errorf("%s: line ends in a space: %q", s.name, line)
			}
		}
	}
}

func TestWriterErrors(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for ext, write := range forms {
		if err := write(brokenWriter{full}, newRun(), verdict.Summary{}, nil); !errors.Is(err, full) {
			t.Errorf("%s to a broken writer: got %v, want %v", ext, err, full)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// markup is what a text from outside must not bring into Markdown unescaped.
var markup = regexp.MustCompile("(^|[^\\\\])[`*_\\[\\]~$]|[<>@]|://|www\\.")

// FuzzOutsideText puts any string wherever one comes from outside.
func FuzzOutsideText(f *testing.F) {
	for _, s := range []string{"", "plain", "a|b", "a\nb", "a\r\n\r\n# b", "\x1b]0;x\a", "`", "``x``", "<b>", "\\", "\\`", "\u202e", "\xff", "![a](b)", "|\n|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		run, trials := newRun(), newTrials()[:8]
		lines := map[string]int{}
		for ext, write := range forms {
			trials[1].Outcome, trials[1].Reason = results.Failed, "x"
			lines[ext] = strings.Count(render(t, write, run, trials), "\n")
		}
		trials[1].Reason = s
		run.Study, run.Environment["os"] = s, "x"+s
		for ext, write := range forms {
			got := render(t, write, run, trials)
			for _, r := range got {
				if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028' {
					t.Fatalf("%s: control character %q of %q passes", ext, r, s)
				}
			}
			if ext == "md" {
				checkMarkdown(t, got, s, lines[ext])
			}
		}
	})
}

func checkMarkdown(t *testing.T, got, outside string, lines int) {
	t.Helper()
	if n := strings.Count(got, "\n"); n != lines {
		t.Errorf("%q: got %d lines, want %d", outside, n, lines)
	}
	for line := range strings.Lines(got) {
		name, text, isItem := strings.Cut(strings.TrimPrefix(line, "- **"), "** ")
		if isItem && markup.MatchString(strings.ReplaceAll(name+" "+text, `\\`, "")) {
			t.Errorf("%q: markup passes in %q", outside, line)
		}
		if isItem && strings.Contains(text, "|") {
			t.Errorf("%q: a bar passes in %q", outside, line)
		}
	}
}

// TestNoLinesWithoutABaseline leaves the baseline out of a state, as quick
// selections do: what the variant took there stands in the report, and no word of
// a saving.
func TestNoLinesWithoutABaseline(t *testing.T) {
	t.Parallel()
	run, trials := decided()
	run.Targets, run.Claims = nil, nil // whose ledger says why there is no verdict
	trials = slices.DeleteFunc(trials, func(t results.Trial) bool { return t.Cell.Variant != "after" && t.Cell.State == "cold" })
	text, _ := page(t, run, trials)
	for name, report := range map[string]string{
		"text": render(t, report.Text, run, trials), "Markdown": render(t, report.Markdown, run, trials), "HTML": text,
	} {
		if strings.Contains(report, "was not run in this state") {
			t.Errorf("%s speaks of a saving without a baseline", name)
		}
		if !strings.Contains(report, "cold") {
			t.Errorf("%s does not have the variant in the state", name)
		}
	}
}

// TestComparableTimesAreOfThisMachine has a documented time that was not measured.
func TestComparableTimesAreOfThisMachine(t *testing.T) {
	t.Parallel()
	for fact, want := range map[string]bool{"": true, "true": false} {
		run := newRun()
		run.Environment[verdict.ComparableFact] = fact
		run.Targets = run.Targets[:1]
		run.Targets[0].States = []string{"hit"}
		if got := strings.Contains(render(t, report.Text, run, newTrials()), "measured on another machine and are"); got != want {
			t.Errorf("comparable %q: got documented times called another machine's: %v, want %v", fact, got, want)
		}
	}
}

// TestMarkdownIsNotTooLarge writes runs whose tables, and whose findings, are
// larger than what GitHub shows.
func TestMarkdownIsNotTooLarge(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	run, trials := decided()
	for i := range 40_000 {
		cell := results.Cell{Job: jobName, Variant: "after", State: fmt.Sprintf("state-%05d", i)}
		trials = append(trials, results.Trial{ID: cell.State, Slot: 100 + i, Block: 1, Cell: cell, Outcome: results.OK,
			Samples: []results.Sample{{Name: "total", Kind: results.Phase, Unit: results.Seconds, Value: 1}}})
	}
	const left = "The rest is left out: GitHub shows no summary of more than 1 MiB."
	text := render(t, report.Markdown, run, trials)
	if len(text) > most || !strings.HasSuffix(text, left+"\n") || !strings.Contains(text, "mounts-stay") || strings.Contains(text, "state-00001") {
		t.Errorf("many cells: got %d bytes that end with %q", len(text), text[max(0, len(text)-200):])
	}
	run, trials = decided()
	for i := range 8_000 {
		run.Claims = append(run.Claims, results.Claim{ID: fmt.Sprint("claim-", i), Says: strings.Repeat("long ", 30),
			Checks: []results.ClaimCheck{{Rules: []string{"total[state=warm, variant=after] max > 0s"}}}})
	}
	text = render(t, report.Markdown, run, trials)
	if len(text) > most || !strings.HasSuffix(text, left+"\n") || !strings.Contains(text, "claim-1)") || strings.Contains(text, "claim-7999)") {
		t.Errorf("many claims: got %d bytes that end with %q", len(text), text[max(0, len(text)-200):])
	}
}
