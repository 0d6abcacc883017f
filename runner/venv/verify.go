package venv

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/runner/venv/cachestep"
	"github.com/cibench/cibench/runner/venv/job"
	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Verify proves the trial's state. What each cache step found is compared with
// what the keys of priming predict, what the services were asked for with what
// a run with empty caches asks for. An environment that differs from a clean
// one does not make the trial invalid: it is what the cache gives, and counted.
func (l *Lane) Verify(ctx context.Context, t plan.Trial, a runner.Attempt) (runner.Evidence, error) {
	s := l.cur
	if s.unprimed != nil || s.report == nil {
		return runner.Evidence{}, nil
	}
	used, files := l.count().sub(s.counted), lane.FilesSince(l.Index, s.mark)
	ev := runner.Evidence{Spans: l.spans(s.report), Counters: counters(used, files)}
	if n, ok := l.installed(s.report); ok {
		ev.Counters = append(ev.Counters, results.NewCounter(results.CounterPackagesInstalled, results.Count, n))
	}
	if a.Failure != "" {
		return ev, nil
	}
	packages, err := s.packages(ctx)
	if err != nil {
		return runner.Evidence{}, err
	}
	ev.Counters = append(ev.Counters, results.NewCounter(results.CounterPackages, results.Count, countPackages(packages)))
	names := drift(packages, s.clean.Packages)
	ev.Counters = append(ev.Counters, results.NewCounter(results.CounterDrift, results.Count, int64(len(names))))
	for _, name := range names {
		ev.Counters = append(ev.Counters, results.NewCounter(results.DriftPrefix+name, results.Count, 1))
	}
	ev.Checks = proof{state: t.State, session: s, used: used, files: files}.checks()
	return ev, nil
}

// environments are where a job's packages may be, the first that there is. One
// whose Python does not start holds nothing that can be used. Bytecode is not
// written: looking before a job would compile for it.
const environments = `for p in .venv venv; do if test -e $p; then $p/bin/python -B -c "$1" || true; exit; fi; done; exec python3 -B -c "$1"`

// packages returns what the job's environment holds when the job is over.
func (s *session) packages(ctx context.Context) (map[string]string, error) {
	out, err := s.machine.Evidence(ctx, "set -- '"+strings.ReplaceAll(freezeScript, "'", `'\''`)+"'\n"+environments)
	if err != nil {
		return nil, err
	}
	return parseFreeze(out), nil
}

// proof is what the checks of one trial are made from.
type proof struct {
	state   scenarios.State
	session *session
	used    counts
	files   lane.Files // served by the index during the job
}

func (p proof) checks() []results.Check {
	var c results.Checklist
	lane.CheckIndex(&c, p.used.index)
	results.CheckEqual(&c, "cache: requests that were denied", p.used.cache.Denied, 0)
	var r restored
	asked := lookUps(p.session.report)
	for _, l := range asked {
		p.lookUp(&c, &r, l)
	}
	results.CheckEqual(&c, "cache: look-ups", p.used.cache.Hits+p.used.cache.Fallbacks+p.used.cache.Misses, int64(len(asked)))
	results.CheckEqual(&c, "archives restored", r.archives, r.expected)
	switch {
	case p.session.before != nil:
		p.stayed(&c)
	case p.state == scenarios.Corrupt:
		// What tar had unpacked of a corrupt archive stays, and pip uses it.
	default:
		results.CheckEqual(&c, "virtual environments restored", list(r.environments), list(r.expectedEnvironments))
		// Another Python brings another pip, which may not read the cache of the
		// first: before 23.3 it was kept in another form. And what a job fetches that
		// only knows of an entry is its own affair.
		if (p.state != scenarios.PythonBump || r.files == 0) && !r.seenOnly {
			p.index(&c, r.files)
		}
	}
	return c
}

// restored is what the cache steps of a job brought back, and what they should.
type restored struct {
	archives, expected                 int
	environments, expectedEnvironments []string
	files                              int  // beside environments that the state took out
	seenOnly                           bool // some entry was found, and not restored
}

