package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/ledger"
	"github.com/cibench/cibench/results/verdict"
)

var (
	//go:embed html/page.tmpl
	pageText string
	//go:embed html/page.css
	pageStyle string
	//go:embed html/page.js
	pageScript string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// manyTrials is from how many trials on a page has the evidence of those alone
// that failed or are invalid.
const manyTrials = 1000

// page is what the template shows. Its texts are escaped by the template; what
// is HTML already has been made safe by a form or by package charts.
type page struct {
	Title, Simulated string
	Sections         []section
	Answer           []string
	Savings          template.HTML
	Counts           []count
	Claims           []claimRow
	Figures          []figureOf
	Numbers, Method  template.HTML
	Many             bool // trials, so that ok ones have no evidence here
	Trials           []trialRow
	Facts            []property
	Command, Again   string
	Digest           string
	CSS              template.CSS
	JS               template.JS
}

type (
	section  struct{ ID, Name string }
	claimRow struct {
		ID, Verdict, Class, Says, Reason string
		Line                             int
		Found                            []string
	}
	figureOf struct {
		Name, Title, Job string
		SVG              template.HTML
	}
	trialRow struct {
		Cell, Outcome, Reason, Disturbed, Seconds, Proof string
		Log                                              string // the end of its output, of a failed one
		Block                                            int
		Took                                             float64
		Warmup, Bad                                      bool
		Checks                                           []string
	}
	property struct{ Name, Value string }
)

// HTML writes the report as one page that needs nothing else: no network, no
// file, and no script to be read. sum is the summary of the run with these
// trials, entries its ledger and pictures its charts. Its errors are those of w.
func HTML(w io.Writer, run results.Run, trials []results.Trial, sum verdict.Summary, entries []ledger.Entry, pictures []charts.Picture) error {
	p := page{
		Title:  fmt.Sprintf("%s, run %s", results.Printable(run.Study), results.Printable(run.ID)),
		Answer: Answer(run, sum, entries),
		Digest: run.StudyDigest,
		CSS:    template.CSS(pageStyle + chartStyle()), JS: template.JS(pageScript),
	}
	for i, text := range p.Answer {
		p.Answer[i] = together(text)
	}
	plan := planOf(run)
	p.Command, p.Again = plan.command(run)
	if run.Simulated {
		p.Simulated = simulated.text
	}
	for _, j := range jobs(sum) {
		p.Savings += ofJob(j, append(j.answer(), j.drift()...))
		p.Numbers += ofJob(j, j.numbers(run))
	}
	p.Numbers += markup(append(disturbed(sum), excluded(sum)...))
	p.Method = markup(append(document{runFacts(run, plan, sum)}, method(run)...))
	p.claims(entries)
	for _, pic := range pictures {
		title := strings.ReplaceAll(pic.Name, "-", " ")
		svg := template.HTML(charts.Inline(pic.Chart, title)) // package charts escapes every text
		p.Figures = append(p.Figures, figureOf{pic.Name, title, results.Printable(pic.Job), svg})
	}
	p.Many = len(trials) >= manyTrials
	for _, t := range trials {
		p.Trials = append(p.Trials, rowOf(t, p.Many))
	}
	for _, name := range slices.Sorted(maps.Keys(run.Environment)) {
		p.Facts = append(p.Facts, property{results.Printable(name), results.Printable(run.Environment[name])})
	}
	p.sections()
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write report of run %q: %w", run.ID, err)
	}
	return nil
}

// sections lists what the page has.
func (p *page) sections() {
	p.Sections = []section{{"answer", "Answer"}}
	if len(p.Claims) > 0 {
		p.Sections = append(p.Sections, section{"claims", "Claims"})
	}
	if len(p.Figures) > 0 {
		p.Sections = append(p.Sections, section{"charts", "Charts"})
	}
	p.Sections = append(p.Sections, section{"numbers", "Numbers"}, section{"method", "Method"},
		section{"trials", "Trials"}, section{"reproduce", "Reproduce"})
}

// claims fills the ledger, in the order of verdicts.
func (p *page) claims(entries []ledger.Entry) {
	p.Counts = counts(entries)
	for _, e := range byVerdict(entries) {
		row := claimRow{
			ID: results.Printable(e.ID), Verdict: string(e.Verdict), Class: strings.Fields(string(e.Verdict))[0],
			Says: results.Printable(claim(e)), Line: e.Line, Reason: results.Printable(e.Reason),
		}
		for _, text := range found(e) {
			row.Found = append(row.Found, together(results.Printable(text)))
		}
		p.Claims = append(p.Claims, row)
	}
}

// rowOf returns a trial with its evidence, that of an ok one only where there
// are not many.
func rowOf(t results.Trial, many bool) trialRow {
	row := trialRow{
		Cell: results.Printable(t.Cell.String()), Outcome: string(t.Outcome), Reason: results.Printable(t.Reason),
		Disturbed: results.Printable(t.Host.Disturbed), Block: t.Block, Warmup: t.Warmup, Bad: t.Outcome != results.OK,
		Seconds: charts.Seconds(t.Duration), Took: t.Duration,
	}
	kept := 0
	for _, c := range t.Checks {
		if c.OK {
			kept++
		}
	}
	row.Proof = fmt.Sprintf("%d of %d checks", kept, len(t.Checks))
	if len(t.Checks) == 0 && t.Log != "" {
		row.Proof = "the end of its output"
	}
	for line := range strings.Lines(t.Log) {
		row.Log += results.Printable(strings.TrimRight(line, "\n")) + "\n"
	}
	if many && t.Outcome == results.OK {
		return row
	}
	for _, c := range t.Checks {
		text := c.Name + ": " + c.Got
		if !c.OK {
			text += ", wanted " + c.Want
		}
		row.Checks = append(row.Checks, results.Printable(text))
	}
	return row
}

// chartStyle shows the charts as dark as the page.
func chartStyle() string {
	return "@media screen and (prefers-color-scheme:dark){" + charts.DarkStyle(":root:not([data-theme=light]) figure") + "}" +
		"@media screen{" + charts.DarkStyle(":root[data-theme=dark] figure") + "}"
}

// ofJob returns what the page says of a job, whose script links what is of one
// cell.
func ofJob(j job, d document) template.HTML {
	return template.HTML(`<div data-job="`+escapeHTML(j.name)+`">`) + markup(d) + "</div>\n"
}

func markup(d document) template.HTML {
	return template.HTML(d.render(htmlForm{})) // the form escapes every text
}
