package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/store"
)

// against returns what relative rules are held against; nil for nothing.
func (o *checkOptions) against(ctx context.Context, log io.Writer, cfg *config, r *loadedRun) ([]results.Series, error) {
	switch {
	case o.baseline != "":
		b, err := baselineOperand(o.baseline)
		if err != nil {
			return nil, err
		}
		mark, _, err := checkComparable(log, b, runOperand(r), o.acrossHosts)
		if mark != "" {
			fmt.Fprintf(log, "warning: the baseline is compared %s\n", mark)
		}
		return b.series, err
	case o.rolling > 0:
		return o.earlier(ctx, log, cfg, r.run)
	default:
		return nil, nil
	}
}

// earlier returns the series of the runs before, as many of the newest as there
// are and the options ask for, and says in log which they are.
func (o *checkOptions) earlier(ctx context.Context, log io.Writer, cfg *config, run results.Run) (all []results.Series, err error) {
	st, err := openStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	runs, err := st.Runs(ctx)
	if err != nil {
		return nil, err
	}
	suspects := map[string]bool{}
	for _, s := range runs {
		suspects[s.Confirms] = true
	}
	p := pool{run: run}
	var trials []results.Trial
	for _, s := range runs { // the newest first
		if p.taken == o.rolling {
			break
		}
		if !s.Started.Before(run.Started) || s.Study != run.Study || s.Simulated != run.Simulated || s.Confirms != "" {
			continue
		}
		before, err := st.Run(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		if !p.take(before, s.End, suspects[s.ID]) {
			continue
		}
		of, err := st.Trials(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		trials = append(trials, before.AllTrials(of)...)
	}
	fmt.Fprint(log, p.lines(o.rolling))
	return results.SeriesOf(trials), nil
}

// A pool is the runs before that a run is held against, and what there is to know
// of them.
type pool struct {
	run results.Run // that is held against them

	taken   int
	changed int      // of them: the study was not as it is
	foreign int      // of them: by another cibench
	suspect []string // of them: broke a rule when they were checked, and were run again

	unended, elsewhere, otherHost int    // passed over
	differs                       string // of the newest of another host: in what
}

// take tells whether a run of the study's name is one of the pool. A study changes
// between two runs, as the code does that it builds: one is the other's as long as
// it lies in the same place. What another host measured is another number.
func (p *pool) take(before results.Run, end *store.End, suspect bool) bool {
	diff := hostDifferences(before.Environment, p.run.Environment)
	switch {
	case before.Source != p.run.Source:
		p.elsewhere++
		return false
	case !whole(end):
		p.unended++
		return false
	case len(diff) > 0:
		if p.otherHost++; p.otherHost == 1 {
			p.differs = joined(diff)
		}
		return false
	}
	p.taken++
	if before.StudyDigest != p.run.StudyDigest {
		p.changed++
	}
	if before.Environment[versionFact] != p.run.Environment[versionFact] {
		p.foreign++
	}
	if suspect {
		p.suspect = append(p.suspect, before.ID)
	}
	return true
}

// lines says what the pool is, of as many runs as are asked for.
func (p *pool) lines(most int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "baseline: %d of at most %d runs before, of this study and in this environment\n", p.taken, most)
	for _, left := range []struct {
		n    int
		what string
	}{
		{p.unended, "interrupted, or without an end"},
		{p.elsewhere, "of a study of this name in another place"},
		{p.otherHost, "in another environment; of the newest " + p.differs},
	} {
		if left.n > 0 {
			fmt.Fprintf(&b, "passed over: %d %s\n", left.n, left.what)
		}
	}
	if p.changed > 0 {
		fmt.Fprintf(&b, "warning: for %d of the %d the study was not the same\n", p.changed, p.taken)
	}
	if p.foreign > 0 {
		fmt.Fprintf(&b, "warning: %d of the %d were measured by another cibench\n", p.foreign, p.taken)
	}
	if len(p.suspect) > 0 {
		fmt.Fprintf(&b, "warning: %d of the %d broke a rule when they were checked (%s): what is left standing becomes the norm, but for a pinned --baseline\n",
			len(p.suspect), p.taken, strings.Join(p.suspect, ", "))
	}
	return b.String()
}
