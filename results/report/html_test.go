package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/report"
	"github.com/cibench/cibench/results/verdict"
)

// writeHTML is report.HTML with all that belongs to the run.
func writeHTML(w io.Writer, run results.Run, trials []results.Trial) error {
	sum := verdict.Summarize(run, trials)
	entries, err := ledger.Of(run, trials, sum)
	if err != nil {
		return err
	}
	return report.HTML(w, run, trials, sum, entries, charts.Pictures(run, trials, sum))
}

func page(t *testing.T, run results.Run, trials []results.Trial) (string, *html.Node) {
	t.Helper()
	var b bytes.Buffer
	if err := writeHTML(&b, run, trials); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "\u00a0%", " %"), doc
}

// elements counts the elements of a page by name.
func elements(n *html.Node, counts map[string]int) map[string]int {
	if n.Type == html.ElementNode {
		counts[n.Data]++
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		elements(c, counts)
	}
	return counts
}

// attributes returns the values of an attribute wherever it stands.
func attributes(n *html.Node, name string) []string {
	var all []string
	for _, a := range n.Attr {
		if a.Key == name {
			all = append(all, a.Val)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all = append(all, attributes(c, name)...)
	}
	return all
}

// TestHTML looks at the parts of a page, and that it needs nothing else.
func TestHTML(t *testing.T) {
	t.Parallel()
	run, trials := decided()
	text, doc := page(t, run, trials)
	for _, want := range []string{
		"<h1>starter, run 20261124T031500Z-1f3a</h1>", "a cache mount outlives the build", "line 85",
		"cibench run starter --null --seed 42", "sha256:6bb1", "the hypervisor took 7 % of the processors", "nothing measures it",
		"Faster: build-and-push/after in deps-bump by 7.51 s, 40 %; build-and-push/after in code-change by 0.10 s, 4 %.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	counts := elements(doc, map[string]int{})
	if counts["svg"] != len(charts.Pictures(run, trials, verdict.Summarize(run, trials))) || counts["script"] != 1 || counts["main"] != 1 || counts["h1"] != 1 {
		t.Errorf("got %v, want each chart, one script, one main part and one title", counts)
	}
	if n := counts["link"] + counts["img"] + counts["iframe"]; n != 0 {
		t.Errorf("got %d elements that fetch something", n)
	}
	ids := attributes(doc, "id")
	if slices.Sort(ids); len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("an id stands twice in %q", ids)
	}
	for _, ref := range attributes(doc, "href") {
		if !strings.HasPrefix(ref, "#") || !slices.Contains(ids, ref[1:]) {
			t.Errorf("the link %q leads out of the page or nowhere", ref)
		}
	}
}

// TestMethod has the page say what its estimates and intervals are.
func TestMethod(t *testing.T) {
	t.Parallel()
	for interval, want := range map[results.Method]string{
		"":                 "Wilcoxon&#39;s signed-rank test",
		results.SignedRank: "Wilcoxon&#39;s signed-rank test",
		results.Sign:       "the median of the pairs&#39; ratios, the interval beside it that of the sign test",
		results.Bootstrap:  "resampled and not exact",
	} {
		run := newRun()
		run.Policy = results.Policy{Confidence: 0.9375, Same: 0.03, Effect: 0.02, Interval: interval}
		if got, _ := page(t, run, nil); !strings.Contains(got, want) {
			t.Errorf("%q: the page does not say %q", interval, want)
		}
	}
	run := newRun()
	run.Jobs[0].Variants[1].Title = ""
	if got, _ := page(t, run, nil); !strings.Contains(got, "<dd>against before</dd>") {
		t.Error("a variant without a title: the page does not say what it is compared with, and nothing else")
	}
}

// TestFailedTrial wants to see what a build that failed said last.
func TestFailedTrial(t *testing.T) {
	t.Parallel()
	trials := newTrials()
	trials[0].Outcome, trials[0].Reason, trials[0].Log = results.Failed, "step failed", "Collecting a<b\nERROR: no matching distribution\n"
	text, _ := page(t, newRun(), trials)
	want := `<details><summary>the end of its output</summary><pre tabindex="0">Collecting a&lt;b` + "\nERROR: no matching distribution\n</pre></details>"
	if !strings.Contains(text, want) {
		t.Errorf("the page has no %s", want)
	}
}

// TestHTMLOfAnything writes pages of all samples, of a simulated and an empty
// run among them, and of texts from outside that are markup.
func TestHTMLOfAnything(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		text, doc := page(t, s.run, s.trials)
		if n := elements(doc, map[string]int{})["script"]; n != 1 || strings.Contains(text, "<script>alert") {
			t.Errorf("%s: got %d scripts, want the page's own", s.name, n)
		}
		if s.run.Simulated != strings.Contains(text, "SIMULATED") {
			t.Errorf("%s: simulated is %t, and the page says otherwise", s.name, s.run.Simulated)
		}
		if s.trials == nil && !strings.Contains(text, "<p>No trials.</p>") {
			t.Errorf("%s: the page does not say that there is none", s.name)
		}
	}
}

