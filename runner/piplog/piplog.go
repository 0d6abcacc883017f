// Package piplog tells from pip's own output what pip was doing and when, and
// puts the lines of an output together for that.
//
// It is for every lane that has the output of a step with its times. Its one
// invariant is that it claims no time that pip did not show: what is before
// pip's first line and after its last is in no part. Where output comes from, and
// whether some is missing, is left to the lanes.
package piplog

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// The phases of pip's work. They do not add up to a step: the interpreter's
// start is before pip's first line, and what pip does behind its last line, in
// none of them.
const (
	Resolve = "pip.resolve" // the resolver, with downloads and metadata
	Build   = "pip.build"   // building wheels
	Unpack  = "pip.install" // unpacking wheels into place
)

// A Line is a line of output, without colours and line end, with the time at
// which its first byte was written.
type Line struct {
	Time time.Time
	Text string
}

// Output is what the output of a step tells of the pip runs in it.
type Output struct {
	Parts    []Part
	Runs     int // seen; pip -q shows none
	Wheels   int // built
	Packages int // installed
}

// A Part is a stretch of one pip run.
type Part struct {
	Phase       string
	Start, Stop time.Time
}

// Whole returns the parts, and for each phase without one an empty part at the
// end of the step, so that the phase lasts zero seconds.
func (o Output) Whole(stop time.Time) []Part {
	all := slices.Clone(o.Parts)
	for _, phase := range []string{Resolve, Build, Unpack} {
		if !slices.ContainsFunc(o.Parts, func(p Part) bool { return p.Phase == phase }) {
			all = append(all, Part{phase, stop, stop})
		}
	}
	return all
}

// The lines by which pip tells what it is doing, as seen with 23.0, 25.3 and
// 26.3. It writes each as the work begins, so the next line's time ends it. The indentation is pip's
// own: tools that pip did not start may print words alike.
var (
	opens   = regexp.MustCompile(`^Looking in (indexes|links): `)
	begins  = regexp.MustCompile(`^(Collecting \S|Requirement already (satisfied|up-to-date): |Processing \S*/|Obtaining \S+)`)
	goesOn  = regexp.MustCompile(`^(Ignoring |Saved |Discarding |INFO: |WARNING: |ERROR: |  (Downloading|Using cached|Preparing (editable )?metadata|Getting requirements|Checking if build|Installing (build|backend) dependencies|Cloning|Running command|Saved|Link requires|File was already) | +[━╸╺])`)
	builds  = regexp.MustCompile(`^(Building wheels for collected packages: |Building collected packages: )`)
	built   = regexp.MustCompile(`^(Successfully built |Failed to build |  (Building|Created) (wheel|editable) for |  Stored in directory: |ERROR: )`)
	unpacks = regexp.MustCompile(`^Installing collected packages: `)
	ends    = regexp.MustCompile(`^(Successfully installed|Successfully downloaded|Would install) `)
)

// Read reads the output of a step that ended at stop.
func Read(lines []Line, stop time.Time) Output {
	r := reader{}
	for _, l := range lines {
		r.read(l)
	}
	if r.phase == Unpack {
		r.last = stop
	}
	r.enter("", r.last)
	return r.out
}

// A reader goes through a step's lines in their order. A run without its
// last line ends with the last line that is its own, since what follows may be
// another command's; only unpacking, which prints nothing, goes on until
// something else begins.
type reader struct {
	out   Output
	phase string    // of the part that is open; "" between runs
	start time.Time // of that part
	last  time.Time // of the last line that is pip's
	asked bool      // the run has gone beyond naming its indexes
}

// enter ends the open part, if any, and begins one, if phase names it.
func (r *reader) enter(phase string, at time.Time) {
	if r.phase != "" {
		r.out.Parts = append(r.out.Parts, Part{r.phase, r.start, at})
	}
	r.phase, r.start, r.last = phase, at, at
}

// begin starts another run, at its first line.
func (r *reader) begin(at time.Time) {
	if r.phase == Unpack {
		r.last = at
	}
	r.enter("", r.last)
	r.enter(Resolve, at)
	r.out.Runs++
	r.asked = false
}

func (r *reader) read(l Line) {
	if strings.HasPrefix(l.Text, "  Created wheel for ") {
		r.out.Wheels++
	}
	switch {
	case opens.MatchString(l.Text):
		if r.phase != Resolve || r.asked {
			r.begin(l.Time)
		}
	case begins.MatchString(l.Text):
		if r.phase != Resolve {
			r.begin(l.Time)
		}
		r.asked, r.last = true, l.Time
	case builds.MatchString(l.Text), unpacks.MatchString(l.Text):
		if r.phase == "" {
			r.out.Runs++
		}
		phase := Build
		if unpacks.MatchString(l.Text) {
			phase = Unpack
		}
		r.enter(phase, l.Time)
	case ends.MatchString(l.Text):
		if rest, ok := strings.CutPrefix(l.Text, "Successfully installed "); ok {
			r.out.Packages += len(strings.Fields(rest))
		}
		r.enter("", l.Time)
	case r.phase == Resolve && goesOn.MatchString(l.Text):
		r.asked, r.last = true, l.Time
	case r.phase == Build && built.MatchString(l.Text):
		r.last = l.Time
	}
}
