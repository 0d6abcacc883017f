package charts

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
)

// contention returns the chart of what the host did under the trials of a run,
// warm-ups and failed ones included; without trials where it published nothing.
func contention(run results.Run, trials []results.Trial) Contention {
	trials = slices.SortedFunc(slices.Values(trials), func(a, b results.Trial) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Slot, b.Slot))
	})
	cpus, _ := strconv.ParseFloat(run.Environment["cpu.count"], 64)
	var c Contention
	gaps := false
	for _, t := range trials {
		of := contentionOf(t, cpus)
		gaps = gaps || of.Load == nil || of.Steal == nil || of.CPU == nil || of.IO == nil || of.Memory == nil
		c.Trials = append(c.Trials, of)
	}
	if !c.measured() {
		return Contention{}
	}
	first, last := trials[0].Started.UTC(), trials[len(trials)-1].Started.UTC()
	c.Caption = Caption{
		Title: "What the host did under the trials",
		Subtitle: []string{
			fmt.Sprintf("Study %s, run %s: %s, the first begun on %s, the last on %s.", run.Study, run.ID, Count(len(trials), "trial"),
				first.Format("2 Jan 2006 at 15:04"), last.Format("2 Jan at 15:04 UTC")),
			view{run: run}.machine(),
		},
		Notes: []string{"Load: the average of the minute before a trial. Steal: the share of all processors' time that the hypervisor gave to others. " +
			"Pressure (PSI): the share of a trial in which some task waited for the resource. What the trial itself did is in it."},
		Simulated: run.Simulated,
	}
	if gaps {
		c.Notes = append(c.Notes, "Gap: the host did not publish the figure.")
	}
	if d := disturbed(trials); d != "" {
		c.Notes = append(c.Notes, d)
	}
	return c
}

// contentionOf returns what the host of that many processors did under a trial.
// Where nothing else is known of it, a load of 0 is not, either.
func contentionOf(t results.Trial, cpus float64) TrialContention {
	share := func(seconds *float64, of float64) *float64 {
		if seconds == nil || !(of > 0) {
			return nil
		}
		return new(*seconds / of)
	}
	h := t.Host
	c := TrialContention{
		Steal: share(h.Steal, cpus*t.Duration), CPU: share(h.CPUStall, t.Duration), IO: share(h.IOStall, t.Duration), Memory: share(h.MemStall, t.Duration),
		Disturbed: h.Disturbed != "",
	}
	if h.Load1 != 0 || h.Steal != nil || h.CPUStall != nil || h.IOStall != nil || h.MemStall != nil || h.PageCache != nil {
		c.Load = &h.Load1
	}
	return c
}

// mostDisturbances are named below a chart.
const mostDisturbances = 4

// disturbed says which trials were disturbed, and by what.
func disturbed(trials []results.Trial) string {
	var all []string
	for i, t := range trials {
		if t.Host.Disturbed != "" {
			all = append(all, fmt.Sprintf("trial %d (%s in block %d): %s", i+1, t.Cell, t.Block, t.Host.Disturbed))
		}
	}
	if len(all) == 0 {
		return ""
	}
	more := ""
	if n := len(all) - mostDisturbances; n > 0 {
		all, more = all[:mostDisturbances], fmt.Sprintf("; and %d more", n)
	}
	return "Disturbed: " + strings.Join(all, "; ") + more + ". That excludes no trial."
}
