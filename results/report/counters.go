package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/results"
	"github.com/cibench/cibench/results/verdict"
)

// counterTitles are the counters that have a shorter or clearer title than
// their name, in the order of the table. Others follow by name.
var counterTitles = []struct{ name, title string }{
	{"index.requests", "index requests"},
	{"index.bytes", "index bytes"},
	{"index.files", "files fetched"},
	{"packages.installed", "packages installed"},
	{"wheels.built", "wheels built"},
	{"steps.cached", "steps cached"},
	{"steps.executed", "steps executed"},
	{"registry.blob.bytes", "base image bytes"},
	{"registry.pushed.bytes", "pushed bytes"},
	{"image.bytes", "image size"},
	{"builder.bytes", "builder disk"},
	{"builder.mount.bytes", "cache mounts"},
}

// counters returns the exact figures of the cells: one number where all
// trials agree, else the median and the range.
func (j job) counters() document {
	names := j.counterNames()
	if len(names) == 0 {
		return nil
	}
	g := grid{title: "Counters per build; a range where trials differ", columns: slices.Clone(cellKeys), keys: len(cellKeys)}
	for _, n := range names {
		g.columns = append(g.columns, column{counterTitle(n), true})
	}
	for _, c := range j.cells {
		row := keysOf(c.Cell)
		for _, n := range names {
			row = append(row, counterOf(c, n))
		}
		g.rows = append(g.rows, row)
	}
	return document{g}
}

func (j job) counterNames() []string {
	seen := map[string]bool{}
	var others []string
	for _, c := range j.cells {
		for _, n := range c.Counters {
			if !seen[n.Name] && counterTitle(n.Name) == n.Name {
				others = append(others, n.Name)
			}
			seen[n.Name] = true
		}
	}
	var names []string
	for _, t := range counterTitles {
		if seen[t.name] {
			names = append(names, t.name)
		}
	}
	slices.Sort(others)
	return append(names, others...)
}

func counterTitle(name string) string {
	for _, t := range counterTitles {
		if t.name == name {
			return t.title
		}
	}
	return name
}

func counterOf(c verdict.Cell, name string) cell {
	for _, n := range c.Counters {
		if n.Name != name {
			continue
		}
		s := n.Spread
		if n.Equal {
			s.N = min(s.N, 1)
		}
		return spread(s, func(v float64) string { return quantity(v, n.Unit) })
	}
	return cell{}
}

// quantity returns a counter's value with its unit.
func quantity(v float64, unit results.Unit) string {
	switch {
	case unit == results.Bytes && v >= 0 && v < math.MaxInt64:
		return humanize.BytesN(uint64(math.Round(v)), 4)
	case unit == results.Count:
		return humanize.Commaf(v)
	}
	return fmt.Sprintf("%s %s", humanize.Commaf(v), unit)
}
