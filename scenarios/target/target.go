// Package target defines the documented figures that a measurement is held
// against, and reads them from YAML.
//
// A Target is what a document says, attached to the job, phase, variant and
// cache states that it speaks of; each figure is written once, as its label.
// Whether a measurement meets it, package verdict decides.
package target

// Unit is the base unit of a target's range.
type Unit string

// The units of targets.
const (
	Seconds Unit = "seconds"
	Ratio   Unit = "ratio" // a share of the baseline: 0.7 is 70 %
	Bytes   Unit = "bytes"
)

// A Target is a documented range. Without a Baseline it is the time that a
// phase takes, or the size that a counter of bytes has; with one it is what the
// variant saves against it, as seconds or as a ratio of the baseline's time.
type Target struct {
	ID       string // unique within its set: "build-and-push/pip-install/after-cache-hit"
	Line     int    // of the document; 0 when it is not given
	Job      string
	Phase    string // or counter, of Bytes
	Column   string // of the document's table; "" of a size
	Variant  string
	Baseline string   // "" for no saving
	States   []string // the situations in which it is meant; of any lane
	Unit     Unit
	Low      float64
	High     float64 // not below Low
	Label    string  // as the document writes it: "12-18 min"
	Derived  bool    // computed from the document's figures, not stated by it
}

// A Claim is a sentence of a document that measurements support or refute.
type Claim struct {
	ID     string // unique within its set
	Line   int    // of the document; 0 when it is not given
	Says   string // in one line
	Checks []Check

	// Unmeasured is why no measurement decides the claim; "" where Checks do.
	Unmeasured string
}

// A Check is what decides a claim in one situation.
type Check struct {
	In    string   // the situation, in a few words; "" where there is but one
	Given []string // rules without which the situation is not there, and the rest says nothing
	Rules []string // as for `cibench check`; the claim holds where all are kept
}

// A Set is what one document says.
type Set struct {
	Name    string
	Title   string
	Project string // the study whose project it is about: sizes hold for no other; "" for any
	Targets []Target
	Claims  []Claim
}
