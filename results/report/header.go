package report

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// simulated stands above whatever says something of a simulated run.
var simulated = paragraph{"SIMULATED: every number below comes from a cost model. No build ran, no machine was measured."}

// header says what was run, when, where, and with what outcome.
func header(run results.Run, sum verdict.Summary) document {
	p := planOf(run)
	again, _ := p.command(run)
	d := document{heading{"Run " + run.ID}, runFacts(run, p, sum).with("again", again)}
	if run.Simulated {
		d = append(d, simulated)
	}
	return d
}

func runFacts(run results.Run, p plan, sum verdict.Summary) list {
	l := list{
		{"study", study(run)},
		{"started", run.Started.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"seed", strconv.FormatUint(run.Seed, 10)},
		{"trials", outcomes(sum)},
	}
	l = l.with("time", cost(sum.Cost)).with("decision", decision(run, sum)).with("noise", noise(sum.Noise)).with("chance", chance(sum.Null))
	env := run.Environment
	l = l.with("machine", charts.Join(env["cpu.model"], env.Fact("%s CPUs", "cpu.count"), env.Memory(), env["os"],
		env.Fact("kernel %s", "kernel"), virtualization(env)))
	l = l.with("engine", charts.Join(env["engine.version"], env.Fact("storage driver %s", "engine.storage-driver"),
		env.Fact("BuildKit %s", "buildkit.version")))
	return append(l.with("network", env.Fact("profile %s", "network.profile")), p.leftOut()...)
}

// cost says how much of the trials' time was timed; "" when that is not known.
func cost(c *verdict.Cost) string {
	if c == nil {
		return ""
	}
	whole := time.Duration((c.Timed + c.Untimed) * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("%s of trials, %.0f %% of it for preparing, proving and removing", whole, 100*c.Untimed/(c.Timed+c.Untimed))
}

// decision says what makes a verdict; "" when nothing was compared.
func decision(run results.Run, sum verdict.Summary) string {
	p := run.Policy
	family, deciding, compared := 0, 0, sum.Compared()
	for _, s := range compared {
		if s.Effect.Family != nil {
			family++
		}
		if s.Decides {
			deciding++
		}
	}
	if len(compared) == 0 || p.Confidence == 0 {
		return ""
	}
	text := fmt.Sprintf("intervals of %s; same: within ±%s; faster, slower: beyond ±%s", share(p.Confidence), share(p.Same), share(p.Effect))
	what := "totals"
	if p.Phase != "" {
		what = "comparisons of " + p.Phase
	}
	switch {
	case deciding == 0 && p.Phase != "":
		text += "; no job has " + p.Phase + ", which is to decide the run"
	case family > 1:
		text += fmt.Sprintf("; %d %s are judged together", family, what)
	case p.Phase != "":
		text += "; " + what + " decide the run"
	}
	return text
}

// noise says how far pairs differ; "" when that is not known.
func noise(n *verdict.Noise) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("pairs of one comparison scatter by %s (standard deviation, of %s in %s)",
		share(math.Round(1000*n.Pair)/1000), charts.Count(n.Pairs, "pair"), charts.Count(n.Comparisons, "comparison"))
}

// chance says what the run makes of nothing; "" when it did not try.
func chance(n *verdict.Null) string {
	switch {
	case n == nil:
		return ""
	case n.Comparisons == 0:
		return "too few pairs of a baseline with itself"
	}
	return fmt.Sprintf("of %s of a baseline with itself %d %s called different, with which a rate of up to %.0f %% goes; an effect from %s on would mostly have been seen",
		charts.Count(n.Comparisons, "comparison"), n.Called, wereOrWas(n.Called), 100*n.Most, share(math.Ceil(1000*n.Detectable)/1000))
}

func wereOrWas(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// share writes a share in per cent, with as many digits as it takes.
func share(x float64) string { return fmt.Sprintf("%.4g %%", 100*x) }

// with returns the list with one more item, if there is something to say.
func (l list) with(name, text string) list {
	if text == "" {
		return l
	}
	return append(l, item{name, text})
}

func study(run results.Run) string {
	if run.StudyDigest == "" {
		return run.Study
	}
	return run.Study + ", " + run.StudyDigest
}

// outcomes counts the trials that are not warm-ups, nor sums of others.
func outcomes(sum verdict.Summary) string {
	var ok, failed, invalid int
	for _, c := range sum.Cells {
		if c.Derived != nil {
			continue
		}
		ok, failed, invalid = ok+c.OK, failed+c.Failed, invalid+c.Invalid
	}
	return fmt.Sprintf("%d: %d ok, %d failed, %d invalid", ok+failed+invalid, ok, failed, invalid)
}

func virtualization(env results.Environment) string {
	switch env["virtualization"] {
	case "", "none":
		return ""
	case "unnamed":
		return "virtual machine"
	}
	return "virtual machine (" + env["virtualization"] + ")"
}
