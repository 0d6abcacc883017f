package charts

import (
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"github.com/cibench/cibench/results"
)

const ellipsis = "…"

// fit returns s, shortened in its middle until it is at most width long: the
// ends of a name tell more than its middle. It returns "" when not even the
// ellipsis fits.
func fit(sty text.Style, s string, width vg.Length) string {
	if sty.Width(s) <= width {
		return s
	}
	r := []rune(s)
	best := ""
	for lo, hi := 0, len(r)-1; lo <= hi; {
		keep := (lo + hi) / 2
		short := string(r[:(keep+1)/2]) + ellipsis + string(r[len(r)-keep/2:])
		if sty.Width(short) <= width {
			best, lo = short, keep+1
		} else {
			hi = keep - 1
		}
	}
	return best
}

// wrap breaks s between words into lines of at most width. A word that is
// longer than a line is shortened.
func wrap(sty text.Style, s string, width vg.Length) []string {
	var lines []string
	current := ""
	for word := range strings.FieldsSeq(s) {
		word = fit(sty, word, width)
		joined := strings.TrimPrefix(current+" "+word, " ")
		if current != "" && sty.Width(joined) > width {
			lines = append(lines, current)
			joined = word
		}
		current = joined
	}
	if current != "" {
		lines = append(lines, current)
	}
	return lines
}

// Join returns the texts that are not empty, with commas between them.
func Join(texts ...string) string {
	var all []string
	for _, s := range texts {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, ", ")
}

// longestText is the number of characters that a picture shows of a text.
const longestText = 600

// clean returns s as a viewer may see it. Names come from studies.
func clean(s string) string {
	s = strings.TrimSpace(results.Printable(s))
	if r := []rune(s); len(r) > longestText {
		return string(r[:longestText-1]) + ellipsis
	}
	return s
}
