package image

import (
	"context"
	"fmt"
	"slices"

	"github.com/moby/buildkit/client"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/runner"
	"github.com/cibench/cibench/runner/image/dockerfile"
	"github.com/cibench/cibench/runner/image/trace"
	"github.com/cibench/cibench/runner/lane"
	"github.com/cibench/cibench/scenarios"
	"github.com/cibench/cibench/scenarios/plan"
)

// Verify proves the trial's state. What the builder held before is compared
// with what the state says; what each pip step did with what the Dockerfile's
// text and the trial's changes predict; and what the services were asked for
// with what priming was.
func (l *Lane) Verify(ctx context.Context, t plan.Trial, a runner.Attempt) (runner.Evidence, error) {
	s := l.cur
	if s.unprimed != nil {
		return runner.Evidence{}, nil
	}
	used, files := l.count().sub(s.counted), lane.FilesSince(l.Index, s.mark)
	after, err := s.builder.Client().DiskUsage(ctx)
	if err != nil {
		return runner.Evidence{}, fmt.Errorf("builder: %w", err)
	}
	s.trace = s.status.Trace(l.supplied[s.variant.Name].file, l.rules)
	spans := append(s.trace.Spans(s.started), s.spans...)
	if s.build.embedded != nil && a.Failure == "" {
		closeAbandoned(spans)
	}
	ev := runner.Evidence{Spans: spans, Counters: s.counters(used, files, after)}
	if a.Failure != "" {
		return ev, nil
	}
	size, err := l.imageBytes(ctx, s)
	if err != nil {
		return runner.Evidence{}, err
	}
	kept, err := l.outsideCounters(ctx, s)
	if err != nil {
		return runner.Evidence{}, err
	}
	ev.Counters = append(ev.Counters, size)
	ev.Counters = append(ev.Counters, kept...)
	ev.Counters = append(ev.Counters, s.trace.Counters()...)

	runs, err := l.predict(s, t)
	if err != nil {
		return runner.Evidence{}, err
	}
	p := proof{trial: t, session: s, used: used, files: files, runs: runs}
	if p.frontend, err = l.supplied[t.Variant].frontendBytes(); err != nil {
		return runner.Evidence{}, err
	}
	ev.Checks = p.checks()
	return ev, nil
}

// closeAbandoned ends, where they began, the spans that a build left open and
// succeeded without: the builder of older engines abandons what it reads twice.
func closeAbandoned(spans []results.Span) {
	for i := range spans {
		if spans[i].Open {
			spans[i].Open, spans[i].Stop = false, spans[i].Start
		}
	}
}

// predict returns the RUN steps that install packages, with how far the
// trial's changes reach them.
func (l *Lane) predict(s *session, t plan.Trial) ([]dockerfile.Run, error) {
	project, err := l.Study.Tree(l.Files)
	if err != nil {
		return nil, err
	}
	v := s.variant
	change := dockerfile.Change{
		Base: t.State == scenarios.BaseBump,
		// A new builder without a cache outside has nothing from before.
		Cold: !t.State.Primed() || v.Persistence == scenarios.Ephemeral && v.Cache.Backend == "",
		Args: map[string]string{},
	}
	if change.Files, err = inContext(project, v, s.changed); err != nil {
		return nil, err
	}
	shared := v.Args(scenarios.Warm, t.ID)
	for name, value := range s.build.args {
		if shared[name] != value {
			change.Args[name] = value
		}
	}
	runs, err := l.supplied[t.Variant].file.Runs(change)
	if err != nil {
		return nil, err
	}
	if v.Persistence == scenarios.Ephemeral && v.Cache.Mode == scenarios.ModeMin {
		forgetOthers(runs)
	}
	return slices.DeleteFunc(runs, func(run dockerfile.Run) bool { return !installs(run, s.trace.Steps()) }), nil
}

// forgetOthers says of steps whose layers are none of the result that a cache
// which holds those alone may have them or not.
func forgetOthers(runs []dockerfile.Run) {
	for i := range runs {
		if !runs[i].Layer && runs[i].Reach == dockerfile.Kept {
			runs[i].Reach = dockerfile.Unknown
		}
	}
}

