package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// phaseTotal is the phase that every trial has; no rule may claim it.
const phaseTotal = "total"

func (p *parser) job(e strictyaml.Entry) Job {
	// The keys depend on the lane, so it is looked at first.
	lane := Lane(e.Value.Peek("lane"))
	keys := []string{"lane", "baseline", "states", "phases", "variants"}
	if lane == LaneVenv {
		keys = append(keys, "steps")
	} else {
		keys = append(keys, "build-args")
	}
	f := e.Value.Fields(keys...)
	job := Job{Name: nameOf(e.Key)}
	job.Lane, _ = choose(f.Required("lane"), "lane", []Lane{LaneImage, LaneVenv})
	valid := job.Lane.States()
	if valid == nil {
		valid = States()
	}
	states, at := chooseEach(f.Required("states"), "cache state", valid)
	job.States = states
	for i, s := range states {
		if _, declared := p.mutations[s]; s.NeedsMutation() && !declared {
			at[i].Fail(fmt.Sprintf("add %s below mutations", s), "cache state %q has no mutation", s)
		}
	}
	job.Phases = phasesOf(f.Optional("phases"))
	var args map[string]string
	if job.Lane == LaneVenv {
		job.Steps = stepsOf(f.Optional("steps"))
	} else {
		args = argsOf(f.Optional("build-args"))
	}
	variants := f.Required("variants")
	var baselines []strictyaml.Value // of the variants, known when all are read
	for _, e := range variants.Entries(maxEntries) {
		job.Variants = append(job.Variants, p.variant(e, job, args, &baselines))
	}
	if variants.Present() && len(job.Variants) == 0 {
		variants.Fail("", "the job has no variant")
	}
	job.Baseline = baselineOf(f.Required("baseline"), job.Variants)
	for i, own := range baselines {
		job.Variants[i].Baseline = baselineOf(own, job.Variants)
	}
	return job
}

func baselineOf(v strictyaml.Value, variants []Variant) string {
	s, ok := v.Text()
	if !ok || len(variants) == 0 || slices.ContainsFunc(variants, func(x Variant) bool { return x.Name == s }) {
		return s
	}
	var names []string
	for _, x := range variants {
		names = append(names, x.Name)
	}
	v.Fail(hint.OneOf(names), "the baseline %s is no variant of this job", strictyaml.Quote(s))
	return ""
}

// variant reads one variant of the job, whose states are read already.
func (p *parser) variant(e strictyaml.Entry, job Job, shared map[string]string, baselines *[]strictyaml.Value) Variant {
	keys := []string{"title", "baseline", "documented-as", "beside", "needs", "states", "persistence"}
	if job.Lane == LaneVenv {
		keys = append(keys, "workflow", "job", "matrix")
	} else {
		keys = append(keys, "context", "dockerfile", "build-args", "cache")
	}
	f := e.Value.Fields(keys...)
	v := Variant{Name: nameOf(e.Key)}
	v.Title, _ = f.Optional("title").Line()
	v.Persistence = persistenceOf(job.Lane, f)
	if job.Lane == LaneVenv {
		v.Workflow, _ = p.path(p.project, f.Required("workflow"), regularFile)
		if id := f.Optional("job"); id.Present() {
			v.WorkflowJob, _ = id.Line()
		}
		v.Matrix = matrixOf(f.Optional("matrix"))
	} else {
		p.buildOf(&v, f, shared)
	}
	*baselines = append(*baselines, f.Optional("baseline"))
	v.DocumentedAs, v.Departs = documentedAs(f)
	v.Needs, _ = chooseEach(f.Optional("needs"), "need", []Need{NeedImagePull})
	if job.States != nil {
		v.States, _ = chooseEach(f.Optional("states"), "cache state of this job", job.States)
	}
	checkStates(job.Lane, v, job.StatesOf(v), e.Key)
	if slices.Contains(job.StatesOf(v), NewCommit) && !v.followsCommit() {
		e.Key.Fail(`such as COMMIT_SHA: "{commit}"`,
			"cache state %q needs a build argument that holds a placeholder", NewCommit)
	}
	return v
}

// documentedAs reads whose documented figures stand beside a variant, and
// whether it is another one than the document describes.
func documentedAs(f strictyaml.Fields) (name string, departs bool) {
	as, beside := f.Optional("documented-as"), f.Optional("beside")
	switch {
	case as.Present() && beside.Present():
		beside.Fail("documented-as for what the document describes, beside for what it does not", "give one of documented-as and beside")
	case as.Present():
		return nameOf(as), false
	case beside.Present():
		return nameOf(beside), true
	}
	return "", false
}

// buildOf reads what an image build is called with.
func (p *parser) buildOf(v *Variant, f strictyaml.Fields, shared map[string]string) {
	v.Context, _ = p.path(p.project, f.Optional("context"), directory)
	v.Dockerfile, _ = p.path(p.project, f.Required("dockerfile"), regularFile)
	cacheOf(v, f)
	if own := argsOf(f.Optional("build-args")); len(shared)+len(own) > 0 {
		v.BuildArgs = map[string]string{}
		maps.Copy(v.BuildArgs, shared)
		maps.Copy(v.BuildArgs, own)
	}
}

// followsCommit tells whether some build argument differs between trials.
func (v Variant) followsCommit() bool {
	for _, value := range v.BuildArgs {
		if known, _ := placeholders(value); len(known) > 0 {
			return true
		}
	}
	return false
}

// The builder takes any name, but a Dockerfile can only refer to these.
var validArg = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func argsOf(v strictyaml.Value) map[string]string {
	if !v.Present() {
		return nil
	}
	args := map[string]string{}
	for _, e := range v.Entries(maxEntries) {
		if !validArg.MatchString(e.Name) {
			e.Key.Fail("use letters, digits and _, no digit first",
				"%s is no name of a build argument", strictyaml.Quote(e.Name))
		}
		if value, ok := e.Value.Text(); ok {
			checkPlaceholders(e.Value, value)
			args[e.Name] = value
		}
	}
	return args
}

// checkPlaceholders reports the names in text that Expand does not know.
func checkPlaceholders(v strictyaml.Value, text string) {
	_, unknown := placeholders(text)
	for _, name := range unknown {
		v.Fail(fmt.Sprintf("%s; write {{%s}} for the text itself", hint.For(name, placeholderNames), name),
			"unknown placeholder {%s}", name)
	}
}

func phasesOf(v strictyaml.Value) []PhaseRule {
	if !v.Present() {
		return nil
	}
	var rules []PhaseRule
	for _, e := range v.List(maxEntries) {
		f := e.Fields("phase", "match")
		rule := PhaseRule{Phase: nameOf(f.Required("phase"))}
		if rule.Phase == phaseTotal {
			f.Required("phase").Fail("", "the phase %q is the whole trial", phaseTotal)
		}
		match := f.Required("match")
		text, ok := match.Text()
		if ok && text == "" {
			match.Fail("", "an empty expression matches every step")
		}
		// Parsing finds what compiling would, without building a program that
		// can be a thousand times the size of its text.
		var bad *syntax.Error
		if _, err := syntax.Parse(text, syntax.Perl); errors.As(err, &bad) {
			match.Fail("", "%s in the expression: %s", bad.Code, strictyaml.Quote(bad.Expr))
		}
		rule.Match = text
		rules = append(rules, rule)
	}
	return rules
}
