// Package results defines what was measured, where, and how it is written
// down.
//
// Everything here is evidence: a value that was seen, together with the
// facts needed to judge it. The types know nothing of studies, of Docker or
// of the database, so a stored row outlives any change to those.
package results

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Unit is the base unit of a sample's value.
type Unit string

// The units of samples, and Ratio for targets that compare two samples.
const (
	Seconds Unit = "seconds"
	Bytes   Unit = "bytes"
	Count   Unit = "count"
	Ratio   Unit = "ratio"
)

// Kind tells a timed phase from an exact counter.
type Kind string

// The kinds of samples.
const (
	Phase   Kind = "phase"
	Counter Kind = "counter"
)

// ParseUnit returns the unit named s.
func ParseUnit(s string) (Unit, error) {
	switch u := Unit(s); u {
	case Seconds, Bytes, Count, Ratio:
		return u, nil
	}
	return "", fmt.Errorf("unknown unit %q", s)
}

// ParseKind returns the kind named s.
func ParseKind(s string) (Kind, error) {
	switch k := Kind(s); k {
	case Phase, Counter:
		return k, nil
	}
	return "", fmt.Errorf("unknown kind %q", s)
}

// Outcome is how a trial ended.
type Outcome string

// The outcomes of a trial. Only the numbers of OK trials enter a comparison.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"  // the build or job failed
	Invalid Outcome = "invalid" // the cache state was not the declared one
)

// ParseOutcome returns the outcome named s.
func ParseOutcome(s string) (Outcome, error) {
	switch o := Outcome(s); o {
	case OK, Failed, Invalid:
		return o, nil
	}
	return "", fmt.Errorf("unknown outcome %q", s)
}

// PhaseTotal is the phase that every trial has: the whole timed window.
const PhaseTotal = "total"

// IsPart tells whether a phase is a part of another one, "pip.resolve" or
// "pip-install.2": its time counts in that one already.
func IsPart(phase string) bool { return strings.Contains(phase, ".") }

// Resolution is the shortest time, in seconds, of which a share is computed.
// What BuildKit reports of a cached step lasts from microseconds to some
// milliseconds: the ratio of two such times is one of clocks and schedulers,
// so below it a phase took no time.
const Resolution = 0.010

// Cell names what a trial measured. Samples are comparable when their cells
// differ in nothing but the dimension under comparison.
type Cell struct {
	Job     string `json:"job"`
	Variant string `json:"variant"`
	State   string `json:"state"`
}

// String returns "job/variant/state".
func (c Cell) String() string { return c.Job + "/" + c.Variant + "/" + c.State }

// A Sample is one immutable number of a trial, in a base unit.
type Sample struct {
	Name  string  `json:"name"` // phase ("pip-install") or counter ("index.bytes")
	Kind  Kind    `json:"kind"`
	Unit  Unit    `json:"unit"`
	Value float64 `json:"value"`
}

// A Span is one interval that an executor reported, in seconds after the
// start of the timed window. Open is true when no stop was seen; Stop is then
// zero.
type Span struct {
	Phase  string  `json:"phase"`            // the phase it counts towards
	Step   string  `json:"step"`             // the step's identity, e.g. a vertex digest
	Name   string  `json:"name"`             // what the step calls itself
	Start  float64 `json:"start"`            // seconds
	Stop   float64 `json:"stop"`             // seconds
	Open   bool    `json:"open,omitempty"`   // no stop was seen
	Cached bool    `json:"cached,omitempty"` // the step's result came from a cache
}

// A Check is one piece of the proof that a trial's cache state was the
// declared one: what was expected of an observable, and what was seen.
type Check struct {
	Name string `json:"name"`
	Want string `json:"want"`
	Got  string `json:"got"`
	OK   bool   `json:"ok"`
}

// Host is what the machine did during a trial's timed window. A nil pointer
// stands for a figure that the host does not publish.
type Host struct {
	Waited    float64  `json:"waited,omitempty"`    // seconds that the trial waited for a calm machine
	Load1     float64  `json:"load1"`               // 1-minute load average at the start
	Steal     *float64 `json:"steal,omitempty"`     // CPU seconds stolen by the hypervisor
	CPUStall  *float64 `json:"cpuStall,omitempty"`  // seconds in which some task waited for CPU (PSI)
	IOStall   *float64 `json:"ioStall,omitempty"`   // the same for I/O
	MemStall  *float64 `json:"memStall,omitempty"`  // the same for memory
	PageCache *float64 `json:"pageCache,omitempty"` // bytes of page cache at the start: observed, never claimed
	Stepped   float64  `json:"stepped,omitempty"`   // seconds by which the wall clock was moved meanwhile; 0 for less than what is tolerated
	Disturbed string   `json:"disturbed,omitempty"` // what the machine did besides, beyond what is tolerated; "" for nothing
}

