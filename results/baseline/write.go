package baseline

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cibench/cibench/results"
)

// The first line of every baseline is the magic and the version of the format.
const (
	magic   = "cibench baseline"
	version = 1
)

// The words that begin a line. Of each but fact and series there is one line.
const (
	keyStudy      = "study"
	keyDigest     = "study-digest"
	keyRun        = "run"
	keyStarted    = "started"
	keySimulated  = "simulated" // the line is missing where a machine was measured
	keyConfidence = "policy.confidence"
	keySame       = "policy.same"
	keyEffect     = "policy.effect"
	keyDecide     = "policy.decide" // the line is missing where the total decides a run
	keyFact       = "fact"
	keySeries     = "series"
)

// WriteTo writes the baseline as text:
//
//	cibench baseline 1
//	# comments are for readers, and lost when the file is written again
//	study starter
//	fact cpu.model "AMD EPYC 7B13"
//	series build/after/cold total phase seconds 12.6985 12.7310
//
// A series has its cell, its name, its kind, its unit and the values in the
// order of their trials. A line policy.decide names the phase that decides the
// run where that is not the total. Names that are more than plain ASCII, and all values
// of facts, are quoted as Go quotes strings.
func (b Baseline) WriteTo(w io.Writer) (int64, error) {
	var text strings.Builder
	line := func(words ...string) { fmt.Fprintln(&text, strings.Join(words, " ")) }
	line(magic, strconv.Itoa(version))
	line("# What one run measured, written by `cibench baseline set`. Times are seconds.")
	if b.Simulated {
		line("# SIMULATED: every number comes from a cost model, none from a machine.")
	}
	line(keyStudy, word(b.Study))
	line(keyDigest, word(b.StudyDigest))
	line(keyRun, word(b.Run))
	line(keyStarted, b.Started.UTC().Format(time.RFC3339))
	if b.Simulated {
		line(keySimulated, "true")
	}
	line(keyConfidence, results.Decimal(b.Policy.Confidence).String())
	line(keySame, results.Decimal(b.Policy.Same).String())
	line(keyEffect, results.Decimal(b.Policy.Effect).String())
	if b.Policy.Phase != "" {
		line(keyDecide, word(b.Policy.Phase))
	}
	line()
	for _, name := range slices.Sorted(maps.Keys(b.Environment)) {
		line(keyFact, word(name), strconv.Quote(b.Environment[name]))
	}
	line()
	for _, s := range b.Series {
		words := []string{keySeries, cell(s.Cell), word(s.Name), string(s.Kind), string(s.Unit)}
		for _, v := range s.Values {
			words = append(words, Number(s.Unit, v))
		}
		line(words...)
	}
	n, err := io.WriteString(w, text.String())
	if err != nil {
		err = fmt.Errorf("write baseline: %w", err)
	}
	return int64(n), err
}

// cell returns "job/variant/state", each quoted by itself.
func cell(c results.Cell) string { return word(c.Job) + "/" + word(c.Variant) + "/" + word(c.State) }

// word returns s as it is where a word of a line can be that, else quoted.
func word(s string) string {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !bare(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// bare tells whether a word that is not quoted may have r: what prints, is
// ASCII and parts nothing.
func bare(r rune) bool { return r > ' ' && r < 0x7f && r != '/' && r != '"' && r != '\\' }
