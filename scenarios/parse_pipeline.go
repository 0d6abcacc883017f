package scenarios

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cibench/cibench/scenarios/internal/hint"
	"github.com/cibench/cibench/scenarios/internal/strictyaml"
)

// maxPipelines bounds the pipelines of a study, and the jobs of each.
const maxPipelines = 10

// A pipelineReader reads one pipeline of a study whose jobs are sound. It stops
// where the rest would only echo a mistake.
type pipelineReader struct {
	doc      *strictyaml.Document
	study    *Study
	cells    map[Cell]bool // that the study measures
	jobs     []string
	states   []renamedState
	pipeline Pipeline
}

// A renamedState is a situation of a pipeline, and the states in which it finds
// those jobs that do not call it the same.
type renamedState struct {
	state State
	of    map[string]string // by job
}

func (p *parser) pipelines(v strictyaml.Value, s *Study) []Pipeline {
	if !v.Present() || p.doc.Err() != nil {
		return nil
	}
	cells := map[Cell]bool{}
	for _, c := range s.Cells() {
		cells[c] = true
	}
	var all []Pipeline
	for _, e := range v.Entries(maxPipelines) {
		r := pipelineReader{doc: p.doc, study: s, cells: cells}
		r.read(e)
		all = append(all, r.pipeline)
	}
	return all
}

func (r *pipelineReader) read(e strictyaml.Entry) {
	f := e.Value.Fields("jobs", "baseline", "states", "variants")
	r.pipeline.Name = nameOf(e.Key)
	r.readJobs(e, f.Required("jobs"))
	states, variants, baseline := f.Required("states"), f.Required("variants"), f.Required("baseline")
	if r.doc.Err() != nil {
		return
	}
	for _, e := range states.Entries(maxEntries) {
		if state, ok := choose(e.Key, "cache state", States()); ok {
			r.states = append(r.states, renamedState{state, r.byJob(e.Value)})
		}
	}
	if r.states == nil {
		states.Fail("", "the pipeline has no state")
	}
	if r.doc.Err() != nil {
		return
	}
	var baselines []strictyaml.Value
	var named []Variant
	for _, e := range variants.Entries(maxEntries) {
		r.pipeline.Variants = append(r.pipeline.Variants, r.variant(e, &baselines))
		named = append(named, Variant{Name: e.Name})
	}
	if named == nil {
		variants.Fail("", "the pipeline has no variant")
	}
	r.pipeline.Baseline = baselineOf(baseline, named)
	for i, own := range baselines {
		r.pipeline.Variants[i].Baseline = baselineOf(own, named)
	}
}

// readJobs reads which jobs of the study the pipeline e consists of.
func (r *pipelineReader) readJobs(e strictyaml.Entry, list strictyaml.Value) {
	var known []string
	for _, job := range r.study.Jobs {
		known = append(known, job.Name)
	}
	if slices.Contains(known, e.Name) {
		e.Key.Fail("figures of the pipeline stand under its own name", "%q is a job of this study", e.Name)
	}
	r.jobs, _ = chooseEach(list, "job", known)
	r.pipeline.Jobs = r.jobs
	switch {
	case r.doc.Err() != nil:
	case len(r.jobs) < 2 || len(r.jobs) > maxPipelines:
		list.Fail("", "want two to %d jobs, in the order in which they run", maxPipelines)
	case slices.Contains(r.jobs, phaseTotal):
		list.Fail("rename the job", "the phase %q is the whole pipeline", phaseTotal)
	}
}

// byJob reads a mapping of the pipeline's jobs to names.
func (r *pipelineReader) byJob(v strictyaml.Value) map[string]string {
	if !v.Present() {
		return nil
	}
	f, names := v.Fields(r.jobs...), map[string]string{}
	for _, job := range r.jobs {
		if name := f.Optional(job); name.Present() {
			names[job] = nameOf(name)
		}
	}
	return names
}

// variant reads one variant of the pipeline, whose jobs and states are read.
func (r *pipelineReader) variant(e strictyaml.Entry, baselines *[]strictyaml.Value) PipelineVariant {
	f := e.Value.Fields("title", "baseline", "documented-as", "beside", "jobs", "states")
	v := PipelineVariant{Name: nameOf(e.Key)}
	v.Title, _ = f.Optional("title").Line()
	*baselines = append(*baselines, f.Optional("baseline"))
	v.DocumentedAs, v.Departs = documentedAs(f)
	of := r.byJob(f.Optional("jobs"))
	var valid []State
	for _, s := range r.states {
		valid = append(valid, s.state)
	}
	own, _ := chooseEach(f.Optional("states"), "cache state of this pipeline", valid)
	sound := r.doc.Err() == nil
	for _, s := range r.states {
		if own != nil && !slices.Contains(own, s.state) {
			continue
		}
		run := PipelineRun{State: s.state}
		for _, job := range r.jobs {
			c := Cell{Job: job, Variant: cmp.Or(of[job], v.Name), State: State(cmp.Or(s.of[job], string(s.state)))}
			if !r.cells[c] && sound {
				sound = false
				r.unknown(e.Key, s.state, c)
			}
			run.Cells = append(run.Cells, c)
		}
		v.Runs = append(v.Runs, run)
	}
	return v
}

// unknown reports that a variant of the pipeline needs a cell that the study
// does not measure.
func (r *pipelineReader) unknown(at strictyaml.Value, state State, c Cell) {
	var variants []string
	var states []State
	for cell := range r.cellsOf(c.Job) {
		if !slices.Contains(variants, cell.Variant) {
			variants = append(variants, cell.Variant)
		}
		if cell.Variant == c.Variant {
			states = append(states, cell.State)
		}
	}
	if states == nil {
		at.Fail(fmt.Sprintf("write jobs: {%s: VARIANT} with %s", c.Job, hint.OneOf(variants)),
			"the job %s has no variant %s", c.Job, strictyaml.Quote(c.Variant))
		return
	}
	at.Fail(fmt.Sprintf("in the pipeline's states write %s: {%s: STATE} with %s, or give this variant states of its own", state, c.Job, hint.OneOf(states)),
		"the pipeline's state %s needs %s, which is not measured", state, c)
}

// cellsOf yields the cells of a job.
func (r *pipelineReader) cellsOf(job string) func(func(Cell) bool) {
	return func(yield func(Cell) bool) {
		for _, c := range r.study.Cells() {
			if c.Job == job && !yield(c) {
				return
			}
		}
	}
}