// quote returns a text as JSON has it.
func quote(s string) string {
	data, _ := json.Marshal(s) // never fails
	return string(data)
}

// FuzzHTML puts a text wherever one comes from outside, with an element and an
// attribute behind it that would show wherever it were taken for markup.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"", "plain", "<b>", "</script><script>", "]]>", "\x00", "\u202e", "\xff", "a&amp;b", "'\"", "{{.}}", "*/</style>", "javascript:x"} {
		f.Add(s)
	}
	put := func(s string) (results.Run, []results.Trial) {
		run, trials := newRun(), newTrials()[:8]
		run.Study, run.Source, run.StudyDigest, run.Environment["os"] = s, s, s, s
		run.Claims = []results.Claim{{ID: s, Says: s, Unmeasured: s}}
		run.Targets[0].Label, run.Targets[0].ID = s, "id"+s
		trials[1].Outcome, trials[1].Reason, trials[2].Host.Disturbed = results.Failed, s, "x"+s
		trials[1].Checks, trials[1].Log = []results.Check{{Name: s, Want: s, Got: s}}, s
		run.ID, run.Plan, run.Environment[s] = s, []byte(`{"selection":{"only":[`+quote(s)+`]}}`), s
		run.Jobs[0].Name, run.Jobs[0].Variants[0].Title, run.Jobs[0].Variants[1].Name = jobName+s, s, "after"+s
		run.Claims = append(run.Claims, results.Claim{ID: "checked" + s, Says: s, Checks: []results.ClaimCheck{
			{In: s, Rules: []string{"total[variant=before, state=cold] max > 0s"}}}})
		run.Targets[1].Job, run.Targets[1].Phase, run.Targets[1].Variant, run.Targets[1].States, run.Targets[1].NotOf = s, s, s, []string{s}, s
		for i := range trials {
			if c := &trials[i].Cell; c.Variant == "after" {
				c.Job, c.Variant, c.State = c.Job+s, c.Variant+s, c.State+s
			}
			trials[i].Samples = append(trials[i].Samples, results.Sample{Name: "phase" + s, Kind: results.Phase, Unit: results.Seconds, Value: 5},
				results.Sample{Name: "counter" + s, Kind: results.Counter, Unit: results.Bytes, Value: float64(i)})
			trials[i].Spans = []results.Span{{Phase: "phase" + s, Step: s, Name: s, Stop: 5}}
		}
		return run, trials
	}
	f.Fuzz(func(t *testing.T, s string) {
		run, trials := put(s + `"'><x-evil x-evil=1>`)
		text, doc := page(t, run, trials)
		got := map[string]bool{}
		names(doc, got)
		for name := range got {
			if strings.Contains(name, "x-evil") || strings.HasPrefix(name, "on") {
				t.Errorf("%q: there is an element or attribute %s", s, name)
			}
		}
		if n := elements(doc, map[string]int{})["script"]; n != 1 || strings.Count(text, "<style") != 1 {
			t.Errorf("%q: got %d scripts, want the page's own, and its style", s, n)
		}
	})
}

