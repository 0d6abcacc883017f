// Package scenarios defines what is to be measured: projects, jobs, variants,
// cache states, mutations and the policy of a study.
//
// It is intent only. Nothing here reads a clock, a file of the machine or a
// cache; a study's files come through an fs.FS. Package runner turns intent
// into evidence.
package scenarios

import (
	"fmt"
	"slices"
	"time"
)

// Lane is the kind of executor that a job needs.
type Lane string

// The lanes.
const (
	LaneImage Lane = "image" // build an image with BuildKit
	LaneVenv  Lane = "venv"  // run a job of a workflow in a container
)

// A Study is a set of scenarios about one project.
type Study struct {
	Name      string
	Title     string
	File      string   // of the study, relative to its root
	Project   string   // directory of the project tree, relative to the study's root
	Exclude   []string // patterns of what lies in it and is no part of it, as of doublestar.Match
	Index     Index
	Jobs      []Job
	Pipelines []Pipeline
	Mutations map[State]Mutation
	Policy    Policy
	Quick     *Quick // nil when the study declares none
	Targets   string // name of a built-in target set, or a path relative to the study's root; "" for none
	Rules     string // file of rules that a run has to keep, relative to the study's root; "" for none

	Digest        string // "sha256:…" of the study file and the project tree
	ProjectDigest string // "sha256:…" of the project tree alone
}

// Index says which packages the study's index shows.
type Index struct {
	Cutoff time.Time // files uploaded at or after this moment are hidden; zero hides none
	Lock   string    // lock file with every file's name and hash, relative to the study's root; "" for none
}

// A Job is what CI does with the project.
type Job struct {
	Name     string
	Lane     Lane
	Baseline string // a variant
	States   []State
	Variants []Variant
	Phases   []PhaseRule // steps to phases; nil for the lane's default
	Steps    []StepRule  // of the venv lane: what is done with steps that no runner is here for
}

// A Variant is one configuration under comparison. Context, Dockerfile,
// BuildArgs and Cache are of the image lane, Workflow and Matrix are of the venv
// lane.
type Variant struct {
	Name        string
	Title       string
	Context     string            // build context, relative to the project; "" for its root
	Dockerfile  string            // relative to the project
	BuildArgs   map[string]string // values may hold placeholders, see Expand
	Persistence Persistence       // of the machine
	Cache       BuildCache        // outside of the builder
	Workflow    string            // file with the job, relative to the project
	WorkflowJob string            `json:",omitempty"` // the job's id in it; "" for the job's name
	Matrix      map[string]string `json:",omitempty"` // which combination of the job's matrix is run, by name; nil where it has one alone
	Baseline    string            // another variant to compare with; "" for the job's
	Needs       []Need            // what must be reachable, else the variant is skipped
	States      []State           // nil for the job's states

	// DocumentedAs is the variant of the targets whose figures hold for this
	// one; "" for those of its own name.
	DocumentedAs string

	// Departs is true for a variant that is not what the document describes: it
	// stands beside those figures and decides none of the document's claims.
	Departs bool

	// Null is true for the baseline once more, see WithNull.
	Null bool
}

// Setup returns v with nothing but what decides how it is built, or how its job
// runs: what is kept from one run to the next holds for variants of equal setup.
func (v Variant) Setup() Variant {
	return Variant{
		Name:        v.Name, // placeholders may hold it
		Context:     v.Context,
		Dockerfile:  v.Dockerfile,
		BuildArgs:   v.BuildArgs,
		Persistence: v.Persistence,
		Cache:       v.Cache,
		Workflow:    v.Workflow,
		WorkflowJob: v.WorkflowJob,
		Matrix:      v.Matrix,
	}
}

// Need is a precondition of a variant that not every machine meets.
type Need string

// The needs.
const (
	NeedImagePull Need = "image-pull" // images can be pulled from the public registry
)

// Variant returns a job's variant, and whether there is one of that name.
func (s *Study) Variant(job, variant string) (Variant, bool) {
	i := slices.IndexFunc(s.Jobs, func(j Job) bool { return j.Name == job })
	if i < 0 {
		return Variant{}, false
	}
	v, err := s.Jobs[i].Variant(variant)
	return v, err == nil
}

// Variant returns the variant of that name.
func (j Job) Variant(name string) (Variant, error) {
	i := slices.IndexFunc(j.Variants, func(v Variant) bool { return v.Name == name })
	if i < 0 {
		return Variant{}, fmt.Errorf("job %s has no variant %q", j.Name, name)
	}
	return j.Variants[i], nil
}

// StatesOf returns the states in which v is measured: its own, else the job's.
func (j Job) StatesOf(v Variant) []State {
	if v.States != nil {
		return v.States
	}
	return j.States
}

// BaselineOf returns the variant with which v is compared; "" when v is a
// baseline itself.
func (j Job) BaselineOf(v Variant) string {
	baseline := v.Baseline
	if baseline == "" {
		baseline = j.Baseline
	}
	if baseline == v.Name {
		return ""
	}
	return baseline
}

// A StepRule says what to do with the steps of a workflow that it fits: those
// with this name, this id and that use this action, where given.
type StepRule struct {
	Name, ID, Uses string
	Run            string // script to run in place of the step; "" skips it
}

// A Mutation is a reproducible edit of the project, parameterised by the
// trial, so that no two trials have equal content.
type Mutation struct {
	Edits []Edit
}

// An Edit changes one file. With Old set, its one occurrence becomes New; else
// New is appended, beginning on a line of its own. New may hold placeholders,
// see Expand.
type Edit struct {
	File string // relative to the project
	Old  string
	New  string
}

// A Quick is the part of a study that gives a first answer soon.
type Quick struct {
	Blocks int
	Only   []string // terms of Select; nil for every trial
}
