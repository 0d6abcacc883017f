package trace

import (
	"regexp"
	"strings"
	"time"
)

// pipOutput is what the output of a step tells of the pip runs in it.
type pipOutput struct {
	parts    []part
	runs     int // seen; pip -q shows none
	wheels   int // built
	packages int // installed
	clipped  bool
}

// A part is a stretch of one pip run.
type part struct {
	phase       string
	start, stop time.Time
}

// The lines by which pip tells what it is doing, as seen with 23.0, 25.3 and
// 26.3. It writes each as the work begins, so the next line's time ends it. The indentation is pip's
// own: tools that pip did not start may print words alike.
var (
	pipOpens   = regexp.MustCompile(`^Looking in (indexes|links): `)
	pipBegins  = regexp.MustCompile(`^(Collecting \S|Requirement already (satisfied|up-to-date): |Processing \S*/|Obtaining \S+)`)
	pipGoesOn  = regexp.MustCompile(`^(Ignoring |Saved |Discarding |INFO: |WARNING: |ERROR: |  (Downloading|Using cached|Preparing (editable )?metadata|Getting requirements|Checking if build|Installing (build|backend) dependencies|Cloning|Running command|Saved|Link requires|File was already) | +[━╸╺])`)
	pipBuilds  = regexp.MustCompile(`^(Building wheels for collected packages: |Building collected packages: )`)
	pipBuilt   = regexp.MustCompile(`^(Successfully built |Failed to build |  (Building|Created) (wheel|editable) for |  Stored in directory: |ERROR: )`)
	pipUnpacks = regexp.MustCompile(`^Installing collected packages: `)
	pipEnds    = regexp.MustCompile(`^(Successfully installed|Successfully downloaded|Would install) `)
)

// clippedLine is what the daemon puts in the place of output beyond its limit
// (util/progress/logs). What follows it is a copy with later times.
const clippedLine = "[output clipped, log limit "

// readPip reads the output of a step that ended at stop.
func readPip(lines []line, stop time.Time) pipOutput {
	r := pipReader{}
	for _, l := range lines {
		if strings.HasPrefix(l.text, clippedLine) {
			return pipOutput{clipped: true}
		}
		r.read(l)
	}
	if r.phase == PipUnpack {
		r.last = stop
	}
	r.enter("", r.last)
	return r.out
}

// A pipReader goes through a step's lines in their order. A run without its
// last line ends with the last line that is its own, since what follows may be
// another command's; only unpacking, which prints nothing, goes on until
// something else begins.
type pipReader struct {
	out   pipOutput
	phase string    // of the part that is open; "" between runs
	start time.Time // of that part
	last  time.Time // of the last line that is pip's
	asked bool      // the run has gone beyond naming its indexes
}

// enter ends the open part, if any, and begins one, if phase names it.
func (r *pipReader) enter(phase string, at time.Time) {
	if r.phase != "" {
		r.out.parts = append(r.out.parts, part{r.phase, r.start, at})
	}
	r.phase, r.start, r.last = phase, at, at
}

// begin starts another run, at its first line.
func (r *pipReader) begin(at time.Time) {
	if r.phase == PipUnpack {
		r.last = at
	}
	r.enter("", r.last)
	r.enter(PipResolve, at)
	r.out.runs++
	r.asked = false
}

func (r *pipReader) read(l line) {
	if strings.HasPrefix(l.text, "  Created wheel for ") {
		r.out.wheels++
	}
	switch {
	case pipOpens.MatchString(l.text):
		if r.phase != PipResolve || r.asked {
			r.begin(l.time)
		}
	case pipBegins.MatchString(l.text):
		if r.phase != PipResolve {
			r.begin(l.time)
		}
		r.asked, r.last = true, l.time
	case pipBuilds.MatchString(l.text), pipUnpacks.MatchString(l.text):
		if r.phase == "" {
			r.out.runs++
		}
		phase := PipBuild
		if pipUnpacks.MatchString(l.text) {
			phase = PipUnpack
		}
		r.enter(phase, l.time)
	case pipEnds.MatchString(l.text):
		if rest, ok := strings.CutPrefix(l.text, "Successfully installed "); ok {
			r.out.packages += len(strings.Fields(rest))
		}
		r.enter("", l.time)
	case r.phase == PipResolve && pipGoesOn.MatchString(l.text):
		r.asked, r.last = true, l.time
	case r.phase == PipBuild && pipBuilt.MatchString(l.text):
		r.last = l.time
	}
}