// installs tells whether a RUN is a pip step: as the build showed it, where a
// rule of the study or a variable of the base image may have said more than
// the Dockerfile, which alone tells of a step that was not seen.
func installs(run dockerfile.Run, seen []trace.Step) bool {
	i := slices.IndexFunc(seen, func(s trace.Step) bool { return s.Line != 0 && s.Line == run.Line })
	if i < 0 {
		return run.Use != dockerfile.NoPip
	}
	return seen[i].Pip > 0
}

// proof is what the checks of one trial are made from.
type proof struct {
	trial   plan.Trial
	session *session
	used    counts
	files   lane.Files       // served by the index during the build
	runs    []dockerfile.Run // pip steps as predicted

	frontend int64 // bytes of its image; 0 without one
}

func (p proof) checks() []results.Check {
	var c results.Checklist
	lane.CheckIndex(&c, p.used.index)
	results.CheckEqual(&c, "registry: requests that failed", p.used.registry.Pull.Errors+p.used.registry.Push.Errors, 0)
	p.builderBefore(&c)
	p.pipSteps(&c)
	p.outside(&c)
	switch p.trial.State {
	case scenarios.Cold:
		p.cold(&c)
	case scenarios.Warm, scenarios.MountsPruned:
		p.warm(&c)
	case scenarios.BaseBump:
		// The builder has the frontend already.
		c.AtLeast("registry: bytes of base image", p.used.registry.Pull.BlobBytes,
			p.reference(func(n note) int64 { return n.BaseBytes - p.frontend }))
		results.CheckEqual(&c, "steps from the cache", p.steps(func(s trace.Step) bool { return s.Cached }), 0)
		p.mounts(&c)
	default:
		p.baseKept(&c)
		c.AtLeast("steps executed", p.steps(func(s trace.Step) bool { return s.Executed }), 1)
		if p.all(dockerfile.Kept) {
			results.CheckEqual(&c, "index: requests", p.used.index.Served().Requests, 0)
		}
		p.mounts(&c)
	}
	return c
}

// builderBefore checks what the builder held when timing started: nothing, or
// what priming left.
func (p proof) builderBefore(c *results.Checklist) {
	if !p.trial.State.Primed() || p.ephemeral() {
		results.CheckEqual(c, "builder before: cache records", int64(len(p.session.before)), 0)
		return
	}
	if p.session.build.embedded != nil {
		// The rest of the engine's cache is not ours to know. Had the mounts
		// held anything, priming would not have fetched.
		if slices.ContainsFunc(p.runs, hasMounts) {
			c.AtLeast("priming: bytes of files into new cache mounts", p.session.primed.note.FileBytes, 1)
		}
		return
	}
	had, when := p.session.before, "builder before"
	if p.trial.State == scenarios.MountsPruned {
		had, when = p.session.pruned, "builder before pruning"
		p.mountsPruned(c)
	}
	mounts, _ := p.session.usageBytes(had)
	results.CheckEqual(c, when+": cache records", int64(len(had)), int64(p.session.primed.note.Records))
	results.CheckEqual(c, when+": bytes in cache mounts", mounts, p.session.primed.note.MountBytes)
}

// mountsPruned checks that pruning took all cache mounts, which held something
// where a pip step has one, and nothing else.
func (p proof) mountsPruned(c *results.Checklist) {
	before, had := p.session.before, p.session.pruned
	results.CheckEqual(c, "builder before: records of no cache mount", noMounts(before), noMounts(had))
	results.CheckEqual(c, "builder before: cache records", int64(len(before)), noMounts(had))
	if slices.ContainsFunc(p.runs, hasMounts) {
		mounts, _ := p.session.usageBytes(had)
		c.AtLeast("builder before pruning: bytes in cache mounts of pip steps", mounts, 1)
	}
}

func hasMounts(r dockerfile.Run) bool { return len(r.CacheMounts) > 0 }

// noMounts counts the records of all but cache mounts.
func noMounts(usage []*client.UsageInfo) int64 {
	var n int64
	for _, u := range usage {
		if u.RecordType != client.UsageRecordTypeCacheMount {
			n++
		}
	}
	return n
}

func (p proof) ephemeral() bool { return p.session.variant.Persistence == scenarios.Ephemeral }