// lookUp checks what a step found, and adds what it restored.
func (p proof) lookUp(c *results.Checklist, r *restored, l lookUp) {
	want, key := p.predict(l.Cache)
	results.CheckEqual(c, fmt.Sprintf("step %q: cache", l.step), found(l.Cache), want)
	if key != "" && l.Found != "" {
		results.CheckEqual(c, fmt.Sprintf("step %q: key found", l.step), l.Found, key)
	}
	if l.Op == cachestep.LookUp {
		r.seenOnly = r.seenOnly || want != missed
		return
	}
	if l.Matched != "" {
		r.archives++
		r.files += p.held(l.Cache)
	}
	r.environments = append(r.environments, l.Environments...)
	r.expectedEnvironments = append(r.expectedEnvironments, p.environments(l.Cache)...)
	switch {
	case want == missed:
	case p.state == scenarios.Corrupt:
		c.Add(fmt.Sprintf("step %q: what the archive came to", l.step), trouble(l.Cache), "a warning", l.Warning+l.Failure != "")
	default:
		r.expected++
	}
}

// A lookUp is what a step found in the cache, whether or not it restored it.
type lookUp struct {
	step string
	job.Cache
}

func lookUps(r *job.Report) []lookUp {
	var all []lookUp
	for _, step := range r.Steps {
		for _, cache := range step.Caches {
			if cache.Op != cachestep.Save {
				all = append(all, lookUp{step.Name, cache})
			}
		}
	}
	return all
}

// What a look-up comes to.
const (
	hit      = "exact key"
	fallback = "fallback key"
	missed   = "nothing"
)

// predict says what a restore finds by the rules for keys, and under which one,
// "" where it can be one of several: the entries are those of priming, unless the
// state took them away.
func (p proof) predict(r job.Cache) (what, key string) {
	switch p.state {
	case scenarios.Cold, scenarios.Evicted, scenarios.OtherBranch:
		return missed, ""
	}
	held := p.session.primed.Entries[cachekey.Version(r.Paths)]
	if _, ok := held[r.Keys.Primary]; ok {
		return hit, r.Keys.Primary
	}
	for _, prefix := range append([]string{r.Keys.Primary}, r.Keys.Restore...) {
		var fit []string
		for key := range held {
			if strings.HasPrefix(key, prefix) {
				fit = append(fit, key)
			}
		}
		switch len(fit) {
		case 0:
		case 1:
			return fallback, fit[0]
		default: // the newest, and no note says which that is
			return fallback, ""
		}
	}
	return missed, ""
}

// environments returns the virtual environments that a restore brings back:
// those of the entry's archive, unless the state took them out.
func (p proof) environments(r job.Cache) []string {
	if p.state == scenarios.PipCacheOnly {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.content(r).Environments), func(env string) bool {
		return strings.Contains(env, "/") // a restore tells of those at the top alone
	})
}

// content returns what is in the archive of the entry that was restored.
func (p proof) content(r job.Cache) cachestep.Content {
	return p.session.primed.Entries[cachekey.Version(r.Paths)][r.Matched]
}

// held returns how many files a restore brings back, beside environments that
// the state took out.
func (p proof) held(r job.Cache) int {
	content := p.content(r)
	if p.state == scenarios.PipCacheOnly {
		return content.Rest
	}
	return content.Rest + len(content.Environments)
}

// list writes names one after the other, sorted.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(slices.Values(names)), ", ")
}

func found(r job.Cache) string {
	switch {
	case r.Found == "":
		return missed
	case r.Exact:
		return hit
	default:
		return fallback
	}
}

func trouble(r job.Cache) string {
	if text := r.Failure + r.Warning; text != "" {
		return text
	}
	return "none"
}

// index compares what was fetched with what a run with empty caches fetches.
// Where something was restored, no file may be fetched that priming had.
func (p proof) index(c *results.Checklist, held int) {
	if held == 0 {
		// What differs from run to run is not more than a twentieth.
		c.AtLeast("index: bytes of files", p.used.index.Files.Bytes, p.session.clean.Bytes*95/100)
		return
	}
	results.CheckEqual(c, "index: files fetched that the cache held", p.files.Again(p.session.primed.Files), 0)
}
