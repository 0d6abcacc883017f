package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/scenarios/plan"
)

// progress tells on stderr how a run gets on: a bar on a terminal, plain lines
// elsewhere, nothing when quiet.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar // nil unless a terminal
	quiet bool
	done  int
}

func newProgress(io *IO, quiet bool) *progress {
	p := &progress{out: io.Err, quiet: quiet}
	if io.Terminal && !quiet {
		p.bar = progressbar.NewOptions(1,
			progressbar.OptionSetWriter(io.Err),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(20),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// skipped says what of a study is left out here, and why.
func (p *progress) skipped(of plan.Plan) {
	for _, skip := range of.Skipped {
		p.say(fmt.Sprintf("skipping %s/%s: %s", skip.Job, skip.Variant, skip.Reason))
	}
}

// doubt warns of what a run will leave open.
func (p *progress) doubt(doubts []string) {
	for _, doubt := range doubts {
		p.say("warning: " + doubt)
	}
}

// say prints a line; the bar, if any, is drawn again below it.
func (p *progress) say(msg string) {
	if p.quiet {
		return
	}
	if p.bar == nil {
		fmt.Fprintln(p.out, msg)
		return
	}
	// What a bar cannot draw is no reason to stop a run.
	_ = p.bar.Clear()
	fmt.Fprintln(p.out, msg)
	_ = p.bar.RenderBlank()
}

// Started implements runner.Progress.
func (p *progress) Started(t plan.Trial, left runner.Remaining) {
	total := p.done + left.Trials
	if p.bar != nil {
		p.bar.ChangeMax(total)
		p.bar.Describe(describe(t, left))
		return
	}
	p.say(fmt.Sprintf("[%d/%d] %s", p.done+1, total, describe(t, left)))
}

// Finished implements runner.Progress.
func (p *progress) Finished(t results.Trial, _ runner.Remaining) {
	p.done++
	line := fmt.Sprintf("        %s %.2f s", t.Outcome, t.Duration)
	if t.Reason != "" {
		line += ": " + results.Printable(t.Reason)
	}
	if t.Outcome == results.Failed && t.Log != "" {
		for l := range strings.Lines(t.Log) {
			line += "\n        | " + results.Printable(strings.TrimRight(l, "\n"))
		}
	}
	if p.bar == nil {
		p.say(line)
		return
	}
	if t.Outcome != results.OK {
		p.say(t.ID + line)
	}
	_ = p.bar.Add(1)
}

// log is where lines about the run go once the bar is closed.
func (p *progress) log() io.Writer {
	if p.quiet {
		return io.Discard
	}
	return p.out
}

func (p *progress) close() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func describe(t plan.Trial, left runner.Remaining) string {
	s := fmt.Sprintf("block %d: %s %s %s", t.Block, t.Job, t.Variant, t.State)
	if t.Warmup {
		s = "warm-up " + s
	}
	if left.Known {
		s += fmt.Sprintf(", about %s left", left.Time.Round(time.Second))
	}
	return s
}