// A Trial is one executed slot of a plan.
type Trial struct {
	ID       string // unique within its run
	Slot     int    // position in the plan, from 0
	Block    int    // from 1
	Cell     Cell
	Warmup   bool // kept, never compared
	Outcome  Outcome
	Reason   string    // why the outcome is not OK; empty when it is
	Started  time.Time // wall clock, UTC
	Duration float64   // seconds of the timed window, by the monotonic clock
	Untimed  *float64  // seconds of what was done around it: preparation, proof, removal; nil when unknown
	Samples  []Sample
	Spans    []Span
	Checks   []Check
	Log      string // last lines of the build's output, for a failed trial
	Host     Host
}

// Counts tells whether the trial's numbers enter comparisons.
func (t *Trial) Counts() bool { return !t.Warmup && t.Outcome == OK }

// Value returns the trial's sample of that name, and whether there is one.
func (t *Trial) Value(name string) (float64, bool) {
	for _, s := range t.Samples {
		if s.Name == name {
			return s.Value, true
		}
	}
	return 0, false
}

// A Target is a documented range for a phase of a job, or for one of its counters
// of bytes, carried with the run so that later changes to the documents change no
// old verdict.
type Target struct {
	ID       string   `json:"id"`
	Line     int      `json:"line,omitempty"` // of the document; 0 when it is not known
	Job      string   `json:"job"`
	Phase    string   `json:"phase"`              // or counter, in Bytes
	Variant  string   `json:"variant"`            // the variant it speaks of
	Baseline string   `json:"baseline,omitempty"` // for a saving: what it is compared with
	States   []string `json:"states"`             // the situations in which it is meant
	Unit     Unit     `json:"unit"`               // Seconds, Ratio for a saving (0.7 is 70 %), or Bytes
	Low      float64  `json:"low"`
	High     float64  `json:"high"`
	Label    string   `json:"label"` // as the document writes it: "12-18 min"
	Derived  bool     `json:"derived,omitempty"`

	// NotOf is the project that the range is about where the run has another: the
	// two cannot be compared. "" where they can.
	NotOf string `json:"notOf,omitempty"`
}

// A Claim is a sentence of a document, carried with the run as targets are.
type Claim struct {
	ID         string       `json:"id"`
	Line       int          `json:"line,omitempty"` // of the document; 0 when it is not known
	Says       string       `json:"says"`
	Checks     []ClaimCheck `json:"checks,omitempty"`
	Unmeasured string       `json:"unmeasured,omitempty"` // why no measurement decides it; "" where checks do
}

// A ClaimCheck is what decides a claim in one situation: rules of package gate,
// all of which it has to keep.
type ClaimCheck struct {
	In    string   `json:"in,omitempty"`
	Given []string `json:"given,omitempty"` // rules without which the situation is not there
	Rules []string `json:"rules"`
}

// A Run is one execution of one plan in one environment.
type Run struct {
	ID          string // sortable by start: 20261124T031500Z-1f3a
	Study       string
	Source      string // what the study was opened by: a built-in name or an absolute path
	StudyDigest string // "sha256:…" of the study file and its project tree
	Seed        uint64
	Simulated   bool   // measured by the cost model, not on a machine
	Confirms    string // the run whose suspects it confirms; "" for a run of its own
	Started     time.Time
	Jobs        []Job // in the order of the study
	Pipelines   []Pipeline
	Policy      Policy
	Plan        []byte // the plan as JSON, as `cibench plan --format json` prints it, without the expected time
	Targets     []Target
	Claims      []Claim
	Environment Environment
}

// A Job is what the run knows of a study's job: its variants, in the order of
// the study, also those that the run left out.
type Job struct {
	Name     string    `json:"name"`
	Variants []Variant `json:"variants"`
}

// A Variant is a configuration under comparison.
type Variant struct {
	Name     string `json:"name"`
	Title    string `json:"title,omitempty"`
	Baseline string `json:"baseline,omitempty"` // the variant it is compared with; "" for a baseline

	// DocumentedAs is the variant whose documented figures hold for this one,
	// too; "" when those of its own name do.
	DocumentedAs string `json:"documentedAs,omitempty"`

	// Departs is true for a variant that is not what the document describes,
	// although its figures are held beside the documented ones: it decides none of
	// the document's claims, unless a rule names it.
	Departs bool `json:"departs,omitempty"`

	// Null is true for a variant that is its baseline once more: what is found
	// between the two is chance.
	Null bool `json:"null,omitempty"`
}

// Baseline returns the variant with which the given one is compared; "" when
// there is none.
func (r *Run) Baseline(job, variant string) string {
	return r.variant(job, variant).Baseline
}

// DocumentedAs returns the name under which the variant's documented figures
// stand.
func (r *Run) DocumentedAs(job, variant string) string {
	return cmp.Or(r.variant(job, variant).DocumentedAs, variant)
}

// Departs tells whether the variant is not what the document describes.
func (r *Run) Departs(job, variant string) bool { return r.variant(job, variant).Departs }

// IsNull tells whether the variant is its baseline once more.
func (r *Run) IsNull(job, variant string) bool { return r.variant(job, variant).Null }

func (r *Run) variant(job, variant string) Variant {
	for _, j := range r.AllJobs() {
		for _, v := range j.Variants {
			if j.Name == job && v.Name == variant {
				return v
			}
		}
	}
	return Variant{}
}