// warm checks that nothing was left to do: by a builder that remembers, or by a
// cache outside that has all. Without either, everything is done again.
func (p proof) warm(c *results.Checklist) {
	if p.ephemeral() && p.session.variant.Cache.Backend == "" {
		p.mounts(c)
		return
	}
	if p.all(dockerfile.Kept) {
		results.CheckEqual(c, "index: requests", p.used.index.Served().Requests, 0)
	}
	// Steps of other stages may be gone, whether they install or not.
	if !p.ephemeral() || p.session.variant.Cache.Mode == scenarios.ModeMax {
		results.CheckEqual(c, "steps executed", p.steps(func(s trace.Step) bool { return s.Executed }), 0)
	}
	p.baseKept(c)
}

// baseKept checks that a builder which has the base image does not fetch it. A
// new one fetches what it stands on.
func (p proof) baseKept(c *results.Checklist) {
	if !p.ephemeral() {
		results.CheckEqual(c, "registry: bytes of base image", p.used.registry.Pull.BlobBytes, 0)
	}
}

// pipSteps checks each step that installs packages against the prediction.
func (p proof) pipSteps(c *results.Checklist) {
	seen := p.session.trace.PipSteps()
	results.CheckEqual(c, "pip steps", int64(len(seen)), int64(len(p.runs)))
	if len(seen) != len(p.runs) {
		return
	}
	for i, step := range seen {
		want := p.runs[i].Reach
		if want == dockerfile.Unknown {
			continue
		}
		did := dockerfile.Kept
		if step.Executed {
			did = dockerfile.Redone
		}
		results.CheckEqual(c, fmt.Sprintf("pip step %d", step.Pip), string(did), string(want))
	}
}

// cold checks that everything was fetched: as much as by the build that
// primed the variant.
func (p proof) cold(c *results.Checklist) {
	results.CheckEqual(c, "steps from the cache", p.steps(func(s trace.Step) bool { return s.Cached }), 0)
	c.AtLeast("registry: bytes of base image", p.used.registry.Pull.BlobBytes, p.reference(func(n note) int64 { return n.BaseBytes }))
	if len(p.runs) > 0 {
		c.AtLeast("index: bytes of files", p.used.index.Files.Bytes, p.reference(func(n note) int64 { return n.FileBytes }))
	}
}

// reference is a figure of priming, less 5 % for what may differ from build to
// build; 1 when the variant could not be primed.
func (p proof) reference(figure func(note) int64) int64 {
	if p.session.primed == nil {
		return 1
	}
	return max(1, figure(p.session.primed.note)*95/100)
}

// mounts checks the content of cache mounts by its effect on the pip steps
// that ran. Where all of them had a mount that keeps what pip fetches, no file
// may be fetched that priming had fetched. Where none had, or the mount keeps
// nothing, and all steps ran, everything is fetched again. In between, where
// only some of the steps that ran have a mount, the bytes tell neither.
func (p proof) mounts(c *results.Checklist) {
	seen, primed := p.session.trace.PipSteps(), p.session.primed.note
	if len(seen) != len(p.runs) {
		return
	}
	ran, mounted := 0, 0
	for i, step := range seen {
		if step.Executed {
			ran++
			if len(p.runs[i].CacheMounts) > 0 {
				mounted++
			}
		}
	}
	keeps := primed.MountBytes > primed.FileBytes/2 && (!p.ephemeral() || p.session.mounts != nil)
	switch {
	case ran == 0:
	case mounted == ran && keeps:
		results.CheckEqual(c, "index: files fetched that the mount held", p.files.Again(primed.Files), 0)
	case ran == len(seen) && (mounted == 0 || !keeps):
		c.AtLeast("index: bytes of files", p.used.index.Files.Bytes, p.reference(func(n note) int64 { return n.FileBytes }))
	}
}

func (p proof) all(reach dockerfile.Reach) bool {
	for _, run := range p.runs {
		if run.Reach != reach {
			return false
		}
	}
	return true
}

func (p proof) steps(which func(trace.Step) bool) int64 {
	var n int64
	for _, s := range p.session.trace.Steps() {
		if which(s) {
			n++
		}
	}
	return n
}