// names adds the names of all elements and attributes below n.
func names(n *html.Node, all map[string]bool) {
	if n.Type == html.ElementNode {
		all[n.Data] = true
		for _, a := range n.Attr {
			all[a.Key] = true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		names(c, all)
	}
}

func TestHTMLWriterErrors(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for name, err := range map[string]error{
		"HTML": writeHTML(brokenWriter{full}, newRun(), newTrials()), "JSON": report.JSON(brokenWriter{full}, newRun(), verdict.Summary{}, nil),
		"CSV": report.ClaimsCSV(brokenWriter{full}, nil),
	} {
		if !errors.Is(err, full) {
			t.Errorf("%s to a broken writer: got %v, want %v", name, err, full)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	run, trials := decided()
	sum := verdict.Summarize(run, trials)
	entries, err := ledger.Of(run, trials, sum)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.JSON(&b, run, sum, entries); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Run     struct{ ID, Seed, Started string }
		Answer  []string
		Summary struct{ Savings []struct{ Phase string } }
		Claims  []struct{ ID, Verdict string }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Run.ID != run.ID || got.Run.Seed != "42" || got.Run.Started != "2026-11-24T03:15:00Z" ||
		len(got.Answer) != 3 || len(got.Summary.Savings) == 0 || len(got.Claims) != len(entries) || got.Claims[len(entries)-1].ID != "less-energy" {
		t.Errorf("got %+v", got)
	}
}

// TestJSONIsDocumented has each field of the JSON in docs/report.md.
func TestJSONIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	_, schema, ok := strings.Cut(string(page), "## JSON, version 1")
	if !ok {
		t.Fatal("docs/report.md does not describe version 1")
	}
	fields := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				if fields[name] = true; name != "environment" { // whose names are facts
					walk(value)
				}
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	for _, s := range samples() {
		sum := verdict.Summarize(s.run, s.trials)
		entries, err := ledger.Of(s.run, s.trials, sum)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		var v any
		if err := errors.Join(report.JSON(&b, s.run, sum, entries), json.Unmarshal(b.Bytes(), &v)); err != nil {
			t.Fatal(err)
		}
		walk(v)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !strings.Contains(schema, "`"+name+"`") {
			t.Errorf("docs/report.md has no word of the field %s", name)
		}
	}
	if len(fields) < 40 {
		t.Errorf("got %d fields", len(fields))
	}
}

func TestClaimsCSV(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	entries := []ledger.Entry{{ID: "=1+1", Line: 85, Says: "a \"mount\"\nstays", Verdict: ledger.Refuted, Reason: "-x"}}
	if err := report.ClaimsCSV(&b, entries); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 2 || !slices.Equal(rows[1], []string{"'=1+1", "85", "refuted", "a \"mount\" stays", "", "'-x"}) {
		t.Errorf("got %q, %v", rows, err)
	}
}

// BenchmarkHTML writes a page of 10,000 trials and 200 charts.
func BenchmarkHTML(b *testing.B) {
	run := newRun()
	trials := newBlocks(1250)
	for i := range trials {
		trials[i].Checks = slices.Repeat([]results.Check{{Name: "index: requests to the upstream", Want: "0", Got: "0", OK: true}}, 12)
	}
	sum := verdict.Summarize(run, trials)
	entries, err := ledger.Of(run, trials, sum)
	if err != nil {
		b.Fatal(err)
	}
	pictures := charts.Pictures(run, trials, sum)
	for kinds := len(pictures); len(pictures) < 200; {
		pictures = append(pictures, pictures[len(pictures)-kinds])
	}
	b.ReportAllocs()
	for b.Loop() {
		var size counter
		if err := report.HTML(&size, run, trials, sum, entries, pictures); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size), "bytes")
		if size > 10e6 {
			b.Errorf("the page has %d bytes, want at most 10 MB", size)
		}
	}
	if once := b.Elapsed() / time.Duration(b.N); once > 2*time.Second {
		b.Errorf("a page takes %s, want at most 2 s", once)
	}
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
