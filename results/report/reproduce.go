package report

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/cibench/cibench/results"
)

// A plan is what a report takes of a run's plan.
type plan struct {
	Selection *struct { // nil of older runs
		Quick             bool
		Only              []string
		Blocks, MaxBlocks int
	}
	Skipped []struct{ Job, Variant, Reason string }
}

func planOf(run results.Run) (p plan) {
	if json.Unmarshal(run.Plan, &p) != nil {
		return plan{}
	}
	return p
}

// leftOut says what of the study the run could not do, and why: nothing else in a
// report shows that it was there.
func (p plan) leftOut() list {
	var l list
	for _, s := range p.Skipped {
		of := " of " + s.Job + ": " + s.Reason
		if last := len(l) - 1; last >= 0 && strings.HasSuffix(l[last].text, of) {
			l[last].text = strings.TrimSuffix(l[last].text, of) + ", " + s.Variant + of
			continue
		}
		l = append(l, item{"left out", s.Variant + of})
	}
	return l
}

// command says how to run the same again, and how sure that is.
func (p plan) command(run results.Run) (line, note string) {
	source := run.Source
	if source == "" {
		source = run.Study
	}
	words := []string{"cibench", "run", source}
	if run.Simulated {
		words[1] = "simulate"
	}
	if s := p.Selection; s == nil {
		note = " What it selected of the study was not recorded."
	} else {
		words = withFlag(words, "--quick", s.Quick)
		for _, term := range s.Only {
			words = append(words, "--only", term)
		}
		words = withNumber(words, "--blocks", s.Blocks)
		words = withNumber(words, "--max-blocks", s.MaxBlocks)
	}
	words = withFlag(words, "--null", hasNull(run))
	if b := run.Environment["builder"]; b != "" && b != "container" {
		words = append(words, "--builder", b)
	}
	if p := run.Environment["network.profile"]; p != "" && p != "none" {
		words = append(words, "--profile", p)
	}
	words = append(words, "--seed", strconv.FormatUint(run.Seed, 10))
	for i, w := range words {
		words[i] = quoted(results.Printable(w))
	}
	return strings.Join(words, " "), "With this seed the trials of the same selection have the same order." + note
}

func withFlag(words []string, name string, given bool) []string {
	if given {
		words = append(words, name)
	}
	return words
}

func withNumber(words []string, name string, n int) []string {
	if n > 0 {
		words = append(words, name, strconv.Itoa(n))
	}
	return words
}

// hasNull tells whether the run has its baselines once more.
func hasNull(run results.Run) bool {
	for _, j := range run.Jobs {
		for _, v := range j.Variants {
			if v.Null {
				return true
			}
		}
	}
	return false
}

// quoted returns a word as a shell reads it.
func quoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
