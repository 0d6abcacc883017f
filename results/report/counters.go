package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/cibench/cibench/charts"
	"github.com/cibench/cibench/results"
)

// counterGroups are the tables of counters. A counter that none of them names
// stands in a last one, by its name.
var counterGroups = []counterGroup{
	{"Package index", []counterTitle{
		{results.CounterIndexRequests, "requests"}, {results.CounterIndexNotModified, "not modified"},
		{results.CounterIndexBytes, "bytes"}, {results.CounterFilesFetched, "files fetched"},
	}},
	{"Steps and packages", []counterTitle{
		{"steps.cached", "steps cached"}, {"steps.executed", "steps executed"},
		{results.CounterPackagesInstalled, "packages installed"}, {"wheels.built", "wheels built"},
	}},
	{"Actions cache", []counterTitle{
		{results.CounterCacheHits, "exact hits"}, {results.CounterCacheFallbacks, "fallback hits"}, {results.CounterCacheMisses, "misses"},
		{results.CounterCacheDownloaded, "downloaded"}, {results.CounterCacheSaved, "entries saved"}, {results.CounterCacheSavedBytes, "saved"},
	}},
	{"Kept outside of the builder", []counterTitle{
		{"build-cache.pulled.bytes", "pulled from the registry"}, {"build-cache.bytes", "build cache"}, {"mounts.archive.bytes", "carried mounts"},
	}},
	{"Environment at the end", []counterTitle{
		{results.CounterPackages, "packages"}, {results.CounterDrift, "other than in a clean run"},
	}},
	{"Images and disk", []counterTitle{
		{results.CounterRegistryBytes, "base image pulled"}, {results.CounterPushedBytes, "pushed"},
		{results.CounterImageBytes, "image size"}, {results.CounterBuilderBytes, "builder disk"}, {results.CounterBuilderMountBytes, "cache mounts"},
	}},
}

type counterGroup struct {
	title    string
	counters []counterTitle
}

type counterTitle struct{ name, title string }

// counterDetails are counters that only break down one that is shown. They
// are kept with the run, and a report leaves them out.
var counterDetails = []string{
	results.CounterIndexPages, results.CounterIndexMetadata, results.CounterIndexFiles, results.CounterIndexFileBytes,
	results.CounterRegistryRequests, "registry.pushed.blobs", results.CounterCacheUploaded,
}

// counters returns the exact figures of the cells: one number where all
// trials agree, else the median and the range. What is the same in every cell
// is said once.
func (j job) counters() document {
	var d document
	var same []string
	for _, group := range append(slices.Clone(counterGroups), counterGroup{"Other counters", j.otherCounters()}) {
		g := grid{title: group.title + ", per trial; a range where trials differ", columns: slices.Clone(cellKeys), keys: len(cellKeys)}
		for _, c := range j.cells {
			g.rows = append(g.rows, keysOf(c.Cell))
		}
		for _, n := range group.counters {
			cells := j.counter(n.name)
			if one, ok := constant(cells); ok {
				if one.text != "" {
					same = append(same, n.title+" "+one.text)
				}
				continue
			}
			g.columns = append(g.columns, column{n.title, true})
			for i := range g.rows {
				g.rows[i] = append(g.rows[i], cells[i])
			}
		}
		if len(g.columns) > g.keys {
			d = append(d, g)
		}
	}
	if len(same) > 0 {
		d = append(d, paragraph{"The same in every trial: " + strings.Join(same, ", ") + "."})
	}
	return d
}

// drift says of each cell whose environment is not a clean one which packages
// differ: fast and wrong is no saving.
func (j job) drift() document {
	var d document
	for _, c := range j.cells {
		var names []string
		for _, n := range c.Counters {
			if name, ok := strings.CutPrefix(n.Name, results.DriftPrefix); ok {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			slices.Sort(names)
			d = append(d, paragraph{fmt.Sprintf("%s %s ends with packages that a clean run has not, or has in another version: %s.",
				c.Cell.State, c.Cell.Variant, strings.Join(names, ", "))})
		}
	}
	return d
}

// otherCounters returns what no group names, by name.
func (j job) otherCounters() []counterTitle {
	var names []string
	for _, c := range j.cells {
		for _, n := range c.Counters {
			grouped := slices.ContainsFunc(counterGroups, func(g counterGroup) bool {
				return slices.ContainsFunc(g.counters, func(t counterTitle) bool { return t.name == n.Name })
			})
			if !grouped && !slices.Contains(counterDetails, n.Name) && !strings.HasPrefix(n.Name, results.DriftPrefix) && !slices.Contains(names, n.Name) {
				names = append(names, n.Name)
			}
		}
	}
	slices.Sort(names)
	var all []counterTitle
	for _, n := range names {
		all = append(all, counterTitle{n, n})
	}
	return all
}

// counter returns a counter of every cell, nothing where it has none.
func (j job) counter(name string) []cell {
	all := make([]cell, len(j.cells))
	for i, c := range j.cells {
		for _, n := range c.Counters {
			if n.Name == name {
				all[i] = spread(n.Spread, func(v float64) string { return quantity(v, n.Unit) })
			}
		}
	}
	return all
}

// constant returns what all cells show, if they show the same.
func constant(cells []cell) (cell, bool) {
	for _, c := range cells {
		if c.inline() != cells[0].inline() {
			return cell{}, false
		}
	}
	return cells[0], cells[0].detail == ""
}

// quantity returns a counter's value with its unit.
func quantity(v float64, unit results.Unit) string {
	switch {
	case unit == results.Bytes && v >= 0 && v < math.MaxInt64:
		return charts.Bytes(v)
	case unit == results.Count:
		return humanize.Commaf(v)
	}
	return fmt.Sprintf("%s %s", humanize.Commaf(v), unit)
}
